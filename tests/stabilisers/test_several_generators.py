from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from tests.small import ENGINE, flat, images, samples, small, trainer
from tests.stabilisers.playing import built, first_round, option, sight, stabilised
from torch import Tensor, nn

import ganworks
from ganworks.errors import UsageError
from ganworks.games.generation import generate
from ganworks.games.interpolation import walk
from ganworks.stabilisers.several_generators import OneOf, SeveralGenerators, alike
from ganworks.tree import Tree

pytestmark = pytest.mark.usefixtures("double")


def constant(value: float) -> nn.Linear:
    layer = nn.Linear(2, 1)
    nn.init.zeros_(layer.weight)
    nn.init.constant_(layer.bias, value)
    return layer


def test_the_first_numbers_choose_who_is_given_the_others() -> None:
    layers = OneOf([constant(5.0), constant(7.0), nn.Linear(2, 1)])
    given = torch.tensor([[1, 0, 0, 9, 9], [0, 1, 0, 9, 9], [0, 0, 1, 2, 3], [0.2, 0.3, 0.1, 9, 9]])
    expected = [5.0, 7.0, layers[2](torch.tensor([2.0, 3.0])).item(), 7.0]
    torch.testing.assert_close(layers(given), torch.tensor(expected)[:, None])
    maps = OneOf(alike(nn.ConvTranspose2d(2, 3, 4), 3))
    torch.testing.assert_close(maps(given[:, :, None, None])[2], maps[2](given[2:3, 3:, None, None])[0])


def test_only_who_was_chosen_learns() -> None:
    layers = OneOf([nn.Linear(2, 1) for _ in range(3)])
    layers(torch.tensor([[0.0, 1.0, 0.0, 4.0, 5.0]])).sum().backward()
    gradients = [layer.weight.grad for layer in layers]
    assert [bool(gradient.any()) for gradient in gradients] == [False, True, False]
    assert gradients[1].tolist() == [[4.0, 5.0]]


def test_copies_begin_elsewhere_with_weights_of_the_same_distribution() -> None:
    layer = nn.Linear(30, 20)
    layers = alike(layer, 3)
    assert layers[0] is layer
    for copy in layers[1:]:
        assert not torch.equal(copy.weight, layer.weight)  # type: ignore[arg-type]
        assert torch.equal(copy.weight.flatten().sort()[0], layer.weight.flatten().sort()[0])  # type: ignore[operator, union-attr]


def test_by_hand() -> None:
    """β · −mean log softmax(C(f))[k], here of a C that gives k the logit 2f or −f."""
    made = SeveralGenerators(count=2, weight=0.5)
    made.classifier = nn.Linear(1, 2, bias=False)
    made.classifier.weight = nn.Parameter(torch.tensor([[2.0], [-1.0]]))
    latents = torch.tensor([[1.0, 0.0, 9.0], [0.0, 1.0, 9.0]])
    seen = sight("generator", nn.Identity(), latents=latents, fake_features={"head": torch.tensor([[1.0], [0.5]])})
    terms = made.terms({"adversarial": torch.tensor(3.0)}, seen)
    probabilities = torch.softmax(torch.tensor([[2.0, -1.0], [1.0, -0.5]]), 1)
    expected = -0.5 * (probabilities[0, 0].log() + probabilities[1, 1].log()) / 2
    assert terms["adversarial"] == 3
    torch.testing.assert_close(terms["which_generator"], expected)


@pytest.mark.parametrize(
    ("recipe", "others"),
    [("gan", {}), ("dcgan", {}), ("cgan", {}), ("sngan", {}), ("dcgan", {"mixed_batches": {}})],
    ids=str,
)
def test_both_players_are_judged_by_the_features_of_their_fakes(recipe: str, others: dict[str, Any]) -> None:
    options = {"several_generators": {"count": 3, "weight": 2.0}, **others}
    game = built(recipe, stabilised(**options), shape=(1, 16, 16)).eval()
    round = first_round(game)
    latents = game.latents(round)
    fakes, condition = game.fakes(round, game.condition(round)), game.condition(round)
    read: list[Tensor] = []
    hook = game.discriminator.get_submodule("head").register_forward_pre_hook(lambda _, given: read.append(given[0]))
    game.adversary.judge(game.discriminator, fakes, condition)
    hook.remove()
    made = option(game, "several-generators")
    assert isinstance(made, SeveralGenerators)
    logits = made.classifier(read[0].flatten(1))
    expected = 2 * nn.functional.cross_entropy(logits, latents[:, :3].argmax(1))
    for loss in (game.discriminator_loss, game.generator_loss):
        torch.testing.assert_close(loss(round)["which_generator"], expected, msg=loss.__name__)


def test_the_generators_turn_judges_no_real_samples() -> None:
    game = built("dcgan", stabilised(several_generators={}), shape=(1, 16, 16))
    judged: list[int] = []
    game.discriminator.register_forward_hook(lambda _, given, logits: judged.append(len(given[0])))
    round = first_round(game)
    game.generator_loss(round)
    assert judged == [len(round.real)]


