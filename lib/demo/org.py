"""The organisation: departments, teams and seats.

A seat is a place in a team that one person after another may hold; the company keeps its size because empty seats are filled.
Seats of a team, and teams of a line, lie next to each other, so a line is a slice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.demo.business import HR_LINE, LINES, SITES, STORES, TRADES

VACANT_SHARE = .034  # seats that are empty on an average day: filled 1–6 weeks after someone left
DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Org:
    """Teams (arrays over teams) and seats (arrays over seats)."""

    name: np.ndarray
    department: np.ndarray
    region: np.ndarray
    line: np.ndarray        # index into LINES, HR_LINE for the HR department
    seat_team: np.ndarray
    seat_line: np.ndarray
    lead_seat: np.ndarray   # bool over seats: the first seat of a team is its lead's
    line_seats: tuple[slice, ...]
    hr_seat: np.ndarray     # for each team the seat of the HR partner who looks after it

    @property
    def teams(self) -> int:
        """Number of teams."""
        return len(self.name)

    @property
    def seats(self) -> int:
        """Number of seats."""
        return len(self.seat_team)


def numeral(number: int) -> str:
    """A team's number as Chinese people write it: 七, 十二, 三十; from 100 on in digits."""
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones or not tens else "")


def build(people: int) -> Org:
    """The organisation of a company with about ``people`` active employees; the same for every seed."""
    if people < 20:
        raise ValueError("a demo company needs at least 20 people")
    size = 16 if people <= 5000 else 22
    partners = max(2, round(people / 80))
    seats = round((people - partners) * (1 + VACANT_SHARE))
    counts = [round(seats * line.share / sum(line.share for line in LINES)) for line in LINES]
    names, departments, regions, lines, seat_team, seat_line, slices = [], [], [], [], [], [], []
    for index, (line, count) in enumerate(zip(LINES, counts, strict=True)):
        first = len(seat_team)
        teams = max(1, round(count / size))
        for number, part in enumerate(np.array_split(np.arange(count), teams)):
            name, department, region = _team(line.key, number, teams)
            seat_team += [len(names)] * len(part)
            seat_line += [index] * len(part)
            names.append(name)
            departments.append(department)
            regions.append(region)
            lines.append(index)
        slices.append(slice(first, len(seat_team)))
    served = len(names)
    first = len(seat_team)
    groups = max(1, round(partners / 20))
    for number, part in enumerate(np.array_split(np.arange(partners), groups)):
        seat_team += [len(names)] * len(part)
        seat_line += [HR_LINE] * len(part)
        names.append("人力资源组" if groups == 1 else f"人力资源{numeral(number + 1)}组")
        departments.append("人力资源部")
        regions.append("华东")
        lines.append(HR_LINE)
    slices.append(slice(first, len(seat_team)))
    team_of = np.array(seat_team)
    partner = first + np.arange(len(names)) * partners // max(served, 1)
    partner = np.minimum(partner, len(seat_team) - 1)
    lead = np.concatenate([[True], team_of[1:] != team_of[:-1]])
    return Org(np.array(names, dtype=object), np.array(departments, dtype=object), np.array(regions, dtype=object),
               np.array(lines), team_of, np.array(seat_line), lead, tuple(slices), partner)


def _team(line: str, number: int, teams: int) -> tuple[str, str, str]:
    """Name, department and region of team ``number`` (from 0) of a line with ``teams`` teams."""
    if line == "stores":
        shops = [(city, region, district) for city, region, districts in STORES for district in districts.split()]
        # Go through the cities in turn, so that a small company has shops in several cities.
        rounds = sorted(range(len(shops)), key=lambda k: (sum(shops[j][0] == shops[k][0] for j in range(k)), k))
        city, region, district = shops[rounds[number % len(shops)]]
        nth = number // len(shops)
        return f"{city}{district}{numeral(nth + 1) if nth else ''}店", f"{region}门店部", region
    if line == "key_accounts":
        trade, nth = TRADES[number % len(TRADES)], number // len(TRADES)
        return f"大客户{trade}{numeral(nth + 1) if nth else ''}组", "大客户服务部", ("华东", "华北", "华南")[number % 3]
    # A call centre or campus has at most ten teams; there are as many as the line needs.
    sites, each = SITES[line], 8 if line == "telesales" else 4
    place = number * max(1, round(teams / each)) // teams if teams > 1 else 0
    (city, region), again = sites[place % len(sites)], place // len(sites)
    site = f"{city}{numeral(again + 1) if again else ''}"
    if line == "telesales":
        return f"电销{numeral(number + 1)}组", f"{site}电销中心", region
    return f"{city}招生{numeral(number + 1)}组", f"{site}校区招生部", region
