"""Columns of a snapshot: in a file about people with no dates, which column says who left, and which others a model may look at.

Headers and values may be in any language: the words known here help to find the answer's column, but what a column is follows from its
values.  What cannot be told is asked for, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from lib.intake import guard
from lib.intake.readers import tabular
from lib.words import say

LEFT_HEADERS = ("attrition", "left", "leaver", "churn", "churned", "turnover", "exited", "quit", "resigned", "resignation", "departed", "terminated",
                "separated", "离职", "流失", "辞职", "離職", "退職", "퇴사", "이직", "départ", "démission", "renuncia", "rotación", "baja", "kündigung", "ausgeschieden")
STAYED_HEADERS = ("active", "employed", "stayed", "在职", "在職", "재직", "aktiv", "actif", "activo")
STATUS_HEADERS = ("status", "state", "状态", "狀態", "상태")
LEFT_VALUES = ("left", "leaver", "resigned", "terminated", "quit", "exited", "departed", "former", "churned", "attrited", "inactive", "离职", "已离职", "离开", "流失",
               "辞职", "離職", "已離職", "退職", "퇴사", "parti", "ausgeschieden", "baja")
STAYED_VALUES = ("stayed", "stayer", "active", "current", "employed", "existing", "retained", "在职", "在岗", "留任", "在職", "未离职", "재직", "actif", "aktiv", "activo")
YES = ("yes", "y", "true", "t", "1", "是", "有", "对", "はい", "예", "oui", "ja", "si", "sí", "да")
NO = ("no", "n", "false", "f", "0", "否", "不是", "无", "没有", "いいえ", "아니오", "non", "nein", "нет")
NOTHING = ("", "na", "n/a", "nan", "null", "none", "-", "--", "?", "#n/a", "未知", "unknown")
PRIVATE = ("gender", "sex", "geschlecht", "sexe", "sexo", "género", "genero", "age", "alter", "âge", "edad", "idade", "birth", "birthday", "birthdate", "dob", "over18",
           "marital", "married", "marriage", "spouse", "children", "kids", "dependents", "family", "pregnant", "pregnancy", "maternity", "health", "illness", "sick",
           "sickness", "disability", "disabled", "medical", "race", "ethnicity", "ethnic", "religion", "nationality", "citizenship", "political")
"""Whole words of headers that stand for what is never a feature; gender and age only serve to compare groups."""
PRIVATE_PARTS = ("性别", "性別", "年龄", "年齢", "年齡", "出生", "生日", "成年", "婚", "配偶", "子女", "孩子", "家属", "家庭", "怀孕", "孕", "产假", "健康", "疾病", "病假", "残疾", "民族", "宗教",
                 "政治面貌", "国籍", "籍贯", "户籍", "성별", "나이", "연령", "결혼")
_TENURE_NOT_AGE = ("工龄", "司龄", "年资")
SURVEY = ("satisfaction", "engagement", "involvement", "happiness", "mood", "survey", "worklifebalance", "满意", "敬业", "幸福", "问卷", "平衡", "滿意", "만족")
IDS = ("id", "ids", "no", "nr", "number", "num", "code", "key", "uuid", "index", "email", "mail", "phone", "name", "surname", "lastname", "firstname", "编号", "工号", "编码",
       "序号", "姓名", "名字", "手机", "电话", "邮箱", "身份证", "社員番号", "사번", "이름")
GROUPS = {"gender": ("gender", "sex", "geschlecht", "sexe", "sexo", "género", "genero", "性别", "性別", "성별"),
          "age": ("age", "alter", "âge", "edad", "idade", "年龄", "年齢", "年齡", "나이", "연령")}
LADDERS = (("无", "低", "低级", "中", "中级", "高", "高级", "非常高", "很高"), ("差", "一般", "好", "更好", "很好", "最好", "优秀", "杰出"), ("不", "偶尔", "有时", "经常", "频繁", "总是"),
           ("从不", "偶尔", "有时", "经常", "频繁", "总是"), ("小学", "初中", "高中", "大专以下", "大专", "本科", "硕士", "博士"),
           ("none", "verylow", "low", "medium", "high", "veryhigh"), ("verypoor", "poor", "bad", "fair", "average", "good", "better", "verygood", "best", "excellent", "outstanding"),
           ("never", "rarely", "sometimes", "often", "frequently", "always"), ("highschool", "belowcollege", "college", "bachelor", "master", "doctor", "phd"),
           ("stronglydisagree", "disagree", "neutral", "agree", "stronglyagree"), ("非常不满意", "不满意", "一般", "满意", "非常满意"), ("junior", "middle", "senior", "lead"))
"""Words that stand in an order: a column whose values are all on one of these ladders is read as steps."""
FEW, MANY = 10, 40


class Ask(ValueError):
    """The file does not say by itself what has to be known; the message says what to give."""


@dataclass(frozen=True)
class Column:
    """One column that a model may look at: numbers (NaN unknown) or objects; ``words`` say what a number stands for where it was a word."""

    name: str
    kind: str
    values: np.ndarray
    words: dict[float, str] = field(default_factory=dict)
    survey: bool = False

    def told(self, at: int) -> str:
        """A person's value in words."""
        value = self.values[at]
        if self.kind == "category":
            return str(value) if value is not None else "–"
        return "–" if not np.isfinite(value) else self.words.get(float(value), f"{value:g}")


