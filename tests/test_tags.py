"""The declaration of the six tags and everything that is derived from it."""

import json
from dataclasses import replace
from datetime import date
from string import Formatter

import pytest

from lib import settings, tags
from lib.tags import compile as compiled
from lib.words import sentences
from tests.small_company import built, episodes

EVERY = pytest.mark.parametrize("tag", tags.TAGS, ids=lambda tag: tag.key)
DAY = date(2026, 3, 25)


def names(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


@EVERY
@pytest.mark.parametrize("kind", ["fires", "quiet"])
def test_the_examples_of_a_tag_come_true(tag, kind):
    example = getattr(tag, kind)
    found = episodes(built(example.rows, example.as_of), tag.key)
    assert tuple((since, until) for _, since, until in found) == example.expected


def test_there_are_the_six_tags_of_the_definition():
    assert {tag.key for tag in tags.TAGS} == {
        "new_hire", "performance_dip", "high_pressure", "life_event", "client_trouble", "family_care"}


@EVERY
def test_an_example_that_fires_fires_and_one_that_is_quiet_does_not(tag):
    assert tag.fires.expected and not tag.quiet.expected


@EVERY
def test_every_limit_is_used_by_the_condition_or_the_evidence(tag):
    template = tag.condition + " ".join(item.sql for item in tag.evidence)
    for row in tag.limits:
        assert "{" + tags.short(row) + "}" in template


@EVERY
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_rule_sentence_names_every_limit(tag, lang):
    assert names(tag.rule.in_(lang)) == {tags.short(row) for row in tag.limits}


@EVERY
def test_both_languages_of_a_reminder_use_the_same_evidence(tag):
    assert names(tag.reminder.zh) == names(tag.reminder.en) != set()


@EVERY
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_example_that_fires_has_a_reminder_in_words(tag, lang):
    con = built(tag.fires.rows, tag.fires.as_of)
    [evidence, *_] = [row[0] for row in con.execute("select evidence from tag_episodes where tag = ?", [tag.key]).fetchall()]
    assert set(json.loads(evidence)) == {item.key for item in tag.evidence}
    assert "{" not in tags.reminder(tag.key, evidence, lang)


@EVERY
def test_every_limit_is_a_setting_of_its_tag_within_its_own_bounds(tag):
    for row in tag.limits:
        assert row.name.startswith(f"tags.{tag.key}.")
        assert settings.check(row, row.default) == row.default
        assert f"unit.{row.unit}" in sentences()


def test_a_reminder_reads_as_the_definition_says():
    evidence = {"falls": [-0.18, -0.22], "weeks": 2, "week": "2026-03-09", "performance": 6, "usual": 10, "z": -2.1, "chance": False}
    assert tags.reminder("performance_dip", evidence, "zh") == "连续 2 周下降,−18 % 和 −22 %"
    assert tags.reminder("performance_dip", evidence, "en") == "2 weeks in a row, −18 % and −22 %"


def test_a_fall_that_may_be_chance_says_so():
    evidence = {"falls": [-0.18, -0.22], "weeks": 2, "week": "2026-03-09", "performance": 6, "usual": 7, "z": -0.4, "chance": True}
    assert tags.reminder("performance_dip", evidence, "en").endswith("(may be chance)")


def test_a_changed_limit_changes_episodes_sentence_and_row_but_not_the_readme():
    dip = tags.by_key("performance_dip")
    looser, before = {"tags.performance_dip.drop": 0.1}, tags.readme_table("en")
    assert episodes(built(dip.quiet.rows, DAY, looser), "performance_dip") == [("E1", date(2026, 3, 23), None)]
    assert "10 %" in tags.rule_sentence(dip, looser, "en")
    assert json.loads(compiled.tag_rows(looser)[1][5])["drop"] == 0.1
    assert tags.readme_table("en") == before


def test_a_limit_out_of_bounds_is_refused():
    with pytest.raises(settings.SettingError, match="tags.high_pressure.days"):
        compiled.sql(tags.by_key("high_pressure"), DAY, {"tags.high_pressure.days": 0})


def test_a_limit_that_is_no_number_never_reaches_the_sql():
    dip = tags.by_key("performance_dip")
    with pytest.raises(settings.SettingError):
        compiled.sql(dip, DAY, {"tags.performance_dip.weeks": "2; drop table employees"})
    odd = replace(dip, limits=(settings.Setting("tags.performance_dip.weeks", "2; drop", "weeks", "", ""), *dip.limits[1:]))
    with pytest.raises(TypeError):
        compiled.sql(odd, DAY, {})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_care_due_of_high_pressure_holds_with_another_limit_of_days(lang):
    due = next(tag for tag in tags.TAGS if tag.key == "high_pressure").care_due.in_(lang)
    assert "3" not in due  # the number of days is a setting


def test_the_readme_table_has_a_row_for_every_tag():
    for lang in ("zh", "en"):
        table = tags.readme_table(lang)
        assert all(f"`{tag.key}`" in table for tag in tags.TAGS) and table.count("\n") == len(tags.TAGS) + 2


@EVERY
def test_every_evidence_value_says_what_it_means_in_both_languages(tag):
    assert all(item.meaning.zh and item.meaning.en for item in tag.evidence)


@EVERY
def test_the_statement_of_a_tag_also_parses_for_spark(tag):
    sqlglot = pytest.importorskip("sqlglot")
    [statement] = sqlglot.transpile(compiled.sql(tag, DAY, {}), read="duckdb", write="spark")
    assert statement.lower().startswith("with")


def test_a_limit_that_no_tag_has_stops_the_build_by_name():
    with pytest.raises(settings.SettingError, match=r"tags\.high_pressure\.day\b"):
        built({"employees": [{"employee_id": "E1", "name": "李雷", "team": "一组", "hire_date": DAY}]}, DAY, {"tags.high_pressure.day": 3})
