"""The report of a snapshot in sentences, and its scored people as a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from lib.risk import backtest, reasons
from lib.risk.snapshot import BANDS, FOLDS, LEAK, REPEATS, Report
from lib.words import say


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _point(value: float) -> str:
    return f"{value:.3f}"


def lines(report: Report, file: Path, min_events: int, kept: tuple[str, ...] = ()) -> list[str]:
    """What was found out, sentence by sentence, in the language of this run."""
    snapshot = report.snapshot
    out = [say("risk.snapshot.read", file=file.name, rows=len(snapshot.label), left=int(snapshot.label.sum()), share=_share(float(snapshot.label.mean())),
               column=snapshot.left_column, values="|".join(snapshot.left_values))]
    if snapshot.unknown_rows:
        out.append(say("risk.snapshot.unknown", rows=snapshot.unknown_rows, column=snapshot.left_column))
    if snapshot.repeated:
        out.append(say("risk.snapshot.repeated", rows=snapshot.repeated))
    if report.columns:
        out.append(say("risk.snapshot.used", count=len(report.columns), columns=", ".join(column.name for column in report.columns)))
    if snapshot.dropped:
        out += [say("risk.snapshot.dropped"), *(f"  {say(f'risk.snapshot.why.{why}', column=column, detail=detail)}"
                                                for column, (why, detail) in snapshot.dropped.items())]
    out += _leaks(report, kept)
    if report.judged:
        out += _figures(report)
    if report.state == "not_ready":
        out.append(say("risk.snapshot.not_ready", min=min_events, needed=report.needed))
    elif report.state == "hidden":
        figures = report.judged.figures if report.judged else {"auc": np.nan, "auc_low": np.nan, "auc_high": np.nan}
        out.append(say(f"risk.snapshot.hidden.{report.why}", auc=_point(figures["auc"]), low=_point(figures["auc_low"]), high=_point(figures["auc_high"])))
    elif report.found is not None:
        weight = np.abs(report.found.contribution).mean(axis=0)
        out.append(say("risk.snapshot.reasons", columns=", ".join(f"{report.found.keys[at]} ({weight[at]:.2f})" for at in np.argsort(-weight)[:8])))
        out += [say("risk.snapshot.overlap", overlap=_share(report.overlap)), say("risk.snapshot.not_sole")]
    out.append(say("risk.snapshot.seconds", seconds=f"{report.seconds:.1f}"))
    return out


def _leaks(report: Report, kept: tuple[str, ...]) -> list[str]:
    out = [say("risk.snapshot.suspect", column=one.name, alone=_point(one.alone), drop=_point(one.drop)) for one in report.suspects]
    if report.with_suspects and report.judged:
        out.append(say("risk.snapshot.suspect_left_out", before=_point(report.with_suspects["auc"]), after=_point(report.judged.figures["auc"])))
    spared = {name.strip().lower() for name in kept}
    if staying := [one.name for one in report.suspects if one.name.lower() in spared]:
        out.append(say("risk.snapshot.suspect_kept", columns=", ".join(staying)))
    elif report.judged and report.judged.figures["auc"] > LEAK:
        out.append(say("risk.snapshot.too_good", auc=_point(report.judged.figures["auc"])))
    return out


def _figures(report: Report) -> list[str]:
    figures = report.judged.figures  # type: ignore[union-attr]
    out = [say("risk.snapshot.figures", repeats=REPEATS, folds=FOLDS, low=_point(figures["auc_low"]), high=_point(figures["auc_high"]), base=_share(figures["base_rate"]),
               **{name: _point(figures[name]) for name in ("auc", "pr_auc", "brier", "brier_base", "ece")})]
    if report.calibration is not None:
        out += [f"  {say('risk.snapshot.calibration', band=say(f'risk.snapshot.band.{row.part}'), predicted=_share(row.predicted), actual=_share(row.actual), low=_share(row.low), high=_share(row.high), n=row.n)}"
                for row in report.calibration.itertuples()]
    if report.without_survey:
        out.append(say("risk.snapshot.survey", columns=", ".join(column.name for column in report.columns if column.survey),
                       auc=_point(report.without_survey["auc"]), pr_auc=_point(report.without_survey["pr_auc"])))
    if report.groups is not None and len(report.groups):
        out.append(say("risk.snapshot.groups"))
        for row in report.groups.itertuples():
            out.append("  " + (say("risk.snapshot.group_few", part=row.part, people=row.people) if row.auc != row.auc else
                               say("risk.snapshot.group", part=row.part, people=row.people, auc=_point(row.auc), predicted=_share(row.predicted), actual=_share(row.actual))))
    return out


def scored(report: Report) -> pd.DataFrame:
    """Every person of the file with probability, range, band, rank and the first three reasons that push upward, the highest first."""
    found, p = report.found, report.p
    band = backtest.band_of(p, float(p.mean()), BANDS)
    overlap = reasons.overlap(found, report.kept)  # type: ignore[arg-type]
    order = np.argsort(-p, kind="stable")
    by_name = {column.name: column for column in report.columns}
    table = report.snapshot.ids.copy() if report.snapshot.ids.shape[1] else pd.DataFrame({say("risk.snapshot.row"): report.snapshot.rows})
    table[say("risk.snapshot.head.left")] = [say("risk.snapshot.yes") if left else say("risk.snapshot.no") for left in report.snapshot.label]
    for name, values in (("p", p), ("low", report.low), ("high", report.high)):
        table[say(f"risk.snapshot.head.{name}")] = np.round(values, 4)
    table[say("risk.snapshot.head.band")] = [say(f"risk.snapshot.band.{backtest.BANDS[at]}") for at in band]
    rank = np.empty(len(p), dtype=int)
    rank[order] = np.arange(1, len(p) + 1)
    table[say("risk.snapshot.head.rank")] = rank
    first = np.argsort(found.place, axis=1)[:, :reasons.TOP]  # type: ignore[union-attr]
    for nth in range(first.shape[1]):
        told = []
        for at, which in enumerate(first[:, nth]):
            push = found.contribution[at, which]  # type: ignore[union-attr]
            name = found.keys[which]  # type: ignore[union-attr]
            told.append(f"{name} = {by_name[name].told(at)} (+{push:.2f})" if push > 0 else "")
        table[say("risk.snapshot.head.reason", nth=nth + 1)] = told
    table[say("risk.snapshot.head.badge")] = [say("risk.snapshot.firm") if share >= reasons.FIRM else say("risk.snapshot.loose") for share in overlap]
    return table.iloc[order].reset_index(drop=True)
