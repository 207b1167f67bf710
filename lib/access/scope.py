"""Scope: which rows of the published tables a viewer may touch at all.

A scoped viewer's query does not read the published tables themselves: every table it names is shadowed by a common table
expression of the same name that holds only the viewer's rows.  A query cannot forget its scope, because it never sees more.
"""

from __future__ import annotations

import re

from lib.access.roles import SELF_ONLY, Viewer

BY_PERSON = ("employee_days", "employee_weeks", "tag_episodes", "talk_signals", "talks", "life_events", "leavings", "deals", "goals",
             "care_talks", "care_cards", "care_reminders", "care_promises", "care_events",
             "app_consultations", "app_points", "app_choices", "app_thanks", "app_stories", "app_supports", "app_felt", "check_ins",
             "leave_requests", "promotions", "peer_contacts", "tickets", "mentor_facts",
             "consultations", "open_intents", "goal_people", "goal_facts", "goal_given", "goal_paces",
             "goal_days", "reward_weeks", "reward_earned", "reward_streaks",
             "pain_points", "pain_weeks",
             "risk_scores", "risk_reasons", "risk_weeks", "risk_signs", "risk_interventions", "risk_outcomes", "risk_held",
             "care_episodes", "care_draws")
BY_PAIR = ("mentor_pairs", "mentor_sessions", "help_requests", "mentee_progress", "mentor_days")
"""Rows that are about two: people who look at their own data see those in which they are either of them."""
BY_TEAM = ("team_weeks", "team_tag_weeks", "team_changes", "teams", "peer_weeks", "morale_weeks", "morale_parts", "colleagues", "goal_team_weeks", "reward_team_weeks",
           "care_weeks", "glance_moves")
BY_OWNER = ("customers",)
BY_PEERS = ("reward_top",)
"""Who is named in a ranking of peers: people who look at their own data see it for the groups that they were compared in themselves."""
OPEN = ("build_info", "sources", "tags", "business_lines", "tag_carry", "app_goals", "app_activities", "pulse_waves", "goal_metrics", "goal_rules", "goal_wholes",
        "pain_followed",
        "risk_model", "risk_backtest", "risk_caught", "risk_calibration", "risk_quarters", "risk_groups", "risk_drift", "risk_alarms",
        "effect_reads", "effect_leaving", "effect_curves", "effect_programme", "effect_picture", "effect_time", "effect_felt", "effect_standard", "effect_noise",
        "effect_pace")
PUBLISHED_CELLS = ("effect_cells",)
"""What care did: the company's, a tag's and a department's figures are whose role may ask for them, a team's only within the scope."""
SIDES = ("effect_sides",)
"""How much of such a figure each team is: the teams outside the scope are one, without a name (''), so that a query can tell how many people it would
tell about beyond the scope."""
PUBLISHED_GROUPS = ("pulse_results",)
"""Figures of groups that were published once: the company's and the departments' are everybody's, a team's are its own people's."""
OFFICE = ("quality", "risk_levels")
"""What is about the whole company and nobody's team: whoever is limited to teams sees nothing of it."""
PRIVATE_TAGS = ("life_event", "family_care")
"""What a team lead never sees (spec: life events and what talk notes say), not even as a count."""
PRIVATE_PAINS = ("lost_growth",)
"""The same of pain points: it comes from check-ins and talks."""
RISK = ("risk_scores", "risk_reasons", "risk_weeks", "risk_signs", "risk_interventions", "risk_outcomes", "risk_held")
"""What leads, mentors and the people themselves never see, not even a row of their own: a score is for HR, with its reasons and a talk."""
CARE_FOLLOWED = ("care_episodes", "care_draws")
"""The same of what followed care, and of who was drawn first, person by person: for HR alone."""
LEAD_MOVES = ("morale",)
"""What of a week's changes beside the team's own figures a team lead sees: not how care is kept up with, nor who gave notice."""
_LEAD_NEVER = ("life_events", "leavings", "care_talks", "care_cards", "care_reminders", "care_promises", "care_events",
               "app_choices", "app_supports", "app_felt", "check_ins", "help_requests", "leave_requests",
               "promotions", "peer_contacts", "tickets",
               "care_weeks",
               *RISK, *CARE_FOLLOWED)
