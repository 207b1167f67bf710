"""Pseudonyms of a meeting: the same within it, others in the next, and nobody's number can be got from one; names are found however they are set."""

from __future__ import annotations

import math
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import words
from lib.access import masks, mentions
from lib.access.masks import LETTERS, meeting_key, token

ids = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
keys = st.binary(min_size=32, max_size=32)


@given(own=keys, drawn=keys, person=ids)
def test_a_person_has_one_pseudonym_within_a_meeting(own: bytes, drawn: bytes, person: str) -> None:
    assert token(meeting_key(own, drawn), person) == token(meeting_key(own, drawn), person)


@given(own=keys, one=keys, other=keys, person=ids)
def test_the_next_meeting_calls_a_person_something_else(own: bytes, one: bytes, other: bytes, person: str) -> None:
    if one != other:
        assert token(meeting_key(own, one), person) != token(meeting_key(own, other), person)


@given(own=keys, drawn=keys, person=ids, guess=keys)
def test_whoever_lacks_either_key_computes_another_pseudonym(own: bytes, drawn: bytes, person: str, guess: bytes) -> None:
    """A thief of the ledger has ``drawn`` and every number; a thief of the key file has ``own``; neither key alone, nor a wrong other half, gives it."""
    real = token(meeting_key(own, drawn), person)
    tried = [token(drawn, person), token(own, person), token(meeting_key(drawn, own), person), token(meeting_key(b"", drawn), person),
             token(meeting_key(own, b""), person), *([token(meeting_key(guess, drawn), person)] if guess != own else []),
             *([token(meeting_key(own, guess), person)] if guess != drawn else [])]
    assert real not in tried or own == drawn


