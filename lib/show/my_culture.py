"""My culture: what is on and signing up for it, votes, questions, thanks, customer stories."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lib.access.culture_desk import MyCulture, NoColleague, SeveralColleagues
from lib.access.desk import Desk
from lib.ledger.culture import MOST_TEXT, MOST_TITLE, REASONS, Activity, Closed, Enough, Full
from lib.ledger.vault import KeyLost
from lib.show import sections
from lib.show.care_live import Asked
from lib.show.parts import chips, day, esc
from lib.show.sections import Held, Wrong
from lib.words import say

_NEXT = 4
_THANKED = "culture.thanked"
"""In ``held.state``: the key of the last thanks that were said, and what was told then."""


def html(desk: Desk, held: Held) -> str:
    """One card: what is on, thanks, and stories."""
    mine = MyCulture(desk, sections.still(desk))
    coming, thanked = mine.activities(), mine.thanked()
    if coming:
        title = say("culture.my.title", title=coming[0].title, day=day(coming[0].day))
    else:
        title = say("culture.my.title_thanked", n=sum(thanked.values())) if thanked else say("culture.my.title_none")
    rows = "".join(_activity(one, mine, held) for one in coming[:_NEXT])
    inner = f"<ul class=rows>{rows}</ul>" if rows else f"<p class='kj-note'>{esc(say('culture.my.nothing'))}</p>"
    if thanked:
        got = chips(say("culture.thanks.got", reason=say(f"culture.reason.{reason}"), n=n) for reason, n in sorted(thanked.items()))
        inner += f"<p>{esc(say('culture.my.title_thanked', n=sum(thanked.values())))}</p><div class=chips>{got}</div>"
    inner += _thanks(mine, held) + readable(lambda: _stories(mine, held))
    return f"<section class='kj-card kj-stack'><h2>{esc(title)}</h2>{inner}</section>"


def readable(make: Callable[[], str]) -> str:
    """What somebody wrote; where the key to it is lost, what to do about that stands in its place."""
    try:
        return make()
    except KeyLost as why:
        return f"<p class='kj-note'>{esc(why)}</p>"


def where(one: Activity) -> str:
    """Kind, day, time and place of an activity."""
    return " ".join(say("culture.activity.where", kind=say(f"culture.kind.{one.kind}"), day=day(one.day), starts=one.starts, place=one.place).split())


def taken(one: Activity) -> str:
    """How many signed up."""
    if one.seats is None:
        return say("culture.activity.signed", n=one.signed_up)
    return say("culture.activity.seats", n=one.signed_up, seats=one.seats)


def _activity(one: Activity, mine: MyCulture, held: Held) -> str:
    under = f"{taken(one)} · {say('culture.activity.mine')}" if one.mine else taken(one)
    full = one.seats is not None and one.signed_up >= one.seats
    if one.mine:
        button = _button("step_back", one.id, "culture.step_back")
    else:
        button = f"<span class='kj-note'>{esc(say('culture.full'))}</span>" if full else _button("sign_up", one.id, "culture.sign_up", " main")
    votes = ""
    if one.options:
        pills = "".join(
            f"<button type=button class=act aria-pressed={'true' if option.id == one.voted else 'false'} data-ask='culture.vote' "
            f"data-of='{esc(one.id)}:{esc(option.id)}'>{esc(say('culture.vote.option', label=option.label, n=option.votes))}</button>" for option in one.options)
        votes = f"<p class='kj-note'>{esc(say('culture.vote'))}</p><div class=chips>{pills}</div>"
    asks = readable(lambda: _questions(one, mine)) if one.kind == "sharing" else ""
    return (f"<li><div><b>{esc(one.title)}</b><br><span class='kj-note'>{esc(where(one))}</span><br><span class='kj-note'>{esc(under)}</span>"
            f"{votes}{asks}</div>{button}</li>")


def _button(what: str, of: str, words: str, kind: str = "") -> str:
    return f"<button type=button class='act{kind}' data-ask='culture.{what}' data-of='{esc(of)}'>{esc(say(words))}</button>"


def _questions(one: Activity, mine: MyCulture) -> str:
    listed = "".join(f"<li>{esc(text)}</li>" for text in mine.questions(one.id))
    form = f"culture.ask:{one.id}"
    return (f"<details class=more data-key='{esc(form)}'><summary>{esc(say('culture.questions', n=one.questions))}</summary>"
            f"{f'<ul class=rows>{listed}</ul>' if listed else ''}<form data-form='{esc(form)}'>"
            f"<label class=all><span>{esc(say('culture.question.text'))}</span><textarea name=text rows=2 maxlength={MOST_TEXT} required></textarea></label>"
            f"<button type=submit data-ask='culture.ask' data-of='{esc(one.id)}'>{esc(say('culture.question.save'))}</button></form></details>")


def _thanks(mine: MyCulture, held: Held) -> str:
    left = mine.thanks_left()
    if not left:
        return f"<p class='kj-note'>{esc(say('culture.thanks.none'))}</p>"
    reasons = "".join(f"<option value='{reason}'>{esc(say(f'culture.reason.{reason}'))}</option>" for reason in REASONS)
    return (f"<details class=more data-key='culture.thank'><summary>{esc(say('culture.thanks'))}</summary><form data-form='culture.thank'>"
            f"<input type=hidden name=key value='{esc(held.key('culture.thank'))}'>"
            f"<label><span>{esc(say('culture.thanks.whom'))}</span><input name=whom maxlength=64 required autocomplete=off></label>"
            f"<label><span>{esc(say('culture.thanks.reason'))}</span><select name=reason>{reasons}</select></label>"
            f"<button type=submit data-ask='culture.thank'>{esc(say('culture.thanks.save'))}</button>"
            f"<p class='kj-note'>{esc(say('culture.thanks.left', n=left))}</p></form></details>")


def told(stories: Iterable[tuple[str, str]]) -> str:
    """Published stories by title and text."""
    return "".join(f"<details class=fold><summary>{esc(title)}</summary><blockquote>{esc(text)}</blockquote></details>" for title, text in stories)


def _stories(mine: MyCulture, held: Held) -> str:
    public = told((one.title, one.text) for one in mine.published())
    own = "".join(
        f"<li><div>{esc(one.title)} <span class='kj-note'>{esc(say(f'culture.story.{one.state}'))}</span></div>"
        f"{_button('take_back', one.id, 'culture.story.take_back') if one.state == 'waiting' else ''}</li>" for one in mine.own_stories())
    form = (f"<details class=more data-key='culture.tell'><summary>{esc(say('culture.story.tell'))}</summary><form data-form='culture.tell'>"
            f"<label class=all><span>{esc(say('culture.story.title'))}</span><input name=title maxlength={MOST_TITLE} required autocomplete=off></label>"
            f"<label class=all><span>{esc(say('culture.story.text'))}</span><textarea name=text rows=4 maxlength={MOST_TEXT} required></textarea></label>"
            f"<input type=hidden name=key value='{esc(held.key('culture.tell'))}'>"
            f"<button type=submit data-ask='culture.tell'>{esc(say('culture.story.save'))}</button></form></details>")
    read = f"<h3>{esc(say('culture.stories'))}</h3>{public}" if public else ""
    listed = f"<h3>{esc(say('culture.story.mine'))}</h3><ul class=rows>{own}</ul>" if own else ""
    return read + listed + form


# --- what was clicked ---------------------------------------------------------------------------------------------------------

def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Sign up, step back, vote, ask, thank, tell, take back."""
    does = _DOES.get(asked.what)
    if does is None:
        return None
    try:
        return does(MyCulture(desk, sections.still(desk)), asked, held)
    except Full:
        raise Wrong(say("culture.wrong.full")) from None
    except Closed:
        raise Wrong(say("culture.wrong.closed")) from None


