"""Present player: the story on the whole window, and the answers to live questions put into it.

All scenes are sent at once in one element, so the next one asks the server nothing.  What is asked in a meeting goes through a small
element beside it that runs alone: an answer sends one scene and redraws nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st

from lib import words
from lib.access.story_desk import Changed
from lib.show import door, pick, present_now, present_story
from lib.show.present_story import Options, Shown
from lib.story import slides
from lib.story.scene import Scene, Wish
from lib.words import say

PLAYER, LIVE = "present.player", "present.asked"
_OF_WISH = {"month": "week"}
"""What a pick limits in a wish, where it is called otherwise: a month is asked for by its last whole week."""
_CSS = Path(__file__).with_name("present.css")
_JS = """
export default function ({ parentElement, data }) {
  const home = parentElement.querySelector('.kjp-home'), start = home.querySelector('.kjp-start');
  const ask = (question) => document.querySelector('.kjp-live')?.__ask?.(question);
  // The app's own download buttons do it; under the story nobody can reach them, so the story's press them.
  const out = (key, tell) => {
    const place = () => document.querySelector(`.st-key-present-out-${key}`), button = place()?.querySelector('button'), began = Date.now();
    if (!button || button.disabled) return false;
    tell('busy');
    button.click();
    const look = setInterval(() => {
      const now = place(), wrong = now?.querySelector('[data-testid=stDownloadButtonError]');
      if (!wrong && now?.querySelector('button')?.disabled && Date.now() - began < 60000) return;
      clearInterval(look);
      tell(wrong || !now ? 'failed' : 'done');
    }, 150);
    return true;
  };
  start.textContent = data.words.start;
  start.disabled = !data.scenes.length;
  start.onclick = () => home.__player.start();
  player(home, data, ask, out);
}
"""
_ANSWERS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const own = parentElement.querySelector('.kjp-live');
  own.__ask = (question) => setTriggerValue('asked', JSON.stringify(question));
  const wrong = () => !!document.querySelector('.st-key-present-out [data-testid=stDownloadButtonError]');
  own.__wrong ??= { was: wrong() };
  own.__wrong.tell = () => setTriggerValue('failed', String(Date.now()));
  own.__wrong.look ??= new MutationObserver(() => {
    if (!own.isConnected) return own.__wrong.look.disconnect();
    const now = wrong();
    if (now && !own.__wrong.was) own.__wrong.tell();
    own.__wrong.was = now;
  });
  own.__wrong.look.observe(document.body, { childList: true, subtree: true });
  if (data.turn) document.querySelector('.kjp-home')?.__player?.answered(data);
}
"""


def draw(shown: Shown, out: Options) -> None:
    """The story over the whole window; ``out`` are the downloads it offers: key and name."""
    data = slides_of(shown)
    opened = not pick.address("arrange")
    more = {"modal": True, "opened": opened, "out": [list(one) for one in out],
            "picks": [[what, [label for _, label in options]] for what, options in present_story.picks(shown.presenter).items()]}
    _player()(data=data | more, key=PLAYER)
    _live(shown, str(data["stamp"]))


def slides_of(shown: Shown) -> dict[str, object]:
    """The story as the player is given it."""
    return shown.presenter.worked_out("present.slides", shown.story, lambda: slides.slides(shown.story))


def _player() -> Callable[..., object]:
    html = "<div class='kjp-home'><button type='button' class='kjp-start'></button></div>"
    return st.components.v2.component("kanjian_story", html=html, css=slides.sheet() + _CSS.read_text("utf-8"), js=f"{slides.script()}\n{_JS}", isolate_styles=False)


# --- a live question ------------------------------------------------------------------------------------------------------------

@dataclass
class _Last:
    """What was answered last, of which story (``stamp``); ``picture`` is the scene that a click on an answer is about, ``then`` a line to say
    when the page has been drawn anew."""

    stamp: str = ""
    told: dict[str, object] = field(default_factory=dict)
    picture: object = None
    then: str = ""


def _live(shown: Shown, stamp: str) -> None:
    spoken, desk, held, least = words.language(), shown.office.desk, present_now.held(shown), shown.presenter.smallest_group()
    _drawn_anew(shown, stamp)

    @st.fragment(key="present.live")
    def live() -> None:
        words.speak(spoken)
        if not door.still_here(desk.store, desk.viewer):
            st.rerun(scope="app")
        try:
            present_now.same(shown.office, shown, least)
        except Changed:
            _last(shown, stamp).then = say("present.live.moved")
            st.rerun(scope="app")
        asked = st.session_state.get(LIVE)
        wrong = present_now.wrong(held) if getattr(asked, "failed", None) else ""
        told = _told(shown, stamp, {"say": wrong}) if wrong else answer(shown, stamp, getattr(asked, "asked", None))
        component = st.components.v2.component("kanjian_answers", html="<div class='kjp-live' hidden></div>", js=_ANSWERS, isolate_styles=False)
        component(data=told, key=LIVE, on_asked_change=lambda: None, on_failed_change=lambda: None)
        if wrong:
            st.error(wrong)

    live()


