from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.small import small
from torch import Tensor

from ganworks.data.spec import Spec
from ganworks.errors import UsageError
from ganworks.games.cgan import ConditionalGAN
from ganworks.recipes import build_game

SPEC = Spec((1, 8, 8), ("cat", "dog", "owl"))


def built(conditioning: str) -> ConditionalGAN:
    game = build_game(small("cgan", {"game": {"conditioning": conditioning}}), SPEC)
    assert isinstance(game, ConditionalGAN)
    return game


def test_without_labels_it_says_what_to_do() -> None:
    with pytest.raises(UsageError, match="needs labelled data: put each class in a folder"):
        build_game(small("cgan"), Spec((1, 8, 8)))


def test_what_the_players_are_told() -> None:
    game = built("concatenation")
    condition = game.encode(torch.tensor([2, 0]))
    assert condition.tolist() == [[0, 0, 1], [1, 0, 0]]
    shown: list[Tensor] = []

    def spy(samples: Tensor) -> Tensor:
        shown.append(samples)
        return samples.mean((1, 2, 3))

    images = torch.randn(2, 1, 8, 8)
    game.adversary.judge(spy, images, condition)
    assert shown[0].shape == (2, 4, 8, 8)
    assert torch.equal(shown[0][:, :1], images)
    assert torch.equal(shown[0][:, 1:], condition[:, :, None, None].expand(2, 3, 8, 8))


@pytest.mark.parametrize("conditioning", ["concatenation", "projection"])
def test_both_players_heed_the_label(conditioning: str) -> None:
    game: Any = built(conditioning).eval()
    latents = torch.randn(4, 5)
    one, other = (game.generate(latents, torch.full((4,), label)) for label in (0, 1))
    assert not torch.allclose(one, other)
    judged = [game.adversary.judge(game.discriminator, one, game.encode(torch.full((4,), label))) for label in (0, 1)]
    assert not torch.allclose(*judged)


def test_no_labels_where_they_are_needed() -> None:
    with pytest.raises(UsageError, match="needs labels"):
        built("concatenation").generate(torch.randn(2, 5))
