from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from tests.stabilisers.playing import player, sight
from torch import nn

from ganworks.errors import UsageError
from ganworks.stabilisers.historical_averaging import HistoricalAveraging

pytestmark = pytest.mark.usefixtures("double")


def at(network: nn.Module, value: float) -> None:
    for weights in network.parameters():
        weights.data.fill_(value)


def test_a_known_path() -> None:
    """θ = 1, 2, 6 in each of 3 places: means 1, 1.5 and 3; the pull is measured before the move it leads to."""
    network, other = nn.Linear(2, 1), nn.Linear(1, 1)
    option = HistoricalAveraging(weight=0.5)
    option.settle(SimpleNamespace(generator=other, discriminator=network))  # type: ignore[arg-type]
    distances = []
    for value in (1.0, 2.0, 6.0):
        distances.append(option.terms({}, sight("discriminator", network))["historical"].item())
        at(network, value)
        option.afterwards("discriminator", network)
    assert distances == pytest.approx([0.0, 0.0, 0.5 * 3 * 0.5**2])
    for mean in option.means("discriminator", network):
        torch.testing.assert_close(mean, torch.full_like(mean, 3.0))
    pull = option.terms({}, sight("discriminator", network))["historical"]
    assert pull.item() == pytest.approx(0.5 * 3 * (6 - 3) ** 2)
    pull.backward()
    torch.testing.assert_close(network.weight.grad, torch.full((1, 2), 2 * 0.5 * 3.0))
    assert option.get_buffer("generator_moves") == 0, "G has not moved"


def test_each_player_has_a_history_of_its_own() -> None:
    network, other = nn.Linear(2, 1), nn.Linear(3, 1)
    option = HistoricalAveraging()
    option.settle(SimpleNamespace(generator=other, discriminator=network))  # type: ignore[arg-type]
    at(other, 4.0)
    option.afterwards("generator", other)
    assert option.get_buffer("generator_mean").tolist() == [4.0] * 4
    assert option.get_buffer("discriminator_mean").tolist() == [0.0] * 3
    assert option.terms({}, sight("generator", other))["historical"] == 0


def test_refusals() -> None:
    for weight in (0, float("inf")):
        with pytest.raises(UsageError, match=f"weight={weight}"):
            HistoricalAveraging(weight=weight)


@pytest.mark.parametrize("recipe", ["dcgan", "pix2pix", "cyclegan", "srgan", "esrgan", "inpainting"])
def test_its_weight_is_its_own_whatever_a_family_weighs_what_d_says_by(recipe: str) -> None:
    """In the third move ‖θ₂ − (θ₁ + θ₂)/2‖²."""
    staged = {"game": {"pretraining": 0}} if recipe in ("srgan", "esrgan") else {}
    option = {"game": {"stabilisers": {"historical-averaging": {"weight": 1.0}}}}
    trainer = player(recipe, option, staged, shape=(1, 16, 16))
    moves = []
    for _ in range(2):
        trainer.step()
        weights = trainer.game.get_submodule("generator").parameters()
        moves.append(torch.cat([each.detach().flatten() for each in weights]))
    trainer.losses()
    trainer.step()
    expected = ((moves[1] - moves[0]) / 2).square().sum()
    assert trainer.losses()["generator/historical"] == pytest.approx(float(expected), rel=1e-3)
