"""Present arranging: the scenes in their order, what the presenter says beside them, and the meeting they are shown in.

Whatever is changed is kept at once, for this viewer; words that name somebody are kept with a pseudonym, and the page says where.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from lib.access.desk import Desk
from lib.access.story_desk import Changed, Choice, Kept, Meeting, TooMany, Wish, WrongChoice
from lib.ledger.story_shape import LONGEST_CAPTION, LONGEST_NOTES, LONGEST_TITLE, MOST_SCENES
from lib.show import present_story
from lib.show.care_live import Asked
from lib.show.parts import esc, full_day, week_span
from lib.show.present_story import Options, Shown
from lib.show.sections import Held, Wrong
from lib.story import scenes
from lib.words import say

_AREA = "present."
_DRAWN = "arrange.drawn"
"""What this tab showed last: the id of the meeting and its version."""


# --- doing ----------------------------------------------------------------------------------------------------------------------

def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Do what was asked for; None when it was asked of another part."""
    do = _ACTS.get(asked.what.removeprefix(_AREA)) if asked.what.startswith(_AREA) else None
    if do is None:
        return None
    try:
        return do(present_story.of(desk), asked, held)
    except (WrongChoice, TooMany, Changed) as why:
        raise Wrong(str(why)) from why


def _up(shown: Shown, asked: Asked, held: Held) -> str:
    return _moved(shown, asked, held, -1)


def _down(shown: Shown, asked: Asked, held: Held) -> str:
    return _moved(shown, asked, held, +1)


def _moved(shown: Shown, asked: Asked, held: Held, by: int) -> str:
    at, order = _at(shown, asked.of), list(shown.choices)
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    _keep(shown, order, held)
    return say("present.told.moved", at=to + 1, of=len(order))


def _flip(shown: Shown, asked: Asked, held: Held) -> str:
    at, order = _at(shown, asked.of), list(shown.choices)
    order[at] = replace(order[at], hidden=not order[at].hidden)
    _keep(shown, order, held)
    return say("present.told.left" if order[at].hidden else "present.told.back", at=at + 1)


def _drop(shown: Shown, asked: Asked, held: Held) -> str:
    at, order = _at(shown, asked.of), list(shown.choices)
    order.pop(at)
    _keep(shown, order, held)
    return say("present.told.dropped", at=at + 1)


def _keep(shown: Shown, order: Sequence[Choice], held: Held) -> None:
    """Keep the scenes in this order if they are still what this tab showed: a click on what another window changed meanwhile would do
    something else than it says.  Raises :class:`Changed`."""
    made, version = held.state.get(_DRAWN, (shown.meeting.id, shown.meeting.version))  # type: ignore[misc]
    kept = shown.office.keep(order, replace(shown.meeting, id=made, version=version)).meeting
    held.state[_DRAWN] = kept.id, kept.version  # what this tab did itself is no other window's doing, also before it is drawn


def _reset(shown: Shown, asked: Asked, held: Held) -> str:
    shown.office.keep([Choice(wish) for wish in present_story.house(shown.presenter)], _drawn(shown, asked.of))
    return say("present.told.reset")


def _words(shown: Shown, asked: Asked, held: Held) -> str:
    name, _, version = asked.of.partition(":")
    at, order = _at(shown, name), list(shown.choices)
    order[at] = replace(order[at], caption=asked.typed.get("caption", ""), notes=asked.typed.get("notes", ""))
    seen = replace(shown.meeting, version=int(version) if version.isdigit() else -1)
    kept = shown.office.keep(order, seen, held.sent(asked.form, asked.typed.get("key", "")))
    _done(held, asked)
    return _replaced(kept, say("present.told.words", at=at + 1))


def _add(shown: Shown, asked: Asked, held: Held) -> str:
    wish = Wish(asked.typed.get("kind", ""), *(asked.typed.get(what, "") for what in ("department", "team", "tag", "week")))
    added = shown.office.add([wish], house=scenes.default)
    _done(held, asked)
    return say("present.told.added" if added.new else "present.told.there", at=added.scenes)


def _meeting(shown: Shown, asked: Asked, held: Held) -> str:
    seen = replace(shown.meeting, version=int(asked.of) if asked.of.isdigit() else -1)
    kept = shown.office.change(seen, asked.typed.get("title", ""), bool(asked.typed.get("letters")), held.sent(asked.form, asked.typed.get("key", "")))
    _done(held, asked)
    return _replaced(kept, say("present.told.meeting"))


