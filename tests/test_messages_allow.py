"""Allow: messages go to known hosts on the public internet, and to the house's own network only when somebody said so."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from lib import settings
from lib.messages import allow, post
from lib.messages import terms as terms_
from lib.messages.channels import Letter
from lib.messages.terms import Terms, hosts_of
from lib.settings import SETTINGS, SettingError
from tests.robots import robot, says, terms

LETTER = Letter("k" * 64, "t", "text")


@pytest.mark.parametrize("address", ["https://oapi.dingtalk.com/robot/send?access_token=1", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
                                     "https://open.feishu.cn/open-apis/bot/v2/hook/1", "https://open.larksuite.com:443/open-apis/bot/v2/hook/1",
                                     "https://OAPI.dingtalk.com/robot/send?access_token=1"])
def test_the_robots_own_hosts_are_allowed(address: str) -> None:
    assert allow.webhook(address, Terms()).host in allow.ROBOTS


@pytest.mark.parametrize(("address", "code"), [
    ("http://oapi.dingtalk.com/robot/send", "not_https"), ("ftp://oapi.dingtalk.com/", "not_https"), ("file:///etc/passwd", "odd"),
    ("//oapi.dingtalk.com/x", "not_https"), ("", "odd"), ("https://", "odd"),
    ("https://oapi.dingtalk.com:8443/", "port"), ("https://oapi.dingtalk.com:/", "odd"), ("https://oapi.dingtalk.com:99999/", "odd"),
    ("https://oapi.dingtalk.com@evil.example/", "credentials"), ("https://evil.example@oapi.dingtalk.com/", "credentials"),
    ("https://a:b@oapi.dingtalk.com/", "credentials"), ("https://oapi.dingtalk.com\\@evil.example/", "odd"),
    ("https://oapi.dingtalk.com#@evil.example/", "odd"), ("https://oapi.dingtalk.com/#x", "odd"),
    ("https://oapi.dingtalk.com.evil.example/", "not_listed"), ("https://evil.example/oapi.dingtalk.com", "not_listed"),
    ("https://evil.example?oapi.dingtalk.com", "not_listed"), ("https://oapi.dingtalk.com./", "odd"), ("https://dingtalk.com/", "not_listed"),
    ("https://oapi.dingtаlk.com/", "lookalike"), ("https://oapi。dingtalk.com/", "lookalike"), ("https://xn--oapi-dingtlk-abc.com/", "not_listed"),
    ("https://ｏapi.dingtalk.com/", "lookalike"), ("https://oapi.dingtalk.com/\n", "odd"), ("https://oapi.dingtalk.com/a b", "odd"),
    ("\thttps://oapi.dingtalk.com/", "odd"), ("https://oapi.ding\ntalk.com/", "odd"), ("https://oapi.dingtalk.com/\x00", "odd"),
    ("https://127.0.0.1/", "not_listed"), ("https://[::1]/", "not_listed"), ("https://2130706433/", "not_listed"), ("https://0x7f.1/", "not_listed"),
    ("https://localhost/", "not_listed"), ("https://%6fapi.dingtalk.com/", "odd"), ("https://oapi.dingtalk.com%2eevil.example/", "odd"),
    ("https://" + "a" * 3000, "odd"), ("https://[oapi.dingtalk.com]/", "odd")])
def test_anything_else_is_refused_with_a_reason(address: str, code: str) -> None:
    with pytest.raises(allow.Refused) as refused:
        allow.webhook(address, Terms())
    assert refused.value.code == code


def test_a_listed_host_is_allowed_on_its_own_port_only() -> None:
    known = Terms(hosts=hosts_of("hooks.example.com, gate.example.com:8443"))
    assert allow.webhook("https://hooks.example.com/x", known).listed and allow.webhook("https://gate.example.com:8443/x", known).port == 8443
    for address in ("https://hooks.example.com:8443/x", "https://gate.example.com/x", "http://hooks.example.com/x"):
        with pytest.raises(allow.Refused):
            allow.webhook(address, known)


@pytest.mark.parametrize("ip", ["127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.1.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
                                "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1",
                                "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::7f00:1"])
def test_an_address_of_the_house_is_not_public(ip: str) -> None:
    assert not allow.public(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "203.119.129.1", "2001:4860:4860::8888"])
def test_an_address_of_the_internet_is_public(ip: str) -> None:
    assert allow.public(ip)


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, ...]) -> list[str]:
    """Let every name have these addresses, one answer a question (the last again and again); returns the names that were asked."""
    asked: list[str] = []

    def answer(host: str, port: int, *_: object, **__: object) -> list:
        asked.append(host)
        return [(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port) if ":" not in ip else (ip, port, 0, 0))
                for ip in answers[min(len(asked), len(answers)) - 1]]

    monkeypatch.setattr("lib.messages.allow.socket.getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("ips", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("::ffff:127.0.0.1",), ("169.254.169.254",), ("0.0.0.0",)])
def test_a_robots_name_that_leads_into_the_house_is_refused(monkeypatch: pytest.MonkeyPatch, ips: tuple[str, ...]) -> None:
    resolving(monkeypatch, ips)
    outcome = post.deliver("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=1", "", LETTER, terms("127.0.0.1:1"))
    assert (outcome.state, outcome.why) == ("dead", "refused internal")


def test_a_listed_name_of_the_house_needs_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    with robot(says({"errcode": 0})) as server:
        resolving(monkeypatch, ("127.0.0.1",))
        address = f"http://hooks.example.com:{server.server_port}/x"
        allowed = terms(f"hooks.example.com:{server.server_port}")
        assert post.deliver("wecom", address, "", LETTER, allowed).state == "ok"
        closed = Terms(hosts=allowed.hosts)
        assert post.deliver("wecom", address.replace("http:", "https:"), "", LETTER, closed).why == "refused internal"
        assert len(server.got) == 1


def test_a_name_is_resolved_once_and_that_address_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with robot(says({"errcode": 0})) as server:
        asked = resolving(monkeypatch, ("127.0.0.1",), ("10.255.255.1",))
        host = f"hooks.example.com:{server.server_port}"
        assert post.deliver("wecom", f"http://{host}/x", "", LETTER, terms(host)).state == "ok"
    assert asked == ["hooks.example.com"] and server.got[0].headers["host"] == host


def test_without_encryption_nothing_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ("192.168.1.5",))
    assert post.deliver("wecom", "http://hooks.example.com/x", "", LETTER, terms("hooks.example.com")).why == "refused not_tls"


def test_a_mail_server_must_be_public_and_encrypted_or_listed() -> None:
    assert not allow.mail("smtp.example.com", 465, True, Terms()).listed
    for host, tls in [("smtp.example.com", False), ("smtp.exаmple.com", True), ("a b", True), ("", True)]:
        with pytest.raises(allow.Refused):
            allow.mail(host, 465, tls, Terms())


# --- the settings -----------------------------------------------------------------------------------------------------------

def test_terms_come_from_the_settings(tmp_path: Path) -> None:
    row = {row.name: row for row in SETTINGS}
    assert terms_.of(tmp_path) == Terms()
    settings.save(tmp_path, row["messages.hosts"], "Hooks.example.com:8443; [::1]:80")
    settings.save(tmp_path, row["messages.attempts"], 3)
    made = terms_.of(tmp_path)
    assert made.hosts == (("hooks.example.com", 8443), ("::1", 80)) and made.attempts == 3


@pytest.mark.parametrize(("name", "wrong"), [("messages.link", "javascript:alert(1)"), ("messages.link", "https://x/ y"), ("messages.hosts", "http://x"),
                                             ("messages.hosts", "*"), ("messages.proxy", "http://a:b@proxy:1")])
def test_a_setting_that_is_no_address_is_named(tmp_path: Path, name: str, wrong: str) -> None:
    settings.save(tmp_path, next(row for row in SETTINGS if row.name == name), wrong)
    with pytest.raises(SettingError, match=name):
        terms_.of(tmp_path)


def test_a_lease_outlasts_the_longest_attempt() -> None:
    assert Terms().lease_s > Terms().total_s + 3 * Terms().connect_s
