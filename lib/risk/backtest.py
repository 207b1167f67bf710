"""Backtest: the tables in which an evaluation is shown, and the verdict whether a score may be shown at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from lib.risk import evaluation, metrics
from lib.risk.evaluation import MAIN, Rolled, Rows

CAPACITIES = (5, 10, 20)
METHODS = ("model", "tags", "tenure", "chance")
LOTS = 8              # draws of lots that "chance" is the mean of
LEAST_PEOPLE = 20      # a group of fewer people, or fewer leavers, is not measured
LEAST_LEAVERS = 5
TOO_GOOD = 0.90        # an area under the curve above this means that something tells the leaving rather than foretells it
RATIO = (0.8, 1.25)    # predicted/actual outside of this, beyond chance, is a drift
QUARTER = 13           # weeks
NAN = float("nan")


@dataclass(frozen=True)
class Tested:
    """The test rows of a rolled evaluation and what each method would have said: ``known``: the 60 days are over; ``flagged`` by
    (capacity, method); ``lots`` the flags of chance, one array per draw; ``pause``: weeks for which a flag stands, within which nobody
    is flagged again."""

    rows: Rows
    p: np.ndarray
    label: np.ndarray
    known: np.ndarray
    flagged: Mapping[tuple[int, str], np.ndarray]
    lots: Mapping[int, list[np.ndarray]] = field(default_factory=dict)
    pause: int = 1


def tested(rows: Rows, rolled: Rolled, tenure: Rolled, capacities: tuple[int, ...], pause: int) -> Tested:
    """Flag the test rows week by week by each method: the model, tags held, tenure alone, and chance."""
    here = rows.take(rolled.at)
    tie = evaluation.lots(here.person, here.week)
    scores = {"model": rolled.p[MAIN], "tags": here.tags, "tenure": tenure.p[MAIN]}
    flag = lambda score, capacity: evaluation.flags(here.person, here.week, score, capacity, pause, tie)
    flagged = {(capacity, method): flag(score, capacity) for capacity in capacities for method, score in scores.items()}
    lots = {capacity: [flag(evaluation.lots(here.person, here.week, draw), capacity) for draw in range(1, LOTS + 1)] for capacity in capacities}
    label = here.labels[MAIN]
    return Tested(here, rolled.p[MAIN], label, np.isfinite(label), flagged, lots, pause)


def by_week(test: Tested) -> pd.DataFrame:
    """``risk_backtest``: week, capacity, method: flagged, hits, base_rate; weeks whose 60 days are over."""
    weeks, at = np.unique(test.rows.week, return_inverse=True)
    known = np.bincount(at, test.known)
    left = np.bincount(at, np.where(test.known, test.label, 0.0))
    shown = known > 0
    out = []
    for capacity in sorted(test.lots):
        for method in METHODS:
            flags = test.lots[capacity] if method == "chance" else [test.flagged[capacity, method]]
            counted = [np.bincount(at, flag & test.known) for flag in flags]
            hits = [np.bincount(at, np.where(flag & test.known, test.label, 0.0)) for flag in flags]
            out.append(pd.DataFrame({"week": weeks[shown], "capacity": capacity, "method": method, "flagged": np.mean(counted, axis=0)[shown],
                                     "hits": np.mean(hits, axis=0)[shown], "base_rate": (left[shown] / known[shown])}))
    return pd.concat(out, ignore_index=True)


def caught(test: Tested) -> pd.DataFrame:
    """``risk_caught``: leavers, caught 7–91 days ahead, Wilson interval of the share, median lead in days; chance is a mean of draws."""
    out = []
    for capacity in sorted(test.lots):
        for method in METHODS:
            flags = test.lots[capacity] if method == "chance" else [test.flagged[capacity, method]]
            found = [evaluation.caught(test.rows.person, test.rows.week, flag, test.rows.event_on) for flag in flags]
            leavers, hits = found[0][0], float(np.mean([one[1] for one in found]))
            leads = np.concatenate([one[2] for one in found])
            out.append((capacity, method, leavers, hits, *metrics.wilson(hits, leavers), float(np.median(leads)) if len(leads) else NAN))
    return pd.DataFrame(out, columns=["capacity", "method", "leavers", "caught", "low", "high", "lead_days"])


def compared(part: np.ndarray, names: list[str], p: np.ndarray, label: np.ndarray, drawn: metrics.Clusters) -> list[tuple[str, float, float, float, float, int]]:
    """(name, predicted, actual, low, high, rows) of each part; the interval is of the actual share, persons drawn with replacement."""
    out = []
    for at, name in enumerate(names):
        inside = (part == at).astype(float)
        n = int(inside.sum())
        if n:
            draws = drawn.sums(inside * label) / np.maximum(drawn.sums(inside), 1e-9)
            out.append((name, float((p * inside).sum() / n), float((label * inside).sum() / n), *metrics.interval(draws), n))
    return out


def calibration(test: Tested, limits: tuple[float, float]) -> pd.DataFrame:
    """``risk_calibration``: predicted and actual by band (as it stood in that week) and by tenth."""
    _, week = np.unique(test.rows.week, return_inverse=True)
    usual = (np.bincount(week, test.p) / np.bincount(week))[week]
    k = test.known
    bands = band_of(test.p, usual, limits)[k]
    p, label, drawn = test.p[k], test.label[k], metrics.Clusters(test.rows.person[k])
    tenths = metrics.parts_of_equal_size(p)
    found = [("band", *row) for row in compared(bands, list(BANDS), p, label, drawn)]
    found += [("decile", *row) for row in compared(tenths, [str(at + 1) for at in range(metrics.BINS)], p, label, drawn)]
    return pd.DataFrame(found, columns=["kind", "part", "predicted", "actual", "low", "high", "n"])


BANDS = ("even", "raised", "high")


def band_of(p: np.ndarray, usual: np.ndarray | float, limits: tuple[float, float]) -> np.ndarray:
    """0 even, 1 raised, 2 high: how many times the company's average of the week a chance is, against ``limits`` (raised, high)."""
    return (p >= limits[0] * usual).astype(int) + (p >= limits[1] * usual)


