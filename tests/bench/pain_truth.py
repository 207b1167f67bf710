"""The three rules against the pain points that the generator planted: precision and recall per seed.

``python -m tests.bench.pain_truth [PEOPLE] [SEED …]``.  Defined before looking:

- **Truth**: people whom the generator gave the pain on every day of the weeks that the rule looks at.  Whoever had it on a part of these
  days only is neither right nor wrong, and is counted apart (``part``).
- **Detectable**: active, experienced, with enough worked days, in a group of at least 8 peers, and with the data that the rule needs:
  consultations and follow-up minutes (shops record no minutes); for script, 20 conversions to be expected of a peer in at most 12
  weeks; for lost growth, at least two check-ins by name in the 8 weeks.  Planted people who are not are counted apart (``beyond``).
- **When**: in the last week and 8, 16 and 24 weeks before, by the rule's own history, so that there are enough cases to count.
- **Precision**: of those who fire and had the pain all the time or not at all, the share who had it.  **Recall**: of those detectable who
  had it, the share who fires.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from lib import marts
from lib.demo.company import write
from lib.intake.contracts import TABLES
from lib.morale import pain
from lib.morale.pain_rules import PAINS
from tests.small_company import sources

END = date(2026, 11, 15)
NEEDED = ("employees", "teams", "attendance", "activity_days", "talks", "check_ins", "leave_requests")
BACK = (0, 8, 16, 24)
_SIGNALS = ("pressure", "training", "promotion")


@dataclass
class Score:
    """Counts of one pain in one company."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    part: int = 0
    beyond: int = 0
    by_talks: int = 0

    @property
    def precision(self) -> float:
        """Share of those who fire that truly have it; NaN when nobody fires."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else float("nan")

    @property
    def recall(self) -> float:
        """Share of those who have it that fire."""
        return self.right / (self.right + self.missed) if self.right + self.missed else float("nan")

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def company(folder: Path, people: int, seed: int, months: int = 18):  # type: ignore[no-untyped-def]
    """A company with its marts and pain points built: the connection and the truth."""
    write(folder / "files", people=people, months=months, seed=seed, end=END, truth=folder / "truth")
    rows = {name: pd.read_parquet(folder / "files" / f"{name}.parquet") for name in NEEDED}
    topics = pd.read_parquet(folder / "truth" / "talk_topics.parquet")
    # What the notes are read for is measured elsewhere; here every talk says what was truly said.
    said = topics["topics"].str.split(",").map(lambda words: ",".join(word for word in words if word in _SIGNALS))
    rows["talks"] = rows["talks"].drop(columns="note").assign(signals=said.to_numpy())
    con = sources({name: frame[[c.name for c in TABLES[name].stored if c.name in frame]] for name, frame in rows.items()})
    marts.build(con, END, {})
    pain.build(con, END, {})
    return con, pd.read_parquet(folder / "truth" / "pain_points.parquet")


def covered(truth: pd.DataFrame, who: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Share of the days from ``first`` to ``last`` (per row) on which the person ``who`` had one of these spells."""
    spells = truth.assign(begin=pd.to_datetime(truth["from"]).to_numpy("datetime64[D]"),
                          end=pd.to_datetime(truth["until"]).fillna(pd.Timestamp(END)).to_numpy("datetime64[D]"))
    pairs = pd.DataFrame({"employee_id": who, "first": first, "last": last}).reset_index(names="at").merge(
        spells[["employee_id", "begin", "end"]], on="employee_id")
    days = (np.minimum(pairs["end"], pairs["last"]) - np.maximum(pairs["begin"], pairs["first"])).dt.days + 1
    total = days.clip(lower=0).groupby(pairs["at"]).sum().reindex(range(len(who))).fillna(0).to_numpy()
    return total / ((last - first).astype(int) + 1)


def scores(con, truth: pd.DataFrame, back: tuple[int, ...] = BACK) -> dict[str, Score]:  # type: ignore[no-untyped-def]
    """By pain, what the rules say in the weeks ``back`` from the last one, against the truth."""
    limits = pain._measured({})
    people, weeks, monday = pain._grids(con, END, {}, limits)
    measures = pain.measure(weeks, limits)
    verdicts = pain.judged(con, measures, {})
    when = measures["week"].isin([weeks.width - 1 - week for week in back]).to_numpy()
    now = measures[when]
    who = people["employee_id"].to_numpy()[now["row"]]
    day = lambda week: np.datetime64(monday, "D") + (7 * week.to_numpy()).astype(int)
    out = {}
    for one in PAINS:
        began = now["week"] - (limits.lost_weeks - 1) if one.key == "lost_growth" else now[one.began]
        share = covered(truth[truth["pain"] == one.key], who, day(began), day(now["week"]) + 6)
        state = verdicts[one.key][when]["state"].to_numpy()
        fires, told = state == "fires", state != "cannot_tell"
        if one.key == "lost_growth":
            told = told & (now["said"] >= 2).to_numpy()
        whole, none = share > .999, share == 0
        out[one.key] = Score(int((fires & whole & told).sum()), int((fires & none).sum()), int((told & ~fires & whole).sum()),
                             int((fires & ~whole & ~none).sum()), int((whole & ~told).sum()), int((fires & whole & ~told).sum()))
    return out


def main() -> None:
    """Print the figures of each seed and of all together."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 640
    seeds = [int(text) for text in sys.argv[2:]] or [1, 2, 3, 4, 5]
    total = {one.key: Score() for one in PAINS}
    print(f"{people} people; right wrong missed | part beyond by_talks | precision recall")
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            found = scores(*company(Path(folder), people, seed))
        for key, score in found.items():
            total[key] += score
            print(f"seed {seed:>3} {key:12} {score.right:3} {score.wrong:3} {score.missed:3} | {score.part:3} {score.beyond:3} {score.by_talks:3} | "
                  f"{score.precision:.3f} {score.recall:.3f}")
    for key, score in total.items():
        print(f"all      {key:12} {score.right:3} {score.wrong:3} {score.missed:3} | {score.part:3} {score.beyond:3} {score.by_talks:3} | "
              f"{score.precision:.3f} {score.recall:.3f}")


if __name__ == "__main__":
    main()
