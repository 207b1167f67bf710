"""Talk notes: every note is put together from what the person's own weeks looked like and what was said in that talk.

What was truly said (the topics) is known to the simulation and goes into the truth, not into the file.
"""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa

from lib.demo import phrases
from lib.demo.business import LINE_KEYS, OBJECTIONS, TAGS
from lib.demo.care import CHAT, EVENT_KINDS, TOPICS

SAD = frozenset(EVENT_KINDS.index(kind) for kind in ("illness", "hospital", "bereavement"))
PROMISED = .5  # share of talks with a support in which something was promised


def texts(seed: int, rows: dict[str, np.ndarray], surname: np.ndarray, female: np.ndarray, line: np.ndarray,
          hired: np.ndarray, clients: tuple[str, ...]) -> tuple[pa.Array, pa.Array, np.ndarray]:
    """Note and promise of each talk, and the days until the promise is due (0: no promise).

    ``rows``: talks as logged by ``care`` (arrays), in the order of the file.  The other arrays run over the same rows.
    """
    rng = random.Random(seed)
    notes: list[str] = []
    promises: list[str | None] = []
    due = np.zeros(len(surname), dtype=np.int64)
    columns = zip(rows["kind"].tolist(), rows["topics"].tolist(), rows["refused"].tolist(), rows["evenings"].tolist(),
                  rows["change"].tolist(), rows["pace"].tolist(), rows["matter"].tolist(), rows["support"].tolist(), (rows["day"] - hired).tolist(),
                  surname.tolist(), female.tolist(), line.tolist(), strict=True)
    for place, (kind, topics, refused, evenings, change, pace, matter, support, tenure, family, woman, number) in enumerate(columns):
        ta = "她" if woman else "他"
        key = LINE_KEYS[number]
        tag = TAGS[kind] if kind < CHAT else None
        said = [topic for bit, topic in enumerate(TOPICS) if topics >> bit & 1]
        parts = [_pick(rng, phrases.OPEN_EVENT[(*EVENT_KINDS, "birthday")[matter]]) if tag == "life_event"
                 else _open(rng, kind, tag, refused, evenings, change)]
        if rng.random() < (.45 if tag is None else .3) and tag not in ("life_event", "family_care"):
            parts.append(_pick(rng, phrases.FACTS[key]))
        for topic in said:
            if topic == "client_trouble" and key == "stores":
                parts.append(_pick(rng, STORE_TROUBLE))
            else:
                parts.append(_pick(rng, phrases.TOPIC[topic]))
        if not said:
            answers = phrases.ANSWER[tag] if tag and rng.random() < .8 else phrases.PLAIN
            if tag == "life_event":
                answers = phrases.GENTLE if matter in SAD else phrases.ANSWER["life_event"]
            elif rng.random() < .2:
                answers = phrases.DENIED
            parts.append(_pick(rng, answers))
            if tag is None and rng.random() < .38:
                parts.append(_pick(rng, phrases.PLAIN if rng.random() < .8 else phrases.FACTS[key]))
        elif rng.random() < .12 and tag is None:
            parts.append(_pick(rng, phrases.PLAIN))
        if len(parts) > 2 and rng.random() < .3:
            # People do not always begin at the beginning.
            tail = parts[1:]
            rng.shuffle(tail)
            parts[1:] = tail
        parts.append(_pick(rng, phrases.CLOSE_CARE[tag] if tag else phrases.CLOSE_CHAT))
        note = "".join(parts)
        if "{" in note:
            relatives = phrases.RELATIVES if rng.random() < .75 else phrases.IN_LAWS[ta]
            note = note.format(s=family, ta=ta, o=_pick(rng, OBJECTIONS[key]), r=max(refused, 1), n=max(evenings, 2),
                               e=max(1, round(pace / 10)), c=change, k=_pick(rng, clients), rel=_pick(rng, relatives), old=_pick(rng, phrases.ELDERS),
                               earner=_pick(rng, phrases.EARNERS[ta]),
                               m=max(1, tenure // 7 + 1))
        notes.append(_tidy(rng, note))
        promised = support >= 0 and rng.random() < PROMISED
        promises.append(_pick(rng, phrases.PROMISE[tag]) if promised and tag else None)
        due[place] = rng.randint(2, 12) if promised else 0
    return pa.array(notes, pa.string()), pa.array(promises, pa.string()), due


STORE_TROUBLE = (
    "客人进店就比价,说网上更便宜,接不住。", "遇到难缠的顾客,被投诉了一次。", "旧机估价客人总嫌低,谈不拢。", "套餐讲不清楚,顾客听一半就走。", "客人问参数答不上来,有点慌。",
    "退货的顾客当场发火,不知道怎么处理。", "老说再看看,留不住人。",
)


FULL_WIDTH = ((",", "\uff0c"), (":", "\uff1a"), (";", "\uff1b"), ("?", "\uff1f"))


def _pick(rng: random.Random, choices: tuple[str, ...]) -> str:
    return choices[int(rng.random() * len(choices))]


def _open(rng: random.Random, kind: int, tag: str | None, refused: int, evenings: int, change: int) -> str:
    if tag is None:
        return _pick(rng, phrases.OPEN_CHAT if kind == CHAT else phrases.OPEN_CHECK)
    choices = phrases.OPEN_CARE[tag]
    # A sentence that quotes a figure needs the figure.
    for _ in range(4):
        words = _pick(rng, choices)
        if ("{r}" in words and refused < 30) or ("{n}" in words and evenings < 2) or ("{c}" in words and change > -10):
            continue
        return words
    return ""


def _tidy(rng: random.Random, note: str) -> str:
    """Notes differ in how carefully they are typed."""
    note = note.replace(",,", ",").replace("。,", "。")
    habit = rng.random()
    if habit < .12:
        note = note.replace("。", ";").rstrip(";")
    elif habit < .2:
        note = note.replace(",", " ").rstrip("。")
    # Most people type full-width punctuation, some do not bother.
    if rng.random() < .8:
        for half, full in FULL_WIDTH:
            note = note.replace(half, full)
    return note or "无。"


def flag(values: np.ndarray) -> pa.Array:
    """−1, 0, 1 as an Arrow flag: unknown, no, yes."""
    return pa.array(values == 1, mask=values < 0)
