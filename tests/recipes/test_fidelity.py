"""Three steps of every recipe equal the papers' algorithms, written out in plain_loops and plain_networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from tests.recipes import plain_loops as loops
from tests.recipes import plain_networks as plain
from tests.recipes import plain_residual as residual
from tests.small import ENGINE, images, labels
from torch import Tensor, nn

from ganworks.config import DataSettings
from ganworks.data.batches import Batch, batches
from ganworks.data.open import open_samples
from ganworks.games.round import Round
from ganworks.launch import fresh_game
from ganworks.recipes import configure
from ganworks.training.trainer import Trainer
from ganworks.tree import Tree, merge

pytestmark = pytest.mark.usefixtures("double")


class Recording:
    """A game played for three steps, with its first weights, its batches and everything it drew."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, recipe: str, settings: Tree, source: Any) -> None:
        self.drawn: list[Tensor] = []
        self.batches: list[Batch] = []
        share = Round.share

        def recorded(round: Round, draw: Any) -> Tensor:
            self.drawn.append(share(round, draw))
            return self.drawn[-1]

        monkeypatch.setattr(Round, "share", recorded)
        configuration = configure(recipe, merge(ENGINE, settings))
        training = configuration.training
        samples = open_samples(configuration.data, source=source)

        def stream(start: int) -> Iterator[Batch]:
            for batch in batches(samples, training.batch_size, training.seed, start=start):
                self.batches.append(batch)
                yield batch

        self.game = fresh_game(configuration, samples.spec)
        self.first = {
            name: [tensor.clone() for tensor in getattr(self.game, name).state_dict().values()]
            for name in ("generator", "discriminator")
        }
        self.classes = len(samples.spec.classes)
        self.points = None if samples.spec.is_image else torch.from_numpy(samples.values).double()
        self.trainer = Trainer(self.game, training, stream)
        for _ in range(loops.STEPS):
            self.trainer.step()
        self.waiting = iter(self.batches)
        self.draws = iter(self.drawn)

    def real(self) -> Tensor:
        values = next(self.waiting).values
        if self.points is not None:
            return (values.double() - self.points.mean(0)) / self.points.std(0, correction=0)
        return values.double() / 127.5 - 1

    def labelled(self) -> tuple[Tensor, Tensor]:
        values, labels, _ = next(self.waiting)
        return values.double() / 127.5 - 1, torch.eye(self.classes)[labels]

    def draw(self) -> Tensor:
        return next(self.draws)

    def check(self, generator: nn.Module, discriminator: nn.Module, ema: loops.EMA, buffers: bool = True) -> None:
        """The game ends with the reference's weights, averages and buffers, and drew and read no more than it."""
        close(self.game.generator, generator)
        close(self.game.discriminator, discriminator, buffers)
        close(self.trainer.average.networks["generator"], ema.network, buffers=False)
        assert next(self.draws, None) is None, "the game drew more than the algorithm does"
        assert next(self.waiting, None) is None, "the game read more batches than the algorithm does"


def close(ours: nn.Module, reference: nn.Module, buffers: bool = True) -> None:
    pairs = list(zip(ours.parameters(), reference.parameters(), strict=True))
    if buffers:
        pairs += zip(ours.buffers(), reference.buffers(), strict=True)
    for mine, theirs in pairs:
        torch.testing.assert_close(mine.detach(), theirs.detach().view(mine.shape), rtol=1e-6, atol=1e-9)


def start(network: nn.Module, weights: list[Tensor]) -> nn.Module:
    """`network` with `weights`, copied in the order of its tensors."""
    with torch.no_grad():
        for tensor, value in zip(network.state_dict().values(), weights, strict=True):
            tensor.copy_(value.view(tensor.shape))
    return network


def tiny(latent: int = 6, batch: int = 4, **game: Any) -> Tree:
    players = {"generator": {"width": 8}, "discriminator": {"width": 8}}
    return {"game": {**players, "latent": {"size": latent}, **game}, "training": {"batch_size": batch}}


