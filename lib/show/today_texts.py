"""Today, texts and support: what the talk cards say and what can be offered, read and edited by HR; strings, no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter
from uuid import uuid4

from lib.access.care_desk import MOST_WORDS, CareDesk
from lib.care import texts
from lib.care.facts import SLOTS
from lib.ledger import engine
from lib.ledger import texts as ledger_texts
from lib.show.parts import esc, number
from lib.show.today_form import Wrong
from lib.show.today_row import label
from lib.tags.rules import TAGS
from lib.words import language, say

SUPPORT = "support"
KINDS = ("opener", "avoid")


@dataclass(frozen=True)
class Line:
    """One sentence as it is listed: where it belongs, both languages, whether it is in use and whether HR wrote it."""

    key: str
    kind: str
    tag: str
    set_no: int | None
    zh: str
    en: str
    active: bool
    edited: bool

    @property
    def address(self) -> str:
        """What a button says it is about."""
        return f"{self.kind}|{self.tag}|{'' if self.set_no is None else self.set_no}|{self.key}"


def known() -> list[str]:
    """What there are sentences for, in order: the tags, promises, follow-ups, and what can be offered."""
    return [*(tag.key for tag in TAGS), *texts.OTHER, SUPPORT]


def name(of: str) -> str:
    """A tag's name, or what the other sentences are for."""
    return say(f"today.texts.of.{of}") if of in (*texts.OTHER, SUPPORT) else label(of)


def lines(office: CareDesk, of: str) -> list[Line]:
    """Every sentence for a tag (or of what can be offered): those that ship with HR's words in their place, then HR's own."""
    office.support("")  # the session is asked for before anything is read
    with engine.ledger(office.desk.data_dir, office.demo).reading() as con:
        written = {text.key: text for text in ledger_texts.overrides(con)}
    if of == SUPPORT:
        shipped: list[texts.Text] = [one.text for one in texts.shipped_support()]
    else:
        shipped = [text for one in texts.shipped(of) for text in (*one.openers, *one.avoid)]
    found = []
    for text in shipped:
        own = written.pop(text.key, None)
        now = own or text
        found.append(Line(text.key, text.kind, text.tag, text.set_no, now.zh, now.en, now.active, own is not None))
    return found + [Line(own.key, own.kind, own.tag, own.set_no, own.zh, own.en, own.active, True) for own in written.values()
                    if (own.kind == SUPPORT) == (of == SUPPORT) and (of == SUPPORT or own.tag == of)]


# --- what is asked ----------------------------------------------------------------------------------------------------------------

def save(office: CareDesk, address: str, zh: str, en: str) -> None:
    """Keep a sentence; raises :class:`Wrong` in words for what it lacks."""
    kind, tag, number_, key = _parts(address)
    if not zh or not en:
        raise Wrong(say("today.texts.both"))
    check(zh, en, kind)
    there = {line.key: line for line in lines(office, SUPPORT if kind == SUPPORT else tag)}
    active = there[key].active if key in there else True
    office.save_text(key or f"own.{uuid4().hex[:12]}", kind, tag, zh, en, number_, active)


def use(office: CareDesk, address: str, active: bool) -> None:
    """Switch a sentence on or off; raises LookupError when there is none."""
    kind, tag, number_, key = _parts(address)
    line = next((line for line in lines(office, SUPPORT if kind == SUPPORT else tag) if line.key == key), None)
    if line is None:
        raise LookupError(key)
    office.save_text(key, kind, tag, line.zh, line.en, number_, active)


def _parts(address: str) -> tuple[str, str, int | None, str]:
    kind, tag, set_no, key = ([*address.split("|"), "", "", ""])[:4]
    return kind, tag, int(set_no) if set_no.isdigit() else None, key


def check(zh: str, en: str, kind: str) -> None:
    """Raises :class:`Wrong` for slots that there are not, or that only one of the languages has."""
    try:
        ours, theirs = texts.slots(zh), texts.slots(en)
        plain = not any(spec or turned for text in (zh, en) for _, _, spec, turned in Formatter().parse(text))
    except ValueError:
        plain = False
    if not plain:  # a slot is a name and nothing else: no format that a fact could break
        raise Wrong(say("today.texts.brace"))
    shown = lambda slots: " ".join(f"{{{slot}}}" for slot in sorted(slots))
    if unknown := (ours | theirs) - (set(SLOTS) if kind != SUPPORT else set()):
        raise Wrong(say("today.texts.unknown_support" if kind == SUPPORT else "today.texts.unknown", slots=shown(unknown)))
    if ours != theirs:
        raise Wrong(say("today.texts.differ", slots=shown(ours ^ theirs)))


# --- drawn ------------------------------------------------------------------------------------------------------------------------

