"""Data page, messages: the channels that tell HR, a test for each, letters that could not be delivered, and what was tried."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pandas as pd
import streamlit as st

from lib.access.desk import Desk, NotAllowed
from lib.access.messages_desk import ChannelWrong, MessagesDesk, Seen, dead_count
from lib.access.office import EmptyDesk, Office
from lib.messages.channels import KINDS, ROBOTS
from lib.messages.mail import SAFETY, Box
from lib.settings import SettingError
from lib.show import cards, data_view, door, tables
from lib.show.parts import esc, number
from lib.show.plain import plain, plain_values
from lib.words import LANGUAGES, language, say, sentences

EVERYBODY = ""
_LETTERS = 10


def has_dead(desk: Desk | EmptyDesk) -> int:
    """How many messages could not be delivered, for a line on Today; 0 for everybody but HR and administrators."""
    return dead_count(desk)


def show(office: Office) -> None:
    """Channels → add or change one → letters that could not be delivered → what was tried."""
    desk = MessagesDesk(office.desk, lambda: door.still_here(office.desk.store, office.desk.viewer))
    known = desk.channels()
    dead = desk.dead()
    if dead:
        _dead(desk, dead)
    cards.section(say("data.messages", count=len(known)), say("data.messages.note"))
    if known:
        cards.draw(data_view.still(tables.html(_table(known))))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _test(desk, known)
            _send_now(desk, known)
    left, right = st.columns(2, gap="large")
    with left:
        _add(desk)
    with right:
        if known:
            _change(desk, known)
        else:
            cards.nothing_yet(say("data.messages.none"), say("data.messages.none_why"), say("data.messages.none_how"))
    _tried(desk)
    cards.draw(f"<p class='kj-note'>{esc(say('data.messages.cron', folder=office.data_dir))}</p>")


def _table(known: list[Seen]) -> pd.DataFrame:
    return pd.DataFrame({
        say("data.messages.name"): [one.name for one in known], say("data.messages.kind"): [say(f"data.messages.kind.{one.kind}") for one in known],
        say("data.messages.where"): [one.where for one in known],
        say("data.messages.secret"): [say(f"data.messages.secret.{'yes' if one.signed else 'no'}") for one in known],
        say("data.messages.receiver"): [one.receiver or say("data.messages.everybody") for one in known],
        say("data.messages.lang"): [say(f"data.messages.lang.{one.lang}") for one in known],
        say("data.messages.names"): [say(f"parts.{'yes' if one.say_names else 'no'}") for one in known],
        say("data.users.state"): [say(f"data.messages.{'on' if one.enabled else 'off'}") for one in known]})


# --- test, add, change ------------------------------------------------------------------------------------------------------

def _test(desk: MessagesDesk, known: list[Seen]) -> None:
    labels = {one.id: plain(one.name) for one in known if one.enabled}
    if not labels:
        return
    chosen = st.selectbox(say("data.messages.test_which"), list(labels), key="data.messages.test_which", format_func=labels.__getitem__,
                          label_visibility="collapsed", width=220)
    if st.button(say("data.messages.test"), key="data.messages.test", icon=":material/send:"):
        with st.spinner(say("data.messages.testing")):
            try:
                done = desk.test(chosen)
            except (ChannelWrong, SettingError) as why:
                st.error(_words(why))
                return
        if done.state == "sent":
            st.success(say("data.messages.tested", name=labels[chosen], ref=done.key[:8]))
        elif done.why == "limit":
            st.warning(say("data.messages.test_limit"))
        else:
            st.error(say("data.messages.test_failed", why=plain(reason(done.why))))


def _send_now(desk: MessagesDesk, known: list[Seen]) -> None:
    """The button beside cron: raise today's cards and tell every channel that is on, now."""
    if not any(one.enabled for one in known) or not st.button(say("data.messages.send_now"), key="data.messages.send_now",
                                                               help=say("data.messages.send_now.how")):
        return
    with st.spinner(say("data.messages.testing")):
        try:
            done = desk.send_now()
        except SettingError as why:
            st.error(str(why))
            return
    sent = sum(one.state == "sent" for one in done)
    (st.success if sent == len(done) else st.warning)(say("data.messages.sent_now", sent=sent, tried=len(done)))


