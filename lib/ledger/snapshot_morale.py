"""What a build takes of morale from the ledger: rows without words; of the pulse only what was published when a wave was closed."""

from __future__ import annotations

from sqlalchemy import Select, and_, func, select

from lib.ledger.morale_tables import (
    ACTIVITIES,
    CHECK_INS,
    CHOICES,
    CONSULTATIONS,
    GOALS_SET,
    HELP_REQUESTS,
    JOINT_SESSIONS,
    MENTOR_PAIRS,
    POINTS,
    SIGN_UPS,
    STORIES,
    SUPPORTS,
    TALKS_FELT,
    THANKS,
)
from lib.ledger.pulse_tables import PULSE_RESULTS, PULSE_WAVES

# table → column → DuckDB type, as in lib.ledger.snapshot
COLUMNS: dict[str, dict[str, str]] = {
    "app_goals": {"goal_id": "varchar", "level": "varchar", "unit": "varchar", "metric": "varchar", "period": "varchar", "target": "double",
                  "starts_on": "date", "source": "varchar", "set_at": "timestamp"},
    "app_consultations": {"consultation_id": "varchar", "employee_id": "varchar", "day": "date", "minutes": "integer", "contact_left": "boolean",
                          "outcome": "varchar", "customer_id": "varchar", "objection": "varchar", "amount": "double", "score": "integer",
                          "logged_at": "timestamp"},
    "app_points": {"employee_id": "varchar", "kind": "varchar", "ref": "varchar", "points": "integer", "day": "date",
                   "state": "varchar"},
    "app_choices": {"employee_id": "varchar", "choice": "varchar", "chosen": "boolean"},
    "app_pairs": {"employee_id": "varchar", "mentor_id": "varchar", "since": "date", "until": "date"},
    "app_sessions": {"employee_id": "varchar", "mentor_id": "varchar", "held_on": "date", "kind": "varchar", "minutes": "integer",
                     "confirmed": "boolean"},
    "app_help": {"employee_id": "varchar", "mentor_id": "varchar", "asked_at": "timestamp", "answered_at": "timestamp", "topic": "varchar",
                 "escalated": "boolean"},
    "app_thanks": {"employee_id": "varchar", "from_id": "varchar", "reason": "varchar", "day": "date"},
    "app_stories": {"employee_id": "varchar", "told_on": "date", "state": "varchar"},
    "app_activities": {"activity_id": "varchar", "kind": "varchar", "team": "varchar", "day": "date", "state": "varchar", "signed_up": "integer"},
    "app_check_ins": {"employee_id": "varchar", "day": "date", "pressure": "integer", "growth": "integer"},
    "app_felt": {"talk_id": "varchar", "employee_id": "varchar", "felt": "boolean"},
    "app_supports": {"support_id": "varchar", "employee_id": "varchar", "pain": "varchar", "kind": "varchar", "assigned_on": "date", "due": "date",
                     "state": "varchar", "closed_on": "date"},
    "pulse_waves": {"wave_id": "varchar", "opens": "date", "closes": "date", "state": "varchar", "source": "varchar"},
    "pulse_results": {"wave_id": "varchar", "level": "varchar", "unit": "varchar", "question": "varchar", "state": "varchar", "n": "integer",
                      "mean": "double", "low": "double", "high": "double", "coded": "varchar"},
}
"""Moments are UTC; days are the company's."""


def questions() -> dict[str, Select]:  # type: ignore[type-arg]
    """One read per table of :data:`COLUMNS`, its columns in that order, its rows in a fixed one."""
    goals, talked, points, joint, asked, story = GOALS_SET.c, CONSULTATIONS.c, POINTS.c, JOINT_SESSIONS.c, HELP_REQUESTS.c, STORIES.c
    event, help_given, result = ACTIVITIES.c, SUPPORTS.c, PULSE_RESULTS.c
    signed = select(SIGN_UPS.c.activity_id, func.count().label("n")).group_by(SIGN_UPS.c.activity_id).subquery()
    return {
        "app_goals": select(goals.id, goals.level, goals.unit, goals.metric, goals.period, goals.target, goals.starts_on, goals.source,
                            goals.at).order_by(goals.at, goals.id),
        "app_consultations": select(talked.id, talked.employee_id, talked.day, talked.minutes, talked.contact_left, talked.outcome,
                                    talked.customer_id, talked.objection, talked.amount, talked.score, talked.created)
        .where(talked.undone.is_(False)).order_by(talked.id),
        "app_points": select(points.employee_id, points.kind, points.ref, points.points, points.day, points.state).order_by(points.id),
        "app_choices": select(CHOICES.c.employee_id, CHOICES.c.choice, CHOICES.c.chosen).order_by(CHOICES.c.employee_id, CHOICES.c.choice),
        "app_pairs": select(MENTOR_PAIRS.c.employee_id, MENTOR_PAIRS.c.mentor_id, MENTOR_PAIRS.c.since, MENTOR_PAIRS.c.until)
        .order_by(MENTOR_PAIRS.c.id),
        "app_sessions": select(joint.employee_id, joint.mentor_id, joint.day, joint.kind, joint.minutes,
                               and_(joint.mentor_at.is_not(None), joint.mentee_at.is_not(None)))
        .where(joint.declined_at.is_(None)).order_by(joint.id),
        "app_help": select(asked.employee_id, asked.mentor_id, asked.asked_at, asked.answered_at, asked.topic, asked.escalated_at.is_not(None))
        .where(asked.state != "withdrawn").order_by(asked.id),
        "app_thanks": select(THANKS.c.employee_id, THANKS.c.from_id, THANKS.c.reason, THANKS.c.day).order_by(THANKS.c.id),
        "app_stories": select(story.employee_id, story.told_on, story.state).order_by(story.id),
        "app_activities": select(event.id, event.kind, event.team, event.day, event.state, func.coalesce(signed.c.n, 0))
        .select_from(ACTIVITIES.outerjoin(signed, signed.c.activity_id == event.id)).order_by(event.id),
        "app_check_ins": select(CHECK_INS.c.employee_id, CHECK_INS.c.day, CHECK_INS.c.pressure, CHECK_INS.c.growth)
        .order_by(CHECK_INS.c.employee_id, CHECK_INS.c.day),
        "app_felt": select(TALKS_FELT.c.talk_id, TALKS_FELT.c.employee_id, TALKS_FELT.c.felt).order_by(TALKS_FELT.c.talk_id),
        "app_supports": select(help_given.id, help_given.employee_id, help_given.pain, help_given.kind, help_given.assigned_on, help_given.due,
                               help_given.state, help_given.closed_on).order_by(help_given.id),
        "pulse_waves": select(PULSE_WAVES.c.id, PULSE_WAVES.c.opens, PULSE_WAVES.c.closes, PULSE_WAVES.c.state, PULSE_WAVES.c.source)
        .order_by(PULSE_WAVES.c.closes, PULSE_WAVES.c.id),
        "pulse_results": select(result.wave_id, result.level, result.unit, result.question, result.state, result.n, result.mean, result.low,
                                result.high, result.coded).order_by(result.wave_id, result.level, result.unit, result.question),
    }
