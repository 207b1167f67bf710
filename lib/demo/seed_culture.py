"""Thanks, stories and activities of the demo company, as rows of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lib.demo import seed_words
from lib.demo.business import HR_LINE
from lib.demo.market import LARGE
from lib.ledger.culture import REASONS

if TYPE_CHECKING:
    from lib.demo.seed import Facts

Row = dict[str, object]
THANKED = .12                # thanks a head and week in a team of middling climate; times e^(climate × LEANS)
LEANS = .45
WEEKS, WEEKS_LARGE = 26, 8
STORIES, MOST_STORIES = 14, 400   # one of so many people has told a story in half a year
ONLINE_WEEKS, SHARINGS, OUTINGS = 30, 10, 3   # how far back: weeks, months, quarters
TEAM_HOURS, MOST_TEAMS = 13, 120  # weeks with relaxed hours of single teams, and how many teams hold any
MOST_SIGNED = 400            # sign-ups of one activity
HR = "demo-hr"


def thanks(rng: np.random.Generator, known: Facts) -> list[Row]:
    """Thanks of the last half year (two months in a large company): colleagues of a team mostly, more where the climate is good."""
    weeks = WEEKS if len(known.here) <= LARGE else WEEKS_LARGE
    rate = np.clip(THANKED * np.exp(LEANS * known.climate), .02, .3)
    givers, takers, days = [], [], []
    for back in range(weeks - 1, -1, -1):
        monday = known.last - known.end.weekday() - 7 * back
        there = np.flatnonzero((known.hired <= monday) & (known.gone > monday + 6) & (known.line < HR_LINE))
        there = there[np.argsort(known.team[there], kind="stable")]
        heads = np.bincount(known.team[there], minlength=len(rate))
        start = np.cumsum(heads) - heads
        team = known.team[there]
        giver = np.flatnonzero(rng.random(len(there)) < rate[team])
        # Anybody else of the team: a step of one to all but one further on.
        step = 1 + (rng.random(len(giver)) * np.maximum(heads[team[giver]] - 1, 1)).astype(int)
        taker = start[team[giver]] + (giver - start[team[giver]] + step) % heads[team[giver]]
        day = monday + rng.choice(6, len(giver), p=[.19, .19, .19, .19, .18, .06])
        kept = (day <= known.last) & (day >= 0) & (taker != giver)
        givers.append(there[giver[kept]])
        takers.append(there[taker[kept]])
        days.append(day[kept])
    giver, taker, day = (np.concatenate(parts) for parts in (givers, takers, days))
    reason = rng.integers(0, len(REASONS), len(giver))
    return [{"id": known.key("thanks", place), "from_id": known.ids[one], "employee_id": known.ids[other], "reason": REASONS[why],
             "day": known.day(on)}
            for place, (one, other, why, on) in enumerate(zip(giver.tolist(), taker.tolist(), reason.tolist(), day.tolist(), strict=True))]


def stories(rng: np.random.Generator, known: Facts) -> list[Row]:
    """Stories with customers: most published, two waiting for HR, one declined now and then."""
    here = known.here
    tellers = rng.permutation(here[(known.line[here] < HR_LINE) & (known.hired[here] < known.last - 30)])
    count = min(max(4, len(here) // STORIES), MOST_STORIES, len(tellers))
    told = np.zeros(len(seed_words.STORIES), dtype=int)
    made: list[Row] = []
    for place, teller in enumerate(tellers[:count].tolist()):
        line = int(known.line[teller])
        bank = seed_words.stories(line)
        title, text = bank[told[line] % len(bank)]
        told[line] += 1
        names = seed_words.ACCOUNTS if line == 2 else seed_words.WOMEN if "她" in text else seed_words.MEN
        slots = {"c": names[int(rng.integers(0, len(names)))], "n": int(rng.integers(3, 16))}
        waits = place < 2
        day = max(known.last - (int(rng.integers(0, 3)) if waits else int(rng.integers(4, 180))), int(known.hired[teller]) + 7, 0)
        declined = not waits and rng.random() < .06
        made.append({"id": known.key("story", place), "request_key": known.key("story told", place), "employee_id": known.ids[teller],
                     "title_sealed": title.format(**slots), "text_sealed": text.format(**slots), "told_on": known.day(day),
                     "state": "waiting" if waits else "declined" if declined else "published",
                     "decided_by": None if waits else HR, "decided_on": None if waits else known.day(min(day + 2, known.last))})
    return made


def activities(rng: np.random.Generator, known: Facts) -> dict[str, list[Row]]:
    """Weekly relaxed hours, a sharing session a month with questions, an outing a quarter with votes: past and to come."""
    rows: dict[str, list[Row]] = {name: [] for name in ("activities", "activity_options", "sign_ups", "votes", "questions")}
    here = known.here
    friday = known.last - (known.end.weekday() - 4) % 7
    sell = here[known.line[here] < HR_LINE]

    def add(kind: str, title: str, place: str, day: int, starts: str, seats: int | None, team: int | None, share: float) -> str:
        key = known.key("activity", len(rows["activities"]))
        held, told = day <= known.last, day - 12
        rows["activities"].append({
            "id": key, "kind": kind, "title": title, "place": place, "team": None if team is None else known.team_names[team],
            "day": known.day(day), "starts": starts, "seats": seats, "state": "held" if held else "open", "who": HR, "at": known.moment(told, 9.5)})
        able = (sell if team is None else sell[known.team[sell] == team])
        able = able[known.hired[able] <= min(day, known.last) - 1]
        wanted = min(round(len(able) * share * rng.uniform(.8, 1.2)), seats or MOST_SIGNED, MOST_SIGNED, len(able))
        for one in rng.choice(able, wanted, replace=False).tolist() if wanted else ():
            rows["sign_ups"].append({"activity_id": key, "employee_id": known.ids[one],
                                     "at": known.moment(min(told + int(rng.integers(0, 9)), known.last), float(rng.uniform(9, 18)))})
        return key

    for week in range(-ONLINE_WEEKS, 3):  # the whole company, online
        at = friday + 7 * week
        if at >= 0:
            share = .16 if at <= known.last else .09 - .03 * (week - 1)
            add("relaxed_hour", seed_words.ONLINE[week % len(seed_words.ONLINE)], "线上 · 视频会议", at, "16:30", None, None, share)
    teams = np.flatnonzero(np.bincount(known.team[sell], minlength=len(known.team_names)) >= 4)[:MOST_TEAMS]
    for team in teams.tolist():
        every, weekday, hour = (5 if known.climate[team] > .3 else 8), int(rng.integers(-2, 1)), int(rng.integers(0, 3))
        for week in range(-TEAM_HOURS, 2):
            if (week + team) % every == 0 and friday + 7 * week + weekday >= 0:
                title, place = seed_words.RELAXED[(week + 3 * team) % len(seed_words.RELAXED)]
                add("relaxed_hour", title, place, friday + 7 * week + weekday, ("16:00", "17:00", "17:30")[hour], None, team, .55)
    for month in range(-SHARINGS, 1):
        at = friday + 28 * month + 12  # a Wednesday
        if at < 0:
            continue
        key = add("sharing", seed_words.SHARINGS[month % len(seed_words.SHARINGS)], "培训室 · 线上同步", at, "15:00", 200, None, .2)
        there = sell[known.hired[sell] < min(at, known.last) - 4]
        for one in rng.choice(there, min(5, len(there)), replace=False).tolist():
            rows["questions"].append({
                "id": known.key("question", len(rows["questions"])), "activity_id": key, "employee_id": known.ids[one],
                "text_sealed": seed_words.QUESTIONS[len(rows["questions"]) % len(seed_words.QUESTIONS)],
                "at": known.moment(min(at - int(rng.integers(0, 4)), known.last), float(rng.uniform(9, 20))), "hidden": False})
    for at in (*(friday - 71 - 91 * nth for nth in range(OUTINGS, -1, -1)), friday + 22):  # Saturdays
        if at < 0:
            continue
        season = (known.day(at).month - 9) // 3 % 4
        title, options = seed_words.OUTINGS[(0, 3, 2, 1)[season]]
        key = add("outing", title, "地点由投票决定" if at > known.last else options[0], at, "09:00", None, None, .42 if at <= known.last else .24)
        places = [known.key("option", key, place) for place in range(len(options))]
        rows["activity_options"] += [{"id": option, "activity_id": key, "place": place, "label": label}
                                     for place, (option, label) in enumerate(zip(places, options, strict=True))]
        for row in [one for one in rows["sign_ups"] if one["activity_id"] == key]:
            if rng.random() < .85:
                rows["votes"].append({"activity_id": key, "employee_id": row["employee_id"],
                                      "option_id": places[int(rng.choice(3, p=[.48, .3, .22]))]})
    return rows