def test_both_halves_enter_the_key_whole() -> None:
    """Every single bit of either half changes the pseudonym."""
    own, drawn = secrets.token_bytes(32), secrets.token_bytes(32)
    flipped = lambda key, bit: bytes([*key[:bit // 8], key[bit // 8] ^ (1 << bit % 8), *key[bit // 8 + 1:]])
    real = token(meeting_key(own, drawn), "E1")
    assert real not in {token(meeting_key(flipped(own, bit), drawn), "E1") for bit in range(256)}
    assert real not in {token(meeting_key(own, flipped(drawn, bit)), "E1") for bit in range(256)}


def test_ten_thousand_people_have_ten_thousand_pseudonyms() -> None:
    for _ in range(5):
        key = meeting_key(secrets.token_bytes(32), secrets.token_bytes(32))
        assert len({token(key, f"K{n:05d}") for n in range(10_000)}) == 10_000


@pytest.mark.parametrize(("people", "chance"), [(10_000, 1e-7), (100_000, 1e-5)])
def test_that_two_people_share_a_pseudonym_is_out_of_the_question(people: int, chance: float) -> None:
    """The birthday bound: 1 - exp(-n(n-1)/2N) with N = 32 to the power of the letters."""
    assert -math.expm1(-people * (people - 1) / 2 / 32 ** LETTERS) < chance


def test_pseudonyms_of_neighbouring_numbers_have_nothing_in_common() -> None:
    """Letters are spread evenly: no letter at any place is seen much more often than one time in 32."""
    key = meeting_key(secrets.token_bytes(32), secrets.token_bytes(32))
    made = [token(key, f"{n:06d}") for n in range(6400)]
    for place in range(LETTERS):
        seen = [sum(one[place] == letter for one in made) for letter in set("".join(made))]
        assert len(seen) == 32 and max(seen) < 200 * 1.5 and min(seen) > 200 * 0.5


# --- names in words ---------------------------------------------------------------------------------------------------------------

PEOPLE = [("K00001", "张伟"), ("K00002", "李娜"), ("K00003", "李娜"), ("1203", "Dustin Brinkmann"), ("K00004", "欧阳·买买提"), ("K00005", "Will"),
          ("K00006", "José García"), ("00042", "王芳"), ("880123", "赵敏")]
KNOWN = mentions.known(PEOPLE, ["电销一组", "张伟组"])
KEY = b"k" * 32


def hidden(text: str) -> str:
    return mentions.without(text, KNOWN, KEY, ids=True)


@pytest.mark.parametrize("text", ["张伟", "和张伟谈过", "张 伟", "张\u200b伟", "张　伟的组", "Dustin Brinkmann", "DUSTIN  brinkmann", "Dustin\nBrinkmann", "Ｄｕｓｔｉｎ Brinkmann",
                                  "欧阳・买买提", "欧阳•买买提", "ask Will today", "WILL", "jose garcia", "JOSÉ GARCÍA", "Jose\u0301 García", "K00001", "k00001", "员工K00001的",
                                  "Ｋ00001", "工号 1203", "工号:1203", "id 1203", "#1203", "00042", "880123", "<b>张伟</b>", "=张伟", "张伟,李娜"])
def test_somebody_is_found_however_they_are_written(text: str) -> None:
    shown = hidden(text)
    assert mentions.names_in(text, KNOWN) and not mentions.names_in(shown, KNOWN)
    assert not [name for _, name in PEOPLE if name.casefold() in shown.casefold() and name != "Will"]


@pytest.mark.parametrize("text", ["我们会继续 will do", "1203 通电话", "增长 12.03 %", "Willing", "Dustin", "张", "电销一组", "K000012", "2026-11-09", ""])
def test_words_that_name_nobody_stay(text: str) -> None:
    assert hidden(text) == text and not mentions.names_in(text, KNOWN)


def test_a_name_and_a_number_of_one_person_are_one_pseudonym() -> None:
    assert hidden("张伟") == hidden("K00001") == words.say("access.pseudonym", token=token(KEY, "K00001"))


GIVEN = mentions.known([("K1", "何沐雯"), ("K2", "欧阳若兰"), ("K3", "王建国"), ("K4", "李建国"), ("K5", "张伟"), ("K6", "Ann Lee")], ["建国路店"], ["若兰部"])


def own_words(text: str) -> str:
    return mentions.without(text, GIVEN, KEY, ids=True, given=True)


@pytest.mark.parametrize(("text", "subject"), [("和沐雯谈过", "K1"), ("若兰的组", "K2"), ("沐 雯", "K1"), ("何沐雯", "K1")])
def test_a_given_name_in_own_words_is_the_pseudonym_of_the_person(text: str, subject: str) -> None:
    shown = own_words(text)
    assert token(KEY, subject) in shown and "沐" not in shown and "若兰" not in shown
    assert mentions.names_in(text, GIVEN, given=True) and not mentions.names_in(shown, GIVEN, given=True)


def test_a_given_name_that_two_bear_says_nothing_about_either() -> None:
    assert "建国" not in own_words("建国说") and token(KEY, "K3") not in own_words("建国说") and token(KEY, "K4") not in own_words("建国说")


@pytest.mark.parametrize("text", ["建国路店很好", "若兰部 3 人", "伟大的一周", "lee"])
def test_a_unit_that_is_called_like_a_given_name_and_single_characters_stay(text: str) -> None:
    assert own_words(text) == text


def test_what_the_company_calls_its_teams_is_not_searched_for_given_names() -> None:
    assert mentions.without("沐雯门店", GIVEN, KEY) == "沐雯门店"


def test_a_name_that_two_bear_says_nothing_about_either() -> None:
    assert token(KEY, "K00002") not in hidden("李娜") and token(KEY, "K00003") not in hidden("李娜")


NAMES = st.sampled_from([name for _, name in PEOPLE if name != "Will"])
NOISE = st.text(st.sampled_from("今天的数字 很好,.-=+@<>&'\"一\n\t12345%,。"), max_size=12)


@settings(max_examples=300)
@given(parts=st.lists(st.tuples(NOISE, NAMES, NOISE), min_size=1, max_size=5))
def test_no_name_survives_in_any_sentence(parts: list[tuple[str, str, str]]) -> None:
    text = "".join(before + name + after for before, name, after in parts)
    shown = hidden(text)
    assert not mentions.names_in(shown, KNOWN) and hidden(shown) == shown


def test_words_carried_into_the_next_meeting_have_its_pseudonyms_and_nobody_unknown() -> None:
    old, new = b"o" * 32, b"n" * 32
    said = mentions.without("张伟和王芳", KNOWN, old)
    less = mentions.known(PEOPLE[:1])
    assert mentions.moved([said, "王芳"], KNOWN, old, new) == [mentions.without("张伟和王芳", KNOWN, new), "王芳"]
    assert mentions.moved([said], less, old, new) == [f"{mentions.without('张伟', KNOWN, new)}和{words.say('access.pseudonym_gone')}"]


def test_many_names_cost_little() -> None:
    """A line of a caption among the names of 100,000 people is searched at once."""
    import time
    many = mentions.known((f"K{n:06d}", chr(0x4e00 + n % 2000) + chr(0x5e00 + n // 2000)) for n in range(100_000))
    assert many.lengths
    began = time.perf_counter()
    mentions.without("这是一句普通的说明,没有任何人的名字。" * 10, many, KEY, ids=True)
    assert time.perf_counter() - began < 0.5


def test_a_presenters_pseudonym_is_the_one_of_the_meeting_and_not_the_apps(tmp_path) -> None:
    own = masks.key_of(tmp_path)
    assert token(meeting_key(own, b"d" * 32), "E1") != token(own, "E1")
