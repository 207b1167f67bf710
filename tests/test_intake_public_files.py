"""The public files, which nobody here wrote, through the mappings kept in tests/mappings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lib.intake import load
from lib.intake.mapping import Mapping
from lib.warehouse.store import scratch

FILES = Path(__file__).parents[2] / "shared" / "datasets"
MAPPINGS = Path(__file__).parent / "mappings"
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the public files are not beside the project (../shared/datasets)")


def take(root: Path, file: str, mapping: str) -> load.ImportReport:
    made = Mapping.from_json((MAPPINGS / f"{mapping}.json").read_text("utf-8"))
    done = load.import_file(FILES / file, root, mapping=made, today=date(2026, 11, 22))
    assert done.refused is None, str(done.refused)
    return done


def ask(root: Path, sql: str) -> list[tuple[object, ...]]:
    con = scratch()
    load.attach(con, root)
    return con.execute(sql).fetchall()


def test_35_agents_of_three_offices_become_employees_and_teams_without_the_names_of_managers(tmp_path: Path) -> None:
    assert take(tmp_path, "crm_sales/sales_teams.csv", "crm_employees").rows_loaded == 35
    assert take(tmp_path, "crm_sales/sales_teams.csv", "crm_teams").rows_loaded == 3
    assert ask(tmp_path, "select distinct team from src_employees order by 1") == [("Central",), ("East",), ("West",)]


def test_8800_deals_keep_open_stages_and_one_name_per_product(tmp_path: Path) -> None:
    assert take(tmp_path, "crm_sales/sales_pipeline.csv", "crm_deals").rows_loaded == 8800
    assert ask(tmp_path, "select stage, count(*), count(closed_on) from src_deals group by stage order by stage") == [
        ("lost", 2473, 2473), ("open", 2089, 0), ("won", 4238, 4238)]
    assert ask(tmp_path, "select count(*) from src_deals where product = 'GTXPro'") == [(0,)]
    assert ask(tmp_path, "select count(*) from src_deals where product = 'GTX Pro'") == [(1480,)]
    assert ask(tmp_path, "select count(*) from src_deals where customer_id is null") == [(1425,)]


def test_85_accounts_become_customers(tmp_path: Path) -> None:
    assert take(tmp_path, "crm_sales/accounts.csv", "crm_customers").rows_loaded == 85
    assert ask(tmp_path, "select count(*) from src_customers where segment = 'technolgy' or region = 'Philipines'") == [(0,)]


def test_5000_calls_get_their_outcome_from_two_columns(tmp_path: Path) -> None:
    take(tmp_path, "call_centre.xlsx", "call_centre_employees")
    assert take(tmp_path, "call_centre.xlsx", "call_centre_calls").rows_loaded == 5000
    assert ask(tmp_path, "select outcome, count(*) from src_calls group by outcome order by outcome") == [
        ("effective", 3646), ("no_answer", 946), ("rejected", 408)]
    assert ask(tmp_path, "select duration_s from src_calls where call_id = 'ID0001'") == [(143.0,)]


def test_absences_without_dates_get_the_kth_weekday_and_month_zero_is_rejected(tmp_path: Path) -> None:
    assert take(tmp_path, "uci_absenteeism.csv", "absenteeism_employees").rows_loaded == 36
    done = take(tmp_path, "uci_absenteeism.csv", "absenteeism_leave")
    assert (done.rows_read, done.rows_left_out, done.rows_rejected) == (740, 34, 3)
    assert done.rejects["code"].tolist() == ["month_out_of_range"] * 3 and done.rejects["row"].tolist() == [739, 740, 741]
    assert (done.first_day, str(done.last_day)[:7]) == ("2007-07-02", "2010-07")
    assert ask(tmp_path,
               "select max(leave_hours), count(distinct employee_id) from src_attendance where result = 'leave'")[0][0] == 8.0


@pytest.mark.parametrize(("file", "mapping"), [("ibm_hr_attrition_zh.csv", "ibm_employees_zh"), ("ibm_hr_attrition.csv",
                                                                                                 "ibm_employees")])
def test_a_snapshot_with_years_of_service_gets_hire_dates_and_no_invented_leave_date(tmp_path: Path, file: str,
                                                                                     mapping: str) -> None:
    assert take(tmp_path, file, mapping).rows_loaded == 1470
    assert ask(tmp_path, "select hire_date, leave_date from src_employees where employee_id = '1'") == [(date(2009, 12, 31),
                                                                                                         None)]
    assert ask(tmp_path, "select count(*) from src_employees where leave_type is not null") == [(237,)]
