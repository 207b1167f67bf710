"""Channels: how each robot is asked and what its answer means.

One :class:`Robot` row per kind.  The answer's *body* decides: robots answer HTTP 200 to requests that they did not carry out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote_plus

BIGGEST_REPLY = 65_536


@dataclass(frozen=True)
class Letter:
    """What is sent: ``key`` is the idempotency key, the same in every attempt."""

    key: str
    title: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Request:
    """One HTTP POST.  The address holds a token: it is in no ``repr``."""

    url: str = field(repr=False)
    headers: dict[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """``state``: ``ok``, ``retry`` (not before ``after_s`` seconds; None: the usual back-off) or ``dead`` (no use to try again).

    ``why`` is a code and the channel's own words; it never holds an address, a secret or what was sent.
    """

    state: str
    why: str = ""
    after_s: float | None = None


OK = Outcome("ok")


def retry(why: str, after_s: float | None = None) -> Outcome:
    """Try again later."""
    return Outcome("retry", why, after_s)


def dead(why: str) -> Outcome:
    """Do not try again."""
    return Outcome("dead", why)


# --- signatures -------------------------------------------------------------------------------------------------------------

def dingtalk_sign(ms: int, secret: str) -> str:
    """DingTalk: the secret is the key, timestamp and secret the message; base64, not yet escaped for an address."""
    return _digest(secret, f"{ms}\n{secret}")


def feishu_sign(seconds: int, secret: str) -> str:
    """Feishu: timestamp and secret are the key, the message is empty; base64."""
    return _digest(f"{seconds}\n{secret}", "")


def _digest(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


# --- the robots -------------------------------------------------------------------------------------------------------------

def _dingtalk(address: str, secret: str, letter: Letter, at: float) -> tuple[str, dict[str, object]]:
    if secret:
        ms = int(at * 1000)
        address += f"{'&' if '?' in address else '?'}timestamp={ms}&sign={quote_plus(dingtalk_sign(ms, secret))}"
    return address, {"msgtype": "text", "text": {"content": letter.text}, "at": {"atMobiles": [], "atUserIds": [], "isAtAll": False}}


def _wecom(address: str, secret: str, letter: Letter, at: float) -> tuple[str, dict[str, object]]:
    return address, {"msgtype": "text", "text": {"content": letter.text}}


def _feishu(address: str, secret: str, letter: Letter, at: float) -> tuple[str, dict[str, object]]:
    body: dict[str, object] = {"msg_type": "text", "content": {"text": letter.text}}
    return address, ({"timestamp": str(int(at)), "sign": feishu_sign(int(at), secret)} if secret else {}) | body


@dataclass(frozen=True)
class Robot:
    """One kind of group robot.

    ``codes``: where the answer says how it went (0 is good).  ``slow``: codes of its rate limit, with the seconds it asks for.
    ``lost``: codes that another try cannot change (token, signature, keywords, robot switched off).  Other codes are tried again.
    """

    ask: Callable[[str, str, Letter, float], tuple[str, dict[str, object]]]
    codes: tuple[str, ...]
    words: tuple[str, ...]
    slow: Mapping[int, float]
    lost: frozenset[int]
    signs: bool = True


ROBOTS: dict[str, Robot] = {
    "dingtalk": Robot(_dingtalk, ("errcode",), ("errmsg",), {130101: 60, 410100: 60, 45009: 60, 90030: 600, 90018: 60},
                      frozenset({310000, 300001, 300005, 400013, 400101, 400102, 400105, 400106, 430101, 430102, 430103, 430104, 40035})),
    "wecom": Robot(_wecom, ("errcode",), ("errmsg",), {45009: 60, 130101: 60, 410100: 60, 45033: 60},
                   frozenset({93000, 93004, 93008, 40008, 40058, 44004, 45002}), signs=False),
    "feishu": Robot(_feishu, ("code", "StatusCode"), ("msg", "StatusMessage"),
                    {11232: 60, 99991400: 60, 130101: 60, 45009: 60, 410100: 60},
                    frozenset({19001, 19002, 19003, 19004, 19005, 19021, 19022, 19024, 9499, 10003})),
}
KINDS = (*ROBOTS, "email")


def prepare(kind: str, address: str, secret: str, letter: Letter, at: float) -> Request:
    """The request of a letter.  ``at``: seconds since 1970."""
    url, body = ROBOTS[kind].ask(address, secret, letter, at)
    headers = {"Content-Type": "application/json; charset=utf-8", "Accept-Encoding": "identity", "User-Agent": "kanjian",
               "Idempotency-Key": letter.key}
    return Request(url, headers, json.dumps(body, ensure_ascii=False).encode())


def read(kind: str, status: int, headers: Mapping[str, str], body: bytes, hidden: tuple[str, ...] = ()) -> Outcome:
    """What an answer means.  ``hidden``: texts that must not stand in the reason (address, secret, what was sent)."""
    robot, answer = ROBOTS[kind], _json(body)
    found = [code for code in (_whole(answer.get(name)) for name in robot.codes) if code is not None]
    code = next((code for code in found if code), found[0] if found else None)
    said = next((str(answer[name]) for name in robot.words if answer.get(name)), "")
    why = f"{code} {_clean(said, hidden)}".strip() if code is not None else f"HTTP {status}"
    after = after_s(headers.get("Retry-After"))
    if code == 0 and 200 <= status < 300:
        return OK
    if code is not None and code in robot.slow:
        return retry(why, after or robot.slow[code])
    if status == 429:
        return retry(f"HTTP 429 {why}" if code else "HTTP 429", after or 60.0)
    if code is not None and code in robot.lost:
        return dead(why)
    if 300 <= status < 400:
        return dead(f"HTTP {status} redirect")
    if code is None:
        return retry(f"HTTP {status} unreadable", after)
    return retry(f"HTTP {status} {why}" if status >= 300 else why, after)


def after_s(text: str | None) -> float | None:
    """``Retry-After`` in seconds (it may be a number or a moment), at most a day; None when there is none that can be read."""
    if not text:
        return None
    text = text.strip()
    if re.fullmatch(r"\d{1,9}", text):
        return min(float(text), 86_400.0)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), 86_400.0)


def _json(body: bytes) -> dict[str, object]:
    if len(body) > BIGGEST_REPLY:
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _whole(value: object) -> int | None:
    """A code as a whole number; None for anything else."""
    if isinstance(value, bool):
        return None
    return int(value) if isinstance(value, int) or isinstance(value, str) and re.fullmatch(r"-?\d{1,12}", value) else None


def _clean(words: str, hidden: tuple[str, ...]) -> str:
    """The channel's words in one short printable line, without anything that must not be kept."""
    parts = {part for text in hidden for part in re.split(r"[\s=&?/、,，:：。]+", text)}
    # A Chinese name has two or three characters; a short Latin word would tear the reason to pieces.
    for secret in sorted({part for part in parts if len(part) > (5 if part.isascii() else 1)}, key=len, reverse=True):
        words = words.replace(secret, "…")
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in words)).strip()[:120]
