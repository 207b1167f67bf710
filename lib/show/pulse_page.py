"""The answer page of the pulse: five questions at one tap each and a comment, for somebody who is nobody in particular."""

from __future__ import annotations

import streamlit as st

from lib.access.pulse_desk import QUESTIONS, PulseDoor, Refused
from lib.ledger.engine import LedgerBusy, LedgerMoved
from lib.ledger.pulse import MOST_WORDS
from lib.ledger.vault import KeyLost
from lib.show import cards, care_live, sections
from lib.show.care_live import Asked
from lib.show.my_pulse import WHY
from lib.show.parts import esc
from lib.warehouse.store import Store
from lib.words import say

_LIVE, _DONE, _TURN = "pulse.live", "pulse.done", "pulse.turn"


def draw(store: Store) -> None:
    """Take what was sent, and draw the questions, the thank-you, or why the link is not good."""
    door = PulseDoor(store, st.query_params.get("t", "").strip())
    wrong = ""
    if asked := care_live.asked(_LIVE):
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
        wrong = _take(door, asked)
    html = _thanks() if st.session_state.get(_DONE) else _form(wrong) if door.good() else _not_good()
    sections.draw(f"<div class=pulse-page>{html}</div>", _LIVE, st.session_state.get(_TURN, 0))
    cards.end("pulse", f"{bool(st.session_state.get(_DONE))} {st.session_state.get(_TURN, 0)}")


def _take(door: PulseDoor, asked: Asked) -> str:
    """Give the answer; returns what is wrong with it, '' when it was kept."""
    if asked.what != "pulse.answer" or st.session_state.get(_DONE):
        return ""
    scores = {question: int(found) for question in QUESTIONS if (found := asked.typed.get(question, "")) in ("1", "2", "3", "4", "5")}
    if len(scores) < len(QUESTIONS):
        return say("pulse.answer.missing", n=len(QUESTIONS) - len(scores))
    try:
        door.answer(scores, asked.typed.get("words", "")[:MOST_WORDS])
    except Refused as why:
        return say(f"pulse.refused.{why.code}")
    except (LedgerBusy, LedgerMoved, KeyLost) as why:
        return str(why)
    st.session_state[_DONE] = True
    return ""


def _form(wrong: str) -> str:
    asked = "".join(_question(question) for question in QUESTIONS)
    told = f"<p class='kj-told care' role=alert data-land tabindex=-1>{esc(wrong)}</p>" if wrong else ""
    return (f"<h1>{esc(say('pulse.answer.title'))}</h1><p>{esc(say('pulse.answer.lead'))}</p>{_why()}"
            f"<form data-form='pulse.answer'>{asked}"
            f"<label class=all><span>{esc(say('pulse.answer.words'))}</span><textarea name=words rows=3 maxlength={MOST_WORDS}></textarea></label>"
            f"<p class='kj-note'>{esc(say('pulse.answer.words_note'))}</p>{told}"
            f"<button type=submit data-ask='pulse.answer'>{esc(say('pulse.answer.send'))}</button></form>")


def _question(question: str) -> str:
    taps = "".join(f"<label><input type=radio name={question} value={score} aria-label='{esc(say(f'pulse.question.{question}'))} {score}'><span>{score}</span></label>"
                   for score in range(1, 6))
    return (f"<fieldset class=pulse-ask><legend>{esc(say(f'pulse.ask.{question}'))}</legend><div class=taps>{taps}</div>"
            f"<div class=ends><span>{esc(say(f'pulse.ask.{question}.low'))}</span><span>{esc(say(f'pulse.ask.{question}.high'))}</span></div></fieldset>")


def _why() -> str:
    return (f"<section class='kj-card kj-stack'><h2>{esc(say('pulse.why'))}</h2><ul class=plain-list>"
            f"{''.join(f'<li>{esc(say(key))}</li>' for key in WHY)}</ul></section>")


def _thanks() -> str:
    return f"<section class='kj-card kj-stack'><h1 data-land tabindex=-1>{esc(say('pulse.thanks'))}</h1><p>{esc(say('pulse.thanks_then'))}</p></section>"


def _not_good() -> str:
    return f"<section class='kj-card kj-stack'><h1>{esc(say('pulse.not_good'))}</h1><p>{esc(say('pulse.not_good_why'))}</p></section>"
