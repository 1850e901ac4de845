"""Every signal on samples, logits and networks whose numbers are known."""

from __future__ import annotations

from dataclasses import replace
from math import log
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tests.small import samples, small, trainer
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from ganworks.config import DataSettings
from ganworks.data import toys
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples, some
from ganworks.data.standard import standardised
from ganworks.doctor.glance import Glance, Player
from ganworks.doctor.probe import Probe, read
from ganworks.doctor.reference import Reference, connected, reference_of
from ganworks.doctor.signals import coverage, diversity, gradients, held_out, layers, output, spectra, updates, verdicts
from ganworks.games.round import Round
from ganworks.scores.evaluation.describing import stored
from ganworks.training.trainer import Trainer
from ganworks.tree import Tree


def of_points(points: np.ndarray, batch: int = 256) -> Reference:
    opened = open_samples(DataSettings(), source=points)
    return reference_of(opened, None, batch)


@pytest.fixture(scope="module")
def ring() -> Reference:
    return of_points(toys.ring().sample(5000)[0])


@pytest.fixture(scope="module")
def playing() -> Trainer:
    return trainer(small("toy"), samples("toy"))


def seen(points: Tensor) -> Tensor:
    """In the units of the players."""
    opened = open_samples(DataSettings(), source=toys.ring().sample(5000)[0])
    return standardised(points, opened.spec)


def glance(playing: Trainer, reference: Reference, **judged: Tensor) -> Glance:
    return Glance(playing.game, {}, judged, reference)


def of_judged(playing: Trainer, reference: Reference, fake: Tensor) -> Glance:
    """As of a translator, that has no latents of its own."""
    return replace(glance(playing, reference, fake=fake), game=SimpleNamespace(takes_input=True))  # type: ignore[arg-type]


def test_modes_of_a_mixture_are_its_clusters(ring: Reference) -> None:
    assert len(ring.shares) == 8
    torch.testing.assert_close(ring.shares, torch.full((8,), 1 / 8), atol=0.03, rtol=0)
    grid = of_points(toys.grid().sample(5000)[0])
    assert len(grid.shares) == 25


def test_data_that_do_not_come_apart_are_counted_in_bins() -> None:
    plain = of_points(np.random.default_rng(0).standard_normal((3000, 2)).astype(np.float32))
    assert len(plain.shares) == 64
    assert plain.shares.max() < 0.1


def test_what_touches_is_connected() -> None:
    touching = torch.zeros(5, 5, dtype=torch.bool)
    touching[0, 3] = touching[3, 0] = touching[3, 4] = touching[4, 3] = True
    assert connected(touching).tolist() == [0, 1, 2, 0, 0]


def test_fakes_are_counted_where_they_fall(playing: Trainer, ring: Reference) -> None:
    modes = seen(torch.from_numpy(toys.ring().modes).float())
    counts = coverage.signals(glance(playing, ring, fake=modes[[0, 0, 0, 3]]))["clusters"]
    assert sorted(counts.tolist(), reverse=True) == [3, 1, 0, 0, 0, 0, 0, 0]


def test_real_samples_are_as_diverse_as_real_samples(playing: Trainer, ring: Reference) -> None:
    fresh = seen(torch.from_numpy(toys.ring().sample(256, seed=7)[0]))
    found = diversity.signals(of_judged(playing, ring, fresh))
    assert found["diversity"].item() == pytest.approx(1, abs=0.06)
    assert found["duplicates"].item() < 0.05
    assert found["remoteness"].item() == pytest.approx(1, abs=0.4)


def test_a_collapsed_generator_has_no_diversity_and_only_duplicates(playing: Trainer, ring: Reference) -> None:
    one = seen(torch.ones(64, 2)) + 1e-7 * torch.randn(64, 2)
    found = diversity.signals(of_judged(playing, ring, one))
    assert found["diversity"].item() < 1e-5
    assert found["duplicates"].item() == 1
    assert found["remoteness"].item() > 10


def test_the_verdict_of_a_discriminator_that_is_never_wrong_and_of_one_that_guesses(
    playing: Trainer, ring: Reference
) -> None:
    sure = glance(playing, ring, real_logits=torch.full((32, 1), 30.0), fake_logits=torch.full((32, 1), -30.0))
    found = verdicts.signals(sure)
    assert found["ranking"].item() == 1
    assert found["jsd_bound"].item() == pytest.approx(log(2), abs=1e-6)
    guessing = glance(playing, ring, real_logits=torch.zeros(32, 1), fake_logits=torch.zeros(32, 1))
    found = verdicts.signals(guessing)
    assert found["ranking"].item() == 0.5
    assert found["jsd_bound"].item() == pytest.approx(0, abs=1e-6)


