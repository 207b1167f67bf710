"""Mail: one letter by SMTP, signed in and encrypted, to one receiver; its Message-ID is made from the idempotency key."""

from __future__ import annotations

import json
import re
import smtplib
import socket
import ssl
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.utils import formatdate

from lib.messages import allow
from lib.messages.channels import OK, Letter, Outcome, dead, retry
from lib.messages.terms import Terms

SAFETY = ("starttls", "tls", "none")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,190}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Box:
    """Where letters go: the server, how the line is made safe (:data:`SAFETY`; ``none`` only in the house), who signs in, from, to."""

    host: str
    port: int
    safety: str
    user: str
    sender: str
    to: str

    def as_text(self) -> str:
        """As it is kept (sealed) with the channel."""
        return json.dumps(asdict(self))


def box(text: str) -> Box:
    """The box that :meth:`Box.as_text` wrote.  Raises :class:`lib.messages.allow.Refused` for one that cannot be used."""
    try:
        found = Box(**json.loads(text))
    except (TypeError, ValueError):
        raise allow.Refused("odd") from None
    if found.safety not in SAFETY or not isinstance(found.port, int):
        raise allow.Refused("odd")
    if not all(isinstance(who, str) and _ADDRESS.fullmatch(who) for who in (found.sender, found.to)):
        raise allow.Refused("mail_address")
    return found


def check(text: str, terms: Terms) -> tuple[Box, allow.Place]:
    """The box and its place.  Raises :class:`lib.messages.allow.Refused`."""
    found = box(text)
    return found, allow.mail(found.host, found.port, found.safety != "none", terms)


def deliver(address: str, secret: str, letter: Letter, terms: Terms, context: ssl.SSLContext | None = None) -> Outcome:
    """Send one letter.  4xx of the server, a lost line and silence are tried again; 5xx (name or receiver refused) are not."""
    try:
        where, place = check(address, terms)
    except allow.Refused as why:
        return dead(f"refused {why.code}")
    post = EmailMessage()
    post["Subject"], post["From"], post["To"] = letter.title, where.sender, where.to
    post["Date"], post["Message-ID"] = formatdate(), f"<{letter.key}@{where.sender.rsplit('@', 1)[1]}>"
    post["Idempotency-Key"], post["Auto-Submitted"] = letter.key, "auto-generated"
    post.set_content(letter.text, cte="base64")
    context = context or ssl.create_default_context()
    try:
        with allow.Line(place, terms) as line, _server(line, where, context) as server:
            if where.safety == "starttls":
                server.starttls(context=context)
            if where.user:
                server.login(where.user, secret)
            server.send_message(post)
            return OK  # what follows (QUIT) changes nothing any more
    except allow.Refused as why:
        return dead(f"refused {why.code}")
    except smtplib.SMTPNotSupportedError:
        return dead("SMTP the server offers no encryption or no sign-in")
    except smtplib.SMTPRecipientsRefused as why:
        codes = [code for code, _ in why.recipients.values()]
        return _by_code(codes[0] if codes else 450, "receiver refused")
    except smtplib.SMTPResponseException as why:
        return _by_code(why.smtp_code, type(why).__name__.removeprefix("SMTP"))
    except ssl.SSLError:
        return retry("TLS not trusted")
    except TimeoutError:
        return retry("timeout")
    except (smtplib.SMTPException, OSError) as why:
        return retry(f"no connection ({type(why).__name__})")


def _by_code(code: int, what: str) -> Outcome:
    return dead(f"SMTP {code} {what}") if 500 <= code < 600 else retry(f"SMTP {code} {what}")


def _server(line: allow.Line, where: Box, context: ssl.SSLContext) -> smtplib.SMTP:
    """The server at the other end of a checked line."""
    place, terms = line.place, line.terms

    class Plain(smtplib.SMTP):
        """SMTP over a checked socket."""

        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            return line.open()

        def __exit__(self, *of: object) -> None:
            try:
                if self.sock is not None and of[0] is None:
                    self.docmd("QUIT")
            except (smtplib.SMTPException, OSError):
                pass  # the letter was taken already
            finally:
                self.close()

    class Wrapped(smtplib.SMTP_SSL, Plain):
        """The same with TLS from the first byte."""

    if where.safety == "tls":
        return Wrapped(place.host, place.port, timeout=terms.read_s, context=context)
    return Plain(place.host, place.port, timeout=terms.read_s)
