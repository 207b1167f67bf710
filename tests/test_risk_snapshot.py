"""Any company's snapshot: the answer's column is found or asked for, what gives it away is named, and the same honesty holds."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from lib import words
from lib.__main__ import app
from lib.risk import metrics, snapshot, snapshot_columns, snapshot_report
from lib.risk.model import logit

PUBLIC = Path(__file__).parents[2] / "shared" / "datasets"


def company(n: int = 600, seed: int = 1, **more: object) -> pd.DataFrame:
    """A file as text: who left depends on overtime, distance and years; columns may be added or replaced."""
    rng = np.random.default_rng(seed)
    overtime, distance, years = rng.random(n) < 0.3, rng.integers(1, 30, n), rng.exponential(5, n).round(1)
    eta = -2.2 + 1.6 * overtime + 0.06 * distance - 0.15 * years
    left = rng.random(n) < 1 / (1 + np.exp(-eta))
    frame = pd.DataFrame({"staff no": np.arange(1, n + 1), "Overtime": np.where(overtime, "Yes", "No"), "Distance": distance, "Years": years,
                          "Department": rng.choice(["Sales", "R&D", "HR"], n), "Gender": rng.choice(["F", "M"], n), "Age": rng.integers(20, 60, n),
                          "Office": "Main", "Attrition": np.where(left, "Yes", "No")})
    for name, values in more.items():
        frame[name] = values(frame, rng) if callable(values) else values
    return frame.astype(str).astype(object).where(frame.notna(), None)


def found(frame: pd.DataFrame, left: str | None = None, **more: object) -> snapshot_columns.Snapshot:
    return snapshot_columns.understand(frame, left, **more)


@pytest.fixture(autouse=True)
def _english() -> None:
    words.speak("en")


# --- which column says who left ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("header", "yes", "no"), [("Attrition", "Yes", "No"), ("left_company", "1", "0"), ("是否离职", "是", "否"), ("Status", "Resigned", "Active"), ("在职状态", "离职", "在职"),
                                                   ("Active", "0", "1"), ("Churned", "TRUE", "FALSE"), ("退職", "はい", "いいえ"), ("Employed", "no", "yes")])
def test_the_column_of_who_left_is_found_in_many_words(header: str, yes: str, no: str) -> None:
    frame = company()
    frame[header] = np.where(frame.pop("Attrition") == "Yes", yes, no)
    told = found(frame)
    assert told.left_column == header and told.left_values == (yes,) and told.label.mean() < 0.5


@pytest.mark.parametrize("only", ["Yes", "No"])
def test_a_file_in_which_everybody_stayed_or_left_says_so(only: str) -> None:
    with pytest.raises(snapshot_columns.Ask, match=f"Attrition.*{only}"):
        found(company().assign(Attrition=only))


def test_a_file_without_such_a_column_asks_and_lists_what_it_could_be() -> None:
    frame = company().rename(columns={"Attrition": "Flag"})
    with pytest.raises(snapshot_columns.Ask, match="--left.*VALUE"):
        found(frame)
    assert found(frame, "flag=yes").left_values == ("Yes",)


def test_two_columns_that_disagree_are_asked_about() -> None:
    frame = company(Resigned=lambda frame, rng: rng.choice(["Yes", "No"], len(frame)))
    with pytest.raises(snapshot_columns.Ask, match="disagree"):
        found(frame)
    assert found(frame, "Attrition").left_column == "Attrition"


@pytest.mark.parametrize(("left", "what"), [("Nothing", "no column"), ("Attrition=Perhaps", "never says"), ("Department", "Which value")])
def test_a_wrong_answer_is_refused_in_words(left: str, what: str) -> None:
    with pytest.raises(snapshot_columns.Ask, match=what):
        found(company(), left)


def test_several_values_may_mean_left() -> None:
    frame = company(Status=lambda frame, rng: np.where(frame["Attrition"] == "No", "Here", rng.choice(["Quit by phone", "Gone"], len(frame))))
    told = found(frame.drop(columns="Attrition"), "Status=Quit by phone|Gone")
    assert set(told.left_values) == {"Quit by phone", "Gone"}


def test_people_of_whom_it_is_not_known_are_left_out_and_counted() -> None:
    frame = company()
    frame.loc[:4, "Attrition"] = None
    told = found(frame)
    assert told.unknown_rows == 5 and len(told.label) == 595 and told.rows[0] == 7


# --- which columns may be looked at ------------------------------------------------------------------------------------------

def test_constants_ids_and_what_is_private_are_never_columns() -> None:
    told = found(company(Email=[f"a{n}@x.example" for n in range(600)], 婚姻状况="未婚", Children=lambda frame, rng: rng.integers(0, 4, len(frame)), workload_percentage=lambda frame, rng: rng.random(len(frame))))
    assert [column.name for column in told.columns] == ["Overtime", "Distance", "Years", "Department", "workload_percentage"]
    assert {name: why for name, (why, _) in told.dropped.items()} == {"Gender": "private", "Age": "private", "Office": "constant", "staff no": "id", "Email": "id",
                                                                      "婚姻状况": "constant", "Children": "private"}
    assert set(told.groups) == {"gender", "age"}


def test_a_code_of_what_is_private_is_private_too() -> None:
    told = found(company(G2=lambda frame, rng: np.where(frame["Gender"] == "F", 0, 1)))
    assert told.dropped["G2"] == ("private_copy", "Gender")


def test_years_of_service_are_no_age() -> None:
    assert not snapshot_columns.private("工龄") and snapshot_columns.private("年龄") and not snapshot_columns.private("WageLevel") and snapshot_columns.private("employee_age")


def test_words_and_their_code_are_one_column_in_the_order_of_the_code() -> None:
    levels = {"低": 1, "中": 2, "高": 3, "非常高": 4}
    told = found(company(满意=lambda frame, rng: rng.choice(list(levels), len(frame)), 满意编码=lambda frame, rng: frame["满意"].map(levels)))
    column = next(column for column in told.columns if column.name == "满意")
    assert told.dropped["满意编码"] == ("same_as", "满意") and column.words == {float(n): word for word, n in levels.items()} and column.kind == "levels"


@pytest.mark.parametrize(("words_", "order"), [(["高", "非常高", "低", "中"], ["低", "中", "高", "非常高"]), (["Travel_Frequently", "Travel_Rarely", "Never_Travel"], ["Never_Travel", "Travel_Rarely", "Travel_Frequently"]), (["频繁出差", "不出差", "偶尔出差"], ["不出差", "偶尔出差", "频繁出差"]),
                                               (["High", "very high", "LOW"], ["LOW", "High", "very high"]), (["Sales", "HR", "R&D"], None)])
def test_words_that_stand_in_an_order_are_steps(words_: list[str], order: list[str] | None) -> None:
    told = snapshot_columns.ladder(words_)
    assert (told and sorted(told, key=told.get)) == order


# --- people twice ------------------------------------------------------------------------------------------------------------

def test_all_rows_of_a_person_are_in_one_fold_and_folds_hold_their_share_of_leavers() -> None:
    person, label = np.repeat(np.arange(300), 3), np.repeat((np.arange(300) % 5 == 0).astype(float), 3)
    fold = snapshot.folds(label, person, 0)
    assert all(len(set(fold[person == one])) == 1 for one in range(300))
    assert {label[fold == at].sum() for at in range(5)} == {36.0}


@pytest.mark.parametrize("numbered", [True, False])
def test_people_who_stand_there_three_times_are_not_recognised(numbered: bool) -> None:
    frame = company(200, Attrition=lambda frame, rng: rng.permutation(["Yes"] * 80 + ["No"] * 120), **{f"noise{n}": lambda frame, rng: rng.normal(size=len(frame)) for n in range(12)})
    frame = pd.concat([frame] * 3, ignore_index=True)
    if numbered:
        frame["noise0"] = np.random.default_rng(1).normal(size=len(frame)).astype(str)  # rows differ, the number tells
        frame["staff no"] = frame["staff no"]
    else:
        frame = frame.drop(columns="staff no")
    told = found(frame)
    judged = snapshot.judge(told.columns, told.label, told.person, repeats=1)
    assert told.repeated == 400 and judged.figures["auc"] < 0.6


# --- honesty -----------------------------------------------------------------------------------------------------------------

def test_a_leak_is_named_left_out_and_both_figures_are_told() -> None:
    told = snapshot.run(found(company(exit_talk=lambda frame, rng: (frame["Attrition"] == "Yes") * 2.5 + rng.normal(size=len(frame)))), 60)
    lines = "\n".join(snapshot_report.lines(told, Path("x.csv"), 60))
    assert [one.name for one in told.suspects] == ["exit_talk"] and told.suspects[0].alone > 0.9 and told.suspects[0].drop > 0.05
    assert told.with_suspects["auc"] > 0.9 > told.judged.figures["auc"] and "exit_talk" not in [column.name for column in told.columns] and "Suspected leak: exit_talk" in lines


def test_a_leak_that_two_columns_hold_together_is_named() -> None:
    def half(frame: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
        half.key = rng.normal(size=len(frame)) * 3
        return half.key

    told = snapshot.run(found(company(first=half, second=lambda frame, rng: half.key + 2.2 * (frame["Attrition"] == "Yes") + 0.3 * rng.normal(size=len(frame)))), 60)
    assert {one.name for one in told.suspects} & {"first", "second"} and told.judged.figures["auc"] < 0.9


def test_a_copy_of_the_answer_is_named_and_never_used() -> None:
    told = found(company(离职编码=lambda frame, rng: np.where(frame["Attrition"] == "Yes", 7, 3)))
    assert told.dropped["离职编码"] == ("copy_of_answer", "Attrition")


def test_a_suspect_that_the_user_vouches_for_is_used_and_said() -> None:
    told = snapshot.run(found(company(n=400, grade=lambda frame, rng: (frame["Attrition"] == "Yes") * 2.5 + rng.normal(size=len(frame)))), 60, keep=("Grade",))
    assert "grade" in [column.name for column in told.columns] and any("Kept as asked" in line for line in snapshot_report.lines(told, Path("x.csv"), 60, ("Grade",)))


def test_random_labels_get_no_score() -> None:
    told = snapshot.run(found(company(Attrition=lambda frame, rng: rng.permutation(["Yes"] * 100 + ["No"] * 500))), 60)
    assert (told.state, told.why) == ("hidden", "no_better_than_chance") and told.model is None


def test_few_leavers_are_told_how_many_are_missing() -> None:
    told = snapshot.run(found(company(150, Attrition=["Yes"] * 20 + ["No"] * 130)), 60)
    assert (told.state, told.needed) == ("not_ready", 40) and "40 more" in "\n".join(snapshot_report.lines(told, Path("x.csv"), 60))


def test_probabilities_are_true_and_reasons_add_up_to_their_log_odds() -> None:
    told = snapshot.run(found(company(1500, seed=3)), 60)
    whole = told.found.base + told.found.contribution.sum(axis=1)
    own = told.model.platt[60].a + told.model.platt[60].b * told.model.eta({column.name: column.values for column in told.columns})
    assert np.abs(whole - own).max() < 1e-9 and np.abs(logit(told.p) - whole).max() < 1e-9
    assert told.judged.figures["ece"] < 0.05 and told.judged.figures["auc"] > 0.65 and told.overlap >= 0.65 and (told.low <= told.p).all() and (told.p <= told.high).all()


# --- the command ------------------------------------------------------------------------------------------------------------

def run(*args: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["risk", *map(str, args)])
    return done.exit_code, done.output


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_command_reports_and_writes_scores_that_no_spreadsheet_runs(tmp_path: Path, encoding: str) -> None:
    file, out = tmp_path / "人员.csv", tmp_path / "out.csv"
    frame = company(部门=lambda frame, rng: rng.choice(["=cmd|' /C calc'!A0", "@SUM(1)", "研发"], len(frame)))
    file.write_bytes(frame.to_csv(index=False).encode(encoding))
    code, text = run("--snapshot", file, "--out", out, "--lang", "zh", "--data", tmp_path)
    written = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))
    assert code == 0 and "不能作为任何决定的唯一依据" in text and len(written) == 601 and written[0][:3] == ["staff no", "是否离职", "离职可能性"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in written for cell in row if not cell.replace(".", "").replace("-", "").isdigit())
    assert [float(row[2]) for row in written[1:]] == sorted((float(row[2]) for row in written[1:]), reverse=True)


@pytest.mark.parametrize(("content", "code", "says"), [(b"", 1, "empty"), (b"a,b\n1,2\n", 1, "--left"), (b"\x89PNG....", 1, "PNG")])
def test_a_file_that_cannot_be_used_is_refused_in_words(tmp_path: Path, content: bytes, code: int, says: str) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    done = run("--snapshot", file, "--lang", "en", "--data", tmp_path)
    assert done[0] == code and says in done[1] and "Traceback" not in done[1]


def test_no_score_is_written_where_none_was_earned(tmp_path: Path) -> None:
    file, out = tmp_path / "x.csv", tmp_path / "out.csv"
    company(Attrition=lambda frame, rng: rng.permutation(["Yes"] * 100 + ["No"] * 500)).to_csv(file, index=False)
    code, text = run("--snapshot", file, "--out", out, "--lang", "en", "--data", tmp_path)
    assert code == 2 and "no better than chance" in text and not out.exists()


# --- the public files --------------------------------------------------------------------------------------------------------

@pytest.mark.skipif(not (PUBLIC / "ibm_hr_attrition.csv").exists(), reason="the public files are not beside this folder")
@pytest.mark.parametrize("name", ["ibm_hr_attrition.csv", "ibm_hr_attrition_zh.csv"])
def test_the_public_file_reaches_the_bars_without_gender_age_and_marital_status(name: str) -> None:
    told = found(snapshot_columns.read(PUBLIC / name))
    judged = snapshot.judge(told.columns, told.label, told.person)
    figures = judged.figures
    assert figures["auc"] >= 0.84 and figures["pr_auc"] >= 0.64 and figures["brier"] <= 0.091 and figures["ece"] <= 0.05 and figures["auc"] < 0.9
    assert not any(snapshot_columns.private(column.name) for column in told.columns) and np.isclose(metrics.auc(told.label, judged.p), figures["auc"], atol=0.02)