def _anew(shown: Shown, asked: Asked, held: Held) -> str:
    kept = shown.office.new_meeting(asked.typed.get("title", ""), _drawn(shown, asked.of), held.sent(asked.form, asked.typed.get("key", "")))
    _done(held, asked)
    return _replaced(kept, say("present.told.anew"))


_ACTS: dict[str, Callable[[Shown, Asked, Held], str]] = {
    "up": _up, "down": _down, "flip": _flip, "drop": _drop, "reset": _reset, "words": _words, "add": _add, "meeting": _meeting, "anew": _anew}


def _drawn(shown: Shown, of: str) -> Meeting:
    """The meeting as it was drawn beside what was clicked: a page that is behind is told so, and takes away nothing that it does not show."""
    made, _, version = of.rpartition(":")
    return replace(shown.meeting, id=made, version=int(version)) if version.isdigit() else shown.meeting


def _done(held: Held, asked: Asked) -> None:
    held.used(asked.form)
    held.forget = asked.form


def _at(shown: Shown, name: str) -> int:
    """Where the scene that was clicked stands now.  Raises LookupError when another window took it out."""
    names = named(shown.choices)
    if name not in names:
        raise LookupError(name)
    return names.index(name)


def _replaced(kept: Kept, told: str) -> str:
    """What was done, and where a name was replaced."""
    where = [say("present.replaced.title") if what == "title" else say(f"present.replaced.{what}", at=place + 1) for place, what in kept.replaced]
    return told + "".join(say("present.replaced", where=one) for one in where)


def named(choices: Iterable[Choice]) -> list[str]:
    """A name for every scene that stays with it when it is moved: made of what it shows, numbered where two show the same."""
    names: list[str] = []
    for choice in choices:
        base = f"{zlib.crc32(repr(choice.wish).encode()):08x}"
        names.append(f"{base}{sum(name.startswith(base) for name in names) or ''}")
    return names


# --- drawing --------------------------------------------------------------------------------------------------------------------

def html(desk: Desk, held: Held) -> str:
    """The list of scenes, a form for one more, and the meeting."""
    shown = present_story.of(desk)
    held.state[_DRAWN] = shown.meeting.id, shown.meeting.version
    return _list(shown, held) + _more(shown, held) + _of_meeting(shown, held)


def _of(shown: Shown) -> str:
    return esc(f"{shown.meeting.id}:{shown.meeting.version}")


def _list(shown: Shown, held: Held) -> str:
    names = named(shown.choices)
    rows = "".join(_row(shown, held, place, choice, names[place]) for place, choice in enumerate(shown.choices))
    reset = f"<button type=button class=act data-ask='present.reset' data-of='{_of(shown)}'>{esc(say('present.reset'))}</button>" if shown.chosen else ""
    body = f"<ol class='pr-list'>{rows}</ol>" if rows else f"<p>{esc(say('present.none'))}</p>"
    return (f"<section class='kj-card kj-stack'><div class='kj-row'><h2>{esc(say('present.scenes'))}</h2>{reset}</div>"
            f"<p class='kj-note'>{esc(say('present.scenes.how'))}</p>{body}</section>")


def _row(shown: Shown, held: Held, place: int, choice: Choice, name: str) -> str:
    scene = present_story.scene(shown, choice)
    title = scene.title if scene else say("present.no_data")
    parts = [present_story.kind_name(choice.wish.kind), present_story.limits(shown.presenter, choice.wish), scene.period if scene else "",
             "" if scene is None or scene.sure else say("present.unsure"), say("present.left_out") if choice.hidden else ""]
    under = " · ".join(part for part in parts if part)
    caption = f"<p>{esc(choice.caption)}</p>" if choice.caption else ""
    first, last = place == 0, place == len(shown.choices) - 1
    acts = "".join((_pick("up", name, "↑", say("present.up", at=place + 1), first), _pick("down", name, "↓", say("present.down", at=place + 1), last),
                    _pick("flip", name, say("present.show" if choice.hidden else "present.hide"), say("present.flip.label", at=place + 1), pressed=choice.hidden),
                    _pick("drop", name, say("present.drop"), say("present.drop.label", at=place + 1))))
    return (f"<li class='pr-row{' out' if choice.hidden else ''}'><span class='pr-n' aria-hidden=true>{place + 1}</span>"
            f"<div class='pr-what'><b>{esc(title)}</b><span class='kj-note'>{esc(under)}</span>{caption}{_form(shown, held, choice, name)}</div>"
            f"<div class='pr-acts'>{acts}</div></li>")


