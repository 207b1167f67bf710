"""Mapping editor: which column of the file is which field; a suggestion to start from, everything in it can be changed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from lib.access.office import HIDDEN, Looked, Office, private
from lib.show import cards, data_view, data_ways
from lib.show.parts import esc, percent
from lib.show.plain import plain
from lib.words import language, say

if TYPE_CHECKING:
    from lib.intake.mapping import Mapping, Where
    from lib.intake.shape import Column, Table
    from lib.intake.suggest import Guess, Suggestion

_NONE, _HEADER, _WAY = "", "h:", "w:"
_SURE, _LIKELY = 0.8, 0.55


def edit(office: Office, looked: Looked, table: str, base: Mapping | None, made: Suggestion | None, key: str) -> Mapping | None:
    """The mapping as chosen in the widgets; ``base`` fills them at first.  None when something in it cannot be used yet."""
    from lib.intake.contracts import TABLES
    from lib.intake.mapping import BrokenMapping, Mapping

    contract = TABLES[table]
    base = base or Mapping(name=table, table=table, headers=looked.headers)
    guesses = {guess.field: guess for guess in made.guesses} if made else {}
    fields = _Fields(looked, base, guesses, private(table), key)
    cards.section(say("data.map.must"), say("data.map.must_note"))
    fields.draw(_asked(contract))
    others = [column for column in contract.incoming if column.name not in {c.name for c in _asked(contract)}]
    filled = [column.name for column in others if column.name in base.fields]
    cards.section(say("data.map.may"), say("data.map.may_any") if contract.any_of else say("data.map.may_note"))
    chosen = st.multiselect(say("data.map.add"), [column.name for column in others], default=filled, key=f"{key}.may",
                            format_func=lambda name: label(contract.column(name)), placeholder=say("data.map.add_hint"))
    fields.draw([column for column in others if column.name in chosen])
    values = _aliases(looked, contract, base, fields.columns, fields.hidden, key)
    with st.expander(say("data.map.more"), expanded=bool(base.where)):
        where = _where(looked, base, fields.hidden, key)
        _spellings(contract, fields.columns, values, key)
        options = _options(contract, base, key)
    if not fields.sound:
        cards.draw(f"<p class='kj-watch'>{esc(say('data.map.unfinished'))}</p>")
        return None
    try:
        return replace(base, columns=fields.columns, derived=tuple(fields.derived), values=values, where=where, options=options,
                       headers=looked.headers)
    except BrokenMapping as broken:
        cards.problem(say("data.map.broken"), str(broken), say("data.map.broken_mend"))
        return None


def _asked(contract: Table) -> list[Column]:
    return [column for column in contract.incoming if column.must]


def label(column: Column) -> str:
    """A field in the words of its contract."""
    return column.zh if language() == "zh" else column.en


def short(column: Column) -> str:
    """The same without examples and remarks, for the head of a table."""
    return re.split(r"[,,((;]", label(column))[0].strip()


class _Fields:
    """The field rows that are drawn so far, and what was chosen in them."""

    def __init__(self, looked: Looked, base: Mapping, guesses: dict[str, Guess], hidden: frozenset[str], key: str):
        self._looked, self._base, self._guesses, self._key = looked, base, guesses, key
        # A column that is or looks like something private stays hidden under whatever field it is chosen for.
        self._private, self.hidden = hidden, {guess.header for guess in guesses.values() if guess.field in hidden} | {
            header for field, header in base.columns.items() if field in hidden}
        self._ways = {spec.field: spec for spec in base.derived}
        self.columns: dict[str, str] = {}
        self.derived: list = []
        self.sound = True

    def draw(self, columns: list[Column]) -> None:
        """One selectbox a field, two beside each other where there is room."""
        for at in range(0, len(columns), 2):
            for column, place in zip(columns[at:at + 2], st.columns(2, gap="medium"), strict=False):
                with place:
                    self._field(column)

    def _field(self, column: Column) -> None:
        spec = self._ways.get(column.name)
        start = _WAY + spec.how if spec else _HEADER + self._base.columns[column.name] if column.name in self._base.columns else _NONE
        options = [_NONE, *(_HEADER + header for header in self._looked.headers), *(_WAY + way for way in data_ways.fitting(column, spec))]
        chosen = st.selectbox(
            label(column) + (" *" if column.must and not column.unless else ""), options, index=options.index(start) if start in options else 0,
            key=f"{self._key}.{column.name}", format_func=_option, help=f"`{column.name}`")
        if chosen.startswith(_WAY):
            made = data_ways.edit(chosen.removeprefix(_WAY), column, self._looked, spec, f"{self._key}.{column.name}")
            if made is None:
                self.sound = False
            else:
                self.derived.append(made)
        if column.kind in ("enum", "flag"):
            cards.draw(f"<p class='kj-note' style='margin-top:-8px'>{esc(_accepted(column))}</p>")
        if chosen.startswith(_HEADER):
            header = chosen.removeprefix(_HEADER)
            self.columns[column.name] = header
            if column.name in self._private:
                self.hidden.add(header)
            self._note(column, header)

    def _note(self, column: Column, header: str) -> None:
        """How sure the suggestion is, and what stands in the column."""
        if header in self.hidden:
            examples = f"{HIDDEN} ({say('data.map.hidden')})"
        else:
            examples = data_view.listed(value for value in self._looked.values(header, 4) if value)[:60]
        guess, sure = self._guesses.get(column.name), ""
        if guess and guess.header == header:
            tone = "fine" if guess.confidence >= _SURE else "watch" if guess.confidence >= _LIKELY else "care"
            why = guess.reason_zh if language() == "zh" else guess.reason_en
            word = say("data.map.sure" if tone == "fine" else "data.map.likely" if tone == "watch" else "data.map.unsure")
            sure = f"<span class='kj-{tone}' title='{esc(why)}'>{esc(word)} {percent(guess.confidence, 0)}</span> · "
        cards.draw(f"<p class='kj-note' style='margin-top:-8px'>{sure}{esc(say('data.map.example', values=examples or '–'))}</p>")


def _accepted(column: Column) -> str:
    """Which words a column of choices understands."""
    from lib.intake import accepted

    known = accepted.listed(column, language())
    return say("data.map.accepted_any", values=known, otherwise=column.otherwise or say("data.map.blank")) if column.lenient else (
        say("data.map.accepted", values=known))


def _option(choice: str) -> str:
    if choice == _NONE:
        return say("data.map.none")
    return choice.removeprefix(_HEADER) if choice.startswith(_HEADER) else say(f"data.way.{choice.removeprefix(_WAY)}")


# --- words of the file that mean something else ------------------------------------------------------------------------------

def _aliases(looked: Looked, contract: Table, base: Mapping, columns: dict[str, str], hidden: set[str],
             key: str) -> dict[str, dict[str, str]]:
    """Values to replace: unknown words of a choice are asked for one by one, everything else as lines of text."""
    values = {field: dict(pairs) for field, pairs in base.values.items()}
    for name, header in columns.items():
        column = contract.column(name)
        if column.kind not in ("enum", "flag"):
            continue
        known = values.get(name, {})
        strange = [text for text in looked.values(header) if text and _unknown(column, text)]
        if header in hidden:
            if column.kind == "enum" or strange:
                _hidden_words(column, values, key)
            continue
        if not strange:
            continue
        cards.draw(f"<p class='kj-note'>{esc(say('data.map.words_of', column=header))}</p>")
        places = st.columns(min(len(strange), 3))
        for at, text in enumerate(strange[:12]):
            options = ["", *_meanings(column)]
            picked = places[at % len(places)].selectbox(
                f"“{plain(text)}” →", options, index=options.index(known[text]) if known.get(text) in options else 0,
                key=f"{key}.{name}.is.{text}", format_func=lambda value, c=column: _choice(c, value))
            if picked:
                values.setdefault(name, {})[text] = picked
            else:
                values.get(name, {}).pop(text, None)
    return {field: pairs for field, pairs in values.items() if pairs and field in set(columns) | {d.field for d in base.derived}}


def _meanings(column: Column) -> tuple[str, ...]:
    return column.values or ("yes", "no")


def _hidden_words(column: Column, values: dict[str, dict[str, str]], key: str) -> None:
    """Words of a private column are not shown; who knows them writes what they mean, a line each."""
    start = "\n".join(f"{old} = {new}" for old, new in values.get(column.name, {}).items())
    text = st.text_area(say("data.map.hidden_words", field=plain(short(column)), choices=", ".join(_meanings(column))), start,
                        key=f"{key}.{column.name}.hidden", height=80, placeholder=f"… = {_meanings(column)[0]}")
    pairs = ([part.strip() for part in line.split("=", 1)] for line in text.splitlines() if "=" in line)
    values[column.name] = {old: new for old, new in pairs if old and new in _meanings(column)}


def _unknown(column: Column, text: str) -> bool:
    import pyarrow as pa

    from lib.intake.parse import clean, parse

    return bool(len(parse(column, clean(pa.array([text], pa.string())), None).failed))


def _choice(column: Column, value: str) -> str:
    if not value:
        return say("data.map.reject_it")
    if column.kind == "flag":
        return say(f"data.map.flag_{value}")
    words = dict(column.choices)[value]
    return f"{words[0]} · {value}" if language() == "zh" else value


# --- rows to take, and how to take them --------------------------------------------------------------------------------------

def _where(looked: Looked, base: Mapping, hidden: set[str], key: str) -> tuple[Where, ...]:
    """Which rows to take; further filters of a saved mapping stay as they are."""
    from lib.intake.mapping import Where

    first = base.where[0] if base.where else None
    one, two, three = st.columns([2, 1, 3])
    headers = ["", *looked.headers]
    header = one.selectbox(say("data.map.where"), headers, index=headers.index(first.column) if first and first.column in headers else 0,
                           key=f"{key}.where", format_func=lambda name: name or say("data.map.where_all"))
    keep = two.selectbox(say("data.map.where_how"), [True, False], index=0 if not first or first.keep else 1, key=f"{key}.where.keep",
                         format_func=lambda kept: say("data.map.where_keep" if kept else "data.map.where_drop"), disabled=not header)
    known = looked.values(header) if header and header not in hidden else []
    start = [value for value in first.values if first.column == header] if first else []
    values = three.multiselect(say("data.map.where_values"), list(dict.fromkeys([*known, *start])), default=start,
                               key=f"{key}.where.values.{header}", accept_new_options=True, disabled=not header,
                               placeholder=say("data.way.choose"), format_func=lambda value: value or say("data.map.blank"))
    return ((Where(header, tuple(values), keep),) if header and values else ()) + base.where[1:]


def _spellings(contract: Table, columns: dict[str, str], values: dict[str, dict[str, str]], key: str) -> None:
    """Other spellings of names, as lines ``GTXPro = GTX Pro``, a field at a time; what was written for the others is kept."""
    fields = [name for name in columns if contract.column(name).kind == "text" and not contract.column(name).sensitive]
    if not fields:
        return
    kept = st.session_state.setdefault(f"{key}.spellings", {})
    one, two = st.columns([2, 4])
    field = one.selectbox(say("data.map.spelling_of"), fields, key=f"{key}.spelling", format_func=lambda name: label(contract.column(name)))
    start = kept.get(field, "\n".join(f"{old} = {new}" for old, new in values.get(field, {}).items()))
    kept[field] = two.text_area(say("data.map.spelling"), start, key=f"{key}.spelling.{field}", height=80, placeholder="GTXPro = GTX Pro")
    for name in fields:
        if name in kept:
            pairs = (line.split("=", 1) for line in kept[name].splitlines() if "=" in line)
            values[name] = {old.strip(): new.strip() for old, new in pairs if old.strip() and new.strip()}
            if not values[name]:
                del values[name]


def _options(contract: Table, base: Mapping, key: str) -> dict[str, object]:
    """The few switches of a mapping; others that it has are kept."""
    options, orders = dict(base.options), ["", "mdy", "dmy", "ymd"]
    picked = st.selectbox(say("data.map.date_order"), orders, index=orders.index(str(options.get("date_order", ""))), key=f"{key}.order",
                          format_func=lambda order: say(f"data.map.date_{order or 'auto'}"))
    _set(options, "date_order", picked)
    for name in ("drop_identical", "distinct", *(("overnight",) if contract.name == "attendance" else ())):
        _set(options, name, st.checkbox(say(f"data.map.{name}"), bool(options.get(name)), key=f"{key}.{name}"))
    if contract.name == "attendance":
        _set(options, "spread_hours", st.number_input(say("data.map.spread_hours"), 0, 24, int(str(options.get("spread_hours", 0))),
                                                      key=f"{key}.spread", width=220))
    return options


def _set(options: dict[str, object], name: str, value: object) -> None:
    if value:
        options[name] = value
    else:
        options.pop(name, None)
