"""Post: one attempt to bring a letter to a channel: checked address, no redirects, no proxies of the environment, bounded time."""

from __future__ import annotations

import socket
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from lib.messages import allow, channels, mail
from lib.messages.channels import BIGGEST_REPLY, Letter, Outcome, dead, retry
from lib.messages.terms import Terms


def check(kind: str, address: str, terms: Terms) -> None:
    """Raises :class:`lib.messages.allow.Refused` for an address that a letter may not go to."""
    if kind == "email":
        mail.check(address, terms)
    else:
        allow.webhook(address, terms)


def deliver(kind: str, address: str, secret: str, letter: Letter, terms: Terms) -> Outcome:
    """Try once.  Never raises for what the other side does."""
    if kind == "email":
        return mail.deliver(address, secret, letter, terms)
    try:
        place = allow.webhook(address, terms)
    except allow.Refused as why:
        return dead(f"refused {why.code}")
    request = channels.prepare(kind, address, secret, letter, time.time())
    with allow.Line(place, terms) as line, requests.Session() as session:
        session.trust_env = False
        session.mount(f"{'https' if place.tls else 'http'}://", _Pinned(line))
        if terms.proxy:
            session.proxies = {"https": terms.proxy, "http": terms.proxy}
        try:
            with session.post(request.url, data=request.body, headers=request.headers, timeout=(terms.connect_s, terms.read_s),
                              allow_redirects=False, stream=True) as answer:
                body = answer.raw.read(BIGGEST_REPLY + 1, decode_content=False)
                status, headers = answer.status_code, dict(answer.headers)
        except allow.Refused as why:
            return dead(f"refused {why.code}")
        except requests.exceptions.SSLError:
            return retry("TLS not trusted")
        except requests.Timeout:
            return retry("timeout")
        except Exception as why:  # whatever a broken answer breaks in the client; its own words may hold the address
            return retry("timeout" if line.cut else f"no answer ({type(why).__name__})")
    outcome = channels.read(kind, status, requests.structures.CaseInsensitiveDict(headers), body, (address, secret, letter.text))
    return retry("timeout") if line.cut and outcome.state != "ok" else outcome


class _Pinned(HTTPAdapter):
    """Requests go over the attempt's own line; nothing is tried again below the outbox."""

    def __init__(self, line: allow.Line):
        self._line = line
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Pools whose connections open the checked line."""
        super().init_poolmanager(*args, **kwargs)
        line = self._line

        class Plain(HTTPConnection):
            """HTTP over the checked line."""

            def _new_conn(self) -> socket.socket:
                return line.open()

        class Safe(HTTPSConnection):
            """HTTPS over the checked line; the certificate must be the host's."""

            def _new_conn(self) -> socket.socket:
                return line.open()

        class PlainPool(HTTPConnectionPool):
            """Pool of plain connections."""

            ConnectionCls = Plain

        class SafePool(HTTPSConnectionPool):
            """Pool of encrypted connections."""

            ConnectionCls = Safe

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SafePool}
