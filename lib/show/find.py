"""Find: a box that looks people up while one types; twenty results at most ever leave the server."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

_HTML = "<div class='kj kj-live kj-find'><input type='search' autocomplete='off' spellcheck='false'><div class='kj-found' aria-live='polite'></div></div>"
_JS = """
export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  const input = parentElement.querySelector('input'), found = parentElement.querySelector('.kj-found');
  input.placeholder = data.hint;
  input.setAttribute('aria-label', data.label);
  if (found.__drawn !== data.html) { found.innerHTML = data.html; found.__drawn = data.html; }
  const ask = () => { clearTimeout(input.__wait); setStateValue('text', input.value); };
  input.oninput = () => { clearTimeout(input.__wait); input.__wait = setTimeout(ask, 180); };
  input.onkeydown = (event) => {
    const first = found.querySelector('[data-pick]');
    if (event.key === 'Enter') ask();
    if (event.key === 'ArrowDown' && first) { event.preventDefault(); first.focus(); }
  };
  found.onkeydown = (event) => {
    const all = [...found.querySelectorAll('[data-pick]')], at = all.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    (all[to] ?? (to < 0 ? input : all[at])).focus();
  };
  found.onclick = (event) => {
    const hit = event.target.closest('[data-pick]');
    if (hit) setTriggerValue('pick', hit.dataset.pick);
  };
}
"""
_TURN = "find.turn."


def find(key: str, label: str, hint: str, results: Callable[[str], str]) -> str | None:
    """Draw the box; return what was picked in this run, else None.

    ``results`` gets what stands in the box ('' for nothing) and returns the list under it as already escaped HTML, its rows
    marked ``data-pick``.  After a pick the box is empty again.
    """
    turn = st.session_state.setdefault(_TURN + key, 0)
    name = f"{key}.{turn}"
    text = str(getattr(st.session_state.get(name), "text", None) or "").strip()
    component = st.components.v2.component("kanjian_find", html=_HTML, js=_JS, isolate_styles=False)
    found = component(data={"label": label, "hint": hint, "html": results(text) if text else ""}, key=name,
                      on_text_change=lambda: None, on_pick_change=lambda: None)
    if found.pick:
        st.session_state[_TURN + key] = turn + 1
    return found.pick
