"""The anonymous pulse: from the answers of a wave to what is published of it, once.

Answers are scores 1–5 to five questions, each known by its team only.  A cell is a unit of the fixed tree (the company, a department,
a team) and a question.  It is shown with at least ``least`` answers (five, a setting that cannot be lower) and only where
:mod:`lib.morale.pulse_guard` finds that no shown cell, of this or any earlier wave, gives away a hidden one.
A mean is rounded to a tenth and coded at both ends (1.5 or less, 4.5 or more); its interval comes from the spread of the whole
company's answers, never from the cell's own, so that nothing says whether all answered alike.

What this does not protect against:

* Somebody who compares two waves in which a team has a few answers more or fewer, and supposes that all others answered the same
  again.  To take such a pair as nested, and hide the later cell wherever the answers differ by less than five, would leave at most
  73 % of the cells with answers enough shown in the sequences of the tests, 63 % of those after the first wave; so it is not done.
  Waves answered in the app are ``pulse.gap_days`` (28, at least 14) apart instead, so that hardly anybody's answers are the same.
* Somebody who knows the answers of others: of five, four who tell each other what they said know the fifth.
* Whoever holds a slip or a link: they can answer with it, and whoever prints slips can fill them in.  The audit says
  how many were printed for which team.
* Whoever imports a file of answers has those answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from lib.morale.pulse_guard import Before, Guard, Question
from lib.morale.pulse_tree import HIGHEST, LOWEST, Tree, bits
from lib.morale.pulse_tree import Span as Between

QUESTIONS = ("pressure", "help", "growth", "cohesion", "recommend")
LEAST_ANSWERS, LEAST_COMMENTS = 5, 10
TOP, BOTTOM = 45, 15
"""Tenths from which on, and down to which, a mean is coded."""
LEAST_SPREAD = 0.8
"""The spread that an interval supposes at least: a company of few in which all answer alike must not show it."""
_Z = 1.96

Counts = Mapping[str, Mapping[str, int]]
"""question → team → number of answers."""
Heard = Mapping[str, Mapping[str, Sequence[int]]]
"""question → team → scores, in any order."""


@dataclass(frozen=True)
class Cell:
    """One unit and question of a published wave; figures are None unless ``state`` is ``shown``.

    ``state``: shown, few (too few answers) or protects (hidden so that another stays hidden).  ``coded``: top or bottom when the mean
    is at least, or at most, what stands there.
    """

    level: str
    unit: str
    question: str
    state: str
    n: int | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    coded: str | None = None


@dataclass(frozen=True)
class Published:
    """A wave that is published for good: its tree, how many answered (never shown), and its cells."""

    tree: Mapping[str, str]
    counts: Counts
    cells: tuple[Cell, ...]


def tenths(total: int, answers: int) -> int:
    """The mean in tenths, halves up, in whole numbers so that it is the same everywhere."""
    return (20 * total + answers) // (2 * answers)


def coding(total: int, answers: int) -> tuple[float, str | None]:
    """The mean as it is shown, and how it is coded."""
    mean = tenths(total, answers)
    if mean >= TOP:
        return TOP / 10, "top"
    if mean <= BOTTOM:
        return BOTTOM / 10, "bottom"
    return mean / 10, None


def told(answers: int, mean: float, coded: str | None) -> Between:
    """What a shown cell says of the sum of its scores: from … to."""
    at = round(mean * 10)
    low = LOWEST * answers if coded == "bottom" else -(-answers * (2 * at - 1) // 20)
    high = HIGHEST * answers if coded == "top" else -(-answers * (2 * at + 1) // 20) - 1
    return max(low, LOWEST * answers), min(high, HIGHEST * answers)


def interval(mean: float, coded: str | None, answers: int, spread: float) -> tuple[float, float]:
    """The 95 % interval of a shown mean, from the spread of all answers to the question; open to the end where it is coded."""
    reach = _Z * spread / sqrt(answers)
    low = LOWEST if coded == "bottom" else max(LOWEST, mean - reach)
    high = HIGHEST if coded == "top" else min(HIGHEST, mean + reach)
    return round(low, 1), round(high, 1)


def spread_of(scores: Iterable[int]) -> float:
    """The standard deviation of the whole company's answers, in tenths, never under :data:`LEAST_SPREAD`."""
    known = list(scores)
    if len(known) < 2:
        return LEAST_SPREAD
    middle = sum(known) / len(known)
    return max(LEAST_SPREAD, round(sqrt(sum((score - middle) ** 2 for score in known) / (len(known) - 1)), 1))