def _last(shown: Shown, stamp: str) -> _Last:
    """What this viewer was answered last of this story: of another one, and to another viewer, nothing was."""
    state = present_now.held(shown).state
    there = state.get("live.last")
    if not isinstance(there, _Last) or there.stamp != stamp:
        there = state["live.last"] = _Last(stamp, then=there.then if isinstance(there, _Last) else "")
    return there


def _told(shown: Shown, stamp: str, told: Mapping[str, object], picture: object = None) -> dict[str, object]:
    """Keep an answer as the last one.  Its number grows as long as the tab is open, whoever looks, so that no player takes it for an old one."""
    turn = st.session_state["present.turn"] = int(st.session_state.get("present.turn", 0)) + 1
    last = _last(shown, stamp)
    last.told, last.picture = {"scene": None, "say": "", **told, "turn": turn}, picture
    return last.told


def _drawn_anew(shown: Shown, stamp: str) -> None:
    """Whoever comes (back) to the page begins with the story, not with the last answer; a click on one that is still shown is understood."""
    last = _last(shown, stamp)
    if last.then:
        _told(shown, stamp, {"say": last.then})
        last.then = ""
    else:
        last.told = {"turn": last.told["turn"]} if last.told else {}


def answer(shown: Shown, stamp: str, question: object) -> dict[str, object]:
    """What the player is told of the last question: ``turn`` grows with every answer, ``scene`` is what to show (None: nothing), ``say`` a
    line to say.  Without a new question, the answer that this viewer was given last of this story."""
    last, read = _last(shown, stamp), _read(question)
    if read is None:
        return last.told or {"turn": 0}
    if read.get("stamp") != stamp:
        return _told(shown, stamp, {"say": say("present.live.moved")})
    told = _answered(shown, read, last.picture)
    picture = told.pop("picture", None)
    return _told(shown, stamp, told, picture)


def _answered(shown: Shown, read: Mapping[str, object], before: object) -> dict[str, object]:
    """The answer to one question: the scene that is shown, limited to what was picked or to the bar that was clicked."""
    options = present_story.picks(shown.presenter)
    at = read.get("scene")
    if not isinstance(at, int) or not 0 <= at < len(shown.story.scenes):
        return {"say": say("present.live.moved")}
    scene = shown.story.scenes[at]
    picked = _picked(read.get("picked"), options)
    pick = str(read.get("pick"))
    if new := _picked({pick: read.get("of")}, options):
        picked = {what: place for what, place in picked.items() if {what, pick} != {"week", "month"}} | new
    wish = replace(scene.wish, **{_OF_WISH.get(what, what): options[what][place][0] for what, place in picked.items()})
    if "place" in read:
        wish, picked = _of_place(scene if not read.get("asked") else before, read["place"], wish, picked, options)
    found = present_story.asked(shown, wish)
    if found is None:
        return {"say": say("present.live.nothing"), "picture": before}
    limits = present_story.limits(shown.presenter, wish, options["month"][picked["month"]][1] if "month" in picked else "")
    return {"scene": slides.slide(found), "picked": picked, "label": say("present.live.label", what=limits or say("present.live.all")), "picture": found}


def _of_place(asked: object, place: object, wish: Wish, picked: dict[str, int], options: Mapping[str, Options]) -> tuple[Wish, dict[str, int]]:
    """The wish limited to what stands at a place of the picture that was clicked: a team, a department, or a tag."""
    asks = asked.picture.asks if isinstance(asked, Scene) and asked.picture else ()
    if not isinstance(place, int) or not 0 <= place < len(asks) or not asks[place]:
        return wish, picked
    for what in ("team", "tag"):
        values = [value for value, _ in options[what]]
        if asks[place] in values:
            return replace(wish, **{what: asks[place]}), picked | {what: values.index(asks[place])}
    return replace(wish, department=asks[place]), picked


def _picked(given: object, options: Mapping[str, Options]) -> dict[str, int]:
    """Places in the lists that were offered; what is none of them is left out."""
    if not isinstance(given, Mapping):
        return {}
    return {what: place for what, place in given.items() if what in options and isinstance(place, int) and 0 <= place < len(options[what])}


def _read(question: object) -> dict[str, object] | None:
    """What the browser sent, as values; None for nothing or for anything that is not of this shape."""
    try:
        found = json.loads(str(question)) if question else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
