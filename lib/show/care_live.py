"""Care live: the element that Today is drawn in: :mod:`lib.show.live` with forms that lose nothing of what was typed.

Buttons with ``data-ask`` report what they ask for (``data-of`` says about what) together with the fields of the form around them.
A redraw keeps what was typed in a form of the same ``data-form``, also after another person was opened in between, and the
``details`` that stand open.  Nothing is computed in the browser.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from lib.show import live

_CSS = Path(__file__).with_name("care.css").read_text("utf-8")
_JS = live._JS.replace("export default function", "function drawn", 1) + """
export default function (part) {
  const root = part.parentElement.querySelector('.kj-live'), { data, setTriggerValue } = part;
  const drafts = root.__drafts ??= new Map();
  const forms = () => [...root.querySelectorAll('form[data-form]')];
  const typed = (form) => Object.fromEntries(new FormData(form));
  const keep = () => forms().forEach((form) => {
    const now = Object.entries(typed(form)).filter(([name, value]) => value !== form.__first?.[name]);
    now.length ? drafts.set(form.dataset.form, now) : drafts.delete(form.dataset.form);
  });
  const anew = root.__drawn !== data.html, held = document.activeElement;
  const inside = anew && root.contains(held), where = inside && held.closest('form[data-form]')?.dataset.form, name = inside && held.name;
  const open = new Set([...root.querySelectorAll('details[data-key][open]')].map((d) => d.dataset.key));
  if (anew && root.__drawn !== undefined) keep();
  drawn(part);
  root.querySelectorAll('[data-forget]').forEach((told) => [...drafts.keys()].forEach((key) => {
    if (key === told.dataset.forget || key.split(':')[1] === told.dataset.forget) drafts.delete(key);
  }));
  root.classList.remove('busy');
  clearTimeout(root.__wait);
  if (anew) {
    forms().forEach((form) => {
      form.__first = typed(form);
      if (drafts.has(form.dataset.form)) form.classList.add('more');
      for (const [field, value] of drafts.get(form.dataset.form) ?? []) if (form.elements[field]) form.elements[field].value = value;
    });
    root.querySelectorAll('details[data-key]').forEach((d) => { if (open.has(d.dataset.key)) d.open = true; });
    if (inside && document.activeElement === document.body) {
      const again = where && forms().find((form) => form.dataset.form === where)?.elements[name];
      (again || root.querySelector('[data-land]'))?.focus({ preventScroll: true });
    }
    if (root.__asked) root.querySelector('[data-land]')?.scrollIntoView({ block: 'nearest' });
    root.__asked = false;
  }
  const ask = (hit, form) => {
    if (root.classList.contains('busy')) return;  // a second click while the first is on its way
    root.classList.add('busy');
    root.__asked = true;
    root.__wait = setTimeout(() => root.classList.remove('busy'), 8000);
    setTriggerValue('asked', JSON.stringify({ what: hit.dataset.ask, of: hit.dataset.of ?? '', form: form?.dataset.form ?? '', typed: form ? typed(form) : {} }));
  };
  const more = () => root.querySelector('form.log')?.classList.add('more');  // all fields, from the first one that is touched
  root.__touch ??= root.addEventListener('focusin', (event) => { if (event.target.matches('form.log :is(input,select,textarea)')) more(); }) ?? true;
  const click = root.onclick;
  root.onclick = (event) => {
    if (event.target.closest('[data-more]')) { more(); root.querySelector('form.log [name=note]')?.focus(); }
    const hit = event.target.closest('[data-ask]');
    if (hit && hit.type !== 'submit') return ask(hit, hit.closest('form[data-form]'));
    if (event.target.closest('[data-pick]')) root.__asked = true;
    click(event);
  };
  root.onsubmit = (event) => {
    event.preventDefault();
    const hit = event.submitter ?? event.target.querySelector('[type=submit][data-ask]');
    if (hit?.dataset.ask) ask(hit, event.target);
  };
}
"""
_MOST = 20_000
"""Characters of one field that are read; what is longer is cut off there."""


@dataclass(frozen=True)
class Asked:
    """What was asked for in this run: a closed word, what it is about, the form it stood in and its fields as they were typed."""

    what: str
    of: str = ""
    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


def _component() -> Callable[..., object]:
    return st.components.v2.component("kanjian_care", html="<div class='kj kj-live kj-care-page'></div>", css=_CSS, js=_JS, isolate_styles=False)


def draw(html: str, key: str, turn: int = 0) -> None:
    """Draw already escaped HTML; what is picked or asked in it is there in the next run, by :func:`picked` and :func:`asked`.

    ``turn``: another number says that an answer came, even when the HTML is the same.
    """
    _component()(data={"html": html, "turn": turn}, key=key, on_pick_change=lambda: None, on_asked_change=lambda: None)


def picked(key: str) -> str | None:
    """The ``data-pick`` of what was clicked for the run that begins now, before the page is drawn; None when nothing was."""
    found = getattr(st.session_state.get(key), "pick", None)
    return str(found) if found else None


def asked(key: str) -> Asked | None:
    """What was asked for in the run that begins now, before the page is drawn; None when nothing was, or it cannot be read."""
    return read(getattr(st.session_state.get(key), "asked", None))


def read(said: object) -> Asked | None:
    """What the browser sent, as values; None for anything that is not of this shape."""
    if not said:
        return None
    try:
        found = json.loads(str(said))
        typed = {str(k): str(v)[:_MOST] for k, v in dict(found.get("typed") or {}).items()}
        return Asked(str(found["what"]), str(found.get("of") or ""), str(found.get("form") or ""), typed)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
