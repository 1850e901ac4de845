"""The guidelines of DCGAN (Radford et al. 2016, section 3) and the published toy GAN, on the networks as built."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganworks.data.batches import to_unit_range
from ganworks.data.spec import Spec
from ganworks.recipes import build_game, configure

LAYERS = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)


def built(recipe: str, shape: tuple[int, ...]) -> tuple[list[nn.Module], list[nn.Module]]:
    """The leaf layers of G and D, in order."""
    game = build_game(configure(recipe), Spec(shape))
    return tuple([m for m in net.modules() if not list(m.children())] for net in (game.generator, game.discriminator))  # type: ignore[return-value]


@pytest.fixture(scope="module", params=[(3, 64, 64), (1, 32, 32), (5, 48, 80), (1, 28, 28)], ids=str)
def dcgan(request: pytest.FixtureRequest) -> tuple[list[nn.Module], list[nn.Module]]:
    torch.manual_seed(0)
    return built("dcgan", request.param)


def test_strided_convolutions_and_no_pooling(dcgan: tuple[list[nn.Module], list[nn.Module]]) -> None:
    generator, discriminator = dcgan
    for layer in [*generator, *discriminator]:
        assert "Pool" not in type(layer).__name__
        assert not isinstance(layer, nn.Upsample)
    up = [layer for layer in generator if isinstance(layer, nn.ConvTranspose2d)]
    down = [layer for layer in discriminator if isinstance(layer, nn.Conv2d)]
    assert {layer.stride for layer in up[1:]} == {layer.stride for layer in down} == {(2, 2)}
    assert {layer.kernel_size for layer in up[1:]} == {layer.kernel_size for layer in down} == {(4, 4)}
    assert not [layer for layer in generator if isinstance(layer, nn.Conv2d)]


def test_no_hidden_dense_layer(dcgan: tuple[list[nn.Module], list[nn.Module]]) -> None:
    generator, discriminator = dcgan
    assert not [layer for layer in generator if isinstance(layer, nn.Linear)]
    assert [layer for layer in discriminator if isinstance(layer, nn.Linear)] == [discriminator[-1]]


def test_batch_norm_everywhere_but_at_gs_output_and_ds_input(dcgan: tuple[list[nn.Module], list[nn.Module]]) -> None:
    generator, discriminator = dcgan
    for position, layer in enumerate(generator):
        if isinstance(layer, nn.ConvTranspose2d):
            is_last = position == len(generator) - 2
            assert isinstance(generator[position + 1], nn.BatchNorm2d) != is_last
    convolutions = [position for position, layer in enumerate(discriminator) if isinstance(layer, nn.Conv2d)]
    for position in convolutions:
        assert isinstance(discriminator[position + 1], nn.BatchNorm2d) == (position != convolutions[0])


def test_activations(dcgan: tuple[list[nn.Module], list[nn.Module]]) -> None:
    generator, discriminator = dcgan
    others = (*LAYERS, nn.BatchNorm2d, nn.Flatten)
    of_g = [layer for layer in generator if not isinstance(layer, others)]
    of_d = [layer for layer in discriminator if not isinstance(layer, others)]
    assert isinstance(of_g[-1], nn.Tanh)
    assert all(type(layer) is nn.ReLU for layer in of_g[:-1])
    assert all(isinstance(layer, nn.LeakyReLU) and layer.negative_slope == 0.2 for layer in of_d)


def test_initial_weights(dcgan: tuple[list[nn.Module], list[nn.Module]]) -> None:
    for layer in [*dcgan[0], *dcgan[1]]:
        if isinstance(layer, LAYERS):
            tolerance = 5 * 0.02 / layer.weight.numel() ** 0.5
            assert layer.weight.mean().abs() < tolerance
            assert layer.weight.std().item() == pytest.approx(0.02, abs=tolerance)
            assert layer.bias is None or not layer.bias.any()
        elif isinstance(layer, nn.BatchNorm2d):
            assert layer.weight.mean().item() == pytest.approx(1, abs=0.02)
            assert not layer.bias.any()


def test_the_papers_layers_at_64() -> None:
    generator, discriminator = built("dcgan", (3, 64, 64))
    up = [(m.in_channels, m.out_channels) for m in generator if isinstance(m, nn.ConvTranspose2d)]
    down = [(m.in_channels, m.out_channels) for m in discriminator if isinstance(m, nn.Conv2d)]
    assert up == [(100, 512), (512, 256), (256, 128), (128, 64), (64, 3)]
    assert down == [(3, 64), (64, 128), (128, 256), (256, 512)]
    assert isinstance(generator[0], nn.ConvTranspose2d)
    assert generator[0].kernel_size == (4, 4)


def test_training_as_in_the_paper() -> None:
    training = configure("dcgan").training
    for optimiser in training.optimisers.values():
        assert optimiser.model_dump() == {
            "name": "adam", "lr": 2e-4, "betas": (0.5, 0.999), "eps": 1e-8, "weight_decay": 0, "decay": 1,
        }  # fmt: skip
    assert training.batch_size == 128
    assert torch.equal(to_unit_range(torch.tensor([0, 255], dtype=torch.uint8)), torch.tensor([-1.0, 1.0]))


def test_the_published_toy_layer_by_layer() -> None:
    """G 100→500→500→784→28×28 with ReLU and tanh, D 784→500→500→1 with LeakyReLU 0.2, z ~ N(0, 1)."""
    generator, discriminator = built("gan", (1, 28, 28))
    dense = [
        [(m.in_features, m.out_features) for m in net if isinstance(m, nn.Linear)] for net in (generator, discriminator)
    ]
    assert dense == [[(100, 500), (500, 500), (500, 784)], [(784, 500), (500, 500), (500, 1)]]
    assert [type(m) for m in generator] == [nn.Linear, nn.ReLU, nn.Linear, nn.ReLU, nn.Linear, nn.Tanh]
    kinds = [nn.Flatten, nn.Linear, nn.LeakyReLU, nn.Linear, nn.LeakyReLU, nn.Linear]
    assert [type(m) for m in discriminator] == kinds
    assert {m.negative_slope for m in discriminator if isinstance(m, nn.LeakyReLU)} == {0.2}
    z = configure("gan").game.latent.draw(20_000, torch.Generator().manual_seed(0))
    assert z.shape == (20_000, 100)
    assert z.mean().abs() < 0.005
    assert z.var().item() == pytest.approx(1, abs=0.01)
    assert z.pow(4).mean().item() == pytest.approx(3, abs=0.05), "a normal's kurtosis"