def counts_of(heard: Heard) -> dict[str, dict[str, int]]:
    """How many answers every team gave to every question."""
    return {question: {team: len(scores) for team, scores in teams.items() if scores} for question, teams in heard.items()}


def publish(heard: Heard, tree: Mapping[str, str], before: Sequence[Published] = (), least: int = LEAST_ANSWERS, *,
            across: bool = True, complementary: bool = True) -> list[Cell]:
    """The cells of a wave, for good.  ``before``: every wave that was published already, whatever its day.

    Answers of a team outside the tree are an error (KeyError), as they would be in no figure.  ``across`` and ``complementary`` switch
    protections off, for the tests that show what they are for.
    """
    least = max(LEAST_ANSWERS, least)
    house = Tree.of(tree)
    asked = {question: {house.numbers["team", team]: scores for team, scores in teams.items() if scores} for question, teams in heard.items()}
    asked = {question: teams for question, teams in asked.items() if teams}
    known = _Labels(before, house)
    questions = {question: _question(question, teams, house, known, least) for question, teams in asked.items()}
    guard = Guard(house, questions.values(), least, known.hidden_before(least), across, complementary)
    shown = guard.shown()
    cells: list[Cell] = []
    for name, question in questions.items():
        spread = spread_of(score for scores in asked[name].values() for score in scores)
        for cell, (level, unit) in enumerate(house.units):
            answers = question.counts[cell]
            if answers < least or not shown >> cell & 1:
                cells.append(Cell(level, unit, name, "few" if answers < least else "protects"))
                continue
            total = sum(sum(asked[name][team]) for team in bits(house.masks[cell] & question.live))
            mean, coded = coding(total, answers)
            cells.append(Cell(level, unit, name, "shown", answers, mean, *interval(mean, coded, answers, spread), coded))
    return cells


def _question(name: str, teams: Mapping[int, Sequence[int]], house: Tree, known: _Labels, least: int) -> Question:
    live = sum(1 << team for team in teams)
    counts = [sum(len(teams[team]) for team in bits(mask & live)) for mask in house.masks]
    sums = [sum(sum(teams[team]) for team in bits(mask & live)) for mask in house.masks]
    bounds = {cell: told(counts[cell], *coding(sums[cell], counts[cell])) for cell in range(len(counts)) if counts[cell] >= least}
    labels = {team: known.label(name, house.teams[team], len(scores)) for team, scores in teams.items()}
    return Question(counts, bounds, labels, known.counts[name], known.before(name), least)


