"""The conductor: files → checked sources → marts → tags → changes → a new version, checked and published.

One build at a time per data folder.  Nothing is published unless every step and every check went well; the version that was
there before keeps serving.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import duckdb
import pandas as pd

from lib import marts, settings, tags
from lib.care import covered, kept
from lib.demo import company, seed_risk
from lib.demo import seed as seeds
from lib.effect import build as effect
from lib.intake import load
from lib.intake.contracts import TABLES
from lib.ledger import engine, snapshot, vault
from lib.marts import care
from lib.morale import award, changes, index, moves, pain, pulse_waves
from lib.risk import build as risk
from lib.warehouse import publish
from lib.warehouse.store import Warehouse, building, scratch
from lib.words import say

VERSION = "0.1.0"
HOME = Path(__file__).parent
# The code that decides what is in a published version, and what more does for the invented company.
_MADE_BY = ("marts", "tags", "morale", "risk", "effect", "care/covered.py", "care/kept.py", "ledger/snapshot.py", "ledger/snapshot_draws.py", "ledger/snapshot_morale.py", "ledger/snapshot_risk.py", "settings.py", "build.py")
_INVENTED_BY = ("demo", "ledger/bulk.py", "intake/contracts.py", "intake/contracts_morale.py", "intake/contracts_risk.py", "intake/contracts_support.py", "intake/signals.py")
Report = Callable[[str, "int | None"], None]

PUBLISHED: dict[str, tuple[str, ...]] = {
    "build_info": ("build_id", "as_of", "started_at", "finished_at", "source_rows", "rejected_rows", "company"),
    "employees": ("employee_id", "name", "team", "department", "role", "business_line", "hire_date", "birth_date", "leave_date",
                  "notice_date", "active"),
    "employee_days": ("employee_id", "work_date", "worked", "dials", "answered", "rejected", "effective", "intents", "deals",
                      "revenue", "check_in", "check_out", "late_minutes", "leave_hours"),
    "employee_weeks": ("employee_id", "week", "worked_days", "performance", "rejection_rate", "revenue", "late_evenings"),
    "team_weeks": ("team", "week", "headcount", "performance", "rejection_rate", "late_evenings", "tags_held"),
    "tag_episodes": ("employee_id", "tag", "since", "until", "strength", "evidence"),
    "talk_signals": ("employee_id", "talked_on", "signal"),
    **{table: tuple(columns) for table, columns in snapshot.COLUMNS.items() if table.startswith("care_")},
    "mentor_pairs": ("employee_id", "mentor_id", "since", "until"),
    "mentor_sessions": ("employee_id", "mentor_id", "held_on", "kind", "minutes"),
    "help_requests": ("employee_id", "mentor_id", "asked_at", "answered_at", "topic"),
    "check_ins": ("employee_id", "checked_on", "pressure", "growth"),
    "pulse_results": ("wave_id", "level", "unit", "question", "state", "n", "mean", "low", "high", "coded"),
    "morale_weeks": ("team", "week", "value", "low", "high", "parts_known", "headcount"),
    "morale_parts": ("team", "week", "part", "raw", "unit", "score", "weight", "why_missing"),
    "pain_points": ("employee_id", "pain", "state", "why", "since", "strength", "evidence"),
    **{table: tuple(columns) for table, columns in risk.TABLES.items()},
    "risk_interventions": ("intervention_id", "employee_id", "kind", "feature", "owner", "opened_on", "due", "state", "closed_on", "p60_then"),
    "risk_outcomes": ("intervention_id", "employee_id", "kind", "opened_on", "days", "state", "p60_then"),
    "risk_held": ("employee_id", "due", "held_on", "share", "state"),
    **{table: tuple(columns) for table, columns in effect.TABLES.items()},
    "care_weeks": ("team", "week", *kept.COUNTS),
    "glance_moves": ("level", "team", "week", "measure", "value", "before", "change", "low", "high", "p", "p_adjusted", "real", "worse", "span", "people"),
}
"""The contract others build on: these tables and columns are in every published version."""

GRAIN = {"employees": ("employee_id",), "employee_days": ("employee_id", "work_date"), "employee_weeks": ("employee_id", "week"),
         "team_weeks": ("team", "week"), "tag_episodes": ("employee_id", "tag", "since"),
         "care_talks": ("talk_id",), "care_cards": ("card_id",), "care_promises": ("promise_id",), "care_events": ("event_id",), "care_draws": ("draw_id", "employee_id", "tag"),
         "care_reminders": ("employee_id", "kind", "tag", "due"), "mentor_pairs": ("employee_id", "mentor_id", "since"),
         "check_ins": ("employee_id", "checked_on"), "pulse_results": ("wave_id", "level", "unit", "question"),
         "morale_weeks": ("team", "week"), "morale_parts": ("team", "week", "part"),
         "pain_points": ("employee_id", "pain"), "pain_weeks": ("employee_id", "pain", "week"), "pain_followed": ("pain", "kind"),
         **risk.GRAIN, "risk_interventions": ("intervention_id",), "risk_outcomes": ("intervention_id", "days"), "risk_held": ("employee_id", "due"),
         **effect.GRAIN, "care_weeks": ("team", "week"), "glance_moves": ("level", "team", "week", "measure")}
"""Tables whose rows are told apart by these columns.  talk_signals is not among them: two talks of a day may say the same."""


class BuildRefused(Exception):
    """The build stopped before anything was published; the message says why and what to do."""


@dataclass
class Summary:
    """What a build did: its id and day, rows per table, rejected rows, and seconds and rows per step."""

    build_id: str
    as_of: date
    path: Path
    source_rows: int
    rejected_rows: int
    tables: dict[str, int]
    steps: list[tuple[str, int | None, float]] = field(default_factory=list)
    needs_attention: list[str] = field(default_factory=list)


@contextmanager
def _in_words(data_dir: Path) -> Iterator[None]:
    """What stops a build without being anybody's fault (a second build, a full disk, a broken file) as a refusal in words."""
    try:
        yield
    except publish.Busy as why:
        raise BuildRefused(str(why)) from None
    except duckdb.Error as why:
        raise BuildRefused(say("build.engine", reason=str(why).strip().splitlines()[0])) from why
    except OSError as why:
        raise BuildRefused(say("build.disk", folder=data_dir, reason=why)) from why