def quarters(test: Tested) -> pd.DataFrame:
    """``risk_quarters``: predicted and actual share, its interval, rows, people and predicted/actual of each quarter of test weeks."""
    k = test.known
    days = test.rows.week[k].astype("datetime64[D]")
    months = days.astype("datetime64[M]").astype(int)
    names, part = np.unique(months // 3, return_inverse=True)
    labels = [f"{1970 + name // 4}-Q{name % 4 + 1}" for name in names]
    p, label, person = test.p[k], test.label[k], test.rows.person[k]
    rows = compared(part, labels, p, label, metrics.Clusters(person))
    people = [len(np.unique(person[part == at])) for at in range(len(labels))]
    return pd.DataFrame([(*row, count, row[1] / row[2] if row[2] else NAN) for row, count in zip(rows, people, strict=True)],
                        columns=["quarter", "predicted", "actual", "low", "high", "rows", "people", "ratio"])


def standing(person: np.ndarray, week: np.ndarray, flagged: np.ndarray, pause: int) -> np.ndarray:
    """Whether a warning stands in each row: the person was flagged in that week or in the ``pause`` − 1 weeks before it."""
    last = pd.Series(np.where(flagged, week, -np.inf), index=np.arange(len(week))).iloc[np.argsort(week, kind="stable")]
    last = last.groupby(person[last.index]).cummax().sort_index().to_numpy()
    return week - last < 7 * pause


def groups(test: Tested, of: Mapping[str, np.ndarray], capacity: int) -> pd.DataFrame:
    """``risk_groups``: how right and how strict the score is about each group, all of it over the same person-weeks, whose 60 days are over.

    flag_rate: the share in which a warning stands (flagged in that week or in the pause before it); tpr and fpr: the same of the weeks
    that were followed by notice within 60 days, and of those that were not (Hardt, Price & Srebro 2016), so that
    flag_rate = actual·tpr + (1 − actual)·fpr.  Null where fewer than 20 people or 5 leavers are known.
    """
    k, person = test.known, test.rows.person
    warned = standing(person, test.rows.week, test.flagged[capacity, "model"], test.pause)
    out = []
    for grouping, given in of.items():
        for part in sorted(set(given) - {""}):
            inside = given == part
            rows = inside & k
            people, leavers = np.unique(person[rows]), np.unique(person[rows & (test.label == 1)])
            line: list[object] = [grouping, part, len(people)]
            if len(people) < LEAST_PEOPLE or len(leavers) < LEAST_LEAVERS or not rows.any():
                out.append((*line, *[NAN] * 8))
                continue
            label, p, drawn = test.label[rows], test.p[rows], metrics.Clusters(person[rows], draws=200)
            named = warned[rows]
            share = lambda among, named=named: float(named[among].mean()) if among.any() else NAN
            out.append((*line, metrics.auc(label, p), *drawn.auc(label, p), float(p.mean()), float(label.mean()), share(np.full(len(label), True)),
                        share(label == 1), share(label == 0)))
    return pd.DataFrame(out, columns=["grouping", "part", "people", "auc", "auc_low", "auc_high", "predicted", "actual", "flag_rate", "tpr", "fpr"])


def alarms(test: Tested, cared: pd.DataFrame) -> pd.DataFrame:
    """``risk_alarms``: what became of those flagged by the model; ``cared``: person_no and day of talks and interventions.

    Who stayed with a talk or help within 60 days after the flag was perhaps no false alarm: it is counted apart.
    """
    days = cared.assign(on=pd.to_datetime(cared["on"]).to_numpy("datetime64[D]").astype(int)).groupby("person_no")["on"].apply(np.sort).to_dict()
    out = []
    for capacity in sorted(test.lots):
        at = np.flatnonzero(test.flagged[capacity, "model"])
        known, left = test.known[at], test.label[at] == 1
        helped = np.array([bool(np.any((found := days.get(person, np.zeros(0))) >= week) and np.any((found >= week) & (found < week + MAIN)))
                           for person, week in zip(test.rows.person[at], test.rows.week[at], strict=True)], dtype=bool)
        stayed = known & ~left
        out.append((capacity, len(at), int((known & left).sum()), int((stayed & helped).sum()), int((stayed & ~helped).sum()), int((~known).sum())))
    return pd.DataFrame(out, columns=["capacity", "flagged", "left", "stayed_cared", "stayed_alone", "unknown"])


def shift(rows: Rows, kinds: Mapping[str, str], now: pd.DataFrame) -> pd.DataFrame:
    """``risk_drift``: population stability index of each feature, the weeks that were learnt from against the newest four.

    A notice is an index above .2 that is also above what nine of ten earlier spans of four weeks have against the weeks around them:
    what whole teams share has few values in four weeks, and its index is large without any change.
    """
    newest = rows.week > rows.week.max() - 28 if len(rows) else np.zeros(0, dtype=bool)
    span = (rows.week[~newest] - rows.week.min()) // 28 if len(rows) else np.zeros(0, dtype=int)
    out = []
    for key, kind in kinds.items():
        given = [rows.frame[key].to_numpy()[~newest], np.concatenate([rows.frame[key].to_numpy()[newest], now[key].to_numpy()])]
        then, today, count = metrics.cut(*(part.astype(object if kind == "category" else float) for part in given))
        blocks = np.bincount(span * count + then, minlength=count * (int(span.max(initial=-1)) + 1)).reshape(-1, count)
        whole = blocks.sum(axis=0)
        usual = [metrics.stability(whole - block, block) for block in blocks] if len(blocks) > 1 else [0.0]
        moved = metrics.stability(whole, np.bincount(today, minlength=count)) if len(then) and len(today) else 0.0
        out.append((key, moved, moved > 0.2 and moved > float(np.quantile(usual, 0.9))))
    return pd.DataFrame(out, columns=["feature", "psi", "notice"])


def level(test: Tested) -> tuple[float, bool]:
    """Calibration-in-the-large of the last quarter of known test weeks: predicted/actual, and whether it moved: outside .8–1.25 beyond chance."""
    k = test.known
    if not k.any():
        return NAN, False
    last = k & (test.rows.week > test.rows.week[k].max() - 7 * QUARTER)
    (_, predicted, actual, low, high, _), = compared(np.zeros(last.sum(), dtype=int), ["last"], test.p[last], test.label[last],
                                                      metrics.Clusters(test.rows.person[last]))
    ratio = predicted / actual if actual else NAN
    return ratio, not low <= predicted <= high and (actual == 0 or not RATIO[0] <= ratio <= RATIO[1])


def strongest(test: Tested, kinds: Mapping[str, str]) -> str:
    """The feature that alone ranks who left highest above who stayed, cut into parts (not known is one) in the order of their leavers."""
    label, found = test.label[test.known], {}
    for key, kind in kinds.items():
        given = test.rows.frame[key].to_numpy()[test.known].astype(object if kind == "category" else float)
        part, _, count = metrics.cut(given, given[:0])
        found[key] = metrics.auc(label, (np.bincount(part, label, count) / np.maximum(np.bincount(part, minlength=count), 1))[part])
    return max(found, key=lambda key: found[key])


def summary(test: Tested, capacity: int) -> dict[str, float]:
    """The figures of the model's row: ranking, calibration, and precision at the capacity with intervals (persons drawn with replacement)."""
    k = test.known
    p, label, person = test.p[k], test.label[k], test.rows.person[k]
    drawn = metrics.Clusters(person)
    low, high = drawn.auc(label, p)
    base = float(label.mean())
    out = {"base_rate": base, "auc": metrics.auc(label, p), "auc_low": low, "auc_high": high, "pr_auc": metrics.average_precision(label, p),
           "brier": metrics.brier(label, p), "ece": metrics.ece(label, p), "ratio": float(p.mean()) / base if base else NAN, "precision_base": base}
    draws = {}
    for method in ("model", "tags", "tenure"):
        flag = test.flagged[capacity, method][k].astype(float)
        out["precision" if method == "model" else f"precision_{method}"] = float((flag * label).sum() / flag.sum()) if flag.any() else NAN
        counted = drawn.sums(flag)
        draws[method] = np.where(counted > 0, drawn.sums(flag * label) / np.maximum(counted, 1), NAN)
    out["precision_low"], out["precision_high"] = metrics.interval(draws["model"])
    out["precision_gain_low"], out["precision_gain_high"] = metrics.interval(draws["model"] - draws["tags"])
    return out


def verdict(figures: Mapping[str, float]) -> str:
    """Why a score is not shown: '' when it may be; the ranking must be better than chance but not too good to be true, and the precision
    better than the tag count's."""
    if not figures["auc_low"] > 0.5:
        return "no_better_than_chance"
    if figures["auc"] > TOO_GOOD:
        return "too_good"
    if not (figures["precision"] > figures["precision_tags"] and figures["precision_gain_high"] > 0):
        return "no_better_than_tags"
    return ""