@dataclass(frozen=True)
class Snapshot:
    """A file understood: who left, the columns to learn from, the others with why (``dropped``: column → (why, detail)), groups to
    compare, which rows are of one person (``person``), the columns that name a row, and its number in the file (``rows``, 1 is the header)."""

    left_column: str
    left_values: tuple[str, ...]
    label: np.ndarray
    columns: list[Column]
    dropped: dict[str, tuple[str, str]]
    groups: dict[str, np.ndarray]
    person: np.ndarray
    ids: pd.DataFrame
    rows: np.ndarray
    unknown_rows: int
    repeated: int


def read(file: Path) -> pd.DataFrame:
    """The file's first table as text, blanks as None.  Raises :class:`lib.intake.guard.Refused`, and :class:`Ask` when rows cannot be read."""
    source = guard.examine(file, file.name, guard.Limits.own_disk())
    reader = tabular.open_table(source, guard.Limits.own_disk())
    parts, faults = [], 0
    for block in reader.blocks():
        faults += len(block.faults)
        parts.append(pd.DataFrame({name: pd.array(values.to_pylist(), dtype=object) for name, values in block.columns.items()}))
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(reader.headers))
    if faults > 0.02 * max(len(frame), 1):
        raise Ask(say("risk.snapshot.broken_rows", rows=faults, file=file.name))
    return pd.DataFrame({name: pd.array([_text(value) for value in frame[name]], dtype=object) for name in frame.columns})


def _text(value: object) -> str | None:
    if value is None or value != value:
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip()
    return None if text.lower() in NOTHING else text


def _words(header: str) -> set[str]:
    """The words of a header: ``MonthlyIncome``, ``monthly_income`` and ``monthly income`` are the same two."""
    parts = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", unicodedata.normalize("NFKC", header))
    return {word for word in re.split(r"[^\w]+|_", parts.lower()) if word} | {re.sub(r"[\W_]+", "", header.lower())}


def _named(header: str, words: Iterable[str], parts: Iterable[str] = ()) -> bool:
    own, whole = _words(header), unicodedata.normalize("NFKC", header).lower()
    asian = [word for word in (*words, *parts) if not word.isascii() and any("CJK" in unicodedata.name(char, "") or "HANGUL" in unicodedata.name(char, "") for char in word)]
    return bool(own & set(words)) or any(word in whole for word in asian)


def private(header: str) -> bool:
    """Whether a header names what is never a feature: gender, age, family, health and the like."""
    if any(word in header for word in _TENURE_NOT_AGE):
        return False
    return _named(header, PRIVATE, PRIVATE_PARTS)


