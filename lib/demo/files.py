"""The source files of the demo company: one Parquet file per table, columns and types exactly those of the contracts.

Big tables are written in pieces of people, so that a company of 100,000 fits into memory.  Rows are sorted by employee number
and day; the same company gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lib.demo import conversations, market
from lib.demo.business import GOALS, LEVELS, LINE_KEYS, LINES, OBJECTIONS
from lib.demo.care import EVENT_KINDS
from lib.demo.days import COUNTS, LEAVE_KINDS, RESULTS
from lib.demo.names import SURNAMES, companies
from lib.demo.people import LEAVE_TYPES, NEVER
from lib.demo.simulate import World
from lib.intake.contracts import TABLES
from lib.intake.shape import arrow_type

PIECE = 4_000  # people written at a time
CONSENTS = ("", "care", "care,scoring", "care,scoring,contact")


def fields(table: str) -> pa.Schema:
    """The columns of a source file: everything that the contract lets a file give."""
    return pa.schema([(column.name, arrow_type(column)) for column in TABLES[table].incoming])


def save(folder: Path, table: str, pieces: Iterable[dict[str, object]]) -> int:
    """Write pieces (column → Arrow or numpy array; missing columns are empty) as ``<table>.parquet``; returns the rows."""
    schema, rows = fields(table), 0
    with pq.ParquetWriter(folder / f"{table}.parquet", schema, compression="zstd") as writer, ThreadPoolExecutor(1) as writing:
        waiting = writing.submit(int)
        for piece in pieces:
            length = len(next(iter(piece.values())))
            if unknown := set(piece) - set(schema.names):
                raise KeyError(f"{table} has no column {sorted(unknown)}")
            columns = [pa.nulls(length, one.type) if one.name not in piece else _cast(piece[one.name], one.type) for one in schema]
            waiting.result()  # one piece is written while the next is made
            if length:
                waiting = writing.submit(writer.write_table, pa.Table.from_arrays(columns, schema=schema))
            rows += length
        waiting.result()
    return rows


def _cast(values: object, kind: pa.DataType) -> pa.Array:
    array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
    return array if array.type == kind else array.cast(kind)


def coded(words: Iterable[object] | pa.Array, code: np.ndarray) -> pa.Array:
    """Text of each code; negative codes and empty words are missing."""
    dictionary = words if isinstance(words, pa.Array) else pa.array([word if word else None for word in words], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(np.where(code < 0, 0, code).astype(np.int32), mask=code < 0), dictionary).cast(pa.string())


class Writer:
    """What all tables share: employee numbers, names, the calendar and the order of people in the files."""

    def __init__(self, world: World, ids: np.ndarray, names: np.ndarray) -> None:
        self.world, self.ids, self.names = world, pa.array(ids, pa.string()), names
        self.order = np.argsort(ids.astype(str), kind="stable")
        self.rank = np.empty(len(ids), dtype=np.int64)
        self.rank[self.order] = np.arange(len(ids))
        self.zero = world.calendar.numpy()
        self.last = world.calendar.count - 1

    def who(self, person: np.ndarray) -> pa.Array:
        """Employee numbers; −1 is missing."""
        return coded(self.ids, person)

    def date(self, day: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
        """Dates of day numbers."""
        days = np.where(missing, 0, day) if missing is not None else day
        return pa.array((self.zero + days.astype(np.int64)).astype("datetime64[D]"), pa.date32(), mask=missing)

    def moment(self, day: np.ndarray, second: np.ndarray, missing: np.ndarray) -> pa.Array:
        """Local times of day numbers and seconds after midnight (more than 86,400 is the next day)."""
        start = (self.zero + day.astype(np.int64)).astype("datetime64[us]")
        return pa.array(start + (second.astype(np.int64) * 1_000_000).astype("timedelta64[us]"), pa.timestamp("us"), mask=missing)

    def days(self, people: np.ndarray, first: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(person, seat, day) of every day on which these people were employed, from day ``first`` on."""
        table = self.world.people
        begin, end = np.maximum(table.hired[people], first), np.minimum(table.last[people], self.last)
        length = np.maximum(end - begin + 1, 0)
        person = np.repeat(people, length)
        offset = np.arange(len(person)) - np.repeat(np.cumsum(length) - length, length)
        return person, table.seat[person], begin.repeat(length) + offset

    def pieces(self) -> Iterator[np.ndarray]:
        """People in the order of the files, some thousands at a time."""
        for start in range(0, len(self.order), PIECE):
            yield self.order[start:start + PIECE]

    # --- people and teams ---------------------------------------------------------------------------------------------------

    def leads(self) -> np.ndarray:
        """Number of the person who leads each team on the last day: the lead, else the longest-serving member."""
        table, org = self.world.people, self.world.org
        there = np.flatnonzero((table.last >= self.last) & (table.hired <= self.last))
        found = np.full(org.teams, -1)
        by_tenure = there[np.argsort(-table.hired[there], kind="stable")]
        found[table.team[by_tenure]] = by_tenure
        chosen = there[table.lead[there]]
        found[table.team[chosen]] = chosen
        return found

    def employees(self) -> Iterator[dict[str, object]]:
        """The rows of ``employees``."""
        table, org, leads = self.world.people, self.world.org, self.leads()
        for people in self.pieces():
            line, team = table.line[people], table.team[people]
            boss = leads[team]
            known = [LINES[number].key if number < len(LINES) else None for number in range(5)]
            roles = [line.role for line in LINES] + ["人力资源伙伴"] + [line.lead_role for line in LINES]
            left = table.notice[people] < NEVER
            yield {
                "employee_id": self.who(people), "name": pa.array(self.names[people], pa.string()), "team": coded(org.name, team),
                "hire_date": self.date(table.hired[people]), "gender": coded(("男", "女"), table.female[people].astype(int)),
                "birth_date": self.date(table.born[people]), "department": coded(org.department, team),
                "business_line": coded(known, line), "role": coded(roles, np.where(table.lead[people], line + 5, line)),
                "level": coded(LEVELS, table.level[people]), "region": coded(org.region, team),
                "manager_id": self.who(np.where(boss == people, -1, boss)), "mentor_id": self.who(table.mentor[people]),
                "monthly_salary": table.salary[people], "last_promotion_date": self.date(table.promoted[people], table.promoted[people] == NEVER),
                "notice_date": self.date(table.notice[people], ~left), "leave_date": self.date(table.last[people], ~left),
                "leave_type": coded(LEAVE_TYPES, table.leave_type[people]), "consents": coded(CONSENTS, table.consent[people]),
            }

    def teams(self) -> Iterator[dict[str, object]]:
        """The rows of ``teams``, sorted by name."""
        org, fate, leads = self.world.org, self.world.fate, self.leads()
        order = np.array(sorted(range(org.teams), key=lambda team: org.name[team]))
        start = fate.care_week[order]
        keys = [*LINE_KEYS, None]
        yield {"team": coded(org.name, order), "department": coded(org.department, order),
               "business_line": coded(keys, org.line[order]), "region": coded(org.region, order),
               "lead_id": self.who(leads[order]), "industry_pack": pa.array(["sales"] * org.teams),
               "care_programme_start": self.date(start * 7, start == NEVER)}

    # --- days ---------------------------------------------------------------------------------------------------------------

    def attendance(self, rng: np.random.Generator) -> Iterator[dict[str, object]]:
        """The rows of ``attendance``: days of work, leave or absence; days of rest have none."""
        cells = self.world.cells
        for people in self.pieces():
            person, seat, day = self.days(people)
            result = cells["result"][seat, day]
            kept = result > 0
            person, seat, day, result = person[kept], seat[kept], day[kept], result[kept]
            come, out = cells["check_in"][seat, day].astype(int), cells["check_out"][seat, day].astype(int)
            seconds = rng.integers(0, 60, (2, len(day)))
            hours, late = cells["leave_hours"][seat, day].astype(float), cells["late"][seat, day].astype(float)
            yield {"employee_id": self.who(person), "work_date": self.date(day),
                   "check_in": self.moment(day, come * 60 + seconds[0], come < 0),
                   "check_out": self.moment(day, out * 60 + seconds[1], out < 0), "result": coded(RESULTS, result),
                   "leave_type": coded(LEAVE_KINDS, cells["leave_kind"][seat, day]),
                   "leave_hours": pa.array(hours, mask=hours == 0), "late_minutes": pa.array(late, mask=late == 0)}

    def activity(self) -> Iterator[dict[str, object]]:
        """The rows of ``activity_days``: worked days of everybody who sells.  Shops count visitors, not dials or refusals."""
        cells, table = self.world.cells, self.world.people
        for people in self.pieces():
            person, seat, day = self.days(people[table.line[people] < len(LINES)])
            result = cells["result"][seat, day]
            half = (cells["leave_hours"][seat, day] > 0) & (result != RESULTS.index("leave"))
            kept = (((result > 0) & (result < 5)) | (result > 6) | half)
            person, seat, day = person[kept], seat[kept], day[kept]
            shop, account = table.line[person] == 1, table.line[person] == 2
            values = {name: cells[name][seat, day].astype(np.int64) for name in COUNTS}
            unknown = {"dials": shop, "rejected": shop, "intents": shop}
            # Key accounts and enrolment book revenue with the contract, everybody reports it the same day.
            yield {"employee_id": self.who(person), "work_date": self.date(day),
                   **{name: pa.array(array, mask=unknown.get(name)) for name, array in values.items()},
                   "revenue": cells["revenue"][seat, day].astype(float),
                   "follow_up_minutes": pa.array(cells["follow_up"][seat, day].astype(float), mask=shop & ~account)}

    # --- sales --------------------------------------------------------------------------------------------------------------

    def customer_ids(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """A number for each customer, in random order, as int."""
        return rng.permutation(count) + 1

    def deals(self, deals: market.Deals, customer_id: np.ndarray) -> Iterator[dict[str, object]]:
        """The rows of ``deals``."""
        line = self.world.people.line[deals.person]
        names = [name for one in LINES for name, _, _ in one.products]
        base = np.cumsum([0] + [len(one.products) for one in LINES])
        size = 500_000
        for start in range(0, len(line), size):
            part = slice(start, start + size)
            amount = deals.amount[part]
            large = (line[part] == 2) & (amount >= 100_000)
            yield {"employee_id": self.who(deals.person[part]), "closed_on": self.date(deals.closed[part], deals.closed[part] < 0),
                   "amount": pa.array(amount.astype(float), mask=amount < 0), "customer_id": tag("C", customer_id[deals.customer[part]]),
                   "stage": coded(market.STAGES, deals.stage[part]), "segment": coded(("small", "key account"), large.astype(int)),
                   "product": coded(names, base[line[part]] + deals.product[part]), "engaged_on": self.date(deals.engaged[part]),
                   "deal_id": tag("D", np.arange(start, start + len(amount)) + 1)}

    def customers(self, rng: np.random.Generator, customers: market.Customers, customer_id: np.ndarray) -> Iterator[dict[str, object]]:
        """The rows of ``customers``, sorted by number.  Whoever won them owns them, or the team's lead once that person left."""
        table, org = self.world.people, self.world.org
        boss = self.leads()
        place = np.argsort(customer_id)
        surname = np.array([name for name, _ in SURNAMES], dtype=object)
        weight = np.array([share for _, share in SURNAMES])
        size = 500_000
        for start in range(0, len(place), size):
            part = place[start:start + size]
            n = len(part)
            owner, line = customers.owner[part], customers.line[part]
            left = table.last[owner] < self.last
            title = np.where(rng.random(n) < .52, "女士", "先生").astype(object)
            name = surname[rng.choice(len(surname), n, p=weight / weight.sum())] + title
            name[line == 2] = companies(rng, int((line == 2).sum()))
            bought = customers.bought[part]
            never = bought == market.NEVER_BOUGHT
            # Phones are replaced after about two years, courses and contracts are renewed after one.
            after = np.where(line == 1, rng.normal(720, 110, n), np.where(line == 2, 365, rng.normal(365, 40, n)))
            happy = np.clip(table.satisfaction[owner] + rng.normal(0, 6, n), 35, 100)
            yield {"customer_id": tag("C", customer_id[part]), "name": pa.array(name, pa.string()),
                   "owner_id": self.who(np.where(left, boss[table.team[owner]], owner)), "region": coded(org.region, table.team[owner]),
                   "segment": coded(("small", "key account"), (line == 2).astype(int)),
                   "satisfaction": pa.array(np.round(happy, 1), mask=never | (rng.random(n) < .3)),
                   "last_purchase_on": self.date(bought, never),
                   "replacement_due_on": self.date(bought + np.maximum(after, 200).astype(int), never | (line == 3))}

    def calls(self, rng: np.random.Generator, more: tuple[np.random.Generator, np.random.Generator], deals: market.Deals,
              customers: market.Customers, customer_id: np.ndarray, window: int) -> Iterator[dict[str, object]]:
        """The rows of ``calls``: answered conversations of the last ``window`` days, first those of telesales (``rng``), then those
        of enrolment (``more[0]``); ``more[1]`` says where a contact was left."""
        table, first = self.world.people, self.last - window + 1
        number = 0
        for index, stream, played in ((0, rng, market.calls), (conversations.ENROLMENT, more[0], conversations.calls)):
            recent = (deals.closed >= first) & (table.line[deals.person] == index) & (deals.stage == market.WON)
            won = market.Deals(**{name: values[recent] for name, values in vars(deals).items()})
            used = 0
            for people in self.pieces():
                person, seat, day = self.days(people[table.line[people] == index], first)
                if not len(person):
                    continue
                rows, sold = played(stream, self.world, person, day, seat, won, used, customers)
                used += sold
                n = len(rows["person"])
                known = rows["customer"] >= 0
                yield {"employee_id": self.who(rows["person"]), "started_at": self.moment(rows["day"], rows["second"], np.zeros(n, dtype=bool)),
                       "outcome": coded(market.OUTCOMES, rows["outcome"]), "duration_s": rows["length"].astype(float),
                       "customer_id": tag("C", customer_id[np.where(known, rows["customer"], 0)], ~known),
                       "objection": coded(OBJECTIONS[LINES[index].key], rows["objection"]),
                       "score": pa.array(rows["score"].astype(float), mask=rows["score"] < 0),
                       "amount": pa.array(rows["amount"], mask=rows["amount"] < 0),
                       "contact_left": conversations.contact_left(more[1], index, rows["outcome"], rows["length"]),
                       "call_id": tag("T", np.arange(number, number + n) + 1)}
                number += n

    # --- small tables -------------------------------------------------------------------------------------------------------

    def life_events(self, rng: np.random.Generator) -> Iterator[dict[str, object]]:
        """The rows of ``life_events``: declared events; a few people do not want them to be used."""
        events = {name: np.concatenate(parts) if parts else np.zeros(0, dtype=int) for name, parts in self.world.events.items()}
        person, kind, day = events["person"].astype(int), events["kind"].astype(int), events["day"].astype(int)
        # A second event of a kind on the same day is the same event.
        _, single = np.unique(np.stack([person, kind, day]), axis=1, return_index=True)
        order = single[np.lexsort((kind[single], day[single], self.rank[person[single]]))]
        person, kind, day = person[order], kind[order], day[order]
        lasting = np.isin(kind, [EVENT_KINDS.index(name) for name in ("hospital", "illness", "birth")])
        until = day + np.where(lasting, rng.integers(7, 31, len(day)), rng.integers(3, 15, len(day)))
        open_end = rng.random(len(day)) < .6
        yield {"employee_id": self.who(person), "kind": coded(EVENT_KINDS, kind), "event_date": self.date(day),
               "consent": rng.random(len(day)) < .93, "expires_on": self.date(until, open_end)}

    def goals(self) -> Iterator[dict[str, object]]:
        """The rows of ``goals``: one set per role from the first day on, and a smaller one for each newcomer's first months."""
        table = self.world.people
        metric, period, target, person, role, starts = [], [], [], [], [], []
        for line in LINES:
            for name, span, value, _ in GOALS[line.key]:
                metric.append(name)
                period.append(span)
                target.append(float(value))
                person.append(-1)
                role.append(line.role)
                starts.append(0)
        new = self.order[(table.last[self.order] >= self.last) & (table.hired[self.order] > self.last - 92)
                         & (table.line[self.order] < len(LINES)) & ~table.lead[self.order]]
        for one in new.tolist():
            line = LINES[table.line[one]]
            for name, span, value, share in GOALS[line.key]:
                metric.append(name)
                period.append(span)
                target.append(float(max(1, round(value * share))))
                person.append(one)
                role.append(None)
                starts.append(int(table.hired[one]))
        yield {"metric": pa.array(metric), "period": pa.array(period), "target": np.array(target),
               "employee_id": self.who(np.array(person)), "role": pa.array(role, pa.string()), "starts_on": self.date(np.array(starts))}


def tag(prefix: str, number: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Numbers as ids: a letter and eight digits."""
    digits = pc.utf8_lpad(pa.array(number, mask=missing).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, "")