def page(of: str, every: Sequence[Line], editing: str, wrong: str) -> str:
    """The view under its title.  ``editing``: the address of the sentence whose form is open; ``wrong``: what is wrong with it."""
    pills = "".join(f"<button type=button data-ask=tag data-of={key} aria-pressed={'true' if key == of else 'false'}>{esc(name(key))}</button>" for key in known())
    picks = f"<div class=picks><div class='pills wrap' role=group aria-label='{esc(say('today.texts.which'))}'>{pills}</div></div>"
    return f"{picks}{_slots() if of != SUPPORT else ''}{_sets(of, every, editing, wrong)}{_hidden(every)}"


def title(of: str, every: Sequence[Line]) -> str:
    """What is shown, as a finding."""
    used = [line for line in every if line.active]
    if of == SUPPORT:
        return say("today.texts.title_support", n=number(len(used)))
    return say("today.texts.title", tag=name(of), n=number(len({line.set_no for line in used})))


def _slots() -> str:
    rows = "".join(f"<dt>{{{slot}}}</dt><dd>{esc(both[0] if language() == 'zh' else both[1])}</dd>" for slot, both in SLOTS.items())
    return f"<details class=slots><summary>{esc(say('today.texts.slots'))}</summary><p>{esc(say('today.texts.slots_how'))}</p><dl>{rows}</dl></details>"


def _sets(of: str, every: Sequence[Line], editing: str, wrong: str) -> str:
    if of == SUPPORT:
        return f"<div class=sets><section class='kj-card'>{_list(SUPPORT, SUPPORT, None, every, editing, wrong)}</section></div>"
    numbers = sorted({line.set_no for line in every if line.set_no is not None})
    boxes = "".join(f"<section class='kj-card'><h2>{esc(say('today.texts.set', n=number_))}</h2>"
                    + "".join(_list(kind, of, number_, [line for line in every if line.set_no == number_], editing, wrong) for kind in KINDS)
                    + "</section>" for number_ in numbers)
    new = max(numbers, default=0) + 1
    address = f"opener|{of}|{new}|"
    more = _form(address, "", "", wrong) if editing == address else \
        f"<button type=button class=small data-ask=edit data-of='{esc(address)}'>{esc(say('today.texts.new_set'))}</button>"
    return f"<div class=sets>{boxes}</div><div class=new>{more}</div>"


def _list(kind: str, of: str, set_no: int | None, every: Sequence[Line], editing: str, wrong: str) -> str:
    rows = "".join(_line(line, editing, wrong) for line in every if line.kind == kind and line.active)
    address = f"{kind}|{'' if kind == SUPPORT else of}|{'' if set_no is None else set_no}|"
    add = _form(address, "", "", wrong) if editing == address else \
        f"<button type=button class=kj-link data-ask=edit data-of='{esc(address)}'>{esc(say('today.texts.add'))}</button>"
    return f"<h3>{esc(say(f'today.texts.kind.{kind}'))}</h3><ul>{rows}</ul>{add}"


def _line(line: Line, editing: str, wrong: str) -> str:
    if editing == line.address:
        return f"<li>{_form(line.address, line.zh, line.en, wrong)}</li>"
    zh, en = (line.zh, line.en) if language() == "zh" else (line.en, line.zh)
    own = f" <span class='kj-chip'>{esc(say('today.texts.own'))}</span>" if line.edited else ""
    return (f"<li><p>{esc(zh)}{own}</p><p class='kj-note'>{esc(en)}</p><div class=does>{_ask('edit', line)}{_ask('hide', line)}</div></li>")


def _ask(ask: str, line: Line) -> str:
    return f"<button type=button class=kj-link data-ask={ask} data-of='{esc(line.address)}'>{esc(say(f'today.texts.{ask}'))}</button>"


def _form(address: str, zh: str, en: str, wrong: str) -> str:
    alert = f"<p class='kj-told care' role=alert>{esc(wrong)}</p>" if wrong else ""
    fields = "".join(f"<label><span>{esc(say(f'today.texts.{lang}'))}</span><textarea name={lang} rows=2 maxlength={min(MOST_WORDS, 600)} required lang={lang}>{esc(text) if text else ''}</textarea></label>"
                     for lang, text in (("zh", zh), ("en", en)))
    return (f"<form class=text data-form='text:{esc(address)}' data-land tabindex=-1>{alert}{fields}<div class=does>"
            f"<button type=submit class=main data-ask=save data-of='{esc(address)}'>{esc(say('today.texts.save'))}</button>"
            f"<button type=button data-ask=edit data-of=''>{esc(say('today.texts.cancel'))}</button></div></form>")


def _hidden(every: Sequence[Line]) -> str:
    off = [line for line in every if not line.active]
    if not off:
        return ""
    rows = "".join(f"<li><p>{esc(line.zh if language() == 'zh' else line.en)}</p>{_ask('show', line)}</li>" for line in off)
    return f"<section class='waits'><h2>{esc(say('today.texts.hidden', n=number(len(off))))}</h2><ul class=off>{rows}</ul></section>"
