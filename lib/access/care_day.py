"""Care day: what an HR's care stands on (who, which ledger, which people), and the day's list made from it.

What people wrote is read from the ledger at every call and never cached; facts about people come through the desk and its scope.
Everything, reading too, asks whether the session is still good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from lib import settings
from lib.access import masks, sign_in
from lib.access.care_notes import CareNotes
from lib.access.desk import Desk, NotAllowed
from lib.care import day as company_day
from lib.care import lottery, queue, rise_words, rises, talk_card, touch
from lib.care.lottery import Lots
from lib.care.queue import Episode, Touched
from lib.care.rises import Rise, Warnings
from lib.care.shape import Day
from lib.care.turn import Known, Limits, Turn, Written, turn
from lib.ledger import care, choices, draws, engine, interventions, rules
from lib.risk.card import RiskReason, reason_of
from lib.settings import Value

DEMO_HR = "demo-hr"
"""Who writes in the open demo."""


class CareDay(CareNotes):
    """The day's list of one HR.  Making one raises :class:`NotAllowed` for every other role.

    ``still_here`` tells whether the viewer's session is still good; every method asks it and raises :class:`NotAllowed`.
    """

    def __init__(self, desk: Desk, still_here: Callable[[], bool] = lambda: True):
        if desk.viewer.role != "hr":
            raise NotAllowed(f"role {desk.viewer.role} may not use the care desk")
        self.desk, self._still_here = desk, still_here
        self.login = sign_in.login_of(desk.viewer.name) if desk.viewer.name else DEMO_HR
        self._here()
        about = desk.read("care_today").iloc[0]
        self.demo = str(about["company"]) == "demo"
        self.as_of: date = talk_card.as_day(about["as_of"])
        self.today: date = company_day.today(self.as_of, self.demo, company_day.calendar())
        """The company's day."""

    # --- what everything stands on ---

    def _here(self) -> None:
        if not self._still_here():
            raise NotAllowed("the session is over")

    @property
    def _book(self) -> engine.Ledger:
        return engine.ledger(self.desk.data_dir, self.demo)

    def _values(self) -> dict[str, Value]:
        return settings.stored(self.desk.data_dir)

    def _limits(self, values: dict[str, Value]) -> Limits:
        return Limits(int(settings.get("care.capacity", values)), int(settings.get("care.gap_days", values)), touch.days(values),
                      int(settings.get("risk.again_days", values)), float(settings.get("risk.no_alert_share", values)),
                      bool(settings.get("effect.lottery", values)), int(settings.get("effect.respond_days", values)))

    def _people(self, ids: Iterable[str]) -> dict[str, dict[str, object]]:
        """Rows of those asked for who are in scope, by employee_id."""
        asked = sorted(set(ids))
        rows = self.desk.read("care_people", ids=asked).to_dict("records") if asked else []
        return {str(row["employee_id"]): row for row in rows}  # type: ignore[misc]

    def _scoped(self, employee_id: str | None) -> str:
        """The same id when the person is in scope; :class:`NotAllowed` otherwise, also for ids that nobody has."""
        if not employee_id or employee_id not in self._people([employee_id]):
            raise NotAllowed("nobody in your scope has this id")
        return employee_id

    def _card_in_scope(self, card_id: str) -> str:
        with self._book.reading() as con:
            found = care.person_of_card(con, card_id)
        return self._scoped(found)

    def _episodes(self) -> tuple[list[Episode], dict[str, date]]:
        """Episodes that may still ask for care, and the last care talk of those who have one.  Both are shared: not to be changed."""
        after = self.today - timedelta(2 * queue.LAPSE)
        return self.desk.worked_out("care.episodes", after, lambda: episodes(self.desk.read("care_queue", ended_after=after)))

    def _rises(self) -> dict[str, Rise]:
        """Every scored person in scope with the newest rise of the risk.  Shared: not to be changed."""
        def make() -> dict[str, Rise]:
            rows = self.desk.read("risk_rises")
            risen = [str(who) for who in rows.loc[rows["since"].notna(), "employee_id"]]
            reasons: dict[str, list[RiskReason]] = {}
            for row in self.desk.read("risk_reasons_of", ids=risen).itertuples(index=False) if risen else ():
                reasons.setdefault(str(row.employee_id), []).append(reason_of(row))
            plain = zip(rows["employee_id"], _days(rows["since"]), _days(rows["until"]), rows["standing"], strict=True)
            return {who: Rise(who, since, until, float(standing), rise_words.packed(reasons.get(who, ())) if since else "")
                    for who, since, until, standing in plain}
        return self.desk.worked_out("care.rises", "", make)

    def _warnings(self, written: Written) -> Warnings:
        """What is known about risk now; whoever objects to scoring has no score from that moment on."""
        known = {who: rise for who, rise in self._rises().items() if who not in written.objectors}
        limits = self._limits(self._values())
        key = masks.key_of(self.desk.data_dir) if limits.no_alert_share else b""
        drawn = {who for who, rise in known.items() if rise.since and rises.is_drawn(key, who, limits.no_alert_share)} if key else set()
        return Warnings(known, dict(written.warned), dict(written.helped), drawn, limits.again_days)

    def _hr(self) -> list[tuple[str, str, tuple[str, ...] | None]]:
        """Login, name and teams of everybody who does care here: HR users, or in the open demo the invented HR people."""
        if self.demo and self.login == DEMO_HR:
            return [(row.employee_id, row.name, None) for row in self.desk.read("care_hr").itertuples()]
        return [(user.login, user.name, user.teams) for user in sign_in.list_users(self.desk.data_dir)
                if user.role == "hr" and not user.disabled]

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by employee_id, of those asked for who are in scope."""
        self._here()
        return {who: str(row["name"]) for who, row in self._people(ids).items()}

    def teams(self, ids: Iterable[str]) -> dict[str, str]:
        """Teams by employee_id, of those asked for who are in scope."""
        self._here()
        return {who: "" if pd.isna(row["team"]) else str(row["team"]) for who, row in self._people(ids).items()}  # type: ignore[call-overload]

    # --- the day ---

    def day(self) -> Day:
        """Today's list.  What is new is raised in one transaction; when nothing is new, nothing is written."""
        self._here()
        limits = self._limits(self._values())
        with self._book.reading() as con:
            written = self._written(con)
        written = self._adopted(written)
        planned = self._turn(written, limits)
        if not planned.news:
            return planned.day
        with self._book.writing() as con:
            self._write(con, turn(self._known(self._written(con)), self.login, limits, self.today))
        with self._book.reading() as con:
            written = replace(self._written(con), raised=limits.capacity)
        return self._turn(written, limits).day

    def _turn(self, written: Written, limits: Limits) -> Turn:
        """What follows from the facts: worked out once for the same facts, however often the page is drawn."""
        return self.desk.worked_out("care.turn", (written, self.login, limits, self.today),
                                    lambda: turn(self._known(written), self.login, limits, self.today))

    def _write(self, con: engine.Connection, planned: Turn, started: str = "setting") -> None:
        if planned.draw:  # before anything that follows from it
            draws.record(con, planned.draw, self.login, self.today, started, self.login)
        for card_id in planned.back:
            care.take_back(con, card_id)
        for card_id in planned.expire:
            care.expire(con, card_id, self.today)
        for card_id in planned.wake:
            care.wake(con, card_id)
        for card_id, new in planned.merge:
            care.merge(con, card_id, new, self.login)
        for one in planned.raise_:
            care.raise_card(con, self.login, one, self.today, self.login)
        for who, why in planned.ended:
            draws.end(con, who, why, self.today)
        if planned.hold:
            interventions.hold(con, dict(planned.hold), self._limits(self._values()).no_alert_share, self.today)

    def _written(self, con: engine.Connection) -> Written:
        """What the ledger knows that a turn is made from, of everybody; the scope is applied by :meth:`_known`."""
        muted: dict[str, bool] = {}
        for version in rules.rules(con):
            muted.setdefault(version.tag, version.muted)
        others = (*care.follow_ups(con, self.today), *care.promises_due(con, self.today))
        since = min([episode.since for episode in self._episodes()[0]] + [other.due for other in others], default=self.today)
        return Written(
            about=frozenset(care.talks_about(con).items()), cards=tuple(care.open_cards(con)), others=others,
            told=frozenset(care.reminded(con, since - timedelta(queue.SHIFT))), carded=frozenset(care.card_dates(con).items()),
            talked=frozenset(care.talk_dates(con).items()), promises=frozenset(promise.id for _, promise in care.promises_open(con)),
            muted=frozenset(tag for tag, off in muted.items() if off), done=care.done_on(con, self.login, self.today),
            # Who declined cards today has room on the list again, but was told of as many people as a day holds.
            raised=care.raised_by(con, self.login, self.today), objectors=choices.who_chose(con, "no_scoring"),
            warned=frozenset(interventions.warned(con).items()), helped=frozenset(interventions.helped(con).items()),
            undrawn=frozenset(draws.undrawn(con, self.today).items()), urgent=frozenset(draws.urgent(con, self.today).items()),
            first=frozenset(draws.first(con, self.login, self.today)),
            untouched=frozenset(draws.untouched(con, self.login, self.today)), draw=draws.made(con, self.login, self.today))

    def _known(self, written: Written) -> Known:
        """Everything this HR's turn is made from, limited to the scope; whoever objects to scoring is not in it from that moment on."""
        found, seen = self._episodes()
        found = [episode for episode in found if episode.employee_id not in written.objectors] if written.objectors else found
        talked, about = dict(seen), dict(written.about)
        found = [replace(episode, answered=max(on, episode.answered or on)) if (on := about.get((episode.employee_id, episode.tag))) else episode
                 for episode in found] if about else found
        warnings = self._warnings(written)
        rows = self._people([*(card.employee_id for card in written.cards), *(other.employee_id for other in written.others),
                             *(reason.employee_id for reason in rises.firing(warnings, self.today))])
        for who, row in rows.items():
            if pd.notna(row["last_care"]):
                talked[who] = talk_card.as_day(row["last_care"])
        for who, on in written.talked:
            talked[who] = max(on, talked.get(who, on))
        return Known(
            episodes=found, people=({e.employee_id for e in found} | {who for who, row in rows.items() if bool(row["active"])}) - written.objectors,
            cards=[card for card in written.cards if card.employee_id in rows], told=set(written.told),
            touched=Touched(dict(written.carded), talked), others=written.others, open_promises=written.promises, muted=written.muted,
            done=written.done, raised=written.raised, warnings=warnings, lots=self._lots(written, talked))

    def _lots(self, written: Written, talked: Mapping[str, date]) -> Lots:
        """What is known about drawing now; a talk ends that somebody is urgent."""
        limits = self._limits(self._values())
        return Lots(lottery.seed(masks.key_of(self.desk.data_dir), self.login, self.today), limits.lottery and not written.draw, False,
                    dict(written.undrawn), {who for who, on in written.urgent if talked.get(who, date.min) < on},
                    written.first, written.untouched, limits.respond_days, written.draw)

    def _adopted(self, written: Written) -> Written:
        """Cards of people in scope whose HR is gone or may no longer see them come to this HR."""
        strangers = [card for card in written.cards if card.owner != self.login]
        if not strangers:
            return written
        able = {login: teams for login, _, teams in self._hr()}
        rows = self._people(card.employee_id for card in strangers)
        left = [card for card in strangers if card.employee_id in rows and not
                (card.owner in able and (able[card.owner] is None or rows[card.employee_id]["team"] in (able[card.owner] or ())))]
        for card in left:
            with suppress(care.Changed, LookupError):
                care.hand_over(self._book, card.id, card.version, self.login, self.login)
        if not left:
            return written
        with self._book.reading() as con:
            return self._written(con)


def episodes(rows: pd.DataFrame) -> tuple[list[Episode], dict[str, date]]:
    """Rows of ``care_queue`` as episodes, and the last care talk by employee_id."""
    import json

    found: list[Episode] = []
    talked: dict[str, date] = {}
    days = {name: _days(rows[name]) for name in ("since", "until", "hire_date", "answered", "last_care")}
    plain = zip(rows["employee_id"], rows["tag"], rows["standing"], rows["strength"], rows["chance"], rows["evidence"], *days.values(), strict=True)
    for who, tag, standing, strength, chance, evidence, since, until, hired, answered, last in plain:
        ends = json.loads(evidence).get("ends_on") if tag == "new_hire" and evidence else None
        found.append(Episode(who, tag, since, until, float(standing), None if strength != strength else float(strength), bool(chance),
                             evidence or "", hired, date.fromisoformat(ends) if ends else None, answered))
        if last is not None:
            talked[who] = last
    return found, talked


def _days(column: pd.Series) -> Sequence[date | None]:
    return [None if pd.isna(value) else value.date() for value in pd.to_datetime(column)]
