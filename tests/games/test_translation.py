"""Asking games for translations: what they can be asked for, and what their answers depend on."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.small import small
from tests.translators import OnlyTranslates
from torch import Tensor

from ganworks.data.spec import Spec
from ganworks.errors import UsageError
from ganworks.games.translation import compared, require_known, shapes, translate, wishes_of
from ganworks.launch import fresh_game


class Painter(OnlyTranslates):
    """Adds noise to a picture, as much as asked."""

    def __init__(self, varies: bool = True) -> None:
        super().__init__(Spec((3, 8, 8), given=(("image", (1, 8, 8)),)))
        self.varies = varies
        self.asked: list[int] = []

    def translate(self, images: Tensor, *, mask: Tensor | None = None, age: int = 1) -> Tensor:
        self.asked.append(len(images))
        noise = torch.rand_like(images) if mask is None else mask
        return images + age * noise + self.weight

    def compare(self) -> tuple[Tensor, Tensor]:
        return torch.zeros(2, 1, 4, 4), torch.rand(2, 3, 4, 4)


def test_an_answer_depends_on_its_image_and_the_seed_alone() -> None:
    game, images = Painter(), torch.rand(5, 1, 4, 4) - 1
    made = translate(game, images, seed=3)
    assert torch.equal(made[2:4], translate(game, images[2:4], seed=3))
    assert torch.equal(made, translate(game, images, seed=3))
    assert not torch.equal(made, translate(game, images, seed=4))
    assert game.asked[:5] == [1] * 5


def test_games_that_do_not_vary_are_given_all_at_once() -> None:
    game = Painter(varies=False)
    translate(game, torch.zeros(5, 1, 4, 4))
    assert game.asked == [5]


def test_wishes_of_as_many_rows_go_with_their_images() -> None:
    images, mask = torch.zeros(3, 1, 2, 2), torch.arange(3.0)[:, None, None, None].expand(3, 1, 2, 2) / 2
    assert torch.equal(translate(Painter(), images, mask=mask), mask)
    assert torch.equal(translate(Painter(varies=False), images, mask=mask, age=-1), -mask)
    assert torch.equal(translate(Painter(), images, mask=mask[1:2]), mask[1:2].expand(3, 1, 2, 2))


def test_answers_lie_between_black_and_white() -> None:
    made = translate(Painter(), torch.zeros(2, 1, 4, 4), age=100)
    assert made.max() == 1 and not made.requires_grad


def test_the_random_state_of_others_stays_as_it_was() -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    translate(Painter(), torch.zeros(2, 1, 4, 4))
    compared(Painter(), seed=1)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize(
    ("recipe", "wishes", "said"),
    [
        ("pix2pix", {"direction": "b2a"}, "cannot be asked for direction, nor for anything else"),
        ("dcgan", {}, "makes pictures of noise"),
    ],
)
def test_families_refuse_what_they_do_not_know(recipe: str, wishes: dict[str, Any], said: str) -> None:
    game = fresh_game(small(recipe), Spec((3, 8, 8), given=(("image", (3, 8, 8)),)))
    with pytest.raises(UsageError, match=said):
        translate(game, torch.zeros(1, 3, 8, 8), **wishes)


def test_what_a_family_knows_is_told_with_the_refusal() -> None:
    assert wishes_of(Painter()) == ("mask", "age")
    require_known(Painter(), ["age", "mask"])
    with pytest.raises(UsageError, match=r"cannot be asked for scale, only for mask, age$"):
        require_known(Painter(), ["age", "scale"])


def test_the_way_back_takes_what_the_way_there_makes() -> None:
    assert shapes(Painter(), {}) == ((1, 8, 8), (3, 8, 8))
    assert shapes(Painter(), {"direction": "b2a"}) == ((3, 8, 8), (1, 8, 8))
    game = fresh_game(small("dcgan"), Spec((3, 8, 8)))
    assert shapes(game, {}) == ((3, 8, 8), (3, 8, 8))


def test_a_comparison_is_the_same_for_the_same_seed() -> None:
    first, again, other = (compared(Painter(), seed)[1] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert compared(fresh_game(small("dcgan"), Spec((3, 8, 8))), 0) == []
