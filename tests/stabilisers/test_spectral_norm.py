"""Singular values against torch's own decomposition, of the matrices that the paper means."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from tests.stabilisers.playing import built, stabilised
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from ganworks.errors import UsageError
from ganworks.stabilisers.spectral_norm import SpectralNorm

LAYERS = {
    "dense": (nn.Linear(30, 20), (2, 30), 0),
    "convolution": (nn.Conv2d(5, 12, 3), (2, 5, 6, 6), 0),
    "transposed": (nn.ConvTranspose2d(12, 5, 4, 2, 1), (2, 12, 4, 4), 1),
}


def by_outputs(weight: Tensor, axis: int) -> Tensor:
    """The weight as a matrix with a row for each output channel."""
    return weight.movedim(axis, 0).flatten(1)


@pytest.mark.parametrize("name", LAYERS)
def test_the_largest_singular_value_is_one(name: str) -> None:
    layer, shape, axis = LAYERS[name]
    before = layer.weight.detach().clone()
    option = SpectralNorm()
    option.settle(SimpleNamespace(generator=nn.Linear(1, 1), discriminator=nn.Sequential(layer)))  # type: ignore[arg-type]
    for _ in range(200):
        layer(torch.randn(shape))
    largest = torch.linalg.matrix_norm(by_outputs(layer.weight, axis), 2).item()
    assert largest == pytest.approx(1, abs=1e-3)
    own = torch.linalg.matrix_norm(by_outputs(before, axis), 2)
    torch.testing.assert_close(layer.weight, before / own, rtol=1e-3, atol=1e-4)
    if name == "transposed":
        other = torch.linalg.matrix_norm(by_outputs(layer.weight, 0), 2).item()
        assert abs(other - 1) > 0.01, "the matrix with a row for each input channel is another one"


def test_power_iterations_follow_passes_in_training_alone() -> None:
    layer = nn.Linear(30, 20)
    SpectralNorm(iterations=2).settle(SimpleNamespace(generator=nn.Linear(1, 1), discriminator=nn.Sequential(layer)))  # type: ignore[arg-type]
    vector = layer.parametrizations.weight[0]._u
    assert layer.parametrizations.weight[0].n_power_iterations == 2
    before = vector.clone()
    layer.eval()(torch.randn(1, 30))
    assert torch.equal(vector, before)
    layer.train()(torch.randn(1, 30))
    assert not torch.equal(vector, before)


def test_every_layer_of_whom_it_is_on() -> None:
    for on, players in {"discriminator": (False, True), "generator": (True, False), "both": (True, True)}.items():
        game = built("sngan", stabilised(spectral_norm={"on": on}), shape=(1, 16, 16))
        for network, expected in zip((game.generator, game.discriminator), players, strict=True):
            layers = [layer for layer in network.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]
            assert layers and {is_parametrized(layer) for layer in layers} == {expected}


def test_refusals() -> None:
    with pytest.raises(UsageError, match="iterations=0"):
        SpectralNorm(iterations=0)
    with pytest.raises(UsageError, match="the discriminator has no dense or convolutional layer"):
        SpectralNorm().settle(SimpleNamespace(generator=nn.Linear(1, 1), discriminator=nn.ReLU()))  # type: ignore[arg-type]
