"""The command line: ``python -m lib build``, ``fresh``, ``import``, ``where``, ``rollback``, ``versions``, ``user``, ``send``, ``draws``, ``risk``, ``serve``."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from lib import words
from lib.warehouse import publish

app = typer.Typer(help="Kanjian 看见: people analytics for sales teams.", no_args_is_help=True, pretty_exceptions_enable=False)
user = typer.Typer(help="People who may sign in to an imported company.", no_args_is_help=True)
app.add_typer(user, name="user")
screen, errors = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)
Data = Annotated[Path, typer.Option("--data", help="The data folder.", envvar="KANJIAN_DATA")]
HERE = Path("data")


def _stop(reason: object) -> None:
    errors.print(str(reason), style="red", markup=False, highlight=False)
    raise typer.Exit(1)


@app.command()
def build(
    demo: Annotated[bool, typer.Option("--demo", help="Build the invented demo company.")] = False,
    people: Annotated[int, typer.Option(min=20, max=200_000, help="Active people of the demo company.")] = 640,
    months: Annotated[int, typer.Option(min=3, max=60, help="Months of history of the demo company.")] = 18,
    seed: Annotated[int, typer.Option(help="Seed of the demo company.")] = 7,
    as_of: Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The company's today.")] = None,
    data: Data = HERE,
) -> None:
    """Import what is new, build the warehouse, check it and publish it."""
    from lib import build as conductor

    words.speak("en")
    began = perf_counter()
    # How many steps there are depends on the files that wait; the line says what was done last and how long it has been going on.
    with Progress(SpinnerColumn(), TextColumn("{task.completed:>3.0f} steps  {task.description:<28}"),
                  TextColumn("{task.fields[rows]:>16}"), TimeElapsedColumn(), console=screen) as bar:
        task = bar.add_task("begin", total=None, rows="")

        def report(step: str, rows: int | None) -> None:
            bar.update(task, advance=1, description=step, rows=f"{rows:,} rows" if rows is not None else "")
            if not screen.is_terminal:
                screen.print(f"{step:<32}{f'{rows:,} rows' if rows is not None else '':>18}{perf_counter() - began:>9.1f} s", highlight=False)

        try:
            done = conductor.build(data, demo=demo, people=people, months=months, seed=seed,
                                   as_of=as_of.date() if as_of else None, report=report)
        except Exception as why:  # every failure leaves the published version as it was; say so in one line
            if isinstance(why, (conductor.BuildRefused, ValueError, OSError)):
                _stop(why)
            raise
        bar.update(task, description="done", rows="")
    table = Table("step", "rows", "seconds", box=None)
    for step, rows, seconds in done.steps:
        table.add_row(step, "" if rows is None else f"{rows:,}", f"{seconds:.2f}")
    screen.print(table)
    for text in done.needs_attention:
        errors.print(text, style="yellow", markup=False)
    screen.print(f"read {done.source_rows:,} rows, rejected {done.rejected_rows:,}; as of {done.as_of}; "
                 f"{perf_counter() - began:.1f} s; published {done.path}", highlight=False, soft_wrap=True)


@app.command()
def fresh(data: Data = HERE) -> None:
    """Exit 0 when the published version may be served as it is, 1 when there is none or the demo was built by other code."""
    from lib import build as conductor

    words.speak("en")
    try:
        state = conductor.freshness(data)
    except publish.NothingPublished:
        print(f"nothing is published in {data} yet")
        raise typer.Exit(1) from None
    except conductor.BuildRefused as why:
        _stop(why)
    if state == "old_demo":
        print(f"the demo in {data} was built by another version of the code")
        raise typer.Exit(1)
    if state == "old_company":
        errors.print(f"the warehouse in {data} was built by another version of the code; bring it up to date with: "
                     f"python -m lib build --data {data}", style="yellow", markup=False, highlight=False)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX, Parquet or JSON lines.")],
    table: Annotated[str | None, typer.Option(help="Source table, such as employees; else suggested from the headers.")] = None,
    mapping: Annotated[str | None, typer.Option(help="Name of a saved mapping, or a .json file.")] = None,
    save_mapping: Annotated[str | None, typer.Option("--save-mapping", help="Keep the mapping under this name.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Load although the file is much smaller than the last one.")] = False,
    data: Data = HERE,
) -> None:
    """Read one file into the checked source tables; all of it or, when too much is wrong, nothing."""
    from lib.intake import load
    from lib.intake import mapping as mappings

    words.speak("en")
    if not file.is_file():
        _stop(f"{file}: there is no such file")
    try:
        chosen = None
        if mapping:
            chosen = mappings.Mapping.from_json(Path(mapping).read_text("utf-8")) if mapping.endswith(".json") else mappings.load(data, mapping)
        done = load.import_file(file, data, name=file.name, table=table, mapping=chosen, force=force)
        used = chosen or getattr(done, "used", None)
        if save_mapping and used and not done.refused:
            mappings.save(data, replace(used, name=save_mapping))
    except (ValueError, OSError, LookupError) as why:
        _stop(why)
    for row in done.rejects.head(20).itertuples():
        where = f"{f'{row.sheet} ' if isinstance(row.sheet, str) else ''}row {row.row}, column {row.column}"
        value = f"{row.value!r}; " if isinstance(row.value, str) else ""
        errors.print(f"{done.file} {where}: {value}{row.expected_en}. {row.remedy_en}.", style="yellow", markup=False, highlight=False)
    if len(done.rejects) > 20:
        errors.print(f"… and {len(done.rejects) - 20} more; all of them are listed on the Data page", style="yellow")
    if done.refused:
        _stop(f"{done.file}: nothing was loaded. {done.refused}")
    screen.print(f"{done.file} → {done.table}: read {done.rows_read:,}, loaded {done.rows_loaded:,}, left out {done.rows_left_out:,}, "
                 f"rejected {done.rows_rejected:,} ({done.import_id})", highlight=False, soft_wrap=True)
    unread = [header for header in used.headers if header not in used.sources] if used and not chosen else []
    if unread:
        screen.print(f"not read: {', '.join(unread)}; to read one of them, say on the Data page what it is", style="yellow", markup=False,
                     highlight=False, soft_wrap=True)
    if save_mapping and not used:
        _stop(f"no mapping was saved as {save_mapping!r}: it is not known which one was used; name it with --mapping")


@app.command()
def where(data: Data = HERE) -> None:
    """Print the path of the published warehouse."""
    try:
        print(publish.where(data))
    except publish.NothingPublished as why:
        _stop(why)


@app.command()
def versions(data: Data = HERE) -> None:
    """List the kept versions, newest first; the published one is marked."""
    for version in publish.versions(data):
        print(f"{'*' if version.current else ' '} {version.build_id}  {version.path}")


@app.command()
def rollback(build_id: Annotated[str | None, typer.Argument(help="A kept version; else the one served before.")] = None, data: Data = HERE) -> None:
    """Publish an older version again."""
    words.speak("en")
    try:
        print(publish.roll_back(data, build_id).path)
    except (publish.NothingPublished, OSError) as why:
        _stop(why)


@user.command("add")
def user_add(
    name: str,
    role: Annotated[str, typer.Option(help="boss, lead, hr, presenter, mentor, employee or admin.")],
    team: Annotated[list[str] | None, typer.Option(help="A team that may be seen; repeat for several; '*' for the whole company.")] = None,
    person: Annotated[str | None, typer.Option(help="Employee id, for people who look at their own data.")] = None,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
    data: Data = HERE,
) -> None:
    """Let somebody sign in."""
    from lib.access import sign_in

    words.speak("en")
    try:
        sign_in.add_user(data, name, password, role, tuple(team) if team else None, person)
    except ValueError as why:
        _stop(why)
    print(f"{name} may sign in as {role}")


@user.command("list")
def user_list(data: Data = HERE) -> None:
    """List who may sign in."""
    from lib.access import sign_in

    for row in sign_in.list_users(data):
        print(f"{row.name}\t{row.role}\t{'disabled' if row.disabled else 'active'}")


@user.command("change")
def user_change(
    name: str,
    role: Annotated[str, typer.Option(help="boss, lead, hr, presenter, mentor, employee or admin.")],
    team: Annotated[list[str] | None, typer.Option(help="A team that may be seen; repeat for several; '*' for the whole company.")] = None,
    person: Annotated[str | None, typer.Option(help="Employee id, for people who look at their own data.")] = None,
    data: Data = HERE,
) -> None:
    """Give somebody another role or scope; open sessions end."""
    from lib.access import sign_in

    words.speak("en")
    try:
        sign_in.change_user(data, name, role, tuple(team) if team else None, person)
    except ValueError as why:
        _stop(why)
    print(f"{name} may now sign in as {role}")


@user.command("enable")
def user_enable(name: str, data: Data = HERE) -> None:
    """Let somebody in again who was shut out."""
    from lib.access import sign_in

    words.speak("en")
    try:
        sign_in.disable_user(data, name, disabled=False)
    except ValueError as why:
        _stop(why)


@user.command("disable")
def user_disable(name: str, data: Data = HERE) -> None:
    """Shut somebody out; open sessions end."""
    from lib.access import sign_in

    try:
        sign_in.disable_user(data, name)
    except ValueError as why:
        _stop(why)


@app.command()
def send(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be queued; raise, queue and send nothing.")] = False,
    wait: Annotated[bool, typer.Option("--wait/--once", help="Stay until nothing waits any more, or try what is due once.")] = False,
    max_s: Annotated[int, typer.Option("--max-s", min=1, help="Begin no attempt after so many seconds.")] = 900,
    data: Data = HERE,
) -> None:
    """Raise today's cards, tell the channels, print a line per outcome: exit 0 all sent, 2 something waits, 3 dead letters (for cron)."""
    from lib.access import messages_day, messages_own
    from lib.ledger import letters, mentors
    from lib.ledger.vault import KeyLost
    from lib.messages import send as sender
    from lib.messages import terms

    words.speak("en")
    try:
        under, home = terms.of(data), messages_day.house(data)
        if home is None:
            _stop(f"nothing is published in {data} yet")
        wrong: list[str] = []

        def missed(login: str, why: Exception) -> None:
            wrong.append(login)
            errors.print(f"{login}: today's list could not be made: {why}", style="red", markup=False, highlight=False)

        for channel, owner, people in messages_day.tell(home, under.link, missed, dry_run):
            print(f"{'would queue' if dry_run else 'queued'}  {channel.name}  {owner or 'everybody'}  {people} on the list")
        for channel, owner in messages_own.tell(home, under.link, missed, dry_run):
            print(f"{'would queue' if dry_run else 'queued'}  {channel.name}  {owner}  own summary")
        if not dry_run:
            if passed_on := mentors.escalate_due(home.book):
                print(f"{passed_on} requests for help nobody answered in time: passed on to lead and HR")
            sender.run(home.book, under, wait=wait, max_s=float(max_s), told=lambda done: print(
                "  ".join(part for part in (done.state, done.channel, f"ref {done.key[:8]}", done.why,
                                            f"again {done.again:%H:%M:%S} UTC" if done.again else "") if part), flush=True))
    except (ValueError, OSError, KeyLost) as why:
        _stop(why)
    with home.book.reading() as con:
        waits, dead = letters.waiting(con), letters.dead_count(con)
    if waits or dead:
        print(f"{waits} waiting, {dead} dead letters")
    raise typer.Exit(3 if dead else 2 if waits else 1 if wrong else 0)


