"""Library edit: a rule as a sentence whose limits are typed where they stand, and one light component that says what was asked.

Buttons with ``data-ask`` report what they ask for together with all limits as typed and the key that the page was drawn with; nothing is
computed in the browser.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from lib.settings import Setting, SettingError, Value, check
from lib.show.parts import esc
from lib.tags import clock
from lib.tags.shape import Tag, short
from lib.words import language, say

_CSS = Path(__file__).with_name("library.css").read_text("utf-8")
_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector('.kj-rule');
  const typed = () => Object.fromEntries([...root.querySelectorAll('[data-limit]')].map((e) => [e.dataset.limit, e.value]));
  if (root.__drawn !== data.html) {
    const held = root.contains(document.activeElement) ? document.activeElement.dataset.limit ?? document.activeElement.dataset.ask : undefined;
    root.innerHTML = data.html; root.__drawn = data.html; root.__typed = JSON.stringify(typed());
    root.classList.remove('stale');
    if (held !== undefined) {
      [...root.querySelectorAll('[data-limit],[data-ask]')].find((e) => (e.dataset.limit ?? e.dataset.ask) === held)?.focus({ preventScroll: true });
    }
  }
  root.classList.remove('busy');
  const ask = (what, of) => { root.classList.add('busy'); setTriggerValue('asked', JSON.stringify({ what, of, limits: typed(), key: root.querySelector('input[name=key]')?.value ?? '' })); };
  root.oninput = () => { root.classList.toggle('stale', JSON.stringify(typed()) !== root.__typed); };
  root.onclick = (event) => {
    const hit = event.target.closest('[data-ask]');
    if (hit) ask(hit.dataset.ask, hit.dataset.of ?? '');
  };
  root.onkeydown = (event) => {
    if (event.key === 'Enter' && event.target.matches('[data-limit]')) { event.preventDefault(); ask('try', ''); }
  };
}
"""


@dataclass(frozen=True)
class Asked:
    """What was asked for in this run: a closed word, what it is about, the limits as they were typed, and the key of the page."""

    what: str
    of: str = ""
    limits: Mapping[str, str] = field(default_factory=dict)
    key: str = ""

    @property
    def request_key(self) -> str:
        """What the ledger knows this click by: the same one again is the same; '' when the page had no key."""
        return f"{self.key}:{self.what}:{self.of}" if self.key else ""


def _component() -> Callable[..., object]:
    return st.components.v2.component("kanjian_rule", html="<div class='kj kj-rule'></div>", css=_CSS, js=_JS, isolate_styles=False)


def draw(html: str, key: str) -> None:
    """Draw the page of one rule; what is asked on it is there in the next run, by :func:`asked`."""
    _component()(data={"html": html}, key=key, on_asked_change=lambda: None)


def sheet() -> str:
    """The style of the library for pages drawn without the component."""
    return f"<style>{_CSS}</style>"


def asked(key: str) -> Asked | None:
    """What was asked in the run that begins now, before the page is drawn; None when nothing was, or it cannot be read."""
    said = getattr(st.session_state.get(key), "asked", None)
    if not said:
        return None
    try:
        read = json.loads(str(said))
        return Asked(str(read["what"]), str(read.get("of") or ""), {str(k): str(v) for k, v in dict(read.get("limits") or {}).items()},
                     str(read.get("key") or "")[:64])
    except (ValueError, TypeError, KeyError):
        return None


# --- the sentence -----------------------------------------------------------------------------------------------------------

def in_words(row: Setting, limit: Value) -> str:
    """A limit as it stands in a sentence: ``15 %``, ``21:00`` (``00:30 next day``), ``3``."""
    if row.unit == "share":
        return f"{float(limit) * 100:g} %"
    if row.unit == "clock":
        return say("library.next_day", clock=clock(float(limit))) if float(limit) >= 24 else clock(float(limit))
    return f"{limit:g}" if isinstance(limit, (int, float)) else str(limit)


def what(row: Setting) -> str:
    """What a limit means, in the language of this run."""
    return row.zh if language() == "zh" else row.en


def _bounds(row: Setting) -> tuple[float, float, float]:
    """Lowest and highest value and step as typed (shares in percent)."""
    low, high = float(row.low or 0), float(row.high if row.high is not None else 1_000_000)
    if row.unit == "share":
        return low * 100, high * 100, 1
    return low, high, 1 if isinstance(row.default, int) else 0.01


def _box(row: Setting, limit: Value, typed: str = "") -> str:
    name, label = esc(short(row)), esc(what(row))
    if row.unit == "clock":
        low, high, _ = _bounds(row)
        hours = sorted({*(low + half / 2 for half in range(int((high - low) * 2) + 1)), float(limit)})
        options = "".join(f"<option value='{hour:g}'{' selected' if hour == float(limit) else ''}>{esc(in_words(row, hour))}</option>" for hour in hours)
        return f"<span class=kj-limit><select data-limit='{name}' aria-label='{label}' title='{label}'>{options}</select></span>"
    low, high, step = _bounds(row)
    shown = typed[:12] or (f"{float(limit) * 100:g}" if row.unit == "share" else f"{limit:g}")
    unit = " %" if row.unit == "share" else ""
    return (f"<span class=kj-limit><input type=number required data-limit='{name}' min='{low:g}' max='{high:g}' step='{step if step == 1 else 'any'}' "
            f"value='{esc(shown)}' style='--w:{max(len(shown), 2)}' aria-label='{label}{esc(unit)}' title='{label}'>{unit}</span>")


def sentence(tag: Tag, limits: Mapping[str, Value], editable: bool, typed: Mapping[str, str] | None = None) -> str:
    """The rule in words as HTML; its limits are boxes to type in where ``editable`` (filled with what was ``typed``), else they stand out."""
    text = esc(tag.rule.in_(language()))
    for row in tag.limits:
        limit = limits[short(row)]
        shown = _box(row, limit, (typed or {}).get(short(row), "")) if editable else f"<b>{esc(in_words(row, limit))}</b>"
        text = text.replace("{" + short(row) + "}", shown)
    return f"<p class='kj-sentence{' edit' if editable else ''}'>{text}</p>"


def read(tag: Tag, typed: Mapping[str, str]) -> tuple[dict[str, Value], list[str]]:
    """The typed limits by short name, and for each that cannot be, a sentence that says what is allowed."""
    limits: dict[str, Value] = {}
    wrong: list[str] = []
    for row in tag.limits:
        given: object = typed.get(short(row), "")
        try:
            if row.unit == "share":
                given = round(float(str(given)) / 100, 6)
            limits[short(row)] = check(row, given)
        except (SettingError, ValueError):
            low, high = row.low if row.low is not None else 0, row.high if row.high is not None else 1_000_000
            cast = float if row.unit in ("share", "clock") else int
            wrong.append(say("library.wrong", what=what(row), low=in_words(row, cast(low)), high=in_words(row, cast(high))))
    return limits, wrong
