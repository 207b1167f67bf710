"""Allow: which addresses may be told anything, and a connection that goes to exactly the address that was checked.

A name is resolved once; every address it has must be public (or, when the administrator allows the house's own network, the host
must be on the administrator's list), and the socket is opened to those addresses, so that a name cannot change in between.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from lib.messages.terms import Terms

ROBOTS = ("oapi.dingtalk.com", "qyapi.weixin.qq.com", "open.feishu.cn", "open.larksuite.com")
_PRINTABLE = re.compile(r"[!-~]{1,2000}")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+")
_EMBEDDED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"), ipaddress.IPv6Network("::/96"))


class Refused(ValueError):
    """An address that may not be told; ``code`` names its sentence ``messages.refused.<code>``."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Place:
    """Where a request goes.  ``listed``: the administrator named this host; ``tls``: the connection is encrypted."""

    host: str
    port: int
    tls: bool
    listed: bool


def webhook(address: str, terms: Terms) -> Place:
    """The place of a webhook address.  Raises :class:`Refused` for anything but a plain https address of an allowed host."""
    if not address.isascii():
        raise Refused("lookalike")
    if not _PRINTABLE.fullmatch(address) or "\\" in address:
        raise Refused("odd")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused("odd") from None
    if "@" in parts.netloc or parts.username is not None:
        raise Refused("credentials")
    if parts.fragment or not _HOST.fullmatch(host) or parts.netloc.endswith(":"):
        raise Refused("odd")
    tls = parts.scheme == "https"
    if not tls and not (parts.scheme == "http" and terms.internal):
        raise Refused("not_https")
    listed = _listed(host, port, 443 if tls else 80, terms)
    if host in ROBOTS and not listed:
        if not tls:
            raise Refused("not_https")
        if port not in (None, 443):
            raise Refused("port")
    elif not listed:
        raise Refused("not_listed")
    return Place(host, port or (443 if tls else 80), tls, listed)


def host_of(address: str) -> str:
    """The host of a webhook address, for showing it without its token; blank when it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def mail(host: str, port: int, tls: bool, terms: Terms) -> Place:
    """The place of a mail server: any public one, or a listed one of the house.  Raises :class:`Refused`."""
    if not host.isascii():
        raise Refused("lookalike")
    if not _HOST.fullmatch(host.lower()) or not 0 < port < 65536:
        raise Refused("odd")
    listed = _listed(host.lower(), port, port, terms)
    if not tls and not (listed and terms.internal):
        raise Refused("not_tls")
    return Place(host.lower(), port, tls, listed)


def _listed(host: str, port: int | None, usual: int, terms: Terms) -> bool:
    return any(host == known and (port or usual) == (wanted or usual) for known, wanted in terms.hosts)


def public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also when it is an IPv6 form of an IPv4 address."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner is None and any(ip in net for net in _EMBEDDED):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner and not public(str(inner)):
            return False
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local)


def connect(place: Place, terms: Terms) -> socket.socket:
    """A socket to the place, opened to an address that was checked.  Raises :class:`Refused`, OSError."""
    found = list(dict.fromkeys((family, target) for family, _, _, _, target
                               in socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)))
    for _, target in found:
        _check(str(target[0]), place, terms)
    wrong: OSError = OSError("no address")
    for family, target in found[:3]:
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(terms.connect_s)
        try:
            line.connect(target)
        except OSError as why:
            line.close()
            wrong = why
            continue
        line.settimeout(terms.read_s)
        return line
    raise wrong


def _check(address: str, place: Place, terms: Terms) -> None:
    if not place.tls and not ipaddress.ip_address(address.split("%")[0]).is_loopback:
        raise Refused("not_tls")  # without encryption nothing leaves this machine
    if not public(address) and not (terms.internal and place.listed):
        raise Refused("internal")


class Line:
    """The one connection of an attempt; cut when the attempt has taken :attr:`Terms.total_s`, however slowly it is answered."""

    def __init__(self, place: Place, terms: Terms):
        self.place, self.terms, self.cut = place, terms, False
        self._twin: socket.socket | None = None
        self._watch = threading.Timer(terms.total_s, self._over)
        self._watch.daemon = True

    def open(self) -> socket.socket:
        """Connect to the checked address.  Raises :class:`Refused`, OSError."""
        line = connect(self.place, self.terms)
        if self.cut:
            line.close()
            raise TimeoutError("too slow")
        self._twin = line.dup()
        return line

    def _over(self) -> None:
        self.cut = True
        if self._twin is not None:
            with suppress(OSError):
                self._twin.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Line:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.cancel()
        if self._twin is not None:
            self._twin.close()
