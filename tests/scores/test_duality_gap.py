"""The duality gap is small for a toy game that was trained, large for one that is not at an equilibrium."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from math import log
from typing import Any

import pytest
import torch
from tests import small
from torch import Tensor

from ganworks.data.batches import to_unit_range
from ganworks.data.spec import Spec
from ganworks.data.standard import original
from ganworks.data.toys import ring
from ganworks.errors import GanworksError, UsageError
from ganworks.games.gan import GAN
from ganworks.games.round import Round
from ganworks.scores.duality_gap import _Part, duality_gap

PLAYER = {"name": "mlp", "hidden": [32, 32]}
ADAM = {"lr": 1e-3, "betas": (0.5, 0.9)}


def played(steps: int, objective: str = "relativistic") -> GAN:
    """The toy recipe's game, narrower, of points as they are, at rates that learn in a thousand steps on every seed."""
    game = {
        "generator": PLAYER,
        "discriminator": PLAYER,
        "objective": objective,
        "latent": {"discrete": 0, "spread": 1},
        "penalties": {"r1": {"gamma": 1.0}, "r2": {"gamma": 1.0}},
    }
    training = {"batch_size": 64, "optimisers": {"generator": ADAM, "discriminator": ADAM}}
    configuration = small.configure("toy", {**small.ENGINE, "game": game}, {"training": training})
    trainer = small.trainer(configuration, replace(small.samples("toy"), spec=Spec((2,))))
    for _ in range(steps):
        trainer.step()
    assert isinstance(trainer.game, GAN)
    return trainer.game


@pytest.fixture(scope="module")
def trained() -> GAN:
    return played(1000)


@pytest.fixture(scope="module")
def points() -> Tensor:
    return torch.from_numpy(ring().sample(1024, seed=9)[0])


def collapsed(game: GAN) -> GAN:
    """The same discriminator, and a generator that makes the first mode's centre only."""
    game = deepcopy(game)
    last = [layer for layer in game.generator.modules() if isinstance(layer, torch.nn.Linear)][-1]
    with torch.no_grad():
        last.weight.zero_()
        last.bias.copy_(torch.tensor([1.0, 0.0]))
    return game


def test_training_closes_the_gap_and_collapse_opens_it(trained: GAN, points: Tensor) -> None:
    good = duality_gap(trained, points, steps=150)
    fresh = duality_gap(played(0), points, steps=150)
    bad = duality_gap(collapsed(trained), points, steps=150)
    assert -0.005 <= good.gap < 0.05
    assert good.value == pytest.approx(-log(2), abs=0.05)
    assert bad.gap > 0.15 and fresh.gap > 0.15
    # It is the discriminator that could gain from the collapse: it was not trained against this generator.
    assert bad.best_discriminator - bad.value > 0.15
    assert min(bad.gap, fresh.gap) > 5 * good.gap