def survey(header: str) -> bool:
    """Whether a header sounds like the answer to a question about how somebody feels."""
    return any(word in re.sub(r"[\W_]+", "", header.lower()) for word in SURVEY)


def numbers(values: Iterable[str | None]) -> np.ndarray | None:
    """A column of text as numbers (NaN where blank), or None when something in it is none; 1,234 and 12 % are numbers."""
    out = []
    for value in values:
        if value is None:
            out.append(np.nan)
            continue
        text = value.replace("%", "").replace("¥", "").replace("$", "").strip()
        if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
            text = text.replace(",", "")
        try:
            number = float(text)
        except ValueError:
            return None
        if not np.isfinite(number):
            return None
        out.append(number / 100 if value.endswith("%") else number)
    return np.array(out, dtype=float)


def answer(frame: pd.DataFrame, wanted: str | None) -> tuple[str, tuple[str, ...], list[str]]:
    """(column, values that mean "left", other columns that say exactly the same).  ``wanted``: ``COLUMN`` or ``COLUMN=VALUE`` (several
    values with ``|``).  Raises :class:`Ask`."""
    if wanted is not None:
        name, _, value = wanted.partition("=")
        name = next((column for column in frame.columns if column.strip().lower() == name.strip().lower()), "")
        if not name:
            raise Ask(say("risk.snapshot.no_column", column=wanted.partition("=")[0], columns=", ".join(map(str, frame.columns))))
        seen = _distinct(frame[name])
        if value:
            chosen = tuple(found for found in seen if found.lower() in {part.strip().lower() for part in value.split("|")})
            if not chosen:
                raise Ask(say("risk.snapshot.no_value", column=name, value=value, values=", ".join(seen[:12])))
        else:
            chosen = _leaving_values(name, seen) or ()
        if not chosen or len(chosen) == len(seen):
            raise Ask(say("risk.snapshot.which_value", column=name, values=", ".join(seen[:12])))
        return name, chosen, _copies(frame, name, chosen)
    found = {}
    for column in frame.columns:
        seen = _distinct(frame[column])
        if 2 <= len(seen) <= 12 and (chosen := _leaving_values(column, seen)):
            found[column] = chosen
    if not found:
        if told := next((column for column in frame.columns if len(_distinct(frame[column])) == 1 and _named(column, (*LEFT_HEADERS, *STAYED_HEADERS))), None):
            raise Ask(say("risk.snapshot.one_value", column=told, value=_distinct(frame[told])[0]))
        two = [column for column in frame.columns if len(_distinct(frame[column])) == 2]
        raise Ask(say("risk.snapshot.no_left", columns=", ".join(two[:20]) or "–"))
    labels = {column: tuple(frame[column].isin(chosen)) for column, chosen in found.items()}
    if len(set(labels.values())) > 1:
        raise Ask(say("risk.snapshot.several_left", columns=", ".join(f"{column} = {'|'.join(chosen)}" for column, chosen in found.items())))
    # Several columns that say the same: the one in words, with the shortest name, is the answer; the others are copies of it.
    name = min(found, key=lambda column: (numbers(frame[column]) is not None, len(column)))
    return name, found[name], _copies(frame, name, found[name])


def _distinct(values: pd.Series) -> list[str]:
    return sorted({value for value in values if value is not None})


def _leaving_values(header: str, seen: list[str]) -> tuple[str, ...] | None:
    low = {value.lower() for value in seen}
    by_value = tuple(value for value in seen if value.lower() in LEFT_VALUES)
    if by_value and (len(seen) == 2 or low & set(STAYED_VALUES)) and len(by_value) < len(seen) and \
            (len(seen) == 2 or {value.lower() for value in seen} <= {*LEFT_VALUES, *STAYED_VALUES}):
        return by_value
    yes, no = tuple(value for value in seen if value.lower() in YES or value in ("1.0",)), tuple(value for value in seen if value.lower() in NO or value in ("0.0",))
    if len(seen) == 2 and len(yes) == len(no) == 1:
        if _named(header, LEFT_HEADERS):
            return yes
        if _named(header, STAYED_HEADERS):
            return no
    return None


