from __future__ import annotations

import pytest

from ganworks.errors import UsageError
from ganworks.networks.sizes import halvings


@pytest.mark.parametrize(("side", "expected"), [(8, 1), (28, 3), (32, 3), (64, 4), (256, 6)])
def test_the_short_side_comes_nearest_4(side: int, expected: int) -> None:
    assert halvings((3, side, 2 * side)) == expected


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((5,), "needs images, not samples of 5: the recipe toy is for points"),
        ((1, 7, 20), "images of at least 8 pixels, not 1×7×20"),
    ],
)
def test_what_cannot_be_halved_is_refused(shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        halvings(shape)
