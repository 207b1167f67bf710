"""Scene: a picture cannot carry what it may not tell."""

from __future__ import annotations

import pytest

from lib.story.scene import Picture, Series


@pytest.mark.parametrize("secret", ["values", "low", "high"])
def test_a_picture_refuses_every_figure_of_a_hidden_label(secret: str) -> None:
    rows = {row: (1.0, 2.0 if row == secret else None) for row in ("values", "low", "high")}
    with pytest.raises(ValueError, match="'care' tells a figure that is to be hidden"):
        Picture("bars", ("a", "b"), (Series("care", **rows),), hidden=frozenset({1}))


def test_a_picture_takes_a_hidden_label_without_figures() -> None:
    picture = Picture("bars", ("a", "b"), (Series("care", (1.0, None), (0.5, None), (1.5, None)),), hidden=frozenset({1}))
    assert picture.series[0].high == (1.5, None)


@pytest.mark.parametrize("place", [-1, 2])
def test_a_picture_refuses_a_hidden_place_that_no_label_has(place: int) -> None:
    with pytest.raises(ValueError, match="place"):
        Picture("bars", ("a", "b"), (Series("care", (1.0, 2.0)),), hidden=frozenset({place}))
