"""Robots and a mail server on loopback: they keep what they were sent and answer as they are told to."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lib.messages.terms import Terms


@dataclass
class Got:
    """One request as it came over the line."""

    path: str
    headers: dict[str, str]
    body: dict[str, object]
    at: float


Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Keeps the request, then answers."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append(Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body, time.time()))  # type: ignore[attr-defined]
        self.server.answer(self)  # type: ignore[attr-defined]

    do_GET = do_POST

    def say(self, status: int, body: bytes, **headers: str) -> None:
        """Answer once and close."""
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A robot: ``got`` is what came, ``answer`` how it answers (it may be changed between requests)."""

    daemon_threads = True

    def __init__(self, answer: Answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[Got] = []
        self.answer = answer

    def handle_error(self, *_: object) -> None:
        """A sender that went away is what some tests are about."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"


@contextmanager
def robot(answer: Answer) -> Iterator[Server]:
    """A robot that runs while the block does."""
    server = Server(answer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def says(body: object, status: int = 200, **headers: str) -> Answer:
    """Answer with a JSON body."""
    return lambda handler: handler.say(status, json.dumps(body).encode(), **headers)


def silent(seconds: float) -> Answer:
    """Take the message and say nothing for a while."""
    return lambda handler: time.sleep(seconds)


def drips(seconds: float) -> Answer:
    """Answer one byte at a time, so that no single wait is long."""
    def answer(handler: Handler) -> None:
        until = time.monotonic() + seconds
        handler.connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while time.monotonic() < until:
            handler.connection.sendall(b"X-A: 1\r\n")
            time.sleep(0.05)
    return answer


def breaks_off(handler: Handler) -> None:
    """Close the connection in the middle of a reply that would have been a good one."""
    handler.connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{"errcode":0,"errm')
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def terms(*hosts: str, **more: object) -> Terms:
    """Terms under which these hosts of this machine may be told."""
    from lib.messages.terms import hosts_of

    return Terms(hosts=hosts_of(",".join(hosts)), internal=True, **({"connect_s": 1.0, "read_s": 1.0} | more))  # type: ignore[arg-type]


@dataclass
class Post:
    """A mail server's box: sign-ins and letters; ``refuse`` maps a command to the answer it gets instead."""

    letters: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    port: int = 0


@contextmanager
def post_office(context: object = None, **refuse: str) -> Iterator[Post]:
    """A small SMTP server (EHLO, STARTTLS with a ``context``, AUTH PLAIN, MAIL, RCPT, DATA, QUIT)."""
    post = Post(refuse=refuse)

    class Talk(socketserver.StreamRequestHandler):
        def answer(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

        def handle(self) -> None:
            self.answer("220 here")
            while line := self.rfile.readline().decode().strip():
                post.said.append(line)
                verb = line.split()[0].upper()
                if verb in post.refuse:
                    self.answer(post.refuse[verb])
                elif verb == "EHLO":
                    safe = hasattr(self.connection, "cipher")
                    self.answer("250-here\r\n" + ("250-AUTH PLAIN LOGIN\r\n" if safe or not context else "250-STARTTLS\r\n") + "250 8BITMIME")
                elif verb == "STARTTLS":
                    self.answer("220 go ahead")
                    self.connection = context.wrap_socket(self.connection, server_side=True)  # type: ignore[attr-defined]
                    self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
                elif verb == "AUTH":
                    self.answer("235 welcome")
                elif verb == "DATA":
                    self.answer("354 go on")
                    text = b""
                    while not text.endswith(b"\r\n.\r\n"):
                        text += self.rfile.readline()
                    post.letters.append(text[:-5].decode())
                    self.answer(post.refuse.get("AFTER", "250 taken"))
                elif verb == "QUIT":
                    self.answer("221 bye")
                    return
                else:
                    self.answer("250 fine")

    class Office(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, *_: object) -> None:
            """A client that does not trust the certificate hangs up; that is its right."""

    with Office(("127.0.0.1", 0), Talk) as server:
        post.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield post
        server.shutdown()