def _sign_up(mine: MyCulture, asked: Asked, held: Held) -> str:
    mine.sign_up(asked.of)
    return say("culture.signed_up")


def _step_back(mine: MyCulture, asked: Asked, held: Held) -> str:
    mine.step_back(asked.of)
    return say("culture.stepped_back")


def _vote(mine: MyCulture, asked: Asked, held: Held) -> str:
    activity, _, option = asked.of.partition(":")
    mine.vote(activity, option)
    return say("culture.voted")


def _words(asked: Asked, name: str, most: int) -> str:
    text = asked.typed.get(name, "").strip()
    if not 0 < len(text) <= most:
        raise Wrong(say("culture.wrong.text", most=most))
    return text


def _ask(mine: MyCulture, asked: Asked, held: Held) -> str:
    mine.ask(asked.of, _words(asked, "text", MOST_TEXT))
    held.forget = f"culture.ask:{asked.of}"
    return say("culture.question.saved")


def _thank(mine: MyCulture, asked: Asked, held: Held) -> str:
    whom, key = _words(asked, "whom", 64), asked.typed.get("key", "")
    before = held.state.get(_THANKED)
    if key and isinstance(before, tuple) and before[0] == key:
        return str(before[1])  # the same form a second time: it was kept the first time
    try:
        name = mine.thank(whom, asked.typed.get("reason", ""))
    except NoColleague:
        raise Wrong(say("culture.wrong.nobody", whom=whom)) from None
    except SeveralColleagues:
        raise Wrong(say("culture.wrong.several", whom=whom)) from None
    except Enough:
        raise Wrong(say("culture.wrong.enough", most=int(mine.setting("culture.thanks_a_day")))) from None
    held.used("culture.thank")
    held.forget = "culture.thank"
    told = say("culture.thanks.said", name=name)
    held.state[_THANKED] = (key, told)
    return told


def _tell(mine: MyCulture, asked: Asked, held: Held) -> str:
    mine.tell(asked.typed.get("key", ""), _words(asked, "title", MOST_TITLE), _words(asked, "text", MOST_TEXT))
    held.used("culture.tell")
    held.forget = "culture.tell"
    return say("culture.story.saved")


def _take_back(mine: MyCulture, asked: Asked, held: Held) -> str:
    mine.take_back(asked.of)
    return say("culture.story.taken_back")


_DOES: dict[str, Callable[[MyCulture, Asked, Held], str]] = {
    "culture.sign_up": _sign_up, "culture.step_back": _step_back, "culture.vote": _vote, "culture.ask": _ask, "culture.thank": _thank,
    "culture.tell": _tell, "culture.take_back": _take_back,
}
