"""Features: what the attrition model may know about a person in a week, declared once.

The columns of ``risk_panel``, the terms of the model, the reasons on the page and the words (``lib/words/risk_features.toml``) come
from :data:`FEATURES`.  A feature is made of facts dated before the week only.  Never a feature: gender, age, marital status, health
or family (their events, tags, talk signals and kinds of leave), answers to surveys or check-ins, names, ids, pay, level.

Season is none either: it is the same for everybody in a week, so it ranks nobody and would only let the model learn one Spring
Festival by heart.  What it does to the company's level is for the calibration, which is fitted anew each quarter.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """One feature: a column of ``risk_panel`` (double, null where unknown; text for a category).

    ``kind``: ``spline`` (any shape), ``linear``, ``shortfall`` (linear below nought, flat above), ``flag`` (0 or 1) or ``category``.
    ``direction``: 1 where more of it goes with leaving, −1 where less does, as far as research agrees (Griffeth, Hom & Gaertner 2000 and
    Rubenstein et al. 2018: performance, absence and lateness, strain, chances of promotion, ties to colleagues, what people say of
    leaving; Felps et al. 2009: leavers around): a few dozen leavers say the opposite by chance more often than it is true.  What is a
    straight line keeps to it all the way.  A curve (``spline``) may bend against it on the way, as where the best leave too (Trevor,
    Gerhart & Boudreau 1997), but from its lowest value to its highest it does not run against it.  0: either.
    ``unit``: a key of ``words/units.toml``; the value of a ``share`` that is a change is relative (−0.2: a fifth lower).  ``low`` and
    ``high``: where its values lie.
    ``actions``: what HR can do about it (``risk.act.<action>``), most fitting first; empty where nothing can be done about it.
    ``group``: the theme that it belongs to.
    """

    key: str
    kind: str
    direction: int
    unit: str
    low: float
    high: float
    actions: tuple[str, ...]
    group: str


FEATURES: tuple[Feature, ...] = (
    Feature("tenure_months", "spline", 0, "months", 0, 120, (), "job"),
    Feature("line", "category", 0, "", 0, 0, (), "job"),
    Feature("promotion_months", "spline", 1, "months", 0, 60, ("promotion_talk", "pay_review"), "growth"),
    Feature("performance_own", "spline", -1, "share", -0.8, 1.5, ("joint_visit", "training", "goal_change"), "performance"),
    Feature("performance_team", "spline", -1, "share", -0.9, 2, ("training", "mentor", "joint_visit"), "performance"),
    Feature("performance_slope", "linear", -1, "share", -0.25, 0.25, ("joint_visit", "training"), "performance"),
    Feature("weeks_down", "linear", 1, "weeks", 0, 6, ("joint_visit", "training"), "performance"),
    Feature("months_down", "linear", 1, "months", 0, 3, ("goal_change", "training", "other_department"), "performance"),
    Feature("goal_attainment", "spline", -1, "share", 0, 2, ("goal_change", "training"), "performance"),
    Feature("late_evenings_4w", "spline", 1, "share", 0, 1, ("workload_talk", "other_department"), "hours"),
    Feature("late_evenings_8w", "linear", 1, "share", 0, 1, ("workload_talk", "other_department"), "hours"),
    Feature("late_arrivals_8w", "linear", 1, "share", 0, 0.5, ("workload_talk", "shift_change"), "hours"),
    Feature("leave_days_8w", "spline", 1, "days", 0, 20, ("workload_talk", "shift_change"), "leave"),
    Feature("leave_times_13w", "linear", 1, "times", 0, 10, ("workload_talk", "shift_change"), "leave"),
    Feature("unplanned_days_8w", "linear", 1, "days", 0, 5, ("workload_talk", "shift_change"), "leave"),
    Feature("rejection_own", "linear", 1, "share", -0.3, 0.3, ("hand_over_customers", "joint_visit", "training"), "customers"),
    Feature("rejection_team", "linear", 1, "share", -0.4, 0.4, ("training", "joint_visit", "hand_over_customers"), "customers"),
    Feature("tags_now", "linear", 1, "tags", 0, 4, ("workload_talk", "joint_visit"), "tags"),
    Feature("tags_8w", "linear", 1, "tags", 0, 10, ("workload_talk", "joint_visit"), "tags"),
    Feature("contacts_change", "shortfall", -1, "share", -1, 1.5, ("team_contact", "mentor"), "colleagues"),
    Feature("tickets_open", "linear", 1, "tickets", 0, 6, ("other_department",), "colleagues"),
    Feature("tickets_overdue", "linear", 1, "tickets", 0, 4, ("other_department",), "colleagues"),
    Feature("mentor_sessions_4w", "linear", -1, "times", 0, 30, ("mentor",), "colleagues"),
    Feature("team_left_52w", "linear", 1, "share", 0, 4, ("team_contact", "workload_talk"), "colleagues"),
    Feature("talks_month", "linear", 0, "times", 0, 6, ("workload_talk",), "talks"),
    Feature("said_pressure", "flag", 1, "", 0, 1, ("workload_talk", "goal_change"), "talks"),
    Feature("said_pay", "flag", 1, "", 0, 1, ("pay_review",), "talks"),
    Feature("said_promotion", "flag", 1, "", 0, 1, ("promotion_talk",), "talks"),
    Feature("said_training", "flag", 1, "", 0, 1, ("training", "mentor"), "talks"),
    Feature("said_climate", "flag", 1, "", 0, 1, ("team_contact", "other_department"), "talks"),
    Feature("said_leaving", "flag", 1, "", 0, 1, ("stay_talk",), "talks"),
)
"""Every feature, in the order of the columns of ``risk_panel``."""

DIFFERENCES = ("rejection_own", "rejection_team")
"""Differences of two shares: what is told of them is in percentage points."""
BY_KEY = {feature.key: feature for feature in FEATURES}
WORK_TAGS = ("new_hire", "performance_dip", "high_pressure", "client_trouble")
"""The tags that are about work: only these are counted."""
SAID_DAYS = 120
"""For how many days a talk counts for the ``said_`` features: where everybody is talked with once a quarter, the last talk is among them.
0 says that no talk of these days mentioned it, be it that there was none; how often people are talked with is ``talks_month``."""