def reason(why: str) -> str:
    """Why a message did not arrive, in the viewer's words; the channel's own words stay as they are."""
    head, _, rest = why.partition(" ")
    if head == "refused" and f"messages.refused.{rest}" in sentences() and rest not in ("name", "name_taken"):
        return say(f"messages.refused.{rest}")
    for start, word in (("timeout", "timeout"), ("no answer", "no_answer"), ("no connection", "no_answer"), ("TLS", "tls"), ("given up", "given_up")):
        if why.startswith(start):
            return say(f"data.messages.why.{word}")
    if why.endswith("redirect"):
        return say("data.messages.why.redirect")
    return why or say("data.messages.why.unknown")


def _words(why: Exception) -> str:
    """What is wrong with a channel or a setting, for a message."""
    return say(f"messages.refused.{why.code}", **plain_values(why.values)) if isinstance(why, ChannelWrong) else plain(str(why))


def _add(desk: MessagesDesk) -> None:
    cards.draw(f"<h3>{esc(say('data.messages.add'))}</h3>")
    kind = st.selectbox(say("data.messages.kind"), KINDS, key="data.messages.kind", format_func=lambda kind: say(f"data.messages.kind.{kind}"))
    cards.draw(f"<p class='kj-note' style='margin-top:-8px'>{esc(say(f'data.messages.how.{kind}'))}</p>")
    with st.form("data.messages.add", clear_on_submit=False):
        name = st.text_input(say("data.messages.name"), key="data.messages.add.name", max_chars=60, autocomplete="off",
                             placeholder=say("data.messages.name_hint"))
        address, secret = _where(kind, "data.messages.add", "")
        receiver, lang, names = _about(desk, "data.messages.add", None)
        if not st.form_submit_button(say("data.messages.add_go"), type="primary"):
            return
    if _do(lambda: desk.save(kind, name, address=address, secret=secret, receiver=receiver, lang=lang, say_names=names)):
        _forget("data.messages.add")
        data_view.tell("data.messages.added", name=name)
        st.rerun()


def _where(kind: str, key: str, hint: str) -> tuple[str | Box, str]:
    """The address and the secret; both are typed like passwords and never shown again."""
    if kind in ROBOTS:
        address = st.text_input(say("data.messages.address"), key=f"{key}.address", type="password", autocomplete="off",
                                placeholder=hint or say(f"data.messages.address_hint.{kind}"))
        secret = ""
        if ROBOTS[kind].signs:
            secret = st.text_input(say("data.messages.sign_secret"), key=f"{key}.secret", type="password", autocomplete="new-password",
                                   placeholder=hint or say("data.messages.sign_hint"))
        return address, secret
    left, right = st.columns([3, 1])
    host = left.text_input(say("data.messages.mail_host"), key=f"{key}.host", placeholder=hint or "smtp.example.com", autocomplete="off")
    port = int(right.number_input(say("data.messages.mail_port"), 1, 65535, 587, key=f"{key}.port"))
    safety = st.selectbox(say("data.messages.mail_safety"), SAFETY[:2], key=f"{key}.safety", format_func=lambda one: say(f"data.messages.safety.{one}"))
    sender = st.text_input(say("data.messages.mail_from"), key=f"{key}.from", placeholder="kanjian@example.com", autocomplete="off")
    to = st.text_input(say("data.messages.mail_to"), key=f"{key}.to", placeholder="hr@example.com", autocomplete="off")
    user = st.text_input(say("data.messages.mail_user"), key=f"{key}.user", autocomplete="off")
    password = st.text_input(say("door.password"), key=f"{key}.secret", type="password", autocomplete="new-password")
    return (Box(host.strip(), port, safety, user.strip(), sender.strip(), to.strip()) if host.strip() else ""), password


def _about(desk: MessagesDesk, key: str, one: Seen | None) -> tuple[str | None, str, bool]:
    """Whose cards it is about, in which language, and whether names may be said."""
    known = [EVERYBODY, *desk.receivers()]
    if one and one.receiver and one.receiver not in known:
        known.append(one.receiver)
    receiver = st.selectbox(say("data.messages.receiver"), known, index=known.index(one.receiver or EVERYBODY) if one else 0, key=f"{key}.receiver",
                            format_func=lambda login: plain(login) if login else say("data.messages.everybody"))
    lang = st.selectbox(say("data.messages.lang"), LANGUAGES, index=LANGUAGES.index(one.lang if one else language()), key=f"{key}.lang",
                        format_func=lambda lang: say(f"data.messages.lang.{lang}"))
    names = st.checkbox(say("data.messages.say_names"), bool(one and one.say_names), key=f"{key}.names", help=say("data.messages.say_names_help"))
    return receiver or None, lang, names


