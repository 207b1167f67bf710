"""The anonymous pulse of the demo company: what truly moves the answers of a team, and the answers as a survey tool hands them over.

A wave is closed every nine weeks.  Answers follow the team's climate, its late evenings, its decline and the care programme:
help is felt more in the weeks after the programme began, cohesion grows slowly.  No answer knows a person, here either: only
how many of a team answered is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import erf, sqrt

import numpy as np

from lib.demo.business import HR_LINE
from lib.demo.market import LARGE
from lib.demo.simulate import World

QUESTIONS = ("pressure", "help", "growth", "cohesion", "recommend")
EVERY = 63             # days between two waves
WAVES_LARGE = 4        # a company of more than 5,000 keeps its last waves only
SPREAD = 1.0           # of the answers of one team around what moves it
SHY = .42              # share of the HR department that answers: it knows who reads it
EARLIEST = 12          # days a wave needs to lie behind the first day
# Pressure is answered high when there is much of it; the other four are answered high when things are well.
BASE = (2.85, 3.3, 3.3, 3.4, 3.4)
CLIMATE = (-.14, .22, .2, .3, .28)
EVENINGS = (1.3, -.15, -.2, -.1, -.35)
DECLINE = (.8, -.45, -.7, -.8, -.8)
CARE = (-.3, .8, .25, .3, .3)     # once the programme has run for eight weeks
YEARS = (0.0, .05, .05, .3, .1)   # per year of the demo, everywhere


@dataclass(frozen=True)
class Waves:
    """Closed waves: their days and names, and per wave × team the people, those who answer, and per question what moves the answers."""

    day: np.ndarray
    name: tuple[str, ...]
    heads: np.ndarray
    answers: np.ndarray
    moved: np.ndarray  # wave × team × question, before anybody rounds to a whole number

    def means(self) -> np.ndarray:
        """The true means, wave × team × question: what the answers of very many people in this mood would average."""
        return 1 + _shares(self.moved).sum(axis=-1)


def waves(rng: np.random.Generator, world: World) -> Waves:
    """The waves of the company's months and what was true in each."""
    last, org, fate, people = world.calendar.count - 1, world.org, world.fate, world.people
    # Closed on a Friday, at least a week before the last day.
    friday = last - 7 - (world.calendar.weekday[last] - 4) % 7 if last >= 14 else last - 1
    days = np.arange(friday, EARLIEST - 1, -EVERY)[::-1]
    days = days[-WAVES_LARGE:] if org.seats > LARGE else days
    names = tuple((world.calendar.start + timedelta(days=int(day))).strftime("%Y-%m") for day in days)
    heads = np.stack([np.bincount(people.team[(people.hired <= day) & (people.last >= day)], minlength=org.teams) for day in days])
    usual = rng.normal(.76, .06, org.teams) + .02 * fate.climate
    usual = np.where(org.line == HR_LINE, SHY, usual)
    share = np.clip(usual + rng.normal(0, .04, heads.shape) - .12 * fate.decline[:, days // 7].T, .3, .95)
    answers = rng.binomial(heads, share)
    mood = rng.normal(0, .12, (len(days), org.teams, len(QUESTIONS)))
    return Waves(days, names, heads, answers, _moves(world, days) + mood)


def _moves(world: World, days: np.ndarray) -> np.ndarray:
    """What moves the answers, wave × team × question, before anybody rounds to a whole number."""
    fate, week = world.fate, days // 7
    late = np.stack([fate.pressure[:, max(one - 3, 0):one + 1].mean(axis=1) for one in week])
    care = np.clip((week[:, None] - fate.care_week) / 8, 0, 1) * (world.org.line != HR_LINE)
    parts = ((CLIMATE, np.broadcast_to(np.clip(fate.climate, -2, 2), late.shape)), (EVENINGS, late), (DECLINE, fate.decline[:, week].T),
             (CARE, care), (YEARS, np.broadcast_to(days[:, None] / 365, late.shape)))
    return np.array(BASE) + sum(np.asarray(value)[..., None] * np.array(weight) for weight, value in parts)


_above = np.vectorize(lambda value: (1 + erf(value / sqrt(2))) / 2, otypes=[float])


def _shares(moved: np.ndarray) -> np.ndarray:
    """Chance of an answer of at least 2, 3, 4 and 5, given what moves it (one more axis)."""
    return _above((np.asarray(moved)[..., None] - np.array([1.5, 2.5, 3.5, 4.5])) / SPREAD)


def answers(rng: np.random.Generator, found: Waves) -> dict[str, np.ndarray]:
    """Every answer, as columns: wave, team, question (numbers) and score; in an order that says nothing about who gave it."""
    wave, team = np.nonzero(found.answers)
    n = found.answers[wave, team]
    each = _shares(found.moved[wave, team])
    columns: dict[str, list[np.ndarray]] = {"wave": [], "team": [], "question": [], "score": []}
    for question in range(len(QUESTIONS)):
        row = np.repeat(np.arange(len(n)), n)
        score = 1 + (rng.random(len(row))[:, None] < each[row, question]).sum(axis=1)
        for name, values in (("wave", wave[row]), ("team", team[row]), ("question", np.full(len(row), question)), ("score", score)):
            columns[name].append(values)
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    order = np.lexsort((joined["score"], joined["question"], joined["team"], joined["wave"]))
    return {name: values[order] for name, values in joined.items()}
