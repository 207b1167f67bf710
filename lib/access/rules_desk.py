"""Rules desk: try other limits of a tag on the past, save them, mute a tag, and go back to an earlier version.

Trying and saving are for HR of the whole company and for administrators; what it returns are figures of the whole company, never a
person.  Saved limits take effect with the next build.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from lib import settings
from lib.access import sign_in
from lib.access.builds import Builds
from lib.access.desk import Desk, NotAllowed
from lib.ledger import engine, rules
from lib.settings import Value
from lib.tags import by_key
from lib.tags import compile as compiled
from lib.tags.backtest import Backtest, Change, Share, Side, Span, checked, replay
from lib.tags.shape import Tag, short

SHIPPED = "shipped"
"""The version of every tag that comes with the app: its limits as declared, not muted."""


@dataclass(frozen=True)
class Version:
    """One version of a rule, limits by short name.  ``backtest`` are the figures it was saved on; ``at`` is UTC, None for the shipped one."""

    id: str
    tag: str
    limits: Mapping[str, Value]
    muted: bool
    backtest: Mapping[str, object] | None
    who: str
    at: datetime | None


def may_try(desk: Desk) -> bool:
    """Whether this viewer may try and save rules: HR of the whole company, and administrators."""
    return desk.viewer.role == "admin" or (desk.viewer.role == "hr" and desk.viewer.teams is None)


def is_demo(desk: Desk) -> bool:
    """Whether the published company is the invented one."""
    return bool(desk.read("alert_company")["company"].iloc[0] == "demo")


def muted(desk: Desk) -> frozenset[str]:
    """The tags that raise no reminders now, by the newest version of each rule."""
    demo = is_demo(desk)
    if not engine.exists(desk.data_dir, demo):
        return frozenset()
    newest: dict[str, bool] = {}
    with engine.ledger(desk.data_dir, demo).reading() as con:
        for version in rules.rules(con):
            newest.setdefault(version.tag, version.muted)
    return frozenset(tag for tag, off in newest.items() if off)


def built_limits(desk: Desk, tag: str) -> dict[str, Value]:
    """The limits of a tag in the published version, by short name."""
    built = desk.read("alert_rules_built").set_index("tag")["limits"]
    return dict(json.loads(str(built[tag])))


def alerts(desk: Desk) -> pd.DataFrame | None:
    """The alert ledger of every tag (rows of ``alert_ledger``); None for a version built before there was one.

    Raises :class:`lib.access.desk.NotAllowed` for a role that may not see it.
    """
    return desk.read("alert_ledger") if _published(desk, "care_cards", "care_reminders", "leavings") else None


def _published(desk: Desk, *tables: str) -> bool:
    return set(tables) <= set(desk._warehouse.tables())


def capacity(values: Mapping[str, Value]) -> tuple[float, int]:
    """Minutes of one talk and talks that one HR can hold a day, as set."""
    return float(settings.get("care.minutes", values)), int(settings.get("care.capacity", values))


class RulesDesk:
    """The rules of one company.  Making one raises :class:`lib.access.desk.NotAllowed` for whom :func:`may_try` is false.

    ``still_here`` tells whether the viewer's session is still good; everything asks it again and raises NotAllowed when it ended.
    """

    def __init__(self, desk: Desk, still_here: Callable[[], bool] = lambda: True):
        if not may_try(desk):
            raise NotAllowed(f"role {desk.viewer.role} may not change rules{'' if desk.viewer.teams is None else ' of the whole company'}")
        self.desk, self.data_dir, self._still_here = desk, desk.data_dir, still_here
        self.demo = is_demo(desk)

    def _here(self) -> None:
        if not self._still_here():
            raise NotAllowed("the session is over")

    @property
    def _who(self) -> str:
        return sign_in.login_of(self.desk.viewer.name) or f"demo-{self.desk.viewer.role}"

    def limits(self, tag: str) -> dict[str, Value]:
        """The limits that the next build will use, by short name.  Raises KeyError for an unknown tag."""
        return compiled.limits_of(by_key(tag), settings.stored(self.data_dir))

    def try_(self, tag: str, limits: Mapping[str, object], weeks: int = 26) -> Backtest:
        """The rule with these limits (by short name) on the last weeks, beside the rule as it was built.

        For an administrator, figures of fewer people than the smallest group are left out.  Raises
        :class:`lib.settings.SettingError` for a limit out of bounds.
        """
        self._here()
        minutes, daily = capacity(settings.stored(self.data_dir))
        test = replay(self.desk._warehouse, by_key(tag), limits, weeks, minutes=minutes, daily=daily, hr=self._hr())
        return hidden(test, self.desk.smallest_group())

    @property
    def can_try(self) -> bool:
        """Whether the published version holds what a replay needs; one built by an earlier app does not."""
        return _published(self.desk, "life_events", "leavings")

    def _hr(self) -> int | None:
        """How many HR users there are; None in a demo or before anybody was added."""
        if self.demo:
            return None
        return sum(user.role == "hr" and not user.disabled for user in sign_in.list_users(self.data_dir)) or None

    def save(self, tag: str, limits: Mapping[str, object], muted: bool, backtest: Backtest | None = None, request_key: str = "") -> str:
        """Store all limits of a tag and keep them as a new version, or neither; returns the version's id.

        The same ``request_key`` again changes nothing, also when others have changed the limits since.  Raises :class:`lib.settings.SettingError` for a limit out of bounds (nothing is changed then).
        """
        self._here()
        rule = by_key(tag)
        wanted = checked(rule, limits)
        facts = backtest.facts() if backtest is not None and backtest.tag == tag and dict(backtest.new.limits) == wanted else None
        with settings.writing:
            if (there := self.saved(tag, request_key)) is not None:
                return there
            file = Path(self.data_dir) / "settings.toml"
            before = file.read_bytes() if file.exists() else None
            try:
                for row in rule.limits:
                    settings.save(self.data_dir, row, wanted[short(row)])
                return rules.save_rule(engine.ledger(self.data_dir, self.demo), tag, {row.name: wanted[short(row)] for row in rule.limits},
                                       muted, facts, self._who, self.desk.viewer.role, request_key)
            except BaseException:
                if before is None:
                    file.unlink(missing_ok=True)
                else:
                    settings.put(self.data_dir, before)
                raise

    def saved(self, tag: str, request_key: str) -> str | None:
        """The version that this viewer saved with this ``request_key``; None for none.  Raises ValueError for somebody else's."""
        self._here()
        if not request_key or not engine.exists(self.data_dir, self.demo):
            return None
        with engine.ledger(self.data_dir, self.demo).reading() as con:
            return rules.saved(con, tag, self._who, request_key)

    def mute(self, tag: str, on: bool, request_key: str = "") -> str:
        """Stop (or start again) the reminders of a tag; its limits stay.  Returns the version's id, as :meth:`save` does."""
        return self.save(tag, self.limits(tag), on, request_key=request_key)

    def is_muted(self, tag: str) -> bool:
        """Whether the tag raises no reminders now."""
        return self.versions(tag)[0].muted

    def versions(self, tag: str) -> list[Version]:
        """Every version of a tag's rule, the newest first, the one that came with the app last."""
        self._here()
        rule, found = by_key(tag), []
        if engine.exists(self.data_dir, self.demo):
            with engine.ledger(self.data_dir, self.demo).reading() as con:
                found = [_version(rule, row) for row in rules.rules(con, tag)]
        shipped = {short(row): row.default for row in rule.limits}
        return [*found, Version(f"{SHIPPED}.{tag}", tag, shipped, False, None, "", None)]

    def roll_back(self, version_id: str, request_key: str = "") -> str:
        """Bring a version's limits and muting back, as a new version (see :meth:`save`).  LookupError when there is no such version."""
        tags = [version_id.removeprefix(f"{SHIPPED}.")] if version_id.startswith(f"{SHIPPED}.") else [tag.key for tag in compiled.TAGS]
        for tag in tags:
            for version in self.versions(tag):
                if version.id == version_id:
                    return self.save(tag, version.limits, version.muted, request_key=request_key)
        raise LookupError(version_id)

    # --- the build that makes it count ---

    def waits_for_build(self, tag: str) -> bool:
        """Whether the limits differ from those of the published version."""
        return built_limits(self.desk, tag) != self.limits(tag)

    @property
    def may_build(self) -> bool:
        """Whether this viewer may start a build: administrators, as on the Data page."""
        return self.desk.viewer.role == "admin"

    @property
    def building(self) -> bool:
        """Whether a build runs now."""
        return Builds(self.data_dir).running()

    def start_build(self) -> None:
        """Start a build and return at once.  Raises NotAllowed, and :class:`lib.access.builds.BuildRunning`."""
        self._here()
        if not self.may_build:
            raise NotAllowed(f"role {self.desk.viewer.role} may not start a build")
        Builds(self.data_dir).start(self.demo)