def _private(folder: Path) -> None:
    """Make a folder that only its owner may enter; from one that is there already, everybody else's right to enter is taken."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(PermissionError):  # somebody else's folder stays as its owner made it
        folder.chmod(folder.stat().st_mode & 0o770)


def stamp(demo: bool) -> str:
    """The version of the app with a hash of the code that makes a published version: ``0.1.0+1a2b3c4d``."""
    files = [file for name in (*_MADE_BY, *(_INVENTED_BY if demo else ()))
             for file in ([HOME / name] if (HOME / name).is_file() else sorted((HOME / name).glob("*.*")))]
    made = hashlib.sha256()
    for file in files:
        if file.suffix in (".py", ".sql"):
            made.update(f"{file.relative_to(HOME)}\n".encode() + file.read_bytes())
    return f"{VERSION}+{made.hexdigest()[:8]}"


def freshness(data_dir: Path) -> str:
    """Whether the published version was made by the code as it is now: ``fresh``, ``old_demo`` (build the demo again) or
    ``old_company`` (files of a company are there: building again is for its people to decide).

    Raises :class:`lib.warehouse.publish.NothingPublished`, and :class:`BuildRefused` when the file cannot be read.
    """
    path = publish.where(data_dir)
    with _in_words(data_dir):
        row = Warehouse(path).frame("select company, software_version from build_info").iloc[0]
    demo = row["company"] == "demo"
    if row["software_version"] == stamp(demo):
        return "fresh"
    return "old_demo" if demo and not len(_loaded(Path(data_dir))) else "old_company"


def last_sunday(today: date) -> date:
    """The Sunday that ended the last completed week before ``today``."""
    return today - timedelta(days=today.isoweekday())


def _demo_sources(data_dir: Path, people: int, months: int, seed: int, end: date, report: Report) -> tuple[Path, seeds.Facts | None]:
    """Invent the demo company and take it in through the same door as any file; returns its folder, and its facts when it is new.

    The same one is left as it is, also when it reaches beyond ``end``: an earlier day of it is built from the same files, and what
    was written in the app about its people stays.  A new one begins with what its people would have written in the app so far.
    """
    root = data_dir / "demo"
    source = hashlib.sha256(b"".join(f.read_bytes() for f in sorted(Path(company.__file__).parent.glob("*.py")))).hexdigest()
    wanted = {"people": people, "months": months, "seed": seed, "end": end.isoformat(), "generator": source}
    stamp = root / "company.json"
    there = json.loads(stamp.read_text("utf-8")) if stamp.exists() else {}
    if there.get("end", "") >= wanted["end"] and there | {"end": wanted["end"]} == wanted:
        return root, None
    shutil.rmtree(root, ignore_errors=True)
    _private(root)
    known = company.write(root / "files", people=people, months=months, seed=seed, end=end, truth=data_dir / "truth")
    report("invent the company", people)
    for file in sorted((root / "files").glob("*.parquet")):
        done = load.import_file(file, root, name=file.name, table=file.stem)
        report(f"import {file.stem}", done.rows_loaded)
        if done.refused and done.refused.code == "header_only":
            continue  # a small company may have had nothing of this kind in its few months
        if done.refused or done.rows_rejected:
            raise BuildRefused(f"{file.name}: {done.refused or f'{done.rows_rejected} rows rejected'}")
    try:
        report("write in the app", seeds.write(engine.ledger(data_dir, demo=True), known))
    except vault.KeyLost as why:
        raise BuildRefused(str(why)) from None
    stamp.write_text(json.dumps(wanted), "utf-8")
    shutil.rmtree(root / "files")
    return root, known


def _loaded(root: Path) -> pd.DataFrame:
    """The imports whose rows are in the source tables now."""
    history = load.imports(root)
    return history[history["state"] == "loaded"]


def _attach(con: duckdb.DuckDBPyConnection, root: Path, history: pd.DataFrame) -> None:
    """Attach the source tables; refuse when they are not the ones of the history that this build speaks of."""
    try:
        attached = {table: rows for table, rows in load.attach(con, root).items() if rows}
    except ValueError as why:  # a checked file that is no Parquet any more
        raise BuildRefused(say("build.disk", folder=root / "sources", reason=why)) from why
    listed = {str(table): int(rows) for table, rows in history.groupby("table")["rows_loaded"].sum().items() if rows}
    if attached != listed:
        tables = ", ".join(sorted(name for name in attached.keys() | listed.keys() if attached.get(name) != listed.get(name)))
        raise BuildRefused(say("build.sources_moved", tables=tables, folder=root / "sources"))


def _sources(con: duckdb.DuckDBPyConnection, history: pd.DataFrame) -> tuple[int, int]:
    """Write what was read into the published table ``sources``; return rows loaded and rejected."""
    con.execute("create table sources (table_name varchar, import_id varchar, file varchar, rows_read bigint, rows_loaded bigint, "
                "rows_rejected bigint, imported_at timestamp, first_day date, last_day date)")
    columns = [row[0] for row in con.execute("describe sources").fetchall()]
    if len(history):
        frame = history.rename(columns={"table": "table_name"})[columns]
        # Records keep days and moments as ISO text; the moment of import is kept in UTC.
        con.register("records", frame)
        con.execute("insert into sources select table_name, import_id, file, rows_read, rows_loaded, rows_rejected, "
                    "cast(imported_at as timestamptz) at time zone 'UTC', cast(first_day as date), cast(last_day as date) "
                    "from records order by table_name, import_id")
        con.unregister("records")
    loaded, rejected = con.execute("select coalesce(sum(rows_loaded), 0), coalesce(sum(rows_rejected), 0) from sources").fetchone()
    return int(loaded), int(rejected)


def _publish_pulse(data_dir: Path, demo: bool, root: Path, history: pd.DataFrame, as_of: date | None, values: Mapping[str, settings.Value]) -> None:
    """Publish imported waves of the anonymous pulse in the ledger, each once; the build reads what is published, never an answer."""
    if "pulse_answers" not in set(history["table"]):
        return
    with closing(scratch()) as con:
        load.attach(con, root)
        try:
            day = as_of or marts.last_day(con)
        except LookupError:
            return  # the build says what is missing
        with snapshot.readable():
            pulse_waves.imported(con, engine.ledger(data_dir, demo), day, int(settings.get("pulse.min_answers", values)))


def check(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, settings.Value],
          waiting: Sequence[str] = ()) -> dict[str, int]:
    """Hold a finished draft against the contract of the published tables and the truths of the marts; return rows per table.

    ``values`` are the stored settings.  ``waiting`` says which files were not taken; it is the likely reason when nobody is there.

    Raises :class:`BuildRefused` naming the first table, column, grain or truth that does not hold.
    """
    for table, columns in PUBLISHED.items():
        try:
            given = {row[0] for row in con.execute(f"describe {table}").fetchall()}
        except duckdb.CatalogException:
            raise BuildRefused(f"published table {table} is missing") from None
        if lost := [column for column in columns if column not in given]:
            raise BuildRefused(f"published table {table} lacks {', '.join(lost)}")
    for table, grain in GRAIN.items():
        keys = ", ".join(grain)
        twice = con.execute(f"select {keys} from {table} group by {keys} having count(*) > 1 limit 1").fetchone()
        if twice:
            raise BuildRefused(f"published table {table} has two rows for {dict(zip(grain, twice, strict=True))}")
    for mart in marts.PUBLISHED:
        for truth, rows in marts.broken(con, mart, as_of, values).items():
            raise BuildRefused(say("build.broken_truth", mart=mart, truth=truth, rows=rows))
    if not con.execute("select count(*) from employees").fetchone()[0]:
        raise BuildRefused("\n".join([say("build.nobody"), *waiting]))
    names = [row[0] for row in con.execute("select table_name from information_schema.tables where table_type = 'BASE TABLE'").fetchall()]
    return {name: con.execute(f"select count(*) from {name}").fetchone()[0] for name in sorted(names)}


def _award(data_dir: Path, demo: bool, version: Path, invented: seeds.Facts | None, tell: Report) -> list[str]:
    """Book what people earned; a ledger that cannot be written is said and spoils nothing that is published.  In a company that was
    just ``invented``, some have redeemed a part of it."""
    try:
        tell("points", award.book(data_dir, demo, version))
        if invented is not None:
            tell("redeem in the app", seeds.redeem(engine.ledger(data_dir, demo), invented))
            seed_risk.chances(engine.ledger(data_dir, demo), Warehouse(version))
    except Exception as why:  # whatever it is: the version is out, and the next build books what is missing
        return [say("build.points", reason=str(getattr(why, "orig", None) or why).strip().splitlines()[0])]
    return []


def build(data_dir: Path, *, demo: bool = False, people: int = 640, months: int = 18, seed: int = 7, as_of: date | None = None,
          report: Report = lambda step, rows: None) -> Summary:
    """Build and publish a new version of the warehouse in ``data_dir``.

    ``demo`` builds the invented company of ``people`` and ``months``; otherwise new files of ``inbox`` are imported first and
    the imported company is built.  ``as_of`` is the company's "today" (default: the last day with data).
    ``report(step, rows)`` is called when a step ends.  Raises :class:`BuildRefused`; the published version then stays.
    """
    data_dir = Path(data_dir)
    steps: list[tuple[str, int | None, float]] = []
    clock = perf_counter()

    def tell(step: str, rows: int | None = None) -> None:
        nonlocal clock
        steps.append((step, rows, perf_counter() - clock))
        clock = perf_counter()
        report(step, rows)

    with _in_words(data_dir), publish.alone(data_dir):
        for room in ("warehouse", "demo" if demo else "sources", *(["truth"] if demo else [])):
            _private(data_dir / room)
        started = datetime.now(UTC).replace(tzinfo=None)
        values = settings.stored(data_dir)
        waiting: list[str] = []
        invented: seeds.Facts | None = None
        if demo:
            if len(_loaded(data_dir)):
                raise BuildRefused(say("build.demo_over_company", folder=data_dir))
            as_of = as_of or last_sunday(date.today())
            root, invented = _demo_sources(data_dir, people, months, seed, as_of, tell)
        else:
            root = data_dir
            for done in load.pick_up(data_dir):
                tell(f"import {done.file}", done.rows_loaded)
                if done.refused:
                    waiting.append(f"{done.file}: {done.refused}")
        # Read once: the build's id, its table of sources and the rows that it reads are about the same imports.
        history = _loaded(root)
        if not len(history):
            raise BuildRefused("\n".join([say("build.nothing", folder=data_dir, inbox=data_dir / "inbox"), *waiting]))
        # One moment of the ledger, read once as well; what is written from now on is the next build's.
        try:
            _publish_pulse(data_dir, demo, root, history, as_of, values)
            cared = snapshot.of(data_dir, demo)
        except snapshot.LedgerUnreadable as why:
            raise BuildRefused(str(why)) from None
        fingerprint = hashlib.sha256(json.dumps([sorted(history["import_id"]), str(as_of), sorted(values.items()), snapshot.fingerprint(cared)],
                                                default=str).encode()).hexdigest()
        build_id = publish.new_build_id(fingerprint)
        draft = publish.draft(data_dir, build_id)
        try:
            with building(draft) as con:
                _attach(con, root, history)
                care.load(con, cared)
                tell("attach")
                try:
                    as_of = as_of or marts.last_day(con)
                except LookupError:
                    raise BuildRefused("\n".join([say("build.no_day"), *waiting])) from None
                marts.build(con, as_of, values, tell)
                tags.build(con, as_of, values, tell)
                changes.build(con, as_of, tell)
                award.build(con, as_of, values, tell)
                index.build(con, as_of, values, tell)
                pain.build(con, as_of, values, tell)
                risk.build(con, as_of, values, tell)
                effect.build(con, as_of, values, tell)
                covered.build(con, as_of, values)
                kept.build(con, as_of, values, tell)
                moves.build(con, as_of, values, tell)
                loaded, rejected = _sources(con, history)
                con.execute("create table build_info as select $build_id as build_id, $as_of::date as as_of, $started::timestamp as "
                            "started_at, $finished::timestamp as finished_at, $rows::bigint as source_rows, $bad::bigint as "
                            "rejected_rows, $company as company, $version as software_version",
                            {"build_id": build_id, "as_of": as_of, "started": started, "finished": datetime.now(UTC).replace(tzinfo=None),
                             "rows": loaded, "bad": rejected, "company": "demo" if demo else "imported", "version": stamp(demo)})
                for table in TABLES:
                    con.execute(f"drop view src_{table}")
                for table in care.SOURCES:
                    con.execute(f"drop table {table}")
                tables = check(con, as_of, values, waiting)
                tell("check", sum(tables.values()))
            path = publish.publish(data_dir, build_id, draft, int(settings.get("build.keep_versions", values)))
            tell("publish")
            waiting += _award(data_dir, demo, path, invented, tell)
        finally:
            draft.unlink(missing_ok=True)
            draft.with_name(draft.name + ".wal").unlink(missing_ok=True)
            shutil.rmtree(draft.with_suffix(".tmp"), ignore_errors=True)
    return Summary(build_id, as_of, path, loaded, rejected, tables, steps, waiting)