def test_a_ranking_is_the_same_for_shifted_and_scaled_logits() -> None:
    random = torch.Generator().manual_seed(0)
    real, fake = torch.randn(40, generator=random) + 1, torch.randn(40, generator=random)
    assert verdicts.ranking(real, fake) == verdicts.ranking(5 * real - 3, 5 * fake - 3)
    assert verdicts.ranking(real, fake) == 1 - verdicts.ranking(fake, real)


def alone(points: Tensor) -> Round:
    """Samples to which nothing belongs."""
    return Round(points, None, torch.Generator(), len(points))


def test_what_d_says_of_held_out_samples_tells_what_it_knows_by_heart(playing: Trainer, ring: Reference) -> None:
    known, unseen = torch.full((16, 2), 1.0), torch.full((16, 2), -1.0)
    game: Any = playing.game
    network = game.adversary.discriminator

    class ByHeart(nn.Module):
        def forward(self, points: Tensor) -> Tensor:
            return points.sum(1, keepdim=True)

    reference, logits = replace(ring, held_out=alone(unseen)), torch.full((16, 1), -2.0)
    try:
        game.adversary.discriminator = ByHeart()
        found = held_out.signals(glance(playing, reference, real=known, fake=unseen, fake_logits=logits))
    finally:
        game.adversary.discriminator = network
    assert found["memorised"].item() == 1
    assert found["overfit"].item() == pytest.approx(1)
    assert held_out.signals(glance(playing, ring, real=known, fake=unseen)) == {}


def test_a_family_that_tells_no_logits_is_not_asked_what_d_knows_by_heart(playing: Trainer, ring: Reference) -> None:
    ones = torch.ones(16, 2)
    assert held_out.signals(glance(playing, replace(ring, held_out=alone(ones)), real=ones, fake=ones)) == {}


FROM_THE_FIRST: dict[str, Tree] = {"srgan": {"game": {"pretraining": 0}}, "pose": {"game": {"coarse_steps": 0}}}
"""What lets D play in the first step."""


@pytest.mark.parametrize("recipe", ["cgan", "age-cgan", "pix2pix", "cyclegan", "pose", "srgan", "inpainting"])
def test_held_out_samples_are_judged_with_what_belongs_to_them(recipe: str) -> None:
    """Labels, and the pictures that they are made of."""
    data = samples(recipe)
    assert isinstance(data, Samples)
    player = trainer(small(recipe, FROM_THE_FIRST.get(recipe, {})), data)
    judged: dict[str, Tensor] = {}
    player.step(judged)
    found = held_out.signals(glance(player, reference_of(data, some(data, np.arange(12)), 8), **judged))
    assert 0 <= float(found["memorised"]) <= 1
    assert found["overfit"].isfinite()


def test_large_pictures_are_not_all_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(samples: Any, rows: Tensor) -> Any:
        asked.append(len(rows))
        return stored(samples, rows)

    monkeypatch.setattr("ganworks.doctor.reference.stored", counted)
    reference_of(samples("gan"), None, 8)
    assert max(asked) <= 64


@pytest.mark.parametrize("count", [2, 7, 64])
def test_a_discriminator_of_packs_is_asked_about_whole_ones(count: int) -> None:
    """However many samples were held out."""
    data = samples("toy")
    player = trainer(small("toy", {"game": {"stabilisers": {"packing": {"size": 4}}}}), data)
    judged: dict[str, Tensor] = {}
    player.step(judged)
    reference = replace(reference_of(data, None, 8), held_out=alone(torch.randn(count, 2)))
    assert ("memorised" in held_out.signals(glance(player, reference, **judged))) == (count >= 4)


def test_a_discriminator_that_sees_neighbours_is_shown_held_out_samples_by_as_many_as_known_ones() -> None:
    """Minibatch discrimination sums over the batch: a larger one would look like other samples."""
    data = samples("toy")
    player = trainer(small("toy"), data)
    judged: dict[str, Tensor] = {}
    player.step(judged)
    shown: list[int] = []

    def discriminate(points: Tensor, condition: Tensor | None) -> Tensor:
        shown.append(len(points))
        return torch.zeros(len(points), 1)

    player.game.discriminate = discriminate  # type: ignore[method-assign, assignment]
    held_out.signals(glance(player, replace(reference_of(data, None, 8), held_out=alone(torch.randn(64, 2))), **judged))
    assert shown == [8] * 9