def test_at_an_equilibrium_neither_side_gains(points: Tensor) -> None:
    """A generator of the data's own distribution, and a discriminator that cannot tell: −2 log 2 for minimax."""
    game = played(0, objective="saturating")
    mixture = torch.from_numpy(ring().modes).float()

    class Sampler(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.shift = torch.nn.Parameter(torch.zeros(2))

        def forward(self, latent: Tensor) -> Tensor:
            angle = torch.special.ndtr(latent[:, 0]) * 8
            return mixture[angle.long().clamp(0, 7)] + 0.01 * latent[:, 1:3] + self.shift

    game.generator = Sampler()
    with torch.no_grad():
        for weights in game.discriminator.parameters():
            weights.mul_(1e-3)
    found = duality_gap(game, points, steps=150)
    assert found.value == pytest.approx(-2 * log(2), abs=1e-3)
    assert abs(found.gap) < 0.03


def test_a_stationary_point_is_left_by_the_perturbation(trained: GAN, points: Tensor) -> None:
    """No gradient leads away from a discriminator of zeros."""
    game = collapsed(trained)
    for weights in game.discriminator.parameters():
        weights.data.zero_()
    stuck, found = (duality_gap(game, points, steps=150, perturbation=amount) for amount in (0.0, 0.01))
    assert stuck.best_discriminator == stuck.value == pytest.approx(-log(2), abs=1e-6)
    assert found.best_discriminator - found.value > 0.1


@pytest.mark.parametrize(
    "wrong",
    [
        *({"steps": steps} for steps in (0, -5)),
        {"batch": 0},
        *({"rate": rate} for rate in (0.0, -1.0, float("nan"), float("inf"))),
        *({"perturbation": amount} for amount in (-0.1, float("nan"))),
    ],
)
def test_a_search_that_is_none_is_refused(trained: GAN, points: Tensor, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="a search needs 1 or more steps"):
        duality_gap(trained, points, **wrong)


def test_arrays_and_other_floats_are_the_same_samples(trained: GAN, points: Tensor) -> None:
    some = points[:256]
    expected = duality_gap(trained, some, steps=5)
    assert duality_gap(trained, some.numpy(), steps=5) == expected == duality_gap(trained, some.double(), steps=5)
    assert duality_gap(trained, some.half(), steps=5).value == pytest.approx(expected.value, abs=1e-3)


def test_samples_that_are_none_of_the_games_are_refused(trained: GAN, points: Tensor) -> None:
    broken = points.clone()
    broken[3] = float("nan")
    with pytest.raises(GanworksError, match="2 values of the samples are NaN or infinite"):
        duality_gap(trained, broken)
    data = small.samples("dcgan")
    pixels = torch.from_numpy(data.values).repeat(2, 1, 1, 1).float()
    with pytest.raises(GanworksError, match=r"float images lie in \[\S+ \d+\]: scale them to \[-1, 1\]"):
        duality_gap(small.trainer(small.small("dcgan"), data).game, pixels)
    with pytest.raises(GanworksError, match=r"labels have shape \(3,\): one for each of 1024"):
        duality_gap(trained, points, torch.zeros(3, dtype=torch.long))


def test_nothing_is_chosen_or_measured_on_what_was_learnt(
    trained: GAN, points: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = points[:200] + 0.001 * torch.arange(200)[:, None]  # no two alike
    seen: list[tuple[str, set[float]]] = []
    draw = _Part.round

    def watched(self: _Part, rows: Tensor, stream: str, index: int) -> Round:
        seen.append((stream, set(self.real[rows][:, 0].tolist())))
        return draw(self, rows, stream, index)

    monkeypatch.setattr(_Part, "round", watched)
    duality_gap(trained, real, steps=20, batch=64)
    learnt = set().union(*(rows for stream, rows in seen if stream != "value"))
    judged = [rows for stream, rows in seen if stream == "value"]
    measured, chosen = set().union(*judged[-3:]), set().union(*judged[:-3])
    assert all(rows == measured for rows in judged[-3:])
    assert (len(learnt), len(chosen), len(measured)) == (100, 50, 50)
    assert not (learnt & chosen or learnt & measured or chosen & measured)


def test_the_seed_decides_it_and_the_game_is_left_alone(trained: GAN, points: Tensor) -> None:
    trained.eval()
    before = deepcopy(trained.state_dict())
    first, again, other = (duality_gap(trained, points[:256], steps=20, seed=seed) for seed in (0, 0, 1))
    assert first == again != other
    assert all(torch.equal(before[name], tensor) for name, tensor in trained.state_dict().items())
    assert not trained.training and not any(weights.requires_grad for weights in trained.parameters())
    trained.train()


def test_weights_stay_in_their_allowed_set(monkeypatch: pytest.MonkeyPatch) -> None:
    data = small.samples("wgan")
    game = small.trainer(small.small("wgan"), data).game
    clipped = []
    monkeypatch.setattr(
        "ganworks.stabilisers.weight_clipping.clip_weights", lambda network, limit: clipped.append(limit)
    )
    duality_gap(game, to_unit_range(torch.from_numpy(data.values).repeat(2, 1, 1, 1)), steps=7)
    assert clipped == [0.01] * 7


@pytest.mark.parametrize("recipe", ["cgan", "wgan", "wgan-gp", "sngan"])
def test_every_kind_of_game_plays(recipe: str) -> None:
    data = small.samples(recipe)
    game = small.trainer(small.small(recipe), data).game
    images = to_unit_range(torch.from_numpy(data.values).repeat(2, 1, 1, 1))
    labels = torch.from_numpy(data.labels).repeat(2) if data.labels is not None else None
    found = duality_gap(game, images, labels, steps=10, batch=16)
    assert found.best_generator - 1e-3 < found.value < found.best_discriminator + 1e-3
    assert 1e-3 < found.gap < 2, "both sides of a new game find something in ten steps"
    if recipe == "cgan":
        with pytest.raises(GanworksError, match="needs the labels"):
            duality_gap(game, images)


def test_what_has_no_gap_is_refused(trained: GAN, points: Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GanworksError, match="128 samples or more, as floats; 127 of"):
        duality_gap(trained, points[:127])
    with pytest.raises(GanworksError, match=r"of torch\.uint8"):
        duality_gap(trained, torch.zeros(200, 2, dtype=torch.uint8))
    broken = deepcopy(trained)
    next(broken.discriminator.parameters()).data.fill_(float("nan"))
    with pytest.raises(GanworksError, match="diverged"):
        duality_gap(broken, points)
    monkeypatch.setattr(GAN, "turns", lambda self: [])
    with pytest.raises(UsageError, match="no turn 'discriminator'"):
        duality_gap(trained, points)


def test_points_are_given_in_the_units_of_the_data(trained: GAN, points: Tensor) -> None:
    elsewhere = deepcopy(trained)
    elsewhere.spec = Spec((2,), centre=(4096.0, -64.0), spread=(1024.0, 0.5))
    expected = duality_gap(trained, points, steps=5)
    found = duality_gap(elsewhere, original(points.double(), elsewhere.spec), steps=5)
    assert found.value == pytest.approx(expected.value, abs=1e-5)
    assert found.gap == pytest.approx(expected.gap, abs=1e-3)
