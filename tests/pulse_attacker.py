"""An attacker of the anonymous pulse, who may use everything that the app shows, and random companies for it to attack.

It knows all published cells of all waves and how they were made, and more than anybody can know: how many people of every team
answered, and that every team in which as many answered as in another wave answered the same again.  It owes nothing to the code
that protects: sums are solved on the raw cells with linear algebra, bounds by linear programs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from lib.morale import pulse
from lib.morale.pulse import Cell, Published

LEAST, WIDTH = 5, 1.0
Heard = dict[str, dict[str, list[int]]]
Publish = Callable[..., list[Cell]]


@dataclass
class Story:
    """What happened in one company: every publication in order (``wave`` names which), with its tree and how many answered."""

    seen: list[tuple[str, Published]] = field(default_factory=list)
    added: dict[tuple[str, str, str, int], int] = field(default_factory=dict)
    """Of a publication of the same wave again: (wave, question, team, answers) → answers before, of which these are those and more."""
    eligible: int = 0
    visible: int = 0


class House:
    """What the app does when a wave is closed or a file is imported: a wave that was published is never computed again."""

    def __init__(self, publish: Publish = pulse.publish, again: bool = False, **switches: bool):
        self._publish, self._again, self._switches = publish, again, switches
        self.published: dict[str, Published] = {}

    def close(self, wave: str, heard: Heard, tree: dict[str, str]) -> Published | None:
        """The results of a wave, or None when there are some already."""
        if wave in self.published and not self._again:
            return None
        before = [found for name, found in self.published.items() if name != wave]
        cells = self._publish(heard, tree, before, **self._switches)
        self.published[wave] = Published(dict(tree), pulse.counts_of(heard), tuple(cells))
        return self.published[wave]


def company(chance: random.Random, questions: int = 1) -> Iterator[tuple[str, Heard, dict[str, str]]]:
    """Waves of one random company, some of them closed or imported again with more answers; teams grow, shrink, move, come and go."""
    names = pulse.QUESTIONS[:questions]
    tree = {f"t{d}{i}": f"d{d}" for d in range(chance.randint(1, 3)) for i in range(chance.randint(1, chance.choice((2, 3, 5))))}
    sizes = chance.choice(((1, 6), (2, 9), (3, 14), (4, 18)))
    mood = chance.choice(((1, 5), (1, 5), (1, 5), (2, 4), (3, 3), (1, 2), (4, 5), (1, 1), (5, 5)))
    stay = chance.choice((0.0, 0.5, 0.9, 1.0))

    def said(people: int) -> dict[str, list[int]]:
        low, high = mood if chance.random() < 0.5 else (1, 5)
        return {name: [chance.randint(low, high) for _ in range(people)] for name in names}

    answers = {team: said(chance.randint(*sizes)) for team in tree}
    for number in range(chance.choice((1, 2, 2, 3, 4))):
        if number:
            tree, answers = dict(tree), dict(answers)
            for team in tree:
                if chance.random() > stay:
                    answers[team] = said(max(0, len(answers[team][names[0]]) + chance.choice((-2, -1, 0, 1, 2))))
            if chance.random() < 0.25:
                tree[chance.choice(list(tree))] = chance.choice([*tree.values(), f"d{number}new"])
            if chance.random() < 0.2:
                tree[f"n{number}"] = chance.choice(list(tree.values()))
                answers[f"n{number}"] = said(chance.randint(1, 8))
            if chance.random() < 0.15 and len(tree) > 2:
                gone = chance.choice(list(tree))
                del tree[gone], answers[gone]
        heard = {name: {team: answers[team][name] for team in tree if answers[team][name]} for name in names}
        if questions > 1 and chance.random() < 0.3:  # somebody skipped a question
            team = chance.choice(list(tree))
            heard[names[-1]] = {**heard[names[-1]], team: heard[names[-1]].get(team, [])[1:]}
        yield f"w{number}", heard, tree
        if chance.random() < 0.4:  # the file comes again, with one answer more
            team = chance.choice(list(tree))
            yield f"w{number}", {name: {**teams, team: [*teams.get(team, []), chance.randint(1, 5)]} for name, teams in heard.items()}, tree


def story(seed: int, house: House, questions: int = 1) -> Story:
    """Play one company through."""
    told, last = Story(), {}
    for wave, heard, tree in company(random.Random(seed), questions):
        counts = pulse.counts_of(heard)
        if (found := house.close(wave, heard, tree)) is None:
            continue
        for question, teams in counts.items():
            for team, n in teams.items():
                if 0 < (was := last.get((wave, question, team), 0)) < n:
                    told.added[wave, question, team, n] = was
                last[wave, question, team] = n
        told.seen.append((wave, found))
        told.eligible += sum(cell.state != "few" for cell in found.cells)
        told.visible += sum(cell.state == "shown" for cell in found.cells)
    return told


@cache
def sums(n: int, mean: float, coded: str | None) -> tuple[int, int]:
    """Which sums of scores are rounded and coded to what a cell shows: tried out, one by one."""
    fits = [total for total in range(n, 5 * n + 1) if pulse.coding(total, n) == (mean, coded)]
    return fits[0], fits[-1]


class Attack:
    """All that one question's publications give away: groups of people (columns) and what is known of their sums (rows)."""

    def __init__(self, told: Story, question: str):
        self.groups: dict[tuple[object, ...], int] = {}
        self.people: list[int] = []
        self.rows: list[set[int]] = []
        self.spans: list[tuple[int, int]] = []
        self.small: list[frozenset[int]] = []
        self.hidden: dict[frozenset[int], int] = {}
        """Members of a hidden cell → how many rows there were before the wave that hid it first."""
        for wave, found in told.seen:
            teams = {team: self._team(told, wave, question, team, n) for team, n in found.counts.get(question, {}).items() if n}
            before = len(self.rows)
            for cell in (cell for cell in found.cells if cell.question == question):
                under = [team for team in teams if cell.unit == {"company": "", "department": found.tree[team], "team": team}[cell.level]]
                members = frozenset(group for team in under for group in teams[team])
                if cell.state == "shown":
                    self.rows.append(set(members))
                    self.spans.append(sums(cell.n, cell.mean, cell.coded))
                elif members and cell.state == "protects":
                    self.hidden.setdefault(members, before)
            own = [sorted(groups) for groups in teams.values()]
            few = [group for groups in own for group in groups if self.people[group] < LEAST]
            for many in range(1, LEAST):
                self.small += [frozenset(chosen) for chosen in combinations(few, many) if sum(self.people[one] for one in chosen) < LEAST]

    def _team(self, told: Story, wave: str, question: str, team: str, n: int) -> set[int]:
        was = told.added.get((wave, question, team, n))
        if was is None:
            return {self._group((team, n), n)}
        return self._team(told, wave, question, team, was) | {self._group((wave, team, was, n), n - was)}

    def _group(self, key: tuple[object, ...], people: int) -> int:
        if key not in self.groups:
            self.groups[key] = len(self.people)
            self.people.append(people)
        return self.groups[key]

    def _matrix(self, rows: list[set[int]]) -> np.ndarray:
        made = np.zeros((len(rows), len(self.people)))
        for at, row in enumerate(rows):
            made[at, list(row)] = 1
        return made

    def _follows(self, rows: list[set[int]], wanted: list[frozenset[int]]) -> list[frozenset[int]]:
        """Those of the wanted sets whose sum is a combination of the rows."""
        if not rows or not wanted:
            return []
        _, strength, right = np.linalg.svd(self._matrix(rows), full_matrices=False)
        basis = right[strength > 1e-9]
        sets = self._matrix([set(one) for one in wanted])
        inside = ((sets @ basis.T) ** 2).sum(axis=1)
        return [one for one, found, size in zip(wanted, inside, sets.sum(axis=1), strict=True) if found > size - 1e-7]

    def solved(self) -> list[frozenset[int]]:
        """Groups of too few, and cells that any wave hid, whose sum follows exactly from all that was ever shown; of the latter only
        those of which it did not follow before the wave that hid them."""
        found = self._follows(self.rows, [*dict.fromkeys(self.small), *self.hidden])
        return [members for members in found if members not in self.hidden or not self._follows(self.rows[:self.hidden[members]], [members])]

    def bounded(self) -> list[frozenset[int]]:
        """Groups of too few whose mean lies within less than a point, and groups that gave nothing but the lowest or highest score."""
        if not self.rows:
            return []
        told, ends = self._matrix(self.rows), np.array(self.spans, dtype=float)
        limits = [(people, 5 * people) for people in self.people]
        lines, most = np.vstack([told, -told]), np.concatenate([ends[:, 1], -ends[:, 0]])

        def reach(members: frozenset[int]) -> tuple[float, float] | None:
            aim = np.zeros(len(self.people))
            aim[list(members)] = 1
            low, high = (linprog(sign * aim, lines, most, bounds=limits, method="highs") for sign in (1, -1))
            return None if low.status or high.status else (low.fun, -high.fun)

        found = []
        singles = [one for one in dict.fromkeys(self.small) if len(one) == 1]
        groups = [frozenset(row) for row in {frozenset(row) for row in self.rows}]
        for members in singles + groups:
            people = sum(self.people[one] for one in members)
            between = reach(members)
            if between is None:
                return []  # no answers fit: somebody answered otherwise than before, and nothing can be said
            low, high = between
            if people < LEAST and (high - low) / people < WIDTH - 1e-6 or high < people + 1 - 1e-6 or low > 5 * people - 1 + 1e-6:
                found.append(members)
        return found