def test_diversity_is_that_of_the_same_latents_at_every_look(playing: Trainer, ring: Reference) -> None:
    """What a batch drew by chance is no sign of how a training goes."""
    random = torch.Generator().manual_seed(0)
    found = [diversity.signals(glance(playing, ring, fake=torch.randn(64, 2, generator=random))) for _ in range(2)]
    assert found[0] == found[1]
    first: Any = next(layer for layer in playing.game.generator.modules() if isinstance(layer, nn.Linear))  # type: ignore[union-attr]
    kept = first.weight.detach().clone()
    with torch.no_grad():
        first.weight.zero_()
        constant = diversity.signals(glance(playing, ring, fake=torch.randn(64, 2, generator=random)))
        first.weight.copy_(kept)
    assert found[0]["diversity"] > 0.01 and found[0]["duplicates"] < 1
    assert constant["diversity"] == 0 and constant["duplicates"] == 1


def test_duplicates_are_told_by_as_many_real_samples_as_fakes_are_compared() -> None:
    """Among more samples neighbours are nearer."""
    points = toys.ring().sample(2000)[0]
    few, many, batch = (of_points(points, count).duplicates for count in (16, 128, 2000))
    assert few > many == batch


def test_copies_among_the_data_excuse_none_among_the_fakes(playing: Trainer) -> None:
    twice = of_points(toys.ring().sample(200)[0].repeat(10, axis=0))
    found = diversity.signals(of_judged(playing, twice, seen(torch.ones(64, 2))))
    assert found["duplicates"].item() == 1


def test_one_sample_has_no_diversity(playing: Trainer, ring: Reference) -> None:
    """A batch may be that small, or cut into parts that are; unknown diversity would mean that numbers are lost."""
    found = diversity.signals(of_judged(playing, ring, torch.ones(1, 2)))
    assert found.keys() == {"remoteness"}


def test_the_spectral_norm_is_never_above_the_truth_and_near_it() -> None:
    random = torch.Generator().manual_seed(0)
    for shape in ((30, 20), (8, 4, 3, 3)):
        matrix = torch.randn(shape, generator=random).flatten(1)
        truth = torch.linalg.matrix_norm(matrix, 2)
        assert 0.6 * truth < spectra.spectral_norm(matrix) <= truth * (1 + 1e-5)


def test_matrices_are_those_that_layers_apply() -> None:
    """Out × rest, also of transposed convolutions, and of normalised layers what is left of them."""
    network = nn.Sequential(nn.ConvTranspose2d(2, 3, 4), spectral_norm(nn.Conv2d(3, 5, 3)), nn.LSTM(5, 7)).eval()
    found = list(spectra.matrices(network))
    assert [tuple(matrix.shape) for matrix in found] == [(3, 2 * 16), (5, 27), (28, 5), (28, 7)]
    assert torch.equal(found[0][1], network[0].weight[:, 1].flatten())  # type: ignore[index, union-attr]
    assert torch.linalg.matrix_norm(found[1], 2).item() == pytest.approx(1, abs=0.05)


def test_gradients_and_moves_of_a_player_by_hand() -> None:
    network = nn.Sequential(nn.Linear(2, 3, bias=False), nn.Linear(3, 1, bias=False))
    for weights, value in zip(network.parameters(), (3.0, 4.0), strict=True):
        weights.data.fill_(1.0)
        weights.grad = torch.full_like(weights, value)
    before = tuple(weights.detach() - 0.1 for weights in network.parameters())
    player = Player((network,), before)
    found = gradients.signals(Glance(None, {"generator": player}, {}, None))  # type: ignore[arg-type]
    assert found["generator/gradient"].item() == pytest.approx((6 * 9 + 3 * 16) ** 0.5 / 3)
    assert found["generator/first_to_last"].item() == pytest.approx(3 / 4)
    assert updates.moved(player).item() == pytest.approx(0.1, rel=1e-5)


