"""The attacker of the anonymous pulse finds nothing, most of what may be shown is shown, and what protects is what protects."""

from __future__ import annotations

import pytest

from lib.morale import pulse
from lib.morale.pulse import Cell, Published
from tests.pulse_attacker import Attack, House, Story, story

SEQUENCES = 2_000
"""Here; ``python -m tests.bench.bench_pulse`` plays 10,000."""
QUESTION = pulse.QUESTIONS[0]


def recovered(seeds: range, programmes: int, **switches: bool) -> tuple[int, float]:
    """In how many stories the attacker recovers something, and the share of the cells with answers enough that is shown."""
    found = eligible = visible = 0
    for seed in seeds:
        told = story(seed, House(**switches))
        attack = Attack(told, QUESTION)
        found += bool(attack.solved() or seed % programmes == 0 and attack.bounded())
        eligible, visible = eligible + told.eligible, visible + told.visible
    return found, visible / eligible


def test_in_thousands_of_sequences_the_attacker_recovers_nothing_and_most_cells_are_shown() -> None:
    found, share = recovered(range(SEQUENCES), programmes=100)
    assert found == 0 and share >= 0.8


def test_five_questions_with_skipped_answers_give_nothing_away_either() -> None:
    for seed in range(20_000, 20_060):
        told = story(seed, House(), questions=5)
        for question in pulse.QUESTIONS:
            attack = Attack(told, question)
            assert not attack.solved() and not (seed % 10 == 0 and attack.bounded())


@pytest.mark.parametrize("bug", [{"complementary": False}, {"across": False}, {"again": True}])
def test_the_same_attacker_catches_a_planted_bug(bug: dict[str, bool]) -> None:
    assert recovered(range(60), programmes=30, **bug)[0] > 5


def said(**teams: list[int]) -> dict[str, dict[str, list[int]]]:
    return {QUESTION: teams}


def shown(cells: list[Cell]) -> dict[str, Cell]:
    """Shown cells by unit (departments and the company by their level too)."""
    return {cell.unit or cell.level: cell for cell in cells if cell.state == "shown"}


def states(cells: list[Cell]) -> dict[str, str]:
    return {cell.unit or cell.level: cell.state for cell in cells}


def test_a_small_team_takes_another_one_along() -> None:
    cells = pulse.publish(said(a=[1, 2, 3], b=[2, 3, 4, 3, 2], c=[3] * 9), {"a": "d", "b": "d", "c": "d"})
    assert states(cells) == {"a": "few", "b": "protects", "c": "shown", "d": "shown", "company": "shown"}


def test_the_same_other_team_is_taken_again_in_the_next_wave() -> None:
    tree = {"a": "d", "b": "d", "c": "d"}
    first = said(a=[1, 2, 3], b=[2, 3, 4, 3, 2], c=[3, 2, 4] * 3)
    wave = Published(tree, pulse.counts_of(first), tuple(pulse.publish(first, tree)))
    then = pulse.publish(said(a=[1, 2, 3], b=[2, 3, 4, 3, 2, 4, 4, 4, 4, 4], c=[3, 2, 4, 3, 2, 4]), tree, [wave])
    assert states(then)["b"] == "protects" and states(then)["c"] == "shown"


def test_a_team_that_moves_is_not_the_difference_of_two_waves() -> None:
    sizes = {"a": [1, 2, 3], "b": [2, 3, 4, 3, 2], "c": [3, 1, 4] * 3, "e": [2, 4, 5, 1, 3, 3], "f": [3, 2, 2, 4, 5, 1, 1]}
    one = {"a": "d", "b": "d", "c": "d", "e": "x", "f": "x"}
    wave = Published(one, pulse.counts_of(said(**sizes)), tuple(pulse.publish(said(**sizes), one)))
    assert states(list(wave.cells)) == {"a": "few", "b": "protects", "c": "shown", "e": "shown", "f": "shown", "d": "shown", "x": "shown",
                                        "company": "shown"}
    then = states(pulse.publish(said(**sizes), one | {"a": "x"}, [wave]))
    assert then["x"] != "shown" and not (then["d"] == "shown" and then["c"] == "shown")


Played = list[tuple[dict[str, str], dict[str, list[int]]]]
MOVES_AWAY: Played = [
    ({"t2": "d1", "t3": "d1", "t1": "d0", "t0": "d0"}, {"t2": [1, 1, 1, 1, 1], "t3": [1, 1, 3, 3, 2], "t1": [1, 1, 1, 1], "t0": [1, 5, 5, 5]}),
    ({"t2": "d1", "t3": "d2", "t0": "d0"}, {"t2": [1, 1, 1, 1, 1], "t3": [3, 3, 3, 3], "t0": [1, 5, 5, 5]})]
_SIX = {"t2": [5, 3, 1, 2], "t3": [5, 3, 3, 3, 3, 4, 3, 3], "t1": [3, 3], "t4": [3, 3, 3, 3, 3], "t5": [5, 4],
        "t6": [4, 4, 4, 5, 4, 1, 4, 4, 4, 4, 4, 3], "t0": [5, 5, 5, 5]}
_HOME = {"t2": "d1", "t3": "d2", "t1": "d0", "t4": "d2", "t5": "d2", "t6": "d0", "t0": "d2"}
_THEN = {"t3": [1, 1, 1, 1, 2, 1, 1], "t1": [1]}
NARROWED: Played = [
    (_HOME, _SIX),
    ({"t2": "d1", "t3": "d2", "t1": "d0", "t5": "d2", "t6": "d4", "t0": "d2"},
     {**{team: _SIX[team] for team in ("t2", "t5", "t0")}, **_THEN, "t6": [4, 4, 4, 4, 2, 5, 4, 4, 4, 4, 4]}),
    (_HOME, {**_SIX, **_THEN})]
