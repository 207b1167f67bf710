"""Present player: the story on the whole window, and the answers to live questions put into it.

All scenes are sent at once in one element, so the next one asks the server nothing.  What is asked in a meeting goes through a small
element beside it that runs alone: an answer sends one scene and redraws nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import streamlit as st

from lib import words
from lib.show import door, pick, present_story
from lib.show.present_story import Options, Shown
from lib.story import slides
from lib.story.scene import Scene, Wish
from lib.words import say

PLAYER, LIVE = "present.player", "present.asked"
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

def _live(shown: Shown, stamp: str) -> None:
    spoken, desk = words.language(), shown.office.desk

    @st.fragment(key="present.live")
    def live() -> None:
        words.speak(spoken)
        if not door.still_here(desk.store, desk.viewer):
            st.rerun(scope="app")
        component = st.components.v2.component("kanjian_answers", html="<div class='kjp-live' hidden></div>", js=_ANSWERS, isolate_styles=False)
        component(data=answer(shown, stamp, getattr(st.session_state.get(LIVE), "asked", None)), key=LIVE, on_asked_change=lambda: None)

    live()


def answer(shown: Shown, stamp: str, question: object) -> dict[str, object]:
    """What the player is told of the last question: ``turn`` grows with every answer, ``scene`` is what to show (None: nothing), ``say`` a
    line to say.  Without a new question, the answer that was given last."""
    last = st.session_state.get("present.answer")
    kept: dict[str, object] = last if isinstance(last, dict) else {"turn": 0}
    read = _read(question)
    if read is None:
        return kept
    told: dict[str, object] = {"turn": int(str(kept["turn"])) + 1, "scene": None, "say": ""}
    if read.get("stamp") != stamp:
        told["say"] = say("present.live.moved")
    else:
        told |= _answered(shown, read, st.session_state.get("present.picture"))
    st.session_state["present.answer"] = {key: value for key, value in told.items() if key != "picture"}
    st.session_state["present.picture"] = told.pop("picture", None)
    return told


def _answered(shown: Shown, read: Mapping[str, object], before: object) -> dict[str, object]:
    """The answer to one question: the scene that is shown, limited to what was picked or to the bar that was clicked."""
    options = present_story.picks(shown.presenter)
    at = read.get("scene")
    if not isinstance(at, int) or not 0 <= at < len(shown.story.scenes):
        return {"say": say("present.live.moved")}
    scene = shown.story.scenes[at]
    picked = _picked(read.get("picked"), options)
    if read.get("pick") in options:
        picked = picked | _picked({str(read["pick"]): read.get("of")}, options)
    wish = replace(scene.wish, **{what: options[what][place][0] for what, place in picked.items()})
    if "place" in read:
        wish, picked = _of_place(scene if not read.get("asked") else before, read["place"], wish, picked, options)
    found = present_story.asked(shown, wish)
    if found is None:
        return {"say": say("present.live.nothing"), "picture": before}
    limits = present_story.limits(shown.presenter, wish)
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