def test_a_checkerboard_is_seen_and_smooth_images_have_none() -> None:
    random = torch.Generator().manual_seed(0)
    noise = torch.randn(16, 1, 16, 16, generator=random)
    rows, columns = torch.meshgrid(torch.arange(16), torch.arange(16), indexing="ij")
    board = ((rows + columns) % 2 * 2 - 1).float()
    assert output.checkerboard(noise).item() == pytest.approx(1, abs=0.8)
    assert output.checkerboard(noise + 2 * board) > 20


def test_saturated_and_flat_outputs() -> None:
    data = samples("dcgan")
    player = trainer(small("dcgan"), data)
    reference = reference_of(data, None, 8)
    real = torch.rand(32, 1, 8, 8) * 1.8 - 0.9
    found = output.signals(glance(player, reference, real=real, fake=torch.ones(32, 1, 8, 8)))
    assert found["saturated"].item() == 1
    assert found["flat"].item() == 1
    found = output.signals(glance(player, reference, real=real, fake=real.flip(0)))
    assert found["saturated"].item() == 0
    assert found["flat"].item() == 0


def test_a_single_sample_has_no_spread_and_warns_of_none(recwarn: pytest.WarningsRecorder) -> None:
    data = samples("dcgan")
    player = trainer(small("dcgan"), data)
    one = torch.rand(1, 1, 8, 8)
    seen = glance(player, reference_of(data, None, 8), real=one, fake=one.flip(3))
    player.game.eval()
    with torch.no_grad():
        found = output.signals(seen) | layers.signals(seen)
    assert not {"flat", "sensitivity"} & set(found) and "saturated" in found
    assert not [str(warning.message) for warning in recwarn]


def test_dead_units_are_those_that_no_latent_wakes(playing: Trainer, ring: Reference) -> None:
    seen = glance(playing, ring, real=torch.randn(16, 2))
    playing.game.eval()
    before = layers.signals(seen)
    first: Any = next(layer for layer in playing.game.generator.modules() if isinstance(layer, nn.Linear))  # type: ignore[union-attr]
    kept = first.bias.detach().clone()
    with torch.no_grad():
        first.bias.fill_(-1e4)
        after = layers.signals(seen)
        first.bias.copy_(kept)
    playing.game.train()
    assert before["dead"] < 0.5 <= after["dead"]
    assert after["sensitivity"] == 0 < before["sensitivity"]


def test_looking_leaves_no_trace() -> None:
    """A training that is watched ends bit for bit like one that is not."""
    for recipe in ("dcgan", "toy", "cgan"):
        data = samples(recipe)
        watched, alone = (trainer(small(recipe), data) for _ in range(2))
        probe = Probe(watched.game, reference_of(data, None, 8))
        for step in range(4):
            probe.prepare(watched.turns)
            judged: dict[str, Tensor] = {}
            watched.step(judged)
            line = probe.look(judged, step + 1, watched.window.newest())
            alone.step()
        for name, tensor in alone.state().items():
            assert torch.equal(tensor, watched.state()[name]), name
        assert {"diversity", "ranking", "generator/gradient", "discriminator/update", "clusters"} <= line.keys()


def test_every_recipe_is_watched() -> None:
    from tests.small import RECIPES

    for recipe in RECIPES:
        data = samples(recipe)
        player = trainer(small(recipe), data)
        probe = Probe(player.game, reference_of(data, None, 8))
        probe.prepare(player.turns)
        judged: dict[str, Tensor] = {}
        player.step(judged)
        line = probe.look(judged, 1, player.window.newest())
        assert all(value is not None for value in line.values()), recipe


def test_a_number_that_is_none_is_recorded_as_unknown() -> None:
    assert read({"a": torch.tensor(float("nan")), "b": torch.tensor([1.0, 2.0]), "c": torch.tensor(0.123456)}) == {
        "a": None,
        "b": [1.0, 2.0],
        "c": 0.12346,
    }


def test_the_bound_is_the_better_of_logits_as_they_are_and_centred(playing: Trainer, ring: Reference) -> None:
    """A relativistic D may put all its logits anywhere; one that is sure of both sides needs no centre."""
    shifted = glance(playing, ring, real_logits=torch.full((8, 1), 90.0), fake_logits=torch.full((8, 1), 70.0))
    assert verdicts.signals(shifted)["jsd_bound"].item() == pytest.approx(log(2), abs=1e-3)
    uneven = glance(playing, ring, real_logits=torch.tensor([[10.0], [300.0]]), fake_logits=torch.full((2, 1), -10.0))
    assert verdicts.signals(uneven)["jsd_bound"].item() == pytest.approx(log(2), abs=1e-3)
