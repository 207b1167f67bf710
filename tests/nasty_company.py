"""A company whose names mean harm: teams and departments called after people, people called like formulas and markup; made of a demo company."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from lib.warehouse import publish

PEOPLE = ('=HYPERLINK("http://evil.example","陈静怡")', "<img src=x onerror=alert('刘晨曦')>", "@SUM(1+1)*cmd|'/c calc'!A1", "-2+3+赵敏慧", "Dustin Brinkmann",
          "Anne-Marie O'Neill", "José Ortega y Gasset", "李\u200b雷雷", "ＷＩＤＥ Ｎａｍｅ", "欧阳·买买提", "</script><script>alert('韩梅梅')</script>", "+86 Robert Tables",
          "\"; drop table employees; --", "孙 悟 空", "${7*7}{{7*7}}", "Ω≈ç√ Émilie du Châtelet")
"""Names of people, the most harmful first."""
TEAMS = ("Dustin Brinkmann", "=1+1 孙悟空组", "<b>陈静怡</b>的队", "José Ortega y Gasset & friends", "刘晨曦组", "@team \"李雷雷\"")
"""Names of teams: all but the parts that are no name are people's; some of them bear only part of a harmful name."""
MORE = ("陈静怡", "刘晨曦", "赵敏慧", "韩梅梅", "孙悟空", "李雷雷")
"""Plain names that are part of the harmful ones; people of the company bear them too."""


def made_of(folder: Path, to: Path) -> Path:
    """A copy of a demo company with these names in every table that names somebody or something."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("ledger.db*", "sources"))
    file = publish.where(to)
    file.chmod(0o600)
    with duckdb.connect(str(file)) as con:
        old_people = [row[0] for row in con.execute("select name from employees group by name having count(*) = 1 order by min(active) desc, name").fetchall()]
        people = dict(zip(old_people, PEOPLE + MORE, strict=False))
        teams = dict(zip([row[0] for row in con.execute("select team from employees group by team having count(*) >= 20 order by team").fetchall()], TEAMS, strict=False))
        [(department,)] = con.execute("select department from employees where department is not null group by 1 order by count(*) desc limit 1").fetchall()
        new = people | teams | {department: "韩梅梅部"}
        con.execute("create temp table renamed as select unnest($old) as old, unnest($new) as new", {"old": list(new), "new": list(new.values())})
        for table, column in con.execute("select table_name, column_name from information_schema.columns where data_type = 'VARCHAR' and table_schema = 'main'").fetchall():
            con.execute(f'update "{table}" as t set "{column}" = r.new from renamed as r where t."{column}" = r.old')
    return to
