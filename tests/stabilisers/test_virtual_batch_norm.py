from __future__ import annotations

import pytest
import torch
from tests.stabilisers.playing import built, first_round, option, player, stabilised
from torch import Tensor, nn

from ganworks.errors import UsageError
from ganworks.stabilisers.virtual_batch_norm import VirtualBatchNorm, VirtualBatchNormalisation

pytestmark = pytest.mark.usefixtures("double")
VIRTUAL = stabilised(virtual_batch_norm={"size": 6})


def layer(channels: int, size: int) -> VirtualBatchNorm:
    made = VirtualBatchNorm(channels, 0.0, size)
    made.reference = size
    return made


def test_dense_features_by_hand() -> None:
    """Reference 0 and 4 (E x = 2, E x² = 8), sample 5: E x = 9/3, E x² = 41/3, Var = 14/3."""
    out = layer(1, 2)(torch.tensor([[0.0], [4.0], [5.0]]))
    torch.testing.assert_close(out, torch.tensor([[-1.0], [1.0], [2 / (14 / 3) ** 0.5]]))


def test_maps_by_hand() -> None:
    """A sample has the mean of its own pixels, weighted 1 to the n of the reference; each channel by itself."""
    maps = torch.randn(5, 3, 2, 4) * 2 + 1
    norm = layer(3, 3)
    norm.weight.data, norm.bias.data = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0.0, 0.5, 1.0])
    out = norm(maps)
    for sample in (3, 4):
        together = torch.cat([maps[:3], maps[sample : sample + 1]])
        mean, std = (together.transpose(0, 1).flatten(1).mean(1), together.transpose(0, 1).flatten(1).std(1, False))
        expected = (maps[sample] - mean[:, None, None]) / std[:, None, None]
        expected = expected * norm.weight[:, None, None] + norm.bias[:, None, None]
        torch.testing.assert_close(out[sample], expected)
    torch.testing.assert_close(out[:3].transpose(0, 1).flatten(1).mean(1), norm.bias)


def test_without_a_reference_it_uses_what_it_met_last() -> None:
    norm, maps = layer(3, 4), torch.randn(9, 3, 2, 2)
    with_reference = norm(maps)[4:]
    norm.reference = 0
    for training in (True, False):
        torch.testing.assert_close(norm.train(training)(maps[4:]), with_reference)
        torch.testing.assert_close(norm(maps[6:7]), with_reference[2:3], msg="alone or in company")


def spied(game: object) -> list[int]:
    """The sizes of the batches that pass through G."""
    seen: list[int] = []
    game.generator.register_forward_pre_hook(lambda layer, given: seen.append(len(given[0])))  # type: ignore[attr-defined]
    return seen


@pytest.mark.parametrize("recipe", ["dcgan", "cgan"])
def test_the_reference_passes_once_a_step_as_long_as_g_rests(recipe: str) -> None:
    trainer = player(recipe, VIRTUAL, {"game": {"discriminator_steps": 3}}, shape=(1, 16, 16))
    seen = spied(trainer.game)
    for _ in range(2):
        trainer.step()
    assert seen == [6 + 8, 8, 8, 6 + 8] * 2
    once = player(recipe, VIRTUAL, shape=(1, 16, 16))
    seen = spied(once.game)
    for _ in range(2):
        once.step()
    assert seen == [6 + 8] * 2, "fakes that both turns share"


def test_a_pass_of_the_reference_is_as_good_as_another() -> None:
    """Fakes of D's second play are those that a pass of its own would have given."""
    game = built("dcgan", VIRTUAL, shape=(1, 16, 16)).requires_grad_(False)
    stabiliser = option(game, "virtual-batch-norm")
    assert isinstance(stabiliser, VirtualBatchNormalisation)
    latents = torch.randn(4, 5)
    seen = spied(game)
    first = game.imagine(torch.randn(3, 5), None)
    shared = game.imagine(latents, None)
    stabiliser.afterwards("generator", game.generator)
    assert torch.equal(game.imagine(latents, None), shared) and len(first) == 3
    assert seen == [9, 4, 10]


def test_samples_do_not_see_each_other() -> None:
    game = built("dcgan", VIRTUAL, shape=(1, 16, 16))
    latents = torch.randn(4, 5)
    together = game.imagine(latents, None)
    torch.testing.assert_close(game.imagine(latents[1:2], None), together[1:2])


def first_statistics(generator: Tensor, latents: Tensor) -> tuple[Tensor, Tensor]:
    maps = generator.layers[0](latents[:, :, None, None]).transpose(0, 1).flatten(1)  # type: ignore[attr-defined]
    return maps.mean(1), maps.var(1, correction=0)


def test_the_averaged_generator_has_statistics_of_its_own() -> None:
    trainer = player("dcgan", VIRTUAL, {"training": {"average": {"warmup": False}}}, shape=(1, 16, 16))
    for _ in range(3):
        trainer.step()
    trainer.average.refresh(trainer.game, seed=0)
    latents = option(trainer.game, "virtual-batch-norm").reference_latents  # type: ignore[arg-type]
    for network in (trainer.game.generator, trainer.average.networks["generator"]):
        mean, variance = first_statistics(network, latents)
        norm = network.layers[1]
        tolerance = {"rtol": 1e-9, "atol": 1e-12} if network is not trainer.game.generator else {"rtol": 0.5, "atol": 1}
        torch.testing.assert_close(norm.running_mean, mean, **tolerance)
        torch.testing.assert_close(norm.running_var, variance, **tolerance)
    live, averaged = (
        net.layers[1].running_mean for net in (trainer.game.generator, trainer.average.networks["generator"])
    )
    assert not torch.equal(live, averaged)


def test_a_conditional_game_has_conditions_for_its_reference() -> None:
    game = built("cgan", VIRTUAL, shape=(1, 16, 16))
    stabiliser = option(game, "virtual-batch-norm")
    assert isinstance(stabiliser, VirtualBatchNormalisation)
    assert stabiliser.reference_conditions is not None
    assert stabiliser.reference_conditions.sum(1).tolist() == [1.0] * 6
    game.generator_loss(first_round(game))["adversarial"].backward()
    weights = [weights.grad for weights in game.generator.parameters()]
    assert all(grad is not None and grad.isfinite().all() for grad in weights)


def test_the_reference_is_the_same_in_every_run() -> None:
    one, other = (
        option(built("dcgan", VIRTUAL, {"training": {"seed": seed}}, shape=(1, 16, 16)), "virtual-batch-norm")
        for seed in (1, 2)
    )
    assert torch.equal(one.reference_latents, other.reference_latents)  # type: ignore[arg-type]


def test_a_batch_norm_that_learns_nothing_becomes_one_that_does_not() -> None:
    made = VirtualBatchNormalisation(size=3).virtual(nn.BatchNorm2d(3, affine=False))
    assert not list(made.parameters())
    made.reference = 3
    torch.testing.assert_close(made(torch.randn(5, 3, 2, 4))[:3].mean((0, 2, 3)), torch.zeros(3))


def test_refusals() -> None:
    with pytest.raises(UsageError, match="size=1"):
        VirtualBatchNormalisation(size=1)
    with pytest.raises(UsageError, match="the generator has no batch norm to replace"):
        built("gan", VIRTUAL)
