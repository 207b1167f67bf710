"""The truth of the demo company: what its generator knows and no source file tells.

Tests hold the app's estimates against it.  ``truth.json``: true effects of care, the useless tag, the team that gets worse, the
one under pressure.  ``hazard.parquet``: chance of giving notice per person and week.  ``leaving.parquet``: true reason per
leaver.  ``talk_topics.parquet``: what was truly said in each talk.  ``pain_points.parquet``: who had which pain, from when to when.
``supports.parquet``: the support given for them (``truth.json``: which kind works).  ``pulse.parquet``: people, answers and true
mean per team, wave and question.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lib.demo import business, pain, pulse, supports
from lib.demo.care import TOPICS
from lib.demo.files import Writer, coded
from lib.demo.simulate import REASONS


def write(folder: Path, writer: Writer, waves: pulse.Waves) -> None:
    """Write the truth of a finished company into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    world = writer.world
    fate, names = world.fate, world.org.name
    facts = {
        "care_performance": {**business.CARE_PERFORMANCE, "daily_chat": dict.fromkeys(business.LINE_KEYS, 0.0)},
        "care_performance_weeks": business.CARE_WEEKS,
        "care_hazard_ratio": {**business.CARE_HAZARD, "daily_chat": 1.0},
        "care_hazard_weeks": business.HAZARD_WEEKS,
        "care_without_effect": [list(pair) for pair in business.NO_EFFECT_CARE],
        "useless_tag": business.USELESS_TAG,
        "team_that_gets_worse": names[fate.worse],
        "team_under_pressure": names[fate.pressed],
        "supports": supports.truth(),
        "start": world.calendar.start.isoformat(),
        "days": world.calendar.count,
    }
    (folder / "truth.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    risk = {name: np.concatenate(parts) for name, parts in world.hazard.items()}
    order = np.lexsort((risk["week"], writer.rank[risk["person"]]))
    pq.write_table(pa.table({"employee_id": writer.who(risk["person"][order].astype(int)),
                             "week": writer.date(risk["week"][order].astype(int) * 7),
                             "hazard": pa.array(risk["hazard"][order].astype(float))}), folder / "hazard.parquet")
    left = np.array(sorted(world.reason, key=lambda person: writer.rank[person]), dtype=int)
    reason = np.array([world.reason[person] for person in left.tolist()], dtype=int)
    pq.write_table(pa.table({"employee_id": writer.who(left), "reason": coded(REASONS, reason)}), folder / "leaving.parquet")
    log = {name: np.concatenate(world.memory.talks[name]) for name in ("person", "day", "topics")}
    order = np.lexsort((log["day"], writer.rank[log["person"]]))
    words = [",".join(topic for bit, topic in enumerate(TOPICS) if code >> bit & 1) or "none" for code in range(1 << len(TOPICS))]
    pq.write_table(pa.table({"employee_id": writer.who(log["person"][order].astype(int)), "talked_on": writer.date(log["day"][order]),
                             "topics": coded(words, log["topics"][order].astype(int))}), folder / "talk_topics.parquet")
    pain.write(folder, writer)
    given = np.array(sorted(world.support.given, key=lambda row: (writer.rank[row[0]], row[3])), dtype=np.int64).reshape(-1, 4)
    pq.write_table(pa.table({"employee_id": writer.who(given[:, 0]), "pain": coded(pain.PAINS, given[:, 1]),
                             "kind": coded(supports.KINDS, given[:, 2]), "assigned_on": writer.date(given[:, 3])}), folder / "supports.parquet")
    wave, team, question = (axis.ravel() for axis in np.indices(waves.moved.shape))
    pq.write_table(pa.table({"wave": coded(waves.name, wave), "team": coded(names, team), "question": coded(pulse.QUESTIONS, question),
                             "people": waves.heads[wave, team], "answers": waves.answers[wave, team], "mean": waves.means().ravel()}),
                   folder / "pulse.parquet")