def _pick(what: str, name: str, words: str, label: str, off: bool = False, pressed: bool | None = None) -> str:
    """A button that keeps the focus when its scene is drawn somewhere else."""
    state = "" if pressed is None else f" aria-pressed={'true' if pressed else 'false'}"
    return (f"<button type=button class=act data-pick='present.{what}:{esc(name)}' aria-label='{esc(label)}'{' disabled' if off else ''}{state}>"
            f"{esc(words)}</button>")


def _form(shown: Shown, held: Held, choice: Choice, name: str) -> str:
    form = f"present.words:{name}"
    return (f"<details class=more data-key='{esc(form)}'><summary>{esc(say('present.words'))}</summary><form data-form='{esc(form)}'>"
            f"<input type=hidden name=key value='{esc(held.key(form))}'>"
            f"<label class=all><span>{esc(say('present.caption'))}</span>"
            f"<input name=caption maxlength={LONGEST_CAPTION} autocomplete=off value='{esc(choice.caption)}'></label>"
            f"<label class=all><span>{esc(say('present.notes'))}</span>"
            f"<textarea name=notes rows=4 maxlength={LONGEST_NOTES}>{esc(choice.notes)}</textarea></label>"
            f"<p class='kj-note'>{esc(say('present.words.names'))}</p>"
            f"<button type=submit class=main data-ask='present.words' data-of='{esc(name)}:{shown.meeting.version}'>{esc(say('present.save'))}</button></form></details>")


def _more(shown: Shown, held: Held) -> str:
    presenter = shown.presenter
    # the end of a month is kept by its day, also of the latest week: next week it is still that month's
    ends = tuple((monday.isoformat(), say("present.month_week", month=month, span=week_span(monday))) for monday, month in present_story.month_ends(presenter))
    inner = "".join((_select("kind", present_story.kinds()), _select("team", present_story.teams(presenter)), _select("department", present_story.departments(presenter)),
                     _select("week", **{"present.player.by_week": present_story.weeks(presenter), "present.player.by_month": ends}), _select("tag", present_story.tags(presenter))))
    return (f"<section class='kj-card kj-stack'><h2>{esc(say('present.add'))}</h2><form data-form='present.add'>{inner}"
            f"<button type=submit data-ask='present.add'>{esc(say('present.add.do'))}</button></form>"
            f"<p class='kj-note'>{esc(say('present.add.most', most=MOST_SCENES))}</p></section>")


def _select(name: str, options: Options = (), **groups: Options) -> str:
    """What can be chosen, in ``groups`` where it is of several kinds, each by the key of its name; a group without any is left out."""
    listed = lambda one: "".join(f"<option value='{esc(value)}'>{esc(label)}</option>" for value, label in one)
    inner = listed(options) + "".join(f"<optgroup label='{esc(say(key))}'>{listed(one)}</optgroup>" for key, one in groups.items() if one)
    return f"<label><span>{esc(say(f'present.by.{name}'))}</span><select name={name}>{inner}</select></label>"


def _of_meeting(shown: Shown, held: Held) -> str:
    meeting, form, anew = shown.meeting, "present.meeting", "present.anew"
    title = (f"<label class=all><span>{esc(say('present.meeting.title'))}</span>"
             f"<input name=title maxlength={LONGEST_TITLE} autocomplete=off value='{esc(meeting.title)}' placeholder='{esc(shown.story.title)}'></label>")
    key = lambda name: f"<input type=hidden name=key value='{esc(held.key(name))}'>"
    letters = (f"<label class='check all'><input type=checkbox name=letters value=yes{' checked' if meeting.letters else ''}> "
               f"<span>{esc(say('present.meeting.letters'))}</span></label>")
    return (f"<section class='kj-card kj-stack'><h2>{esc(say('present.meeting'))}</h2>"
            f"<p class='kj-note'>{esc(say('present.meeting.how', made=full_day(meeting.made), ends=full_day(meeting.ends)))}</p>"
            f"<form data-form='{form}'>{key(form)}{title}{letters}"
            f"<button type=submit class=main data-ask='{form}' data-of='{meeting.version}'>{esc(say('present.save'))}</button></form>"
            f"<details class=more data-key='{anew}'><summary>{esc(say('present.anew'))}</summary><form data-form='{anew}'>{key(anew)}"
            f"<p class='kj-note all'>{esc(say('present.anew.how'))}</p>{title}"
            f"<button type=submit data-ask='{anew}' data-of='{_of(shown)}'>{esc(say('present.anew.do'))}</button></form></details></section>")


def count(shown: Shown) -> str:
    """How long the story is, in one sentence."""
    n, left = len(shown.story.scenes), sum(choice.hidden for choice in shown.choices)
    key = "present.title.one" if n == 1 else "present.title"
    return say(key, n=n) + (say("present.title.left", n=left) if left else "")
