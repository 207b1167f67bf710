"""Bench: daily activity of thousands of people, from Parquet to published tags, beside the same steps as bare DuckDB SQL.

    python -m tests.bench.bench_build [--people 10000 30000 100000] [--days 365] [--rounds 2] [--bare-only]

For each size: invent the files once, then in alternating rounds (1) import them through the contracts into a fresh data folder
and build and publish, (2) run ``bare.sql`` straight on the same files into a plain DuckDB file.  Prints wall and CPU seconds of
the best round, the ratios, and, from two sizes on, the growth exponent (log of time over log of people).
"""

from __future__ import annotations

import argparse
import math
import resource
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

import duckdb

from lib.build import build
from lib.intake import load

END = date(2025, 12, 31)

_PEOPLE = """
copy (
    select printf('E%06d', i) as employee_id, '员工' || i as name, printf('T%05d', i // 16) as team, 'telesales' as business_line,
        date '{start}' - cast(hash(i) % 1400 as int) + cast(hash(i + 7) % 400 as int) as hire_date,
        date '1985-01-01' + cast(hash(i + 3) % 5000 as int) as birth_date
    from range({people}) as t (i)
) to '{folder}/employees.parquet'
"""
_DAILY = """
with grid as (
    select printf('E%06d', i) as employee_id, cast(d as date) as work_date, hash(i) % 1000 / 1000.0 as person,
        hash(i * 1000003 + epoch(d)) % 1000 / 1000.0 as a, hash(i * 7919 + epoch(d)) % 1000 / 1000.0 as b,
        hash(i * 104729 + epoch(d)) % 1000 / 1000.0 as c
    from range({first}, {last}) as t (i), generate_series(timestamp '{start}', timestamp '{end}', interval 1 day) as s (d)
)
"""
_ACTIVITY = _DAILY + """
, answered as (select *, cast(80 + 60 * a as bigint) as dials, cast((80 + 60 * a) * (0.2 + 0.2 * b) as bigint) as answered from grid)
, rejected as (select *, cast(answered * least(0.9, 0.2 + 0.15 * person + 0.12 * c) as bigint) as rejected from answered)
select employee_id, work_date, dials, answered, rejected, cast((answered - rejected) * 0.5 * c as bigint) as effective,
    cast((answered - rejected) * 0.1 * a as bigint) as intents, cast(b * 1.4 as bigint) as deals, round(b * 900, 2) as revenue
from rejected order by employee_id, work_date
"""
_ATTENDANCE = _DAILY + """
select employee_id, work_date, work_date + to_seconds(32400 + cast(a * 900 as int)) as check_in,
    work_date + to_seconds(61200 + cast(b * 18000 as int)) as check_out, case when a > 0.95 then 'late' else 'normal' end as result,
    case when a > 0.95 then 12.0 else 0.0 end as late_minutes, cast(null as double) as leave_hours
from grid order by employee_id, work_date
"""


def invent(folder: Path, people: int, days: int) -> None:
    """Write employees, activity_days and attendance as Parquet; the same arguments write the same rows."""
    folder.mkdir(parents=True)
    con = duckdb.connect()
    con.execute("set threads = 2")
    start = date.fromordinal(END.toordinal() - days + 1)
    known = {"folder": folder, "people": people, "start": start, "end": END}
    con.execute(_PEOPLE.format(**known))
    for table, text in (("activity_days", _ACTIVITY), ("attendance", _ATTENDANCE)):
        con.execute(f"copy ({text.format(first=0, last=people, **known)}) to '{folder}/{table}.parquet'")


@dataclass(frozen=True)
class Spent:
    """Wall-clock and CPU seconds of one step (CPU is what a busy machine does not distort)."""

    wall: float
    cpu: float

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.cpu + other.cpu)


def timed(step: Callable[[], object]) -> Spent:
    """What one call takes."""
    def cpu() -> float:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime
    wall_before, cpu_before = perf_counter(), cpu()
    step()
    return Spent(perf_counter() - wall_before, cpu() - cpu_before)


def app_import(files: Path, data: Path) -> None:
    """The files through guard, mapping and contracts into checked sources."""
    for table in ("employees", "activity_days", "attendance"):
        done = load.import_file(files / f"{table}.parquet", data, table=table)
        if done.refused or done.rows_rejected:
            raise SystemExit(f"{table}: {done.refused or done.rows_rejected}")


def bare(files: Path, target: Path, memory: str | None = None) -> None:
    """The same roll-up and tags by hand, into a plain DuckDB file."""
    text = (Path(__file__).parent / "bare.sql").read_text("utf-8").replace("{folder}", str(files)).replace("{as_of}", END.isoformat())
    con = duckdb.connect(str(target))
    if memory:
        con.execute(f"set memory_limit = '{memory}'")
    con.execute(f"set temp_directory = '{target.with_suffix('.tmp')}'")
    for statement in text.split(";\n"):
        if statement.strip():
            con.execute(statement)
    con.close()


def measure(work: Path, people: int, days: int, rounds: int, memory: str | None) -> dict[str, Spent]:
    """The best round of each step for one size; the files and data folders of the size are removed afterwards."""
    files = work / f"files-{people}"
    invent(files, people, days)
    best: dict[str, Spent] = {}
    for number in range(rounds):
        data, plain = work / f"data-{people}-{number}", work / f"bare-{people}-{number}.duckdb"
        found = {
            "bare": timed(lambda plain=plain: bare(files, plain, memory)),
            "import": timed(lambda data=data: app_import(files, data)),
            "build": timed(lambda data=data: build(data, as_of=END)),
        }
        for name, spent in found.items():
            best[name] = min(best.get(name, spent), spent, key=lambda s: s.cpu)
        shutil.rmtree(data)
        plain.unlink()
    shutil.rmtree(files)
    return best


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[10_000])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--memory", help="memory limit of the bare script, for example 12GB")
    parser.add_argument("--work", type=Path, help="where to put the files (default: a temporary folder)")
    options = parser.parse_args()
    results: list[tuple[int, dict[str, Spent]]] = []
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        for people in options.people:
            best = measure(Path(folder), people, options.days, options.rounds, options.memory)
            results.append((people, best))
            for name in ("bare", "build", "import"):
                print(f"{people:8} people × {options.days} days  {name:7} wall {best[name].wall:7.2f} s   cpu {best[name].cpu:7.2f} s", flush=True)
            whole = best["build"] + best["import"]
            for label, spent in (("build / bare", best["build"]), ("import + build / bare", whole)):
                print(f"{people:8} people  {label:22} wall ×{spent.wall / best['bare'].wall:.2f}   cpu ×{spent.cpu / best['bare'].cpu:.2f}", flush=True)
    for (few, small), (many, large) in zip(results, results[1:], strict=False):
        steps = math.log(many / few)
        for name in ("bare", "build", "import"):
            print(f"growth {few} → {many}  {name:7} wall {math.log(large[name].wall / small[name].wall) / steps:.2f}   "
                  f"cpu {math.log(large[name].cpu / small[name].cpu) / steps:.2f}")


if __name__ == "__main__":
    main()
