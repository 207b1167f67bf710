"""Terms: the settings a sender works under, read once per run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lib import settings
from lib.settings import SettingError

_LINK = re.compile(r"https?://[!-;=?-~]+")
_ENTRY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?")


@dataclass(frozen=True)
class Terms:
    """``hosts``: (host, port or None for the scheme's own) that may be told beside the robots; ``internal``: those may be in the
    house's own network.  Times in seconds.  ``proxy`` '' for none: the environment's proxies are never used.
    """

    link: str = "http://127.0.0.1:8501/today"
    hosts: tuple[tuple[str, int | None], ...] = ()
    internal: bool = False
    proxy: str = ""
    per_minute: int = 20
    attempts: int = 8
    base_s: float = 30.0
    max_s: float = 3600.0
    connect_s: float = 5.0
    read_s: float = 15.0

    @property
    def total_s(self) -> float:
        """The longest that one attempt may take, however slowly the other side speaks."""
        return self.connect_s + 2 * self.read_s

    @property
    def lease_s(self) -> float:
        """How long a claimed message stays with its sender: well over :attr:`total_s`, so that no second sender takes it early."""
        return self.total_s * 2 + 30


def of(data_dir: Path) -> Terms:
    """The terms of a data folder.  Raises :class:`lib.settings.SettingError` that names the setting that is no address."""
    stored = settings.stored(data_dir)
    get = lambda name: settings.get(name, stored)
    link, proxy = str(get("messages.link")), str(get("messages.proxy"))
    if not _LINK.fullmatch(link):
        raise SettingError(f"messages.link: {link!r} is not an address such as https://kanjian.example.com/today")
    if proxy and not re.fullmatch(r"http://[A-Za-z0-9.-]+:\d{1,5}/?", proxy):
        raise SettingError("messages.proxy: must look like http://proxy.example.com:3128, without name and password")
    return Terms(link, hosts_of(str(get("messages.hosts"))), bool(get("messages.allow_internal")), proxy,
                 int(get("messages.per_minute")), int(get("messages.attempts")), float(get("messages.retry_base_s")),
                 float(get("messages.retry_max_s")), float(get("messages.connect_s")), float(get("messages.read_s")))


def hosts_of(text: str) -> tuple[tuple[str, int | None], ...]:
    """``"hooks.example.com, 127.0.0.1:8080"`` as (host, port) pairs.  Raises :class:`lib.settings.SettingError`."""
    pairs = []
    for entry in filter(None, re.split(r"[,;\s]+", text.strip().lower())):
        hit = _ENTRY.fullmatch(entry)
        if not hit:
            raise SettingError(f"messages.hosts: {entry!r} is not a host such as hooks.example.com or 127.0.0.1:8080")
        pairs.append((hit[1].strip("[]"), int(hit[2]) if hit[2] else None))
    return tuple(pairs)
