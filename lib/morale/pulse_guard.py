"""Pulse guard: which cells of a wave may be shown, so that nothing that was ever shown gives away what is hidden.

What must not follow, from all cells of this and every earlier wave, by adding and subtracting, even if every team with the same
number of answers had answered the same again:

* the answers of fewer than the least number of people, as a cell or as any union or difference of cells;
* a hidden cell, whether it is hidden now or was in an earlier wave;
* the mean of a small hidden cell to within less than one point, or that everybody in a group gave the lowest or highest score,
  from the published means with their rounding and coding.

It begins with everything shown that has answers enough, and hides as little more as it can find: a small team next to one that is
too small, one that was hidden before rather than another, one whose answers were never shown before rather than one whose were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lib.morale import pulse_span
from lib.morale.pulse_span import Group, Span
from lib.morale.pulse_tree import HIGHEST, LOWEST, Tree, bits
from lib.morale.pulse_tree import Span as Between

WIDTH = 1.0
"""Points within which the mean of a small hidden cell must stay unknown."""
_WEIGHTS = ({"team": 1.0, "department": 2.5, "company": 6.0}, {"team": 1.0, "department": 0.9, "company": 2.5})
"""What it costs to hide a cell: two ways to look for few that are hidden."""
_WORTH = {"team": 1.0, "department": 1.2, "company": 2.0}
_SPENT, _STICKY = 4.0, 0.9
_ALL_TRIED = 60
"""Up to so many hidden cells it is tried one by one whether they can be shown after all."""


@dataclass(frozen=True)
class Before:
    """What a published wave gives away about one question: sets of labels with what is told of their sums."""

    regions: tuple[int, ...]
    sums: tuple[tuple[int, Between], ...]
    """Of every shown cell and every region."""
    protected: tuple[int, ...] = ()
    """Cells with answers enough that were hidden: they stay so, whatever is shown later."""


@dataclass
class Question:
    """One question of the wave that is being closed: answers per cell, and what would be told of the sum of each if it were shown."""

    counts: Sequence[int]
    told: Mapping[int, Between]
    labels: Mapping[int, int]
    """Team → its label."""
    label_counts: Sequence[int]
    before: tuple[Before, ...] = ()
    least: int = 5
    live: int = 0
    eligible: int = 0
    """Cells with answers enough."""
    frozen: Span = field(init=False)
    protected: tuple[int, ...] = field(init=False)
    """Cells that earlier waves hid, as sets of labels, as far as those waves together did not give them away."""
    shape: tuple[object, ...] = field(init=False)
    """The same of two questions of which the same follows from the same shown cells, bounds apart."""
    _known: dict[bool, dict[Group, Between] | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.live = sum(1 << team for team in self.labels)
        self.eligible = sum(1 << cell for cell, n in enumerate(self.counts) if n >= self.least)
        self.frozen = Span(mask for wave in self.before for mask in wave.regions)
        self.protected = tuple(mask for mask in dict.fromkeys(mask for wave in self.before for mask in wave.protected)
                               if not self.frozen.has(mask))
        self.shape = (tuple(self.counts), tuple(sorted(self.labels.items())), tuple(self.label_counts),
                      tuple(wave.regions for wave in self.before), self.protected)

    def known(self, exact: bool) -> dict[Group, Between] | None:
        """How well earlier waves alone tell the sums, see :func:`lib.morale.pulse_span.squeeze`."""
        if exact not in self._known:
            rows = [row for wave in self.before for row in wave.sums]
            self._known[exact] = pulse_span.squeeze(rows, self.label_counts, exact)
        return self._known[exact]

    def labelled(self, teams: int) -> int:
        """A set of teams as a set of labels."""
        return sum(1 << self.labels[team] for team in bits(teams & self.live))


@dataclass(frozen=True)
class Leak:
    """Something that must not follow.  ``at``: the shown cell whose region gives it away; ``among``: further shown cells that take part
    in giving away the set ``wanted``; ``cell``: the hidden cell that is given away."""

    at: int
    among: tuple[int, ...] = ()
    wanted: int = 0
    cell: int | None = None


class Guard:
    """Decides for one wave.  ``hidden_before``: cells of this tree that were hidden in every earlier wave that had them."""

    def __init__(self, tree: Tree, questions: Iterable[Question], least: int, hidden_before: int = 0, across: bool = True,
                 complementary: bool = True):
        self.tree, self.least, self.hidden_before = tree, least, hidden_before
        self.across, self.complementary = across, complementary
        self.questions = list(questions)
        self._weights: Mapping[str, float] = _WEIGHTS[0]
        self.eligible = 0
        for question in self.questions:
            self.eligible |= question.eligible

    def shown(self) -> int:
        """The cells to show: of every one all questions that have answers enough, or none."""
        if not self.complementary:
            return self.eligible
        found = []
        for self._weights in _WEIGHTS:
            shown = self._safe(self.eligible)
            hidden = self.eligible & ~shown
            if hidden.bit_count() > _ALL_TRIED:
                found = [shown]
                break
            for cell in sorted(bits(hidden), key=lambda cell: (-self._weight(cell), -self._size(cell))):
                if not self._leaks(shown | 1 << cell, first=True):
                    shown |= 1 << cell
            found.append(shown)
            if hidden.bit_count() < 2:
                break
        best = max(found, key=lambda shown: sum(_WORTH[self.tree.units[cell][0]] for cell in bits(shown)))
        return self._safe(best, exact=True) if self.across and any(question.before for question in self.questions) else best

    def _safe(self, shown: int, exact: bool = False) -> int:
        """Hide until nothing leaks; ``exact`` bounds are slow, so they are asked for at the end."""
        returned = 0
        while leaks := self._leaks(shown, exact=exact):
            touched = 0
            for question, leak in leaks:
                if touched and (leak.wanted or touched >> leak.at & 1 or not shown >> leak.at & 1):
                    continue  # what was hidden for another leak may have closed this one
                if leak.cell is not None and not returned >> leak.cell & 1:
                    # It follows from what is shown, so showing it says nothing more: tried once, before anything else is hidden for it.
                    shown |= 1 << leak.cell
                    returned |= 1 << leak.cell
                    touched |= 1 << leak.at
                    continue
                hide = self._remedy(question, leak, shown)
                shown &= ~hide
                touched |= hide | 1 << leak.at
        return shown

    # --- what follows from a set of shown cells ---

    def _leaks(self, shown: int, first: bool = False, exact: bool = False) -> list[tuple[Question, Leak]]:
        """What must not follow and does; with ``first`` one is enough to know."""
        found: list[tuple[Question, Leak]] = []
        done: set[tuple[object, ...]] = set()
        for question in self.questions:
            mine = shown & question.eligible
            regions = self.tree.regions(question.live, mine)
            if question.shape not in done:  # five questions that the same people answered, now and before, are one
                done.add(question.shape)
                leaks = [*self._few(question, regions), *self._hidden(question, regions, shown, mine)]
                if not leaks and self.across and question.before:
                    leaks = list(self._again(question, regions, shown))
                found += [(question, leak) for leak in leaks]
            if not found:
                found += [(question, leak) for leak in self._narrow(question, regions, mine, exact)]
            if found and first:
                break
        return found

    def _few(self, question: Question, regions: Mapping[int, int]) -> Iterable[Leak]:
        for cell, region in regions.items():
            if cell >= len(self.tree.teams) and sum(question.counts[team] for team in bits(region)) < self.least:
                yield Leak(cell)

    def _hidden(self, question: Question, regions: Mapping[int, int], shown: int, mine: int) -> Iterable[Leak]:
        """Hidden cells that are put together from regions."""
        for cell in bits(question.eligible & ~shown):
            mask = self.tree.masks[cell] & question.live
            inside = [(at, region) for at, region in regions.items() if region & ~mask == 0]
            if sum(region for _, region in inside) == mask:
                at = next((at for at, region in inside if at >= len(self.tree.teams)), inside[0][0])
                yield Leak(at, cell=cell)

    def _again(self, question: Question, regions: Mapping[int, int], shown: int) -> Iterable[Leak]:
        """What follows only together with earlier waves."""
        rows = {cell: question.labelled(region) for cell, region in regions.items()}
        told = [mask for wave in question.before for mask in wave.regions]
        both = Span([*told, *rows.values()])
        wanted = both.small(question.label_counts, self.least)
        hidden = question.eligible & ~shown
        wanted += [mask for mask in (*(question.labelled(self.tree.masks[cell]) for cell in bits(hidden)), *question.protected) if both.has(mask)]
        for mask in dict.fromkeys(wanted):
            if not question.frozen.has(mask):
                among = self._taking_part(mask, rows, told)
                yield Leak(next(iter(among)), tuple(among), mask)

    @staticmethod
    def _taking_part(wanted: int, rows: Mapping[int, int], told: Sequence[int]) -> list[int]:
        """The shown cells whose regions hang together with the wanted set, the nearest first."""
        reach, found, left = wanted, [], dict(rows)
        earlier = list(dict.fromkeys(told))
        while True:
            near = [cell for cell, mask in left.items() if mask & reach]
            wider = reach
            for cell in near:
                found.append(cell)
                wider |= left.pop(cell)
            for mask in [mask for mask in earlier if mask & reach]:
                wider |= mask
            if wider == reach and not near:
                return found or list(rows)
            reach = wider

    def _narrow(self, question: Question, regions: Mapping[int, int], shown: int, exact: bool) -> Iterable[Leak]:
        """Groups of which the published means say too much."""
        counts = question.counts
        known, rest = self.tree.bounds(counts, question.live, shown, question.told)
        for cell, (low, high) in known.items():
            if high < LOWEST * counts[cell] + 1 or low > HIGHEST * counts[cell] - 1:
                yield Leak(cell)
        for cell, span in rest.items():
            if self._says_too_much(question, tuple(question.labels[team] for team in bits(regions[cell])), span):
                yield Leak(cell)
                return
        if self.across and question.before:
            yield from self._narrow_again(question, regions, known, rest, exact)

    def _narrow_again(self, question: Question, regions: Mapping[int, int], known: Mapping[int, Between],
                      rest: Mapping[int, Between], exact: bool) -> Iterable[Leak]:
        rows = {cell: question.labelled(region) for cell, region in regions.items()}
        now = [*((question.labelled(self.tree.masks[cell]), span) for cell, span in known.items()), *((rows[cell], rest[cell]) for cell in rows)]
        too_much = lambda group, span: self._says_too_much(question, group, span)
        both = pulse_span.squeeze([*(row for wave in question.before for row in wave.sums), *now], question.label_counts, exact, too_much)
        for group, span in (both or {}).items():
            if self._says_too_much(question, group, span):
                was = (question.known(exact) or {}).get(group)
                if was is None or not self._says_too_much(question, group, was):
                    wanted = sum(1 << label for label in group)
                    among = self._taking_part(wanted, rows, [mask for wave in question.before for mask in wave.regions])
                    yield Leak(among[0], tuple(among), wanted)

    def _says_too_much(self, question: Question, group: Group, span: Between) -> bool:
        """Whether a sum is known so well that all of the group gave an end of the scale, or the mean of a small team in it is all but
        known."""
        counts = [question.label_counts[label] for label in group]
        people, few = sum(counts), [n for n in counts if n < self.least]
        sizes = {1, *few, *([min(self.least - 1, sum(few))] if few else [])}
        return any(_width(size, people, *span) < WIDTH for size in sizes)

    # --- what to hide ---

    def _size(self, cell: int) -> int:
        return max(question.counts[cell] for question in self.questions)

    def _weight(self, cell: int) -> float:
        return self._weights[self.tree.units[cell][0]]

    def _cost(self, cell: int) -> float:
        """What hiding this cell costs: less when it was hidden before, more when hiding it hides nothing new."""
        cost = self._weight(cell) + self._size(cell) / 10_000
        if self.hidden_before >> cell & 1:
            cost -= _STICKY
        if cell < len(self.tree.teams) and any(question.frozen.known >> question.labels[cell] & 1 for question in self.questions
                                               if cell in question.labels):
            cost += _SPENT
        return cost

    def _moves(self, at: int, shown: int, question: Question) -> list[int]:
        """Sets of cells each of which would enlarge the region of ``at``, or merge it into that of the cell above."""
        tree, teams = self.tree, len(self.tree.teams)
        moves = [1 << at]
        if at < teams:
            return moves
        under = [at] if at < tree.company else [cell for cell in tree.department_cells if not shown >> cell & 1]
        moves += [1 << team for cell in under for team in bits(tree.masks[cell] & shown & question.live)]
        if at == tree.company:
            regions = tree.regions(question.live, shown & question.eligible)
            for cell in tree.department_cells:
                if not shown >> cell & 1:
                    continue
                if cell in regions:
                    moves.append(1 << cell)
                elif inside := [team for team in bits(tree.masks[cell] & shown & question.live)]:
                    moves.append(1 << cell | 1 << min(inside, key=self._cost))
        return moves

    def _price(self, move: int) -> float:
        return sum(self._cost(cell) for cell in bits(move))

    def _remedy(self, question: Question, leak: Leak, shown: int) -> int:
        """The cheapest set of cells to hide against one leak; always something, so that it comes to an end."""
        if not leak.wanted:
            return min(self._moves(leak.at, shown, question), key=self._price)
        moves = dict.fromkeys(move for cell in leak.among[:12] for move in self._moves(cell, shown, question))
        ordered = sorted(moves, key=self._price)
        for move in ordered[:24]:
            after = shown & ~move
            regions = self.tree.regions(question.live, after & question.eligible)
            told = [mask for wave in question.before for mask in wave.regions]
            if not Span([*told, *(question.labelled(region) for region in regions.values())]).has(leak.wanted):
                return move
        return ordered[0]


def _width(size: int, people: int, low: int, high: int) -> float:
    """How wide the mean of ``size`` among ``people`` may be, when the sum of all lies between ``low`` and ``high``."""
    least = max(LOWEST * size, low - HIGHEST * (people - size))
    most = min(HIGHEST * size, high - LOWEST * (people - size))
    return (most - least) / size
