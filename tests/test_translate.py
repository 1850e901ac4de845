"""`Run.translate`: pictures in, pictures out, of any size and in any form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tests.small import ENGINE, flat, images
from torch import Tensor, nn

import ganworks
from ganworks.errors import UsageError
from ganworks.games import any_size
from ganworks.runs import Run

BYTES = np.random.default_rng(0).integers(0, 256, (3, 12, 9, 3), dtype=np.uint8)


class Near(nn.Module):
    """A translator that looks no further than eight pixels."""

    local, reach, multiple, smallest, scale = True, 8, 4, 4, 1

    def __init__(self, shape: tuple[int, ...], given: tuple[int, ...]) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.Conv2d(given[0], 6, 4, 2, 1), nn.ReLU(), nn.Conv2d(6, 6, 3, 1, 1), nn.ReLU()),
            *(nn.ConvTranspose2d(6, shape[0], 4, 2, 1), nn.Tanh()),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        return self.layers(pictures)


def trained(recipe: str, folder: Path, data_input: str, **parts: object) -> Run:
    settings = {**flat(ENGINE), "training.steps": 2, "data.input": data_input, "game.discriminator.patch": 16}
    settings |= {"game.discriminator.width": 4, **({} if parts else {"game.generator.width": 4})}
    return ganworks.train(recipe, images(shape=(3, 8, 8)), out=folder / recipe, settings=settings, **parts)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Colours grey pictures, with dropout as noise."""
    return trained("pix2pix", tmp_path_factory.mktemp("runs"), "grey")


def test_the_same_pictures_in_every_form_and_channels(run: Run) -> None:
    grey = torch.from_numpy(np.stack([np.asarray(Image.fromarray(pixels).convert("L")) for pixels in BYTES]))
    made = run.translate(grey)
    assert made.shape == (3, 3, 12, 9)
    assert made.device.type == "cpu" and made.abs().max() <= 1
    torch.testing.assert_close(run.translate(BYTES), made, atol=0.05, rtol=0)  # luma that is not rounded
    torch.testing.assert_close(run.translate(grey[:, None] / 127.5 - 1), made)
    torch.testing.assert_close(run.translate(Image.fromarray(BYTES[1])), made[1:2])


def test_there_are_no_latents_to_walk_through(run: Run) -> None:
    for kind in ("spherical", "linear"):
        with pytest.raises(UsageError, match="no latents to walk through: use apply"):
            run.interpolate(stops=2, frames=2, kind=kind)  # type: ignore[arg-type]


def test_a_list_gives_a_list_of_their_sizes(run: Run) -> None:
    pictures = [Image.fromarray(BYTES[0]), BYTES[1, :5, :7], torch.from_numpy(BYTES[2, :, :4])]
    made = run.translate(pictures)
    assert [tuple(image.shape) for image in made] == [(3, 12, 9), (3, 5, 7), (3, 12, 4)]
    for picture, image in zip(pictures[1:], made[1:], strict=True):
        assert torch.equal(run.translate(picture[None])[0], image)
    assert run.translate([]) == []


def test_the_seed_decides_what_is_drawn(run: Run) -> None:
    first = run.translate(BYTES, seed=1)
    assert torch.equal(first, run.translate(BYTES, seed=1))
    assert torch.equal(first[2:], run.translate(BYTES[2:], seed=1))
    assert not torch.equal(first, run.translate(BYTES, seed=2))


def test_a_network_that_looks_near_is_tiled_without_seams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained("pix2pix", tmp_path, "blur", generator=Near)
    pictures = torch.rand(1, 3, 70, 53) * 2 - 1
    seen: list[tuple[int, ...]] = []
    hook = run.game.generator.register_forward_hook(lambda _, given, made: seen.append(tuple(given[0].shape[2:])))  # type: ignore[operator, union-attr]
    whole = run.translate(pictures)
    assert seen[-1] == (72, 56)
    monkeypatch.setattr(any_size, "TILE", 16)
    tiled = run.translate(pictures)
    hook.remove()
    assert seen[-1] != (72, 56)
    assert (tiled - whole).abs().max() <= 1 / 255
    assert whole.std() > 0.01


def test_both_directions_take_the_channels_of_their_domain(tmp_path: Path) -> None:
    other = tmp_path / "grey"
    other.mkdir()
    for index, pixels in enumerate(images(8)):
        Image.fromarray(pixels[0]).save(other / f"{index}.png")
    settings = {**flat(ENGINE), "training.steps": 1, "training.batch_size": 2, "data.input": str(other)}
    settings |= {"game.generator.width": 4, "game.generator.blocks": 1, "game.discriminator.width": 4}
    settings |= {"game.discriminator.patch": 16, "data.resolution": 8}
    data = images(shape=(3, 8, 8))
    run = ganworks.train("cyclegan", data, out=tmp_path / "run", settings=settings)
    assert run.translate(BYTES).shape == (3, 3, 12, 9)
    assert run.translate(BYTES, direction="b2a").shape == (3, 1, 12, 9)
    with pytest.raises(UsageError, match="did you mean 'b2a'"):
        run.translate(BYTES, direction="b2")


def test_what_a_run_does_not_do(run: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be asked for age, nor for anything else"):
        run.translate(BYTES, age=3)
    with pytest.raises(UsageError, match="2 images need as many of mask, not 1"):
        run.translate([BYTES[0], BYTES[1]], mask=[BYTES[0]])
    plain = ganworks.train("gan", images(), out=tmp_path / "gan", settings={**flat(ENGINE), "training.steps": 1})
    with pytest.raises(UsageError, match="makes pictures of noise, not of pictures"):
        plain.translate(BYTES)