def test_who_learns_it() -> None:
    game = built("gan", stabilised(several_generators={}))
    made = option(game, "several-generators")
    discriminator, generator = game.turns()
    assert made in discriminator.learns and made not in generator.learns
    parameters = [weights for network in discriminator.learns for weights in network.parameters()]
    assert any(weights is made.classifier.weight for weights in parameters)  # type: ignore[attr-defined]


def test_each_is_drawn_as_often_and_for_the_same_latents() -> None:
    game, plain = built("gan", stabilised(several_generators={"count": 4})), built("gan")
    latents = game.draw_latents(20_000, torch.Generator().manual_seed(0))
    assert latents.shape == (20_000, 4 + 5)
    assert torch.equal(latents[:, 4:], plain.draw_latents(20_000, torch.Generator().manual_seed(0)))
    assert set(latents[:, :4].unique().tolist()) == {0.0, 1.0} and bool((latents[:, :4].sum(1) == 1).all())
    assert latents[:, :4].mean(0).tolist() == pytest.approx([0.25] * 4, abs=5 * (0.25 * 0.75 / 20_000) ** 0.5)


def test_a_walk_changes_its_generator_half_way() -> None:
    game = built("gan", stabilised(several_generators={"count": 3})).eval()
    stops = torch.cat([torch.eye(3)[:2], torch.randn(2, 5)], 1)
    for kind in ("linear", "spherical"):
        path = walk(stops, 9, kind)[:9]
        first = game.generate(path)
        fixed = path.clone()
        fixed[:, :3] = torch.tensor([1.0, 0.0, 0.0])
        same = [torch.equal(a, b) for a, b in zip(first, game.generate(fixed), strict=True)]
        assert same == [True] * 5 + [False] * 4


def test_samples_are_those_of_the_average_and_of_a_saved_file(tmp_path: Path) -> None:
    settings = {**flat(ENGINE), "training.steps": 3, "game.stabilisers.several-generators.count": 3}
    settings |= {"game.generator.width": 4, "game.discriminator.width": 4, "training.average.decay": 0.5}
    run = ganworks.train("dcgan", images(), out=tmp_path / "run", settings=settings)
    loaded = ganworks.load(run.save(tmp_path / "shared.safetensors"))
    made = run.generate(40, seed=1)
    assert torch.equal(loaded.generate(40, seed=1), made)
    assert torch.equal(run.generate(3, seed=1), made[:3])
    assert torch.equal(generate(run.game, 7, seed=1, first=33), made[33:])
    assert loaded.interpolate(stops=2, frames=3).shape == (6, 1, 8, 8)


def test_refusals() -> None:
    with pytest.raises(UsageError, match="count=1"):
        SeveralGenerators(count=1)
    for weight in (-1, float("nan"), float("inf")):
        with pytest.raises(UsageError, match=f"weight={weight}"):
            SeveralGenerators(weight=weight)
    with pytest.raises(UsageError, match="first layer is no dense or convolutional one of 5 inputs"):
        built("lstm", stabilised(several_generators={}))
    with pytest.raises(UsageError, match="D judges packs of samples"):
        built("gan", stabilised(several_generators={}, packing={}))
    with pytest.raises(UsageError, match="unknown layer of the discriminator 'haed': did you mean 'head'"):
        built("gan", stabilised(several_generators={"layer": "haed"}))


@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_hidden_layers_after_it_are_normalised_too(kind: str) -> None:
    """In either order of the two options."""
    options = {"several_generators": {}, "normalisation": {"kind": kind}}
    games = [built("gan", stabilised(**chosen)) for chosen in (options, dict(reversed(options.items())))]
    found = [[type(layer) for layer in game.generator.modules() if "Norm" in type(layer).__name__] for game in games]
    assert found[0] == found[1] and len(found[0]) == 2


def apart(weight: float, seed: int) -> float:
    """The share of the samples' variance that is between four generators, after 200 steps on the ring."""
    player = {"hidden": (32, 32)}
    adam = {"name": "adam", "lr": 1e-3, "betas": (0.5, 0.999)}
    options = {"several-generators": {"count": 4, "weight": weight}}
    game: Tree = {"generator": player, "discriminator": player, "stabilisers": options}
    training: Tree = {"batch_size": 64, "seed": seed, "optimisers": {"generator": adam, "discriminator": adam}}
    played = trainer(small("gan", {"game": game, "training": training}), samples("toy"))
    for _ in range(200):
        played.step()
    latents = played.game.draw_latents(2000, torch.Generator().manual_seed(0))
    with torch.no_grad():
        points = played.game.generate(latents)
    centres = torch.stack([points[latents[:, k] == 1].mean(0) for k in range(4)])
    return float(centres.var(0, unbiased=False).sum() / points.var(0, unbiased=False).sum())


@pytest.mark.parametrize("seed", range(3))
def test_they_go_to_different_places(seed: int) -> None:
    """Measured in float32: .83 to .87 with the classifier, .02 to .05 without."""
    assert apart(0.5, seed) > 0.6
    assert apart(0.0, seed) < 0.3