def play(
    recording: Recording, generator: nn.Module, discriminator: nn.Module, loop: Callable[..., loops.EMA], **more: Any
) -> None:
    start(generator, recording.first["generator"])
    start(discriminator, recording.first["discriminator"])
    recording.check(generator, discriminator, loop(generator, discriminator, recording.real, recording.draw, **more))


def test_gan_is_the_published_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(monkeypatch, "gan", {}, images(shape=(1, 28, 28)))
    play(recording, plain.toy_gan_generator(), plain.toy_gan_discriminator(), loops.nonsaturating)


def test_dcgan_at_64_is_the_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"training": {"batch_size": 2}}
    recording = Recording(monkeypatch, "dcgan", settings, images(8, (3, 64, 64)))
    play(recording, plain.dcgan_generator_64(100, 3), plain.dcgan_discriminator_64(3), loops.nonsaturating)


def test_improved_dcgan(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(monkeypatch, "improved-dcgan", tiny(), images(shape=(3, 16, 16)))
    reference = recording.game.get_buffer("stabilisers.virtual-batch-norm.reference_latents")
    generator = plain.ReferencedGenerator16(6, 3, reference)
    play(recording, generator, plain.NeighbourlyDiscriminator16(3), loops.improved)


@pytest.mark.parametrize("conditioning", ["concatenation", "projection"])
def test_cgan(monkeypatch: pytest.MonkeyPatch, conditioning: str) -> None:
    planes = conditioning == "concatenation"
    source = images(shape=(1, 16, 16)), labels()
    recording = Recording(monkeypatch, "cgan", tiny(conditioning=conditioning), source)
    generator = start(plain.dcgan_generator_16(6 + 3, 1), recording.first["generator"])
    seen = plain.dcgan_discriminator_16(1 + 3) if planes else plain.ProjectionDiscriminator16(1, 3)
    discriminator = start(seen, recording.first["discriminator"])
    ema = loops.conditional(generator, discriminator, recording.labelled, recording.draw, planes)
    recording.check(generator, discriminator, ema)


def test_lsgan(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(monkeypatch, "lsgan", tiny(), images(shape=(3, 16, 16)))
    play(recording, plain.dcgan_generator_16(6, 3), plain.dcgan_discriminator_16(3), loops.least_squares)


def test_wgan(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(monkeypatch, "wgan", tiny(), images(shape=(3, 16, 16)))
    play(recording, plain.dcgan_generator_16(6, 3), plain.dcgan_discriminator_16(3), loops.wasserstein)


def test_wgan_gp(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(monkeypatch, "wgan-gp", tiny(), images(shape=(3, 16, 16)))
    critic = plain.dcgan_discriminator_16(3, norm=False)
    play(recording, plain.dcgan_generator_16(6, 3), critic, loops.wasserstein_gp)


@pytest.mark.parametrize("every", [1, 8])
def test_r3gan(monkeypatch: pytest.MonkeyPatch, every: int) -> None:
    """With the rates that were measured for it, and with the penalties on all samples too."""
    penalties = {"r1": {"every": every}, "r2": {"every": every}}
    recording = Recording(monkeypatch, "r3gan", tiny(batch=16, penalties=penalties), images(shape=(3, 16, 16)))
    critic = plain.dcgan_discriminator_16(3, norm=False)
    options = {"lr": 1e-3, "lr_g": 2e-3, "betas": (0.0, 0.99), "gamma": 1.0, "every": every, "warmup": 100}
    play(recording, plain.dcgan_generator_16(6, 3), critic, loops.relativistic, **options)
    assert configure("r3gan").game.penalties["r1"]["every"] == 8


def test_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """With gammas at their last value in the third step, where the recipe's need four fifths of a training."""
    penalties = {name: {"anneal": (0.2, 2)} for name in ("r1", "r2")}
    recording = Recording(monkeypatch, "toy", {"game": {"penalties": penalties}}, "ring")
    generator, discriminator = plain.PointPlayer(16, 2, slope=0.0), plain.PointPlayer(2, 1, slope=0.2, waves=64)
    options = {"lr": 1e-3, "lr_g": 5e-4, "betas": (0.0, 0.9), "gamma": 0.4, "anneal": (0.2, 2), "eps": 1e-5}
    play(recording, generator, discriminator, loops.relativistic, **options)
    signs, others = torch.cat(recording.drawn)[:, :12], torch.cat(recording.drawn)[:, 12:]
    assert (signs.abs() == 1).all() and not (others.abs() == 1).any()
    assert others.std().item() == pytest.approx(0.5, rel=0.2)
    assert configure("toy").game.penalties["r1"] == {"gamma": 0.4, "every": 1, "anneal": [0.05, 20_000]}
    training = configure("toy").training
    fall = training.schedule
    assert (fall.shape, fall.floor, fall.decay_from, fall.decay_to) == ("exponential", 0.03, 10_000, 25_000)
    assert {name: each.decay for name, each in training.optimisers.items()} == {"generator": 2, "discriminator": 1}


def test_lstm(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = {"generator": {"hidden": 7}, "discriminator": {"hidden": 5}, "latent": {"size": 6}}
    settings = {"game": hidden, "training": {"batch_size": 16}}
    recording = Recording(monkeypatch, "lstm", settings, images(shape=(2, 10, 9)))
    generator = plain.Weights(recording.first["generator"], plain.lstm_writer(10, 2, 9))
    discriminator = plain.Weights(recording.first["discriminator"], plain.lstm_reader)
    options = {"lr": 2e-3, "betas": (0.0, 0.99), "gamma": 10.0, "every": 8, "warmup": 100}
    ema = loops.relativistic(generator, discriminator, recording.real, recording.draw, **options)
    recording.check(generator, discriminator, ema)


def test_sngan(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(monkeypatch, "sngan", tiny(), images(shape=(3, 32, 32)))
    generator = start(residual.Generator32(6, 8, 3), recording.first["generator"])
    first = dict(zip(recording.game.discriminator.state_dict(), recording.first["discriminator"], strict=True))
    stems = [name.removesuffix("parametrizations.weight.original") for name in first if name.endswith("original")]
    layers = [
        residual.SpectralLayer(
            first[f"{stem}parametrizations.weight.original"],
            first[f"{stem}bias"],
            first[f"{stem}parametrizations.weight.0._u"],
            first[f"{stem}parametrizations.weight.0._v"],
        )
        for stem in stems
    ]
    discriminator = residual.Discriminator32(layers)
    ema = loops.hinge(generator, discriminator, recording.real, recording.draw)
    recording.check(generator, discriminator, ema, buffers=False)


def test_the_settings_of_the_papers_are_the_defaults() -> None:
    """What the references above do not fix because it only costs time: batch sizes, sizes of z, widths."""
    assert configure("dcgan").training.batch_size == 128
    prior = configure("dcgan").game.latent.model_dump()
    assert prior == {"size": 100, "distribution": "gaussian", "discrete": 0, "spread": 1}
    assert configure("gan").game.latent.size == 100
    assert configure("wgan").training.batch_size == configure("wgan-gp").training.batch_size == 64
    assert configure("sngan").game.generator.settings["width"] == 256
    assert configure("sngan").game.discriminator.settings["width"] == 128
    assert configure("sngan").game.stabilisers == {"spectral-norm": {"on": "discriminator", "iterations": 1}}
    improved = configure("improved-dcgan").game
    assert improved.stabilisers["label-smoothing"] == {"real": 0.9, "fake": 0.0}
    assert improved.stabilisers["feature-matching"]["adversarial"] == 0
    assert improved.objective == configure("dcgan").game.objective
    assert isinstance(configure("dcgan").data, DataSettings)
