"""Settings: bounded, kept in one file, only what differs from the default."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lib import settings
from lib.settings import SETTINGS, Setting, SettingError, check, save, stored, value
from lib.tags import TAGS

DAYS = Setting("tags.example.days", 3, "days", "天数", "days", 1, 30)


def test_a_setting_nobody_changed_has_its_default(tmp_path: Path) -> None:
    assert value(DAYS, stored(tmp_path)) == 3


def test_a_saved_setting_is_read_back(tmp_path: Path) -> None:
    save(tmp_path, DAYS, "7")
    assert value(DAYS, stored(tmp_path)) == 7


def test_a_setting_put_back_to_its_default_leaves_the_file(tmp_path: Path) -> None:
    save(tmp_path, DAYS, 7)
    save(tmp_path, DAYS, 3)
    assert stored(tmp_path) == {}


@pytest.mark.parametrize("wrong", [0, 31, "x", 2.5, float("nan"), True, None, "inf"])
def test_a_value_out_of_bounds_or_of_another_kind_is_refused_by_name(wrong: object) -> None:
    with pytest.raises(SettingError, match="tags.example.days"):
        check(DAYS, wrong)


def test_a_choice_that_is_not_offered_is_refused() -> None:
    metric = next(row for row in SETTINGS if row.choices)
    with pytest.raises(SettingError, match="none of"):
        check(metric, "happiness")


def test_a_broken_settings_file_says_where(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("this is = not = toml")
    with pytest.raises(SettingError, match="settings.toml"):
        stored(tmp_path)


@pytest.mark.parametrize("text", ['"tags.example.days" = 7', "tags.example.days = 7", "[tags.example]\ndays = 7", "[tags]\nexample = {days = 7}"])
def test_a_setting_may_be_written_in_any_way_of_toml(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    assert stored(tmp_path) == {"tags.example.days": 7}


@pytest.mark.parametrize("text", ["privacy.min_grop = 9", "[privacy]\nmin_grop = 9", '"privacy.min_grop" = 9'])
def test_a_name_that_no_setting_has_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(SettingError, match=r"settings.toml.*privacy\.min_grop"):
        stored(tmp_path)


@pytest.mark.parametrize("text", ["tags.example.days = [1]", "tags.example.days = 2026-01-01", '"tags.example.days" = 1\ntags.example.days = 2'])
def test_a_value_of_no_kind_or_given_twice_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(SettingError, match=r"tags\.example\.days"):
        stored(tmp_path)


def test_the_measure_of_any_business_line_may_be_set(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('performance.metric."外呼" = "dials"', "utf-8")
    assert stored(tmp_path) == {"performance.metric.外呼": "dials"}


@pytest.mark.parametrize("row", SETTINGS, ids=lambda row: row.name)
def test_every_default_is_allowed_and_explained_in_both_languages(row: Setting) -> None:
    assert check(row, row.default) == row.default and row.zh and row.en


def test_no_two_settings_have_the_same_name() -> None:
    known = Counter(row.name for row in (*SETTINGS, *(limit for tag in TAGS for limit in tag.limits)))
    assert [name for name, times in known.items() if times > 1] == []


def test_a_setting_is_found_by_its_name() -> None:
    assert settings.get("build.keep_versions", {}) == 3


def test_changes_made_at_once_are_all_kept(tmp_path: Path) -> None:
    rows = [row for row in settings.SETTINGS if row.name.startswith("care.due_days.")]
    for _ in range(20):
        with ThreadPoolExecutor(len(rows)) as many:
            list(many.map(lambda row: settings.save(tmp_path, row, 41), rows))
        assert settings.stored(tmp_path) == {row.name: 41 for row in rows}
        (tmp_path / "settings.toml").unlink()
