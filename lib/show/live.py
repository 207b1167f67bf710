"""Live: one light component for everything that is clicked in the house's own HTML (heat cells, list rows, names).

Every element with ``data-pick`` reports its value; no chart library, no frame, keyboard and screen readers included.
Every element with ``data-tip`` says that text (its first line as a heading) in one floating note while the pointer is over it or after
a tap; in a box marked ``data-tips`` the arrow keys walk through the tips of its ``data-lane`` rows.  A redraw keeps the focus on the element that had it and the place a box was scrolled to.
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
    root.__tell?.(null);
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
  // One note for all tips; its text is only ever set as text.
  let note = root.querySelector(':scope > .kj-tip');
  if (!note && root.querySelector('[data-tip]')) {
    note = root.appendChild(document.createElement('div'));
    note.className = 'kj-tip'; note.setAttribute('role', 'status');
  }
  const told = () => root.querySelector('[data-tip].on');
  const middle = (hit) => { const box = hit.getBoundingClientRect(); return (box.left + box.right) / 2; };
  const place = (x) => {
    const hit = told();
    if (!hit) return;
    const box = hit.getBoundingClientRect(), size = note.getBoundingClientRect(), over = box.top - size.height - 8;
    const at = Math.max(box.left, Math.min(x, box.right));
    note.style.left = `${Math.max(8, Math.min(at - size.width / 2, innerWidth - size.width - 8))}px`;
    note.style.top = `${over > 64 ? over : Math.min(box.bottom + 8, innerHeight - size.height - 8)}px`;  // 64: under the header
  };
  const tell = (hit, x) => {
    const before = told();
    if (hit !== before) {
      before?.classList.remove('on');
      note?.replaceChildren();
      for (const kind of ['scroll', 'keydown', 'pointerdown', 'focusout']) {
        document[hit ? 'addEventListener' : 'removeEventListener'](kind, root.__away, true);
      }
      if (hit) {
        const [first, ...rest] = hit.dataset.tip.split('\\n'), head = document.createElement('b');
        head.textContent = first;
        note.append(head, rest.map((line) => '\\n' + line).join(''));
        hit.classList.add('on');
      }
    }
    root.__x = hit ? x : undefined;
    place(x);
  };
  root.__tell = tell; root.__place = place;
  root.__away ??= (event) => {
    if (event.type === 'scroll') root.__place(root.__x);
    else if (event.key === 'Escape' || event.type === 'focusout' || (event.type === 'pointerdown' && !root.contains(event.target))) root.__tell(null);
  };
  root.onpointermove = (event) => {
    if (event.pointerType !== 'touch' && note) tell(event.target.closest('[data-tip]'), event.clientX);
  };
  root.onpointerleave = (event) => { if (event.pointerType !== 'touch' && note) tell(null); };
  const walk = (event, box, [down, on]) => {
    const lanes = [...box.querySelectorAll('[data-lane]')].map((lane) => [...lane.querySelectorAll('[data-tip]')]).filter((hits) => hits.length);
    const now = told(), row = lanes.findIndex((hits) => hits.includes(now));
    const from = root.__x, far = (hit) => { const box = hit.getBoundingClientRect(); return Math.max(box.left - from, from - box.right, 0); };
    const nearest = (hits) => hits?.reduce((a, b) => (far(b) < far(a) ? b : a));
    const next = row < 0 ? lanes[0]?.at(-1) : down ? nearest(lanes[row + down]) : lanes[row][lanes[row].indexOf(now) + on];
    event.preventDefault();
    if (!next) return;
    next.scrollIntoView({ block: 'nearest' });
    tell(next, down ? from : middle(next));  // up and down keep to the same moment
  };
  root.onkeydown = (event) => {
    const from = event.target.closest('.kj-heat td');
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const box = step && event.target.closest('[data-tips]');
    if (box) return walk(event, box, step);
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
    if (note) tell(event.target.closest('[data-tip]'), event.clientX);  // a tap: a finger has no hover
  };
}
"""


def _component() -> Callable[..., object]:
    return st.components.v2.component("kanjian_live", html="<div class='kj kj-live'></div>", js=_JS, isolate_styles=False)


def live(html: str, key: str) -> str | None:
    """Draw already escaped HTML and return what was clicked in this run (the ``data-pick`` of the element), else None."""
    result = _component()(data={"html": html}, key=key, on_pick_change=lambda: None)
    return result.pick  # type: ignore[attr-defined]
