"""Morale: goals, consultations, points, mentors, culture, check-ins and support; and the anonymous pulse in tables of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "activities",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("team", sa.String()),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts", sa.String(), nullable=False),
        sa.Column("seats", sa.Integer()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind in ('relaxed_hour', 'sharing', 'outing')", name=op.f("ck_activities_kind")),
        sa.CheckConstraint("state in ('open', 'held', 'cancelled')", name=op.f("ck_activities_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")))
    op.create_table(
        "check_ins",
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pressure", sa.Integer(), nullable=False),
        sa.Column("growth", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("growth between 1 and 5", name=op.f("ck_check_ins_growth")),
        sa.CheckConstraint("pressure between 1 and 5", name=op.f("ck_check_ins_pressure")),
        sa.PrimaryKeyConstraint("employee_id", "day", name=op.f("pk_check_ins")))
    op.create_table(
        "choices",
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("choice in ('no_scoring', 'no_ranking', 'summary_message')", name=op.f("ck_choices_choice")),
        sa.PrimaryKeyConstraint("employee_id", "choice", name=op.f("pk_choices")))
    op.create_table(
        "consultations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("contact_left", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String()),
        sa.Column("customer_sealed", sa.LargeBinary()),
        sa.Column("objection", sa.String(), nullable=False),
        sa.Column("amount", sa.Float()),
        sa.Column("score", sa.Integer()),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.CheckConstraint("outcome in ('talk', 'intent', 'deal')", name=op.f("ck_consultations_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
        sa.UniqueConstraint("request_key", name=op.f("uq_consultations_request_key")))
    op.create_index(op.f("ix_consultations_day"), "consultations", ["day"])
    op.create_index(op.f("ix_consultations_employee_id_day"), "consultations", ["employee_id", "day"])
    op.create_table(
        "goals_set",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("target", sa.Float()),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("level in ('company', 'team', 'role', 'person')", name=op.f("ck_goals_set_level")),
        sa.CheckConstraint("period in ('day', 'week', 'month')", name=op.f("ck_goals_set_period")),
        sa.CheckConstraint("source in ('typed', 'history', 'split')", name=op.f("ck_goals_set_source")),
        sa.CheckConstraint("target is null or target > 0", name=op.f("ck_goals_set_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals_set")))
    op.create_index(op.f("ix_goals_set_batch"), "goals_set", ["batch"])
    op.create_index(op.f("ix_goals_set_level_unit"), "goals_set", ["level", "unit"])
    op.create_table(
        "help_requests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("mentor_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary()),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime()),
        sa.Column("answered_by", sa.String()),
        sa.Column("escalated_at", sa.DateTime()),
        sa.CheckConstraint("state in ('open', 'answered', 'withdrawn')", name=op.f("ck_help_requests_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
        sa.UniqueConstraint("request_key", name=op.f("uq_help_requests_request_key")))
    op.create_index(op.f("ix_help_requests_employee_id"), "help_requests", ["employee_id"])
    op.create_index(op.f("ix_help_requests_mentor_id"), "help_requests", ["mentor_id"])
    op.create_index(op.f("ix_help_requests_state"), "help_requests", ["state"])
    op.create_table(
        "joint_sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("mentor_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("mentor_at", sa.DateTime()),
        sa.Column("mentee_at", sa.DateTime()),
        sa.Column("declined_at", sa.DateTime()),
        sa.CheckConstraint("kind in ('joint_consultation', 'script_review', 'customer_visit')", name=op.f("ck_joint_sessions_kind")),
        sa.CheckConstraint("proposed_by in ('mentor', 'mentee')", name=op.f("ck_joint_sessions_proposed_by")),
        sa.CheckConstraint("mentor_id <> employee_id", name=op.f("ck_joint_sessions_two")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_sessions")),
        sa.UniqueConstraint("request_key", name=op.f("uq_joint_sessions_request_key")))
    op.create_index(op.f("ix_joint_sessions_day"), "joint_sessions", ["day"])
    op.create_index(op.f("ix_joint_sessions_employee_id"), "joint_sessions", ["employee_id"])
    op.create_index(op.f("ix_joint_sessions_mentor_id"), "joint_sessions", ["mentor_id"])
    op.create_table(
        "mentor_pairs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mentor_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("mentor_id <> employee_id", name=op.f("ck_mentor_pairs_two")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_pairs")))
    op.create_index(op.f("ix_mentor_pairs_employee_id"), "mentor_pairs", ["employee_id"])
    op.create_index(op.f("ix_mentor_pairs_mentor_id"), "mentor_pairs", ["mentor_id"])
    op.create_table(
        "points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind in ('daily_goal', 'streak', 'star', 'badge', 'redeemed', 'returned')", name=op.f("ck_points_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points")),
        sa.UniqueConstraint("employee_id", "kind", "ref", name=op.f("uq_points_employee_id_kind_ref")))
    op.create_index(op.f("ix_points_day"), "points", ["day"])
    op.create_table(
        "pulse_waves",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("tree", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("source in ('app', 'import')", name=op.f("ck_pulse_waves_source")),
        sa.CheckConstraint("state in ('open', 'closed')", name=op.f("ck_pulse_waves_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse_waves")))
    op.create_table(
        "rewards",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("zh", sa.String(), nullable=False),
        sa.Column("en", sa.String(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("cost > 0", name=op.f("ck_rewards_cost")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewards")))
    op.create_table(
        "stories",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("title_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String()),
        sa.Column("decided_on", sa.Date()),
        sa.CheckConstraint("state in ('waiting', 'published', 'declined')", name=op.f("ck_stories_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        sa.UniqueConstraint("request_key", name=op.f("uq_stories_request_key")))
    op.create_index(op.f("ix_stories_employee_id"), "stories", ["employee_id"])
    op.create_table(
        "supports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("pain", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date()),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('course', 'mentor_session', 'extra_leads', 'career_plan', 'hr_talk')", name=op.f("ck_supports_kind")),
        sa.CheckConstraint("pain in ('script', 'prospecting', 'lost_growth')", name=op.f("ck_supports_pain")),
        sa.CheckConstraint("state in ('open', 'done', 'dropped')", name=op.f("ck_supports_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supports")),
        sa.UniqueConstraint("request_key", name=op.f("uq_supports_request_key")))
    op.create_index(op.f("ix_supports_employee_id"), "supports", ["employee_id"])
    op.create_index(op.f("ix_supports_state"), "supports", ["state"])
    op.create_table(
        "thanks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("from_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("from_id <> employee_id", name=op.f("ck_thanks_two")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thanks")),
        sa.UniqueConstraint("from_id", "employee_id", "day", name=op.f("uq_thanks_from_id_employee_id_day")))
    op.create_index(op.f("ix_thanks_day"), "thanks", ["day"])
    op.create_index(op.f("ix_thanks_employee_id"), "thanks", ["employee_id"])
    op.create_table(
        "activity_options",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("activity_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_activity_options_activity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_options")))
    op.create_index(op.f("ix_activity_options_activity_id"), "activity_options", ["activity_id"])
    op.create_table(
        "pulse_answers",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("wave_id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.CheckConstraint("question in ('pressure', 'help', 'growth', 'cohesion', 'recommend')", name=op.f("ck_pulse_answers_question")),
        sa.CheckConstraint("score between 1 and 5", name=op.f("ck_pulse_answers_score")),
        sa.ForeignKeyConstraint(["wave_id"], ["pulse_waves.id"], name=op.f("fk_pulse_answers_wave_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pulse_answers")),
        sqlite_with_rowid=False)
    op.create_table(
        "pulse_comments",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("wave_id", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("level in ('company', 'department', 'team')", name=op.f("ck_pulse_comments_level")),
        sa.ForeignKeyConstraint(["wave_id"], ["pulse_waves.id"], name=op.f("fk_pulse_comments_wave_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pulse_comments")),
        sqlite_with_rowid=False)
    op.create_index(op.f("ix_pulse_comments_wave_id"), "pulse_comments", ["wave_id"])
    op.create_table(
        "pulse_drawn",
        sa.Column("wave_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["pulse_waves.id"], name=op.f("fk_pulse_drawn_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "employee_id", name=op.f("pk_pulse_drawn")),
        sqlite_with_rowid=False)
    op.create_table(
        "pulse_left",
        sa.Column("wave_id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.CheckConstraint("tokens >= 0", name=op.f("ck_pulse_left_tokens")),
        sa.ForeignKeyConstraint(["wave_id"], ["pulse_waves.id"], name=op.f("fk_pulse_left_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "team", name=op.f("pk_pulse_left")),
        sqlite_with_rowid=False)
    op.create_table(
        "pulse_results",
        sa.Column("wave_id", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("n", sa.Integer()),
        sa.Column("mean", sa.Float()),
        sa.Column("low", sa.Float()),
        sa.Column("high", sa.Float()),
        sa.Column("coded", sa.String()),
        sa.CheckConstraint("(state = 'shown') = (mean is not null)", name=op.f("ck_pulse_results_mean")),
        sa.CheckConstraint("(state = 'shown') = (n is not null)", name=op.f("ck_pulse_results_n")),
        sa.CheckConstraint("level in ('company', 'department', 'team')", name=op.f("ck_pulse_results_level")),
        sa.CheckConstraint("state in ('shown', 'few', 'protects')", name=op.f("ck_pulse_results_state")),
        sa.ForeignKeyConstraint(["wave_id"], ["pulse_waves.id"], name=op.f("fk_pulse_results_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "level", "unit", "question", name=op.f("pk_pulse_results")),
        sqlite_with_rowid=False)
    op.create_table(
        "pulse_tokens",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("wave_id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["pulse_waves.id"], name=op.f("fk_pulse_tokens_wave_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_pulse_tokens")),
        sqlite_with_rowid=False)
    op.create_table(
        "pulse_words",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("wave_id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["pulse_waves.id"], name=op.f("fk_pulse_words_wave_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pulse_words")),
        sqlite_with_rowid=False)
    op.create_table(
        "questions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("activity_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_questions_activity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")))
    op.create_index(op.f("ix_questions_activity_id"), "questions", ["activity_id"])
    op.create_table(
        "redemptions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("reward_id", sa.String(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date()),
        sa.Column("decided_by", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('asked', 'approved', 'declined', 'withdrawn')", name=op.f("ck_redemptions_state")),
        sa.ForeignKeyConstraint(["reward_id"], ["rewards.id"], name=op.f("fk_redemptions_reward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemptions")),
        sa.UniqueConstraint("request_key", name=op.f("uq_redemptions_request_key")))
    op.create_index(op.f("ix_redemptions_employee_id"), "redemptions", ["employee_id"])
    op.create_index(op.f("ix_redemptions_state"), "redemptions", ["state"])
    op.create_table(
        "sign_ups",
        sa.Column("activity_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_sign_ups_activity_id")),
        sa.PrimaryKeyConstraint("activity_id", "employee_id", name=op.f("pk_sign_ups")))
    op.create_table(
        "talks_felt",
        sa.Column("talk_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("felt", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["talk_id"], ["care_talks.id"], name=op.f("fk_talks_felt_talk_id")),
        sa.PrimaryKeyConstraint("talk_id", name=op.f("pk_talks_felt")))
    op.create_index(op.f("ix_talks_felt_employee_id"), "talks_felt", ["employee_id"])
    op.create_table(
        "votes",
        sa.Column("activity_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("option_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_votes_activity_id")),
        sa.ForeignKeyConstraint(["option_id"], ["activity_options.id"], name=op.f("fk_votes_option_id")),
        sa.PrimaryKeyConstraint("activity_id", "employee_id", name=op.f("pk_votes")))
