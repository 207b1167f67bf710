"""Live: one light component for everything that is clicked in the house's own HTML (heat cells, list rows, names).

Every element with ``data-pick`` reports its value; no chart library, no frame, keyboard and screen readers included.
A redraw keeps the focus on the element that had it and the place a box was scrolled to.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector('.kj-live');
  if (root.__drawn !== data.html) {
    const held = root.contains(document.activeElement) ? document.activeElement.dataset.pick : undefined;
    const name = (box) => box.getAttribute('aria-label');
    const offsets = new Map([...root.querySelectorAll('.kj-scroll')].map((box) => [name(box), box.scrollLeft]));
    root.innerHTML = data.html; root.__drawn = data.html;
    root.querySelectorAll('.kj-scroll').forEach((box) => {
      box.scrollLeft = offsets.get(name(box)) ?? (box.querySelector('.dense') ? box.scrollWidth : 0);  // many weeks: the newest first
    });
    if (held !== undefined) {
      [...root.querySelectorAll('[data-pick]')].find((e) => e.dataset.pick === held)?.focus({ preventScroll: true });
    }
  }
  // A heatmap is one tab stop; the arrow keys walk through its buttons.
  for (const table of root.querySelectorAll('.kj-heat')) {
    const buttons = [...table.querySelectorAll('td button')];
    const first = buttons.find((b) => b.getAttribute('aria-pressed')) ?? buttons[0];
    buttons.forEach((b) => { b.tabIndex = b === first ? 0 : -1; });
  }
  root.onkeydown = (event) => {
    const from = event.target.closest('.kj-heat td');
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!from || !step) return;
    event.preventDefault();
    let [row, at] = [from.parentElement, from.cellIndex];
    while (row) {
      at += step[1];
      row = step[0] < 0 ? row.previousElementSibling : step[0] > 0 ? row.nextElementSibling : row;
      if (!row || at < 1 || at >= row.cells.length) return;
      const next = row.cells[at].querySelector('button');
      if (next) { event.target.tabIndex = -1; next.tabIndex = 0; next.focus(); return; }
    }
  };
  root.onclick = (event) => {
    const hit = event.target.closest('[data-pick]');
    if (hit) setTriggerValue('pick', hit.dataset.pick);
  };
}
"""


def _component() -> Callable[..., object]:
    return st.components.v2.component("kanjian_live", html="<div class='kj kj-live'></div>", js=_JS, isolate_styles=False)


def live(html: str, key: str) -> str | None:
    """Draw already escaped HTML and return what was clicked in this run (the ``data-pick`` of the element), else None."""
    result = _component()(data={"html": html}, key=key, on_pick_change=lambda: None)
    return result.pick  # type: ignore[attr-defined]
