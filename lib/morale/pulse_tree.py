"""Pulse tree: the fixed tree company → department → team, and what follows from a set of shown cells by adding and subtracting.

Cells are numbered, teams first, then departments, the company last, so that a set of cells, and a set of teams, is one whole number
(bit per cell).  All that the shown cells of one wave give away by adding and subtracting are their *regions*: of every shown cell
the teams below it that no smaller shown cell holds.  Regions do not overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

LOWEST, HIGHEST = 1, 5
"""The scores that can be given."""
_MANY = 8
Span = tuple[int, int]
"""From … to, both possible: of a sum of scores."""


def bits(mask: int) -> Iterator[int]:
    """The numbers that a set holds, in order."""
    if mask.bit_count() > _MANY:
        text = bin(mask)[:1:-1]  # taking bits off a long number one by one costs its length each time
        at = text.find("1")
        while at >= 0:
            yield at
            at = text.find("1", at + 1)
        return
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@dataclass(frozen=True)
class Tree:
    """Teams and departments in a fixed order, and ``home``: of each team the place of its department."""

    teams: tuple[str, ...]
    departments: tuple[str, ...]
    home: tuple[int, ...]

    @classmethod
    def of(cls, departments: Mapping[str, str]) -> Tree:
        """The tree of ``{team: department}``."""
        teams, above = tuple(sorted(departments)), tuple(sorted(set(departments.values())))
        place = {name: at for at, name in enumerate(above)}
        return cls(teams, above, tuple(place[departments[team]] for team in teams))

    @cached_property
    def company(self) -> int:
        """The number of the company's cell, the last one."""
        return len(self.teams) + len(self.departments)

    @cached_property
    def masks(self) -> tuple[int, ...]:
        """The teams of every cell."""
        under = [0] * len(self.departments)
        for team, home in enumerate(self.home):
            under[home] |= 1 << team
        return (*(1 << team for team in range(len(self.teams))), *under, (1 << len(self.teams)) - 1)

    @cached_property
    def units(self) -> tuple[tuple[str, str], ...]:
        """(level, unit) of every cell, as results name it."""
        return (*(("team", team) for team in self.teams), *(("department", name) for name in self.departments), ("company", ""))

    @cached_property
    def numbers(self) -> dict[tuple[str, str], int]:
        """The number of a cell by (level, unit)."""
        return {unit: cell for cell, unit in enumerate(self.units)}

    @cached_property
    def department_cells(self) -> range:
        """The numbers of the departments' cells."""
        return range(len(self.teams), self.company)

    def regions(self, live: int, shown: int) -> dict[int, int]:
        """What the shown cells give away: shown cell → its region, of the teams in ``live`` (those with answers)."""
        found: dict[int, int] = {}
        teams = shown & live
        for team in bits(teams):
            found[team] = 1 << team
        held = teams
        for cell in self.department_cells:
            if shown >> cell & 1:
                held |= self.masks[cell]
                if rest := self.masks[cell] & live & ~teams:
                    found[cell] = rest
        if shown >> self.company & 1 and (rest := live & ~held):
            found[self.company] = rest
        return found

    def bounds(self, counts: Sequence[int], live: int, shown: int, told: Mapping[int, Span]) -> tuple[dict[int, Span], dict[int, Span]]:
        """How far the sums of the shown cells, and of the regions (by their cell), are known: as tight as it follows.

        ``counts``: answers of every cell; ``told``: what is published about the sum of every shown cell by itself.
        """
        regions = self.regions(live, shown)
        rest = {cell: _possible(sum(counts[team] for team in bits(mask))) for cell, mask in regions.items() if cell >= len(self.teams)}
        known = {cell: told[cell] for cell in bits(shown)}
        under: dict[int, list[int]] = {}
        loose: list[int] = []
        for cell in self.department_cells:
            teams = [team for team in bits(self.masks[cell] & live & shown)]
            if shown >> cell & 1:
                under[cell] = teams
                loose.append(cell)
                known[cell] = _both(known[cell], _added([known[team] for team in teams] + ([rest[cell]] if cell in rest else [])))
            else:
                loose += teams
        if shown >> self.company & 1:
            _share(self.company, loose, known, rest)
        for cell, teams in under.items():
            _share(cell, teams, known, rest)
        return known, {cell: rest[cell] if cell in rest else known[cell] for cell in regions}


def _possible(answers: int) -> Span:
    return LOWEST * answers, HIGHEST * answers


def _both(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])


def _added(parts: Sequence[Span]) -> Span:
    return sum(low for low, _ in parts), sum(high for _, high in parts)


def _share(whole: int, parts: list[int], known: dict[int, Span], rest: dict[int, Span]) -> None:
    """Tighten a whole by its parts, and each part by the whole less the others."""
    inner = {part: known[part] for part in parts}
    if whole in rest:
        inner[-1] = rest[whole]
    low, high = _added(list(inner.values()))
    known[whole] = _both(known[whole], (low, high))
    for part, (least, most) in inner.items():
        tight = _both((least, most), (known[whole][0] - (high - most), known[whole][1] - (low - least)))
        if part == -1:
            rest[whole] = tight
        else:
            known[part] = tight