class _Labels:
    """Numbers the groups (team, number of answers) over all waves, and reads what earlier waves gave away of them."""

    def __init__(self, before: Sequence[Published], house: Tree):
        self._waves, self._house = [(wave, Tree.of(wave.tree)) for wave in before], house
        self._known: dict[str, dict[tuple[str, int], int]] = {}
        self.counts: dict[str, list[int]] = {}
        """Answers of every label, by question."""

    def label(self, question: str, team: str, answers: int) -> int:
        known, counts = self._known.setdefault(question, {}), self.counts.setdefault(question, [])
        if (team, answers) not in known:
            known[team, answers] = len(counts)
            counts.append(answers)
        return known[team, answers]

    def before(self, question: str) -> tuple[Before, ...]:
        return tuple(found for wave, tree in self._waves if (found := self._of(question, wave, tree)))

    def _of(self, question: str, wave: Published, tree: Tree) -> Before | None:
        teams = {tree.numbers["team", team]: n for team, n in wave.counts.get(question, {}).items() if n}
        if not teams:
            return None
        live = sum(1 << team for team in teams)
        labels = {team: self.label(question, tree.teams[team], n) for team, n in teams.items()}
        cells = {tree.numbers[cell.level, cell.unit]: cell for cell in wave.cells if cell.question == question and cell.state == "shown"}
        shown = sum(1 << cell for cell in cells)
        counts = [sum(teams[team] for team in bits(mask & live)) for mask in tree.masks]
        said = {at: told(cell.n or 0, cell.mean or 0.0, cell.coded) for at, cell in cells.items()}
        sums, rest = tree.bounds(counts, live, shown, said)
        groups = {at: sum(1 << labels[team] for team in bits(region)) for at, region in tree.regions(live, shown).items()}
        of = lambda cell: sum(1 << labels[team] for team in bits(tree.masks[cell] & live))
        hidden = [tree.numbers[cell.level, cell.unit] for cell in wave.cells if cell.question == question and cell.state == "protects"]
        return Before(tuple(groups.values()), (*((of(at), span) for at, span in sums.items()), *((groups[at], rest[at]) for at in groups)),
                      tuple(mask for cell in hidden if (mask := of(cell))))

    def hidden_before(self, least: int) -> int:
        """Cells of this tree that earlier waves had too, and never showed."""
        had: dict[tuple[str, str], bool] = {}
        for wave, _ in self._waves:
            for cell in wave.cells:
                had[cell.level, cell.unit] = had.get((cell.level, cell.unit), False) or cell.state == "shown"
        return sum(1 << at for at, unit in enumerate(self._house.units) if had.get(unit) is False)


# --- comments ------------------------------------------------------------------------------------------------------------------

def comment_places(answers: Mapping[str, int], tree: Mapping[str, str], least: int = LEAST_COMMENTS) -> dict[str, tuple[str, str] | None]:
    """Where the comments of each team are shown: (level, unit), or None for nowhere.

    ``answers``: how many people of each team answered.  Every place stands for at least ``least`` people, and no two overlap: teams of a
    department stand alone only when each of them that has answers has enough, else the department as a whole, else, together with
    all others that have too few, the company; when those are too few as well, the smallest other department joins them.
    """
    least = max(LEAST_COMMENTS, least)
    departments: dict[str, dict[str, int]] = {}
    for team, n in answers.items():
        if n:
            departments.setdefault(tree[team], {})[team] = n
    size = {name: sum(teams.values()) for name, teams in departments.items()}
    rest = {name for name in departments if size[name] < least}
    for name in sorted(departments.keys() - rest, key=lambda name: (size[name], name)):
        if not rest or sum(size[one] for one in rest) >= least:
            break
        rest.add(name)
    enough = sum(size[name] for name in rest) >= least
    places: dict[str, tuple[str, str] | None] = {}
    for name, teams in departments.items():
        for team in teams:
            if name in rest:
                places[team] = ("company", "") if enough else None
            else:
                places[team] = ("team", team) if min(teams.values()) >= least else ("department", name)
    return places


def comments(words: Mapping[str, Sequence[str]], answers: Mapping[str, int], tree: Mapping[str, str], shuffle: Callable[[list[str]], None],
             least: int = LEAST_COMMENTS) -> list[tuple[str, str, str]]:
    """(level, unit, text) of every comment that is shown, each once, at the lowest level that may have it, in an order by chance."""
    places = comment_places(answers, tree, least)
    found: dict[tuple[str, str], list[str]] = {}
    for team, texts in words.items():
        if place := places.get(team):
            found.setdefault(place, []).extend(texts)
    for texts in found.values():
        shuffle(texts)
    return [(level, unit, text) for (level, unit), texts in sorted(found.items()) for text in texts]
