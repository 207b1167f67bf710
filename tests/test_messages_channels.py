"""Channels, told over a real line to robots on this machine: signed as each kind wants it, and believed only by the body."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import ssl
import time
from email import message_from_string
from email.policy import default
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lib.messages import allow, channels, mail, post
from lib.messages.channels import Letter, dingtalk_sign, feishu_sign, read
from tests.robots import breaks_off, drips, post_office, robot, says, silent, terms

SECRET = "SECthis is secret"
LETTER = Letter("3f9a" * 16, "今日关怀", "今天有 3 位同事等你聊聊。")
GOOD = {"dingtalk": {"errcode": 0, "errmsg": "ok"}, "wecom": {"errcode": 0, "errmsg": "ok"},
        "feishu": {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}}
PATHS = {"dingtalk": "/robot/send?access_token=tok123", "wecom": "/cgi-bin/webhook/send?key=k-1", "feishu": "/open-apis/bot/v2/hook/h-1"}


def tell(server, kind: str, secret: str = SECRET, **more):
    return post.deliver(kind, f"http://{server.host}{PATHS[kind]}", secret, LETTER, terms(server.host, **more))


# --- signatures -------------------------------------------------------------------------------------------------------------

def test_dingtalk_signs_as_its_published_example() -> None:
    assert dingtalk_sign(1600000000000, SECRET) == "7mB/aRxWbNYhvLrDSvv03cM0CP4r15KRUTW4W1ebkuQ="
    url = channels.prepare("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=T", SECRET, LETTER, 1600000000.0).url
    assert url.endswith("&timestamp=1600000000000&sign=7mB%2FaRxWbNYhvLrDSvv03cM0CP4r15KRUTW4W1ebkuQ%3D")


def test_feishu_signs_as_its_published_example() -> None:
    assert feishu_sign(1600000000, SECRET) == "wUqrqF5Zm46ratX9vuhhMFleNl7g8iQ96cjEPlX+tzo="


# --- what arrives -----------------------------------------------------------------------------------------------------------

def test_dingtalk_gets_a_signed_address_and_a_text() -> None:
    with robot(says(GOOD["dingtalk"])) as server:
        assert tell(server, "dingtalk").state == "ok"
    asked, query = server.got[0], parse_qs(urlsplit(server.got[0].path).query, strict_parsing=True)
    ms = int(query["timestamp"][0])
    assert query["access_token"] == ["tok123"] and abs(ms / 1000 - time.time()) < 60
    assert query["sign"] == [base64.b64encode(hmac.new(SECRET.encode(), f"{ms}\n{SECRET}".encode(), hashlib.sha256).digest()).decode()]
    assert asked.body == {"msgtype": "text", "text": {"content": LETTER.text}, "at": {"atMobiles": [], "atUserIds": [], "isAtAll": False}}
    assert asked.headers["idempotency-key"] == LETTER.key and asked.headers["content-type"].startswith("application/json")


def test_wecom_gets_a_text_without_a_signature() -> None:
    with robot(says(GOOD["wecom"])) as server:
        assert tell(server, "wecom").state == "ok"
    assert server.got[0].path == PATHS["wecom"]
    assert server.got[0].body == {"msgtype": "text", "text": {"content": LETTER.text}}


def test_feishu_gets_its_signature_in_the_body() -> None:
    with robot(says(GOOD["feishu"])) as server:
        assert tell(server, "feishu").state == "ok"
    body = server.got[0].body
    key = f"{body['timestamp']}\n{SECRET}"
    assert abs(int(body["timestamp"]) - time.time()) < 60
    assert body["sign"] == base64.b64encode(hmac.new(key.encode(), b"", hashlib.sha256).digest()).decode()
    assert (body["msg_type"], body["content"], server.got[0].path) == ("text", {"text": LETTER.text}, PATHS["feishu"])


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_a_robot_without_a_secret_is_not_signed(kind: str) -> None:
    with robot(says(GOOD[kind])) as server:
        assert tell(server, kind, secret="").state == "ok"
    assert "sign" not in server.got[0].path and "sign" not in server.got[0].body


# --- what the answer means --------------------------------------------------------------------------------------------------

def test_a_friendly_status_with_an_error_in_the_body_is_a_failure() -> None:
    with robot(says({"errcode": 310000, "errmsg": "sign not match"})) as server:
        outcome = tell(server, "dingtalk")
    assert (outcome.state, outcome.why) == ("dead", "310000 sign not match")


@pytest.mark.parametrize(("kind", "body"), [
    ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}), ("dingtalk", {"errcode": 300001, "errmsg": "token is not exist"}),
    ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}), ("feishu", {"code": 19021, "msg": "sign match fail"}),
    ("feishu", {"code": 19024, "msg": "Key Words Not Found"}), ("feishu", {"StatusCode": 0, "code": 19001, "msg": "token invalid"})])
def test_what_another_try_cannot_change_is_given_up_at_once(kind: str, body: dict) -> None:
    assert read(kind, 200, {}, json.dumps(body).encode()).state == "dead"


@pytest.mark.parametrize("kind", list(channels.ROBOTS))
@pytest.mark.parametrize("code", [130101, 45009, 410100])
def test_a_rate_limit_waits_a_minute(kind: str, code: int) -> None:
    outcome = read(kind, 200, {}, json.dumps({channels.ROBOTS[kind].codes[0]: code}).encode())
    assert (outcome.state, outcome.after_s) == ("retry", 60)


def test_too_many_requests_waits_as_long_as_it_is_told() -> None:
    with robot(says({"errcode": -1}, 429, Retry_After="7")) as server:
        outcome = tell(server, "wecom")
    assert (outcome.state, outcome.after_s) == ("retry", 7.0)


def test_a_moment_to_wait_for_is_understood_too() -> None:
    moment = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert 85 < channels.after_s(moment) <= 90 and channels.after_s("soon") is None and channels.after_s("9" * 9) == 86_400


@pytest.mark.parametrize(("status", "body"), [(200, b""), (200, b"<html>ok</html>"), (200, b"[]"), (200, b"null"), (200, b'{"errcode":'),
                                              (200, b'{"ok":true}'), (200, b'{"errcode":false}'), (200, b'{"errcode":-1}'),
                                              (200, b'{"errcode":777}'), (500, b'{"errcode":0}'), (502, b"bad gateway"), (403, b"no"),
                                              (200, b'{"errcode":0}' + b" " * 70_000), (200, b"[" * 60_000)])
def test_nothing_but_a_readable_zero_is_success(status: int, body: bytes) -> None:
    assert read("dingtalk", status, {}, body).state == "retry"


def test_a_timeout_is_tried_again() -> None:
    with robot(silent(2)) as server:
        began = time.monotonic()
        outcome = tell(server, "dingtalk", read_s=0.3)
    assert (outcome.state, outcome.why) == ("retry", "timeout") and time.monotonic() - began < 1.9


def test_an_answer_that_drips_is_cut_off() -> None:
    with robot(drips(20)) as server:
        began = time.monotonic()
        outcome = tell(server, "dingtalk", connect_s=0.2, read_s=0.3)
        assert (outcome.state, outcome.why) == ("retry", "timeout") and time.monotonic() - began < 3


def test_a_connection_that_closes_mid_reply_is_tried_again() -> None:
    with robot(breaks_off) as server:
        assert tell(server, "dingtalk").state == "retry"


def test_nobody_listening_is_tried_again() -> None:
    with robot(says(GOOD["wecom"])) as server:
        pass
    assert tell(server, "wecom").state == "retry"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with robot(says(GOOD["wecom"])) as elsewhere, robot(says(GOOD["wecom"], status, Location=f"http://{elsewhere.host}/x")) as server:
        outcome = post.deliver("wecom", f"http://{server.host}/send?key=1", "", LETTER, terms(server.host, elsewhere.host))
    assert outcome.state == "dead" and elsewhere.got == []


def test_a_reason_holds_no_token_no_secret_and_nothing_of_what_was_sent() -> None:
    echo = {"errcode": 310000, "errmsg": f"token tok123 {SECRET} {LETTER.text} sign not match"}
    with robot(says(echo)) as server:
        outcome = tell(server, "dingtalk")
    assert "sign not match" in outcome.why
    assert not any(word in outcome.why for word in ("tok123", "secret", "同事"))
    nobody = post.deliver("dingtalk", "http://127.0.0.1:9/robot/send?access_token=tok123", SECRET, LETTER, terms("127.0.0.1:9"))
    assert nobody.state == "retry" and "tok123" not in nobody.why and "tok123" not in repr(channels.prepare("dingtalk", "https://x?tok123", "", LETTER, 0))


def test_a_reason_holds_no_name_of_two_or_three_characters() -> None:
    letter = channels.Letter("k", "关怀", "今天有 2 位同事\n张伟、欧阳丽\nhttps://k.example.com/today")
    echo = '{"errcode": 40035, "errmsg": "invalid content: 张伟 and 欧阳丽 too"}'.encode()
    why = channels.read("wecom", 200, {}, echo, ("", "", letter.text)).why
    assert "invalid content" in why and "张伟" not in why and "欧阳" not in why


# --- the line ---------------------------------------------------------------------------------------------------------------

def test_proxies_and_passwords_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with robot(says(GOOD["wecom"])) as server, robot(says({})) as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://{proxy.host}")
        monkeypatch.setenv("no_proxy", "")
        assert tell(server, "wecom").state == "ok"
    assert proxy.got == [] and "authorization" not in server.got[0].headers


def test_a_proxy_of_the_settings_is_used() -> None:
    with robot(says(GOOD["wecom"])) as proxy:
        outcome = post.deliver("wecom", "http://127.0.0.1:9/send?key=1", "", LETTER, terms("127.0.0.1:9", proxy=f"http://{proxy.host}"))
    assert outcome.state == "ok" and proxy.got[0].path == "http://127.0.0.1:9/send?key=1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of ``localhost`` that nobody signed but itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
            .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
            .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256()))
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return file


def _serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize(("trusted", "name", "state"), [(True, "localhost", "ok"), (False, "localhost", "retry"), (True, "127.0.0.1", "retry")])
def test_an_encrypted_line_needs_a_trusted_certificate_of_that_name(certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool,
                                                                    name: str, state: str) -> None:
    if trusted:
        monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))
    with robot(says(GOOD["wecom"])) as server:
        server.socket = _serving(certificate).wrap_socket(server.socket, server_side=True)
        here = f"{name}:{server.server_port}"
        outcome = post.deliver("wecom", f"https://{here}/send?key=1", "", LETTER, terms(here))
    assert outcome.state == state and len(server.got) == (state == "ok")


# --- e-mail -----------------------------------------------------------------------------------------------------------------

def box(port: int, safety: str = "none", host: str = "127.0.0.1", user: str = "") -> str:
    return mail.Box(host, port, safety, user, "kanjian@example.com", "hr@example.com").as_text()


def test_a_letter_arrives_once_with_an_id_made_of_its_key() -> None:
    with post_office() as office:
        assert post.deliver("email", box(office.port), "", LETTER, terms(f"127.0.0.1:{office.port}")).state == "ok"
    letter = message_from_string(office.letters[0], policy=default)
    assert (letter["Message-ID"], letter["Idempotency-Key"].strip()) == (f"<{LETTER.key}@example.com>", LETTER.key)
    assert (letter["Subject"], letter.get_content().strip()) == (LETTER.title, LETTER.text)


def test_starttls_comes_before_the_password(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    with post_office(_serving(certificate)) as office:
        outcome = mail.deliver(box(office.port, "starttls", "localhost", "me"), "pass word", LETTER, terms(f"localhost:{office.port}"), trusting)
    verbs = [line.split()[0] for line in office.said]
    assert outcome.state == "ok" and verbs[:4] == ["ehlo", "STARTTLS", "ehlo", "AUTH"]


def test_a_mail_server_that_is_not_trusted_gets_no_password(certificate: Path) -> None:
    with post_office(_serving(certificate)) as office:
        outcome = mail.deliver(box(office.port, "starttls", "localhost", "me"), "pass word", LETTER, terms(f"localhost:{office.port}"))
    assert outcome.state == "retry" and not any("AUTH" in line for line in office.said)


def test_a_mail_server_that_offers_no_encryption_gets_no_password() -> None:
    with post_office() as office:
        outcome = mail.deliver(box(office.port, "starttls", "localhost", "me"), "pass word", LETTER, terms(f"localhost:{office.port}"))
    assert outcome.state == "dead" and not any("AUTH" in line for line in office.said)


@pytest.mark.parametrize(("verb", "answer", "state"), [("RCPT", "550 nobody", "dead"), ("RCPT", "451 later", "retry"), ("MAIL", "421 busy", "retry"),
                                                       ("AUTH", "535 wrong", "dead"), ("DATA", "452 full", "retry"), ("AFTER", "554 spam", "dead"),
                                                       ("QUIT", "500 what", "ok")])
def test_a_mail_servers_answer_says_whether_to_try_again(verb: str, answer: str, state: str) -> None:
    with post_office(**{verb: answer}) as office:
        outcome = post.deliver("email", box(office.port, user="me"), "pw", LETTER, terms(f"127.0.0.1:{office.port}"))
    assert outcome.state == state and (state == "ok" or answer[:3] in outcome.why)


@pytest.mark.parametrize("to", ["a@b.c, d@e.f", "a@b.c\nBcc: x@y.z", "nobody", "<a@b.c>", "a@"])
def test_one_receiver_and_no_other_header(to: str) -> None:
    with pytest.raises(allow.Refused, match="mail_address"):
        mail.box(mail.Box("smtp.example.com", 465, "tls", "", "k@example.com", to).as_text())