def _version(rule: Tag, row: rules.RuleVersion) -> Version:
    """A stored version by short names; limits that the tag no longer has are dropped, new ones get their default."""
    limits = {short(limit): settings.check(limit, row.limits.get(limit.name, limit.default)) for limit in rule.limits}
    return Version(row.id, row.tag, limits, row.muted, row.backtest, row.who, row.at)


def hidden(test: Backtest, smallest: int) -> Backtest:
    """The backtest without the shares of fewer people than the smallest group (1 hides nothing).

    Raises :class:`lib.access.desk.NotAllowed` when the whole company is smaller than that.
    """
    if test.active < smallest:
        raise NotAllowed("the company is smaller than the smallest group shown")
    nobody, none, span = Share(0, 0, None, None, None), Change(None, None, None, 0, 0, 0, "cannot_tell"), Span(0, None, None, None)

    def side(given: Side) -> Side:
        return replace(given, caught=nobody if test.leavers < smallest else given.caught,
                       ahead=span if given.ahead.n < smallest else given.ahead,
                       stayed=nobody if given.stayed.n < smallest else given.stayed)

    few = min(test.now.ahead.n, test.new.ahead.n) < smallest
    return replace(test, now=side(test.now), new=side(test.new), caught=none if test.leavers < smallest else test.caught,
                   ahead=none if few else test.ahead, stayed=none if min(test.now.stayed.n, test.new.stayed.n) < smallest else test.stayed)