def _copies(frame: pd.DataFrame, name: str, chosen: tuple[str, ...]) -> list[str]:
    """Other columns whose values split the rows exactly as the answer does."""
    label = frame[name].isin(chosen)
    return [column for column in frame.columns if column != name and 2 <= frame[column].nunique(dropna=False) <= 3 and _one_to_one(frame[column], label)]


def _one_to_one(first: pd.Series, second: pd.Series) -> bool:
    pairs = pd.DataFrame({"a": first.map(str), "b": second.map(str)}).drop_duplicates()
    return not pairs["a"].duplicated().any() and not pairs["b"].duplicated().any()


def ladder(seen: list[str]) -> dict[str, int] | None:
    """The place of each value on a ladder of words, or None when they are on none (or two would share a step)."""
    short = {value: re.sub(r"[\W_]+", "", value.lower()) for value in seen}
    for steps in LADDERS:
        places = {value: steps.index(word) for value, word in short.items() if word in steps}
        if len(places) < len(seen):  # the ladder's word may stand in front of what all share: 偶尔出差, travel rarely
            places = {}
            for value, word in short.items():
                fits = [at for at, step in enumerate(steps) if len(step) > 1 and (word.startswith(step) or word.endswith(step)) or word.startswith("不") and step == "不"]
                if fits:
                    places[value] = max(fits, key=lambda at: len(steps[at]))
        if len(places) == len(seen) and len(set(places.values())) == len(seen):
            order = sorted(seen, key=lambda value: places[value])
            return {value: at for at, value in enumerate(order)}
    return None


def understand(frame: pd.DataFrame, wanted: str | None = None, without: Iterable[str] = ()) -> Snapshot:
    """Find out what each column of the file is.  ``without``: columns that the user does not want to be used.  Raises :class:`Ask`."""
    name, chosen, copies = answer(frame, wanted)
    known = frame[name].notna().to_numpy()
    unknown, rows, frame = int((~known).sum()), np.flatnonzero(known) + 2, frame[known].reset_index(drop=True)
    label = frame[name].isin(chosen).to_numpy(dtype=float)
    dropped: dict[str, tuple[str, str]] = {column: ("copy_of_answer", name) for column in copies}
    left = [column for column in frame.columns if column != name and column not in dropped]
    ids, groups, keep = [], {}, []
    skip = {column.strip().lower() for column in without}
    for column in left:
        values = frame[column]
        seen, number = values.nunique(), numbers(values)
        group = next((key for key, words in GROUPS.items() if _named(column, words) and not any(word in column for word in _TENURE_NOT_AGE)), None)
        if group and group not in groups and seen > 1:
            groups[group] = _parts(values, number, group)
        if seen + bool(values.isna().any()) < 2:
            dropped[column] = ("constant", "")
        elif private(column):
            dropped[column] = ("private", "")
        elif _is_id(column, values, number):
            ids.append(column)
            dropped[column] = ("id", "")
        elif number is None and seen > MANY:
            dropped[column] = ("too_many", str(seen))
        elif column.strip().lower() in skip:
            dropped[column] = ("asked", "")
        else:
            keep.append(column)
    hidden = [column for column, (why, _) in dropped.items() if why == "private"]
    codes = {column: pd.Series(pd.factorize(frame[column].map(str))[0]) for column in (*keep, *hidden)}
    size = {column: int(code.max()) + 1 for column, code in codes.items()}
    columns: list[Column] = []
    twins: dict[str, str] = {}
    for at, column in enumerate(keep):
        same = lambda other, own=column: size[other] == size[own] and size[own] < 0.5 * max(len(frame), 1) and _one_to_one(codes[other], codes[own])
        if secret := next((other for other in hidden if same(other)), None):
            dropped[column] = ("private_copy", secret)  # a code of what is never a feature is none either
        elif column not in twins and (twin := next((other for other in keep[at + 1:] if other not in twins and same(other)), None)):
            # Two columns that say the same: the words name it and the numbers order it.
            words, code = (column, twin) if numbers(frame[column]) is None else (twin, column)
            twins[words if words != column else code] = column
            if (ordered := numbers(frame[code])) is not None and numbers(frame[words]) is None and words in (column, twin):
                columns.append(Column(words, "levels" if size[column] > 2 else "linear", ordered, dict(zip(ordered.tolist(), frame[words], strict=True)), survey(words)))
                dropped[code] = ("same_as", words)
            else:
                columns.append(_column(column, frame[column]))
                dropped[twin] = ("same_as", column)
                twins[twin] = column
        elif column not in twins:
            columns.append(_column(column, frame[column]))
    person, repeated = _people(frame, ids, [column.name for column in columns])
    return Snapshot(name, chosen, label, columns, dropped, groups, person, frame[ids], rows, unknown, repeated)