_LEAD_HIDES_COLUMNS = {"team_weeks": "tags_held"}
TABLES = ("employees", *BY_PERSON, *BY_PAIR, *BY_TEAM, *BY_OWNER, *BY_PEERS, *OPEN, *PUBLISHED_CELLS, *SIDES, *PUBLISHED_GROUPS, *OFFICE)


def _named_in(sql: str) -> list[str]:
    words = set(re.findall(r"\b[a-z_]+\b", re.sub(r"--[^\n]*", "", sql)))
    return [table for table in TABLES if table in words]


def _mine(viewer: Viewer, table: str) -> str | None:
    """The condition on one table's rows, or None when the viewer may see them all."""
    if table in OPEN or (viewer.teams is None and viewer.role not in SELF_ONLY):
        return None
    if table in OFFICE:
        return "false"
    if table in SIDES:
        return "false" if viewer.role in SELF_ONLY else "true"
    if table in PUBLISHED_CELLS:
        return "false" if viewer.role in SELF_ONLY else "(scope <> 'team' or list_contains($scope_teams, part))"
    if table in PUBLISHED_GROUPS:
        own = "unit in (select me.team from main.employees as me where me.employee_id = $scope_person)" if viewer.role in SELF_ONLY else \
            "list_contains($scope_teams, unit)"
        return f"(level <> 'team' or {own})"
    if viewer.role in SELF_ONLY:
        if table == "employees" or table in BY_PERSON:
            return "employee_id = $scope_person"
        if table in BY_PAIR:
            return "(employee_id = $scope_person or mentor_id = $scope_person)"
        if table in BY_TEAM:
            return "team in (select me.team from main.employees as me where me.employee_id = $scope_person)"
        if table in BY_PEERS:
            return "(week, peers) in (select (mine.week, mine.peers) from main.reward_weeks as mine where mine.employee_id = $scope_person)"
        return "owner_id = $scope_person"
    if table == "employees" or table in BY_TEAM:
        return "list_contains($scope_teams, team)"
    members = "(select member.employee_id from main.employees as member where list_contains($scope_teams, member.team))"
    return f"owner_id in {members}" if table in BY_OWNER else f"employee_id in {members}"


def narrowed(sql: str, viewer: Viewer) -> tuple[str, dict[str, object]]:
    """The statement limited to the viewer's rows, and the scope parameters it now needs."""
    shadows: list[str] = []
    for table in _named_in(sql):
        condition = _mine(viewer, table)
        columns = "*"
        if viewer.role == "lead" and table in ("team_tag_weeks", "tag_episodes"):
            hidden = ", ".join(f"'{tag}'" for tag in PRIVATE_TAGS)
            condition = f"{condition} and tag not in ({hidden})"
        if viewer.role == "lead" and table in ("pain_points", "pain_weeks"):
            hidden = ", ".join(f"'{pain}'" for pain in PRIVATE_PAINS)
            condition = f"{condition} and pain not in ({hidden})"
        if viewer.role == "lead" and table == "glance_moves":
            seen = ", ".join(f"'{measure}'" for measure in LEAD_MOVES)
            condition = f"{condition} and measure in ({seen})"
        if viewer.role == "lead" and table in _LEAD_NEVER or viewer.role in SELF_ONLY and table in (*RISK, *CARE_FOLLOWED, "care_weeks", "glance_moves"):
            condition = "false"
        if viewer.role == "lead" and table in _LEAD_HIDES_COLUMNS:
            columns = f"* replace (null::bigint as {_LEAD_HIDES_COLUMNS[table]})"
        if condition:
            rows = f"(select * replace (case when list_contains($scope_teams, team) then team else '' end as team) from main.{table}) as apart" \
                if table in SIDES and viewer.teams is not None else f"main.{table}"
            shadows.append(f"{table} as (select {columns} from {rows} where {condition})")
    if not shadows:
        return sql, {}
    head = re.match(r"\s*with\s", sql)
    rest = ", " + sql[head.end():] if head else " " + sql
    text = "with " + ", ".join(shadows) + rest
    params: dict[str, object] = {}
    if "$scope_teams" in text:
        params["scope_teams"] = list(viewer.teams or ())
    if "$scope_person" in text:
        params["scope_person"] = viewer.employee_id
    return text, params