"""Found by another attacker.  The first: what one wave hid followed from what the next one showed.  The second: what is told of three
waves together bounds the mean of the four of t0 to within three quarters of a point."""


def played(waves: Played) -> Story:
    house, told = House(), Story()
    for number, (tree, teams) in enumerate(waves):
        told.seen.append((f"w{number}", house.close(f"w{number}", said(**teams), tree)))
    return told


@pytest.mark.parametrize("waves", [MOVES_AWAY, NARROWED])
def test_what_another_attacker_once_found_is_found_no_more(waves: Played) -> None:
    attack = Attack(played(waves), QUESTION)
    assert not attack.solved() and not attack.bounded()


def test_a_question_that_somebody_skipped_before_is_looked_at_by_itself() -> None:
    """The third wave looks the same for both, but eight of t were shown before for one of them, and only hidden for the other."""
    told, t, tree = House(), [3, 2, 4, 3, 3, 1, 4, 5], {"t": "d", "n": "d"}
    waves = [({"t": t}, {"t": t[:7]}, {"t": "d"}), ({"t": t, "n": [2]}, {"t": t}, tree), ({"t": t, "n": [2]}, {"t": t, "n": [2]}, tree)]
    story_ = Story(seen=[(f"w{at}", told.close(f"w{at}", {"help": help_, QUESTION: other}, tree_)) for at, (help_, other, tree_) in enumerate(waves)])
    assert not Attack(story_, QUESTION).solved() and not Attack(story_, "help").solved()


def test_what_a_wave_hid_to_protect_another_no_later_wave_gives_away() -> None:
    told = played(MOVES_AWAY)
    first, then = (states(list(found.cells)) for _, found in told.seen)
    assert (first["t2"], first["t3"], first["d1"]) == ("protects", "protects", "shown")
    assert then["t2"] == then["d1"] == "protects"  # five answered in t2 again: d1 of the first wave less these would be t3


@pytest.mark.parametrize("score", [1, 5])
def test_a_rest_that_all_answered_alike_cannot_be_worked_out(score: int) -> None:
    tree = {"a": "d", "b": "d", "c": "d", "e": "d"}
    cells = shown(pulse.publish(said(a=[score] * 3, b=[score] * 5, c=[2, 3, 4] * 3, e=[3, 3, 4, 2, 2, 3]), tree))
    assert not {"c", "e", "d"} <= set(cells)


def test_an_end_of_the_scale_is_coded_and_its_interval_is_not_its_own() -> None:
    cells = shown(pulse.publish(said(a=[5] * 6, b=[1] * 6, c=[3] * 6), {"a": "d", "b": "d", "c": "d"}))
    assert (cells["a"].mean, cells["a"].coded, cells["a"].high) == (4.5, "top", 5.0)
    assert (cells["b"].mean, cells["b"].coded, cells["b"].low) == (1.5, "bottom", 1.0)
    assert cells["c"].mean == 3.0 and cells["c"].high - cells["c"].low > 1


def test_a_company_in_which_all_answer_alike_does_not_show_it() -> None:
    cells = shown(pulse.publish(said(a=[3] * 9), {"a": "d"}))
    assert cells["company"].mean == 3.0 and cells["company"].high - cells["company"].low >= 0.5


def test_the_least_number_cannot_be_lowered() -> None:
    assert states(pulse.publish(said(a=[3, 2, 4, 1]), {"a": "d"}, least=1))["a"] == "few"


def test_a_unit_is_shown_for_all_its_questions_or_for_none() -> None:
    tree = {"a": "d", "b": "d", "c": "d"}
    heard = {"help": {"a": [1, 2, 3, 2, 4], "b": [2, 3, 4, 3, 2, 3], "c": [3, 1, 4] * 3},
             "growth": {"a": [1, 2, 3], "b": [2, 3, 4, 3, 2, 3], "c": [3, 1, 4] * 3}}
    found = {(cell.unit or cell.level, cell.question): cell.state for cell in pulse.publish(heard, tree)}
    assert found["a", "growth"] == "few" and found["b", "growth"] == found["b", "help"] == "protects"


@pytest.mark.parametrize(("answers", "places"), [
    ({"a": 10, "b": 12, "c": 4}, {"a": ("company", ""), "b": ("company", ""), "c": ("company", "")}),
    ({"a": 10, "b": 12, "c": 11}, {"a": ("team", "a"), "b": ("team", "b"), "c": ("team", "c")}),
    ({"a": 10, "b": 9, "c": 11}, {"a": ("department", "d"), "b": ("department", "d"), "c": ("team", "c")}),
    ({"a": 4, "b": 2, "c": 3}, {"a": None, "b": None, "c": None}),
])
def test_comments_stand_where_ten_answered_and_never_twice(answers: dict[str, int], places: dict[str, object]) -> None:
    assert pulse.comment_places(answers, {"a": "d", "b": "d", "c": "e"}) == places


def test_every_comment_is_shown_once() -> None:
    words = {"a": ["one", "two"], "b": ["three"], "c": ["four"]}
    found = pulse.comments(words, {"a": 10, "b": 9, "c": 4}, {"a": "d", "b": "d", "c": "e"}, lambda texts: texts.sort())
    assert sorted(text for _, _, text in found) == ["four", "one", "three", "two"] and {level for level, _, _ in found} == {"company"}