def _column(name: str, values: pd.Series) -> Column:
    number = numbers(values)
    if number is not None:
        seen = len(np.unique(number[np.isfinite(number)]))
        return Column(name, "linear" if seen == 2 else "levels" if seen <= FEW else "spline", number, {}, survey(name))
    places = ladder(_distinct(values))
    if places and len(places) > 2:
        return Column(name, "levels", np.array([np.nan if value is None else places[value] for value in values], dtype=float),
                      {float(at): value for value, at in places.items()}, survey(name))
    return Column(name, "category", values.to_numpy(dtype=object), {}, survey(name))


def _is_id(header: str, values: pd.Series, number: np.ndarray | None) -> bool:
    """Names a row or a person: all different and text, or whole numbers that only count up, or called an id."""
    known = values.dropna()
    share = known.nunique() / max(len(known), 1)
    named = _named(header, IDS)
    if number is None:
        return (share > 0.95 and len(known) > MANY) or (named and known.nunique() > MANY)
    whole = bool(np.all(number[np.isfinite(number)] == np.round(number[np.isfinite(number)])))
    counts_up = len(number) > MANY and bool(np.isfinite(number).all()) and bool((np.diff(number) > 0).all())
    return whole and (counts_up or (named and known.nunique() > MANY and (share > 0.95 or known.nunique() < 0.6 * len(known)) and number.min() >= 0))


def _parts(values: pd.Series, number: np.ndarray | None, group: str) -> np.ndarray:
    if group == "age" and number is not None:
        bands = np.array(["-24", "25-34", "35-44", "45-"], dtype=object)[np.searchsorted((25, 35, 45), np.nan_to_num(number), side="right")]
        return np.where(np.isfinite(number), bands, "").astype(object)
    return values.fillna("").to_numpy(dtype=object)


def _people(frame: pd.DataFrame, ids: list[str], features: list[str]) -> tuple[np.ndarray, int]:
    """Numbers that tell people apart, and how many rows are of somebody who has another: rows with one id, or alike in everything."""
    repeated = [column for column in ids if frame[column].nunique() < len(frame) and frame[column].notna().all()]
    same = frame[features].map(str).agg("\x1f".join, axis=1) if len(features) >= 3 else pd.Series(np.arange(len(frame)).astype(str))
    person = pd.factorize(same)[0]
    for column in repeated:
        person = _joined(person, pd.factorize(frame[column])[0])
    return person, int(len(frame) - len(np.unique(person)))


def _joined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Groups of rows that share a number in either, directly or through others (connected components)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(first)
    rows = np.concatenate([np.arange(n), np.arange(n)])
    to = np.concatenate([n + first, n + first.max() + 1 + second])
    size = int(to.max()) + 1
    return connected_components(coo_array((np.ones(2 * n), (rows, to)), shape=(size, size)), directed=False)[1][:n]