@app.command()
def draws(data: Data = HERE) -> None:
    """Draw every lottery again from its kept seed and say whether the same came out: exit 1 when one did not (no name is printed)."""
    from lib.access import messages_day
    from lib.care import lottery
    from lib.ledger import draws as kept_draws

    words.speak("en")
    try:
        home = messages_day.house(data)
        if home is None:
            _stop(f"nothing is published in {data} yet")
        with home.book.reading() as con:
            found = kept_draws.kept(con)
    except (ValueError, OSError) as why:
        _stop(why)
    wrong = 0
    for seen, result in found:
        same = lottery.reproduced(result)
        wrong += not same
        print(f"{seen.drawn_on}  {seen.id}  {seen.owner}  by {seen.started}  {seen.places} of {seen.pool} (chance {result.chance:.3f})  "
              f"seed {result.seed}  {'same result' if same else 'ANOTHER RESULT'}")
    print(f"{len(found)} draws, {wrong} with another result")
    raise typer.Exit(1 if wrong else 0)


@app.command()
def risk(
    snapshot: Annotated[Path, typer.Option("--snapshot", help="A file about people with a column that says who left: CSV, TSV, XLSX, Parquet or JSON lines.")],
    left: Annotated[str | None, typer.Option("--left", help="COLUMN or COLUMN=VALUE that means left (several values with |); else it is found.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write everybody's score and reasons to this CSV file.")] = None,
    without: Annotated[list[str] | None, typer.Option("--without", help="A column not to be used; repeat for several.")] = None,
    keep: Annotated[list[str] | None, typer.Option("--keep", help="A suspected leak that is honest all the same; repeat for several.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="zh or en.")] = "zh" if os.environ.get("LANG", "").startswith("zh") else "en",
    data: Data = HERE,
) -> None:
    """Train, judge and score a model of who left on one file without dates: exit 0, 1 when something is asked, 2 when no score was earned."""
    from lib import settings
    from lib.intake.guard import Refused
    from lib.risk import snapshot as snapshots
    from lib.risk import snapshot_columns, snapshot_report

    words.speak(lang)
    try:
        least = int(settings.get("risk.min_events", settings.stored(data)))
        found = snapshot_columns.understand(snapshot_columns.read(snapshot), left, without or ())
        report = snapshots.run(found, least, tuple(keep or ()))
    except Refused as why:
        _stop(f"{snapshot}: {why.sentence(words.language())}. {why.remedy(words.language())}.")
    except (snapshot_columns.Ask, settings.SettingError, OSError) as why:
        _stop(why)
    for line in snapshot_report.lines(report, snapshot, least, tuple(keep or ())):
        screen.print(line, markup=False, highlight=False)
    if report.state != "ready":
        raise typer.Exit(2)
    if out:
        from lib.show.tables import safe_csv

        table = snapshot_report.scored(report)
        out.write_bytes(safe_csv(table))
        screen.print(words.say("risk.snapshot.written", rows=len(table), file=out), markup=False, highlight=False)


@app.command()
def serve(port: int = 8501, data: Data = HERE) -> None:
    """Open the app on 127.0.0.1 (and wake it, so that the first address asked for is answered like every later one)."""
    from lib import serving

    sys.exit(serving.serve(port, data))


if __name__ == "__main__":
    app()