def _change(desk: MessagesDesk, known: list[Seen]) -> None:
    cards.draw(f"<h3>{esc(say('data.messages.change'))}</h3>")
    by_id = {one.id: one for one in known}
    chosen = st.selectbox(say("data.messages.which"), list(by_id), key="data.messages.which", format_func=lambda id: plain(by_id[id].name))
    one, key = by_id[chosen], f"data.messages.{chosen}"
    cards.draw(f"<p class='kj-note' style='margin-top:-8px'>{esc(say('data.messages.keeps', where=one.where))}</p>")
    with st.form("data.messages.change"):
        name = st.text_input(say("data.messages.name"), one.name, key=f"{key}.name", max_chars=60)
        receiver, lang, names = _about(desk, key, one)
        with st.expander(say("data.messages.new_address")):
            address, secret = _where(one.kind, key, say("data.messages.unchanged"))
        if st.form_submit_button(say("data.messages.save")) and _do(lambda: desk.save(
                one.kind, name, address=address, secret=secret, receiver=receiver, lang=lang, say_names=names, channel_id=one.id)):
            _forget(key)
            data_view.tell("data.messages.changed", name=name)
            st.rerun()
    word = "off" if one.enabled else "on"
    if st.button(say(f"data.messages.turn_{word}"), key="data.messages.switch") and _do(lambda: desk.switch(one.id, not one.enabled)):
        data_view.tell(f"data.messages.turned_{word}", name=one.name)
        st.rerun()


def _forget(form: str) -> None:
    """Empty a form: what was typed into it was an address, a secret, or belongs to the channel now."""
    for key in [str(key) for key in st.session_state if str(key).startswith(f"{form}.")]:
        st.session_state.pop(key, None)


def _do(change: Callable[[], object]) -> bool:
    try:
        change()
    except (ChannelWrong, SettingError) as why:
        st.error(_words(why))
        return False
    except NotAllowed:  # the session is over: the door takes it from here
        return False
    return True


# --- letters ----------------------------------------------------------------------------------------------------------------

def _dead(desk: MessagesDesk, dead: list) -> None:  # type: ignore[type-arg]
    cards.section(say("data.messages.dead", count=len(dead)), say("data.messages.dead_note"))
    for letter in dead[:_LETTERS]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            cards.draw(f"<p><b>{esc(letter.channel)}</b> <span class='kj-note'>{esc(data_view.moment(letter.at))} · {esc(letter.ref)} · "
                       f"{esc(say('data.messages.attempts', count=letter.attempts))}</span><br><span class='kj-care'>{esc(reason(letter.why))}</span></p>")
            st.button(say("data.messages.revive"), key=f"data.messages.revive.{letter.id}", on_click=_settle, args=(desk.revive, letter.id, "revived"))
            st.button(say("data.messages.drop"), key=f"data.messages.drop.{letter.id}", on_click=_settle, args=(desk.drop, letter.id, "dropped"))
    if len(dead) > _LETTERS:
        cards.draw(f"<p class='kj-note'>{esc(say('data.messages.more_dead', count=number(len(dead) - _LETTERS)))}</p>")


def _settle(settle: Callable[[str], bool], id: str, word: str) -> None:
    with suppress(NotAllowed):
        if settle(id):
            data_view.tell(f"data.messages.{word}")


def _tried(desk: MessagesDesk) -> None:
    tried, waits = desk.attempts(), desk.waiting()
    if not tried and not waits:
        return
    with st.expander(say("data.messages.tried", count=len(tried), waits=waits)):
        cards.draw(data_view.still(tables.html(pd.DataFrame({
            say("data.messages.when"): [data_view.moment(one.at) for one in tried], say("data.messages.name"): [one.channel for one in tried],
            say("data.messages.ref"): [one.ref for one in tried],
            say("data.messages.outcome"): [_outcome(one.why) for one in tried]}))))


def _outcome(why: str) -> str:
    return say("data.messages.sent") if why == "sent" else reason(why) if why else say("data.messages.on_its_way")
