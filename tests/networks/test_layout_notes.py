"""Every lint with a network that breaks the guideline and one that keeps it; published recipes break few."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from tests.small import ENGINE, flat, samples
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

import ganworks
from ganworks.games.game import Game
from ganworks.lookup import names
from ganworks.networks.guidelines import LINTS, Layout, notes
from ganworks.networks.unet import Translator as Unet
from ganworks.recipes import build_game, configure, recipe_names


def chain(*layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(*layers)


def conv(kernel: int = 4, stride: int = 2) -> nn.Conv2d:
    return nn.Conv2d(3, 3, kernel, stride)


G, D = chain(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 8), nn.Tanh()), chain(nn.Linear(8, 8), nn.Linear(8, 1))
CASES: dict[str, list[tuple[Layout, str | None]]] = {
    "kernels": [
        (Layout(chain(conv(), nn.ConvTranspose2d(3, 3, 3, 2)), chain(conv(3, 1)), 9**9), r"generator\.1 \(3 by 2\)"),
        (Layout(G, chain(conv(3), conv(), conv(5)), 9**9), r"discriminator\.0 \(3 by 2\) and 1 more"),
        (Layout(G, chain(nn.Conv2d(3, 3, (4, 3), (2, 2))), 9**9), r"discriminator\.0 \(3 by 2\)"),
        (Layout(chain(conv(3), nn.ConvTranspose2d(3, 3, 3, 2)), D, 9**9), r"checkerboard: generator\.1 \(3 by 2\)$"),
        (Layout(chain(conv(3)), D, 9**9), None),
        (Layout(chain(nn.ConvTranspose2d(3, 3, 4, 2), conv(3, 1)), chain(spectral_norm(conv(6, 3))), 9**9), None),
    ],
    "pooling": [
        (Layout(G, chain(conv(), nn.MaxPool2d(2)), 9**9), "the discriminator pools.*: 1$"),
        (Layout(chain(nn.AvgPool2d(2)), chain(conv()), 9**9), None),
    ],
    "batch norm": [
        (Layout(chain(conv(), nn.BatchNorm2d(3)), D, 9**9), r"generator\.1$"),
        (Layout(G, chain(conv(), nn.BatchNorm2d(3), conv()), 9**9), r"discriminator\.1$"),
        (Layout(G, chain(nn.BatchNorm1d(8), nn.Linear(8, 1)), 9**9), r"discriminator\.0$"),
        (Layout(chain(conv(), nn.BatchNorm2d(3), conv()), chain(conv(), conv(), nn.BatchNorm2d(3)), 9**9), None),
    ],
    "range": [
        (Layout(G, D, 9**9, 2.8), r"samples up to 2\.8: leave it out"),
        (Layout(G, D, 9**9, 1.0), None),
        (Layout(chain(nn.Linear(8, 2), nn.Identity()), D, 9**9, 2.8), None),
    ],
    "weak D": [
        (Layout(chain(nn.Linear(90, 90)), chain(nn.Linear(9, 1)), 9**9), "small beside it: 10 parameters of 8,190"),
        (Layout(chain(nn.Linear(90, 90)), chain(nn.Linear(9, 9), nn.Linear(9, 1)), 9**9), None),
        (Layout(G, D, 9**9), None),
        (Layout(Unet((3, 16, 16), (3, 16, 16)), chain(conv()), 9**9), None),
    ],
    "small data": [
        (Layout(G, chain(nn.Linear(1000, 100)), 40), "can learn 40 samples by heart with its 100,100 parameters"),
        (Layout(G, chain(nn.Linear(1000, 100)), 51), None),
    ],
}


def test_every_lint_is_here() -> None:
    assert CASES.keys() == LINTS.keys()
    for cases in CASES.values():
        assert {wanted is None for _, wanted in cases} == {True, False}


@pytest.mark.parametrize(("name", "layout", "wanted"), [(n, *case) for n in CASES for case in CASES[n]])
def test_a_lint(name: str, layout: Layout, wanted: str | None) -> None:
    found = LINTS[name](layout)
    if wanted is None:
        assert found is None
    else:
        assert found is not None and re.search(wanted, found), found
        assert "\n" not in found


def published(recipe: str, **more: object) -> Game:
    """The game of a recipe as it is, at the size of the pictures that it was made for."""
    configuration = configure(recipe, {"game": more} if more else {})
    translates = configuration.game.generator.name in names("ganworks.networks", "Translator")
    return build_game(configuration, samples(recipe, (3, 64, 64) if translates else (1, 28, 28)).spec)


KNOWN = {
    "cyclegan": r"checkerboard: generator\.layers\.\d+ \(3 by 2\) and 1 more$",
    **dict.fromkeys(("srgan", "esrgan"), r"checkerboard: discriminator\.features\.2 \(3 by 2\) and 3 more$"),
}
"""What a paper has against the advice of another, and is told so: CycleGAN's u128 and u64, SRGAN's D."""


@pytest.mark.parametrize("recipe", recipe_names())
def test_no_recipe_is_noted_where_it_is_meant_to_be_used(recipe: str) -> None:
    found = notes(published(recipe), samples=60_000)
    if recipe not in KNOWN:
        assert found == []
    else:
        (note,) = found
        assert re.search(KNOWN[recipe], note)


@pytest.mark.parametrize("recipe", ["cyclegan", "pix2pix"])
def test_a_translator_is_not_noted_once_it_repeats_pixels(recipe: str) -> None:
    assert notes(published(recipe, generator={"up": "nearest"}), samples=60_000) == []


def test_options_count_too() -> None:
    pools = published("dcgan", discriminator={"down": "average"})
    assert [note for note in notes(pools, 60_000) if "pools" in note]
    several = published("dcgan", stabilisers={"several-generators": {}, "spectral-norm": {"on": "both"}})
    assert notes(several, 60_000) == []


def test_a_game_of_other_players_has_none() -> None:
    assert notes(nn.ModuleDict({"generator": conv(3)}), 10) == []


class Bounded(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(100, 2), nn.Tanh())

    def forward(self, latents: Tensor) -> Tensor:
        return self.layers(latents)  # type: ignore[no-any-return]


def test_a_training_says_them_once_when_it_begins(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    points = torch.randn(200, 2, generator=torch.Generator().manual_seed(0))
    settings = {**flat(ENGINE), "game.generator": f"{__name__}:Bounded"}
    said = "note: the generator ends in tanh, but the players see samples up to"
    ganworks.train("gan", points, out=tmp_path / "run", settings=settings, progress=True)
    assert capfd.readouterr().err.replace("\n", " ").count(said) == 1
    ganworks.resume(tmp_path / "run", data=points, steps=8, progress=True)
    assert said not in capfd.readouterr().err.replace("\n", " ")
