"""Desk: the only thing a page can ask.

It knows who is looking.  A query that this role may not run raises; it never returns an empty frame by accident.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar, cast

import pandas as pd

from lib import settings, words
from lib.access import contract, letters, masks, mentions, scope
from lib.access.roles import PRESENTERS, Viewer
from lib.warehouse.store import Store, Warehouse


class NotAllowed(PermissionError):
    """This role may not ask this; the message names the role and the question, never any data."""


@dataclass(frozen=True)
class Request:
    """Everything that the answer of one read depends on; caches are keyed by it."""

    build_id: str
    scope: tuple[object, ...]
    language: str
    query: str
    params: tuple[tuple[str, object], ...]


Through = Callable[[Request, Callable[[], pd.DataFrame]], pd.DataFrame]
Keep = Callable[[Hashable, Callable[[], object]], object]
V = TypeVar("V")
_kept_contracts: set[tuple[str, str]] = set()
_known: dict[tuple[str, str], mentions.Known] = {}
_PEOPLE = "select employee_id, name from employees where name is not null"
_DEPARTMENTS = "select distinct department from employees where department is not null"
_TEAMS = "select team from employees where team is not null union select team from teams where team is not null"


class Desk:
    """Reads for one viewer from one published version.

    ``through`` is what a read passes through on its way, ``keep`` what a value worked out from answers does (the shelf of
    ``lib.show`` keeps both); by default nothing.  ``pseudonyms`` are those of a presenter's meeting; by default the app's own.
    """

    def __init__(self, store: Store, viewer: Viewer, through: Through | None = None, keep: Keep | None = None,
                 pseudonyms: masks.Pseudonyms | None = None):
        self.store, self.pseudonyms = store, pseudonyms
        self.viewer = replace(viewer, meeting=pseudonyms.mark) if pseudonyms else viewer
        self._through = through or (lambda request, run: run())
        self._keep = keep or (lambda key, make: make())
        self._warehouse: Warehouse = store.current()

    @property
    def data_dir(self) -> Path:
        """The data folder this desk reads from."""
        return self.store.data_dir

    @property
    def build_id(self) -> str:
        """The version this desk reads; it does not change under a page while it draws."""
        return self._warehouse.build_id

    def anew(self) -> Desk:
        """The same desk on the version that is published now."""
        return Desk(self.store, self.viewer, self._through, self._keep, self.pseudonyms)

    def presenting(self, pseudonyms: masks.Pseudonyms) -> Desk:
        """The same version and teams as a presenter sees them, under these pseudonyms.

        Raises :class:`NotAllowed` for a viewer who may not present.
        """
        if self.viewer.role not in PRESENTERS:
            raise NotAllowed(f"role {self.viewer.role} may not present")
        shown = Desk(self.store, Viewer("presenter", self.viewer.teams, name=self.viewer.name), self._through, self._keep, pseudonyms)
        shown._warehouse = self._warehouse
        return shown

    def limited(self, team: str) -> Desk:
        """The same viewer on the same version, limited to one team of the scope: what is asked of it is about that team alone.

        Raises :class:`NotAllowed` for a team outside the scope.
        """
        team = self.real(team)
        if self.viewer.teams is not None and team not in self.viewer.teams:
            raise NotAllowed(f"role {self.viewer.role} may not look at this team")
        near = Desk(self.store, replace(self.viewer, teams=(team,)), self._through, self._keep, self.pseudonyms)
        near._warehouse = self._warehouse
        return near

    def may(self, name: str) -> bool:
        """Whether this viewer's role may run the query."""
        return self.viewer.role in contract.queries()[name].roles

    def read(self, name: str, **params: object) -> pd.DataFrame:
        """The rows of the query ``name``: columns as its header promises, limited to the viewer's scope, names masked.

        Raises :class:`NotAllowed` for a role that the header does not name, TypeError for missing or unknown parameters
        and :class:`lib.access.contract.BrokenContract` when the statement does not keep its header.
        """
        query = contract.queries()[name]
        if self.viewer.role not in query.roles:
            raise NotAllowed(f"role {self.viewer.role} may not read {name}")
        if set(params) != set(query.parameters):
            raise TypeError(f"{name} takes {sorted(query.parameters)}, got {sorted(params)}")
        params = {key: self._asked(contract.typed(query, key, value)) for key, value in params.items()}
        if "$min_group" in query.sql:
            params = params | {"min_group": self.smallest_group()}
        if "$elsewhere" in query.sql:
            params = params | {"elsewhere": self.smallest_elsewhere()}
        frozen = tuple(sorted((k, tuple(v) if isinstance(v, list) else v) for k, v in params.items()))
        request = Request(self.build_id, self.viewer.scope, words.language(), name, frozen)
        return self._through(request, lambda: self._run(query, params))

    def worked_out(self, name: str, facts: Hashable, make: Callable[[], V]) -> V:
        """A value worked out from this viewer's answers and from ``facts``: kept under folder, version, role and scope, language,
        its name and the facts.  What is kept is shared, so nobody may change it."""
        key = (str(self.data_dir), self.build_id, self.viewer.scope, words.language(), name, facts)
        return cast(V, self._keep(key, make))

    def smallest_group(self) -> int:
        """Fewer people than this are no group: their figures stay hidden from this viewer."""
        # HR sees its people one by one anyway; everyone else sees no figure of a very small team.
        if self.viewer.role == "hr":
            return 1
        return int(settings.get("privacy.min_group", settings.stored(self.data_dir)))

    def smallest_elsewhere(self) -> int:
        """Fewest people outside the own scope about whom a figure may tell this viewer: HR of some teams sees its own people one by one, and of the
        others what a boss does.  A presenter of some teams may be such an HR (:meth:`presenting`), who would take the own people off again."""
        if self.viewer.role not in ("hr", "presenter") or self.viewer.teams is None:
            return 1
        return int(settings.get("privacy.min_group", settings.stored(self.data_dir)))

    def _run(self, query: contract.Query, params: dict[str, object]) -> pd.DataFrame:
        sql, own = scope.narrowed(query.sql, self.viewer)
        values = {**params, **own}
        if (self.build_id, query.name) not in _kept_contracts:
            contract.compare(query, self._warehouse.describe(sql, values))
            _kept_contracts.add((self.build_id, query.name))
        frame = self._warehouse.frame(sql, values)
        return self._masked(query, frame) if self.viewer.role == "presenter" else frame

    # --- what a presenter is told ---

    @property
    def everybody(self) -> mentions.Known:
        """Everybody and every team that the published company knows, whatever the viewer's scope; for hiding names, never for showing."""
        key = (str(self.data_dir), self.build_id)
        if key not in _known:
            _known.clear()
            people = self._warehouse.frame(_PEOPLE)
            _known[key] = mentions.known(zip(people["employee_id"].astype(str), people["name"].astype(str), strict=True),
                                         self._warehouse.frame(_TEAMS)["team"].astype(str),
                                         self._warehouse.frame(_DEPARTMENTS)["department"].astype(str))
        return _known[key]

    def told(self, text: str) -> str:
        """Words as this viewer may see them: for a presenter with pseudonyms in the place of names and employees' numbers, and with
        letters in the place of teams where teams are told as letters."""
        if self.viewer.role != "presenter":
            return text
        return self._teams_told.in_text(mentions.without(text, self.everybody, self._pseudonyms.key, ids=True))

    def real(self, text: str) -> str:
        """The team's or department's own name for one as this viewer is told it; any other text as it is."""
        return self._teams_told.real.get(text, text) if self.viewer.role == "presenter" else text

    def back(self, text: str) -> str:
        """Words that somebody typed who was told teams as letters, with the teams' own names; any other text as it is."""
        return self._teams_told.back(text) if self._pseudonyms.letters else text

    @property
    def _pseudonyms(self) -> masks.Pseudonyms:
        return self.pseudonyms or masks.Pseudonyms(masks.key_of(self.data_dir))

    @property
    def _teams_told(self) -> letters.Told:
        return self.worked_out("teams told", (), lambda: letters.told(self.everybody, self._pseudonyms))

    def _asked(self, value: object) -> object:
        """What a presenter asks with is what a presenter was told; the tables know the teams' own names."""
        if self.viewer.role != "presenter":
            return value
        if isinstance(value, list):
            return [self._asked(one) for one in value]
        return self.real(value) if isinstance(value, str) else value

    def _masked(self, query: contract.Query, frame: pd.DataFrame) -> pd.DataFrame:
        """What a presenter gets: pseudonyms for people, also where a team or another text is called after one."""
        own = self._pseudonyms
        if query.person_columns:
            frame = masks.mask(frame, query.person_columns, own.key)
        texts = tuple(c.name for c in query.columns if c.kind == "text" and not c.person)
        frame = mentions.hide(frame, texts, self.everybody, own.key)
        return self._teams_told.hide(frame, texts) if own.letters else frame
