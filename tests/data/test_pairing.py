from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganworks.config import DataSettings
from ganworks.data.batches import batches
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.errors import GanworksError, UsageError


def picture(path: Path, grey: int, size: tuple[int, int] = (16, 16)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (grey, grey, grey)).save(path)


def folders(root: Path, count: int = 6) -> DataSettings:
    """Pictures of grey 10·i, and of 10·i + 5 under the same names, saved in another order and format."""
    for i in reversed(range(count)):
        picture(root / "a" / f"{i}.png", 10 * i)
        picture(root / "b" / f"{(i + 3) % count}.webp", 10 * ((i + 3) % count))
    return DataSettings(source=str(root / "a"), input=str(root / "b"), resolution=16)


def opened(settings: DataSettings, **more: object) -> Samples:
    samples = open_samples(settings.model_copy(update=more))
    assert isinstance(samples, Samples)
    return samples


def test_two_folders_are_matched_by_name(tmp_path: Path) -> None:
    samples = opened(folders(tmp_path))
    assert samples.spec.given == (("image", (3, 16, 16)),)
    batch = next(batches(samples, 6, 0))
    assert (batch.values.float() - batch.given["image"].float()).abs().max() <= 1
    assert len(batch.values.unique()) == 6


def test_what_has_no_partner_is_listed(tmp_path: Path) -> None:
    settings = folders(tmp_path)
    picture(tmp_path / "a" / "extra.png", 7)
    picture(tmp_path / "b" / "other.png", 7)
    with pytest.raises(GanworksError, match=r"^2 pictures have no partner: 'extra' is not in b, 'other' is not in a;"):
        opened(settings)


def test_a_broken_picture_takes_its_partner_with_it(tmp_path: Path) -> None:
    settings = folders(tmp_path)
    (tmp_path / "b" / "2.webp").write_bytes(b"no picture")
    samples = opened(settings, broken=0.5)
    assert [name for name in samples.names if "2" in name] == [] and len(samples) == 5
    assert samples.notes[-1] == "1 pictures have no partner and are left out"
    picture(tmp_path / "a" / "extra.png", 7)
    with pytest.raises(GanworksError, match=r"^1 pictures have no partner: 'extra' is not in b;"):
        opened(settings, broken=0.5)


def test_pairs_of_different_shapes_are_refused(tmp_path: Path) -> None:
    settings = folders(tmp_path)
    picture(tmp_path / "b" / "4.webp", 40, (16, 24))
    with pytest.raises(GanworksError, match=r"1 pairs .*: '4.png', 16×16 in a and 24×16 in b: cut them alike"):
        opened(settings)
    picture(tmp_path / "b" / "4.webp", 40, (32, 32))
    with pytest.raises(GanworksError, match=r"1 pairs .*: '4.png', 16×16 in a and 32×32 in b"):
        opened(settings)
    for i in range(6):
        picture(tmp_path / "b" / f"{i}.webp", 10 * i, (32, 32))
    assert len(opened(settings)) == 6, "all twice as large"


@pytest.mark.parametrize("made", ["edges", "left"])
def test_pairs_can_be_taken_apart_into_two_domains(tmp_path: Path, made: str) -> None:
    for i in range(6):
        picture(tmp_path / "a" / f"{i}.png", 10 * i, (32, 16))
    settings = DataSettings(source=str(tmp_path / "a"), input=made, resolution=16, paired=False)
    samples = opened(settings)
    assert not samples.given["image"].paired and samples.spec.unpaired == ("image",)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("./nowhere", r"no file or folder '\./nowhere'"),
        ("edgs", "unknown data.input 'edgs': did you mean 'edges'"),
        ("qqq", "valid: .*left"),
    ],
)
def test_an_input_that_is_nowhere(tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(GanworksError, match=said):
        opened(folders(tmp_path), input=written)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    settings = folders(tmp_path)
    picture(tmp_path / "b" / "4.png", 40)
    with pytest.raises(GanworksError, match=r"holds '4.png' and '4.webp'"):
        opened(settings)


def test_domains_need_no_names_and_no_equal_sizes(tmp_path: Path) -> None:
    settings = folders(tmp_path)
    picture(tmp_path / "b" / "more.png", 250)
    samples = opened(settings, paired=False)
    image = samples.given["image"]
    assert not image.paired and len(image.table) == 7 and len(samples) == 6


@pytest.mark.parametrize("side", ["left", "right"])
def test_pictures_side_by_side_are_cut(tmp_path: Path, side: str) -> None:
    for i in range(4):
        both = np.zeros((16, 32, 3), np.uint8)
        both[:, :16], both[:, 16:] = 10 * i, 100 + 10 * i
        (tmp_path / "ab").mkdir(exist_ok=True)
        Image.fromarray(both).save(tmp_path / "ab" / f"{i}.png")
    for resolution in (16, 8):
        samples = opened(DataSettings(source=str(tmp_path / "ab"), input=side, resolution=resolution))
        assert samples.spec.shape == (3, resolution, resolution) == samples.spec.given[0][1]
        batch = next(batches(samples, 4, 0))
        apart = batch.values.int() - batch.given["image"].int()
        assert (apart.flatten(1).median(1).values == (100 if side == "left" else -100)).all()
    with pytest.raises(GanworksError, match=r"no two side by side"):
        opened(DataSettings(source=str(folders(tmp_path).source), input=side))


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
@pytest.mark.parametrize("shape", [(30, 40), (40, 30)])
@pytest.mark.parametrize("kind", ["files", "array"])
def test_both_halves_are_made_to_fit_alike(tmp_path: Path, fit: str, shape: tuple[int, int], kind: str) -> None:
    half = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    both = np.concatenate([half, half], 1)
    for i in range(2):
        Image.fromarray(both).save(tmp_path / f"{i}.png")
    settings = DataSettings(source=str(tmp_path), input="left", resolution=16, fit=fit)
    samples = open_samples(settings, source=np.stack([both, both]) if kind == "array" else None)
    assert isinstance(samples, Samples) and samples.spec.shape == (3, 16, 16)
    assert np.array_equal(samples.values, samples.given["image"].table)


def test_neither_half_bleeds_into_the_other(tmp_path: Path) -> None:
    both = np.zeros((32, 64), np.uint8)
    both[:, 32:] = 255
    for i in range(2):
        Image.fromarray(both).save(tmp_path / f"{i}.png")
    samples = opened(DataSettings(source=str(tmp_path), input="left", resolution=8))
    assert not samples.given["image"].table.any() and (samples.values == 255).all()


def test_pairs_side_by_side_keep_the_size_that_all_share(tmp_path: Path) -> None:
    for i in range(2):
        Image.fromarray(np.full((200, 400), 40 * i, np.uint8)).save(tmp_path / f"{i}.png")
    assert opened(DataSettings(source=str(tmp_path), input="left")).spec.shape == (1, 200, 200)


def test_a_column_holds_no_two_side_by_side(tmp_path: Path) -> None:
    for i in range(2):
        Image.fromarray(np.full((8, 1), 40 * i, np.uint8)).save(tmp_path / f"{i}.png")
    for source in (None, np.zeros((2, 8, 1), np.uint8)):
        with pytest.raises(GanworksError, match="no two side by side"):
            open_samples(DataSettings(source=str(tmp_path), input="left", resolution=8), source=source)


def test_a_made_input_belongs_to_its_picture(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (10, 3, 16, 16), dtype=np.uint8)
    samples = open_samples(DataSettings(input="downsample:4"), source=pictures)
    assert isinstance(samples, Samples) and samples.spec.given == (("image", (3, 4, 4)),)
    batch = next(batches(samples, 10, 0))
    small = batch.values.float().view(10, 3, 4, 4, 4, 4).mean((3, 5))
    assert (small - batch.given["image"].float()).abs().mean() < 12, "bicubic is near the mean of 4×4"
    grey = open_samples(DataSettings(input="grey"), source=pictures)
    assert grey.digest != samples.digest
    with pytest.raises(UsageError, match=r"edges"):
        open_samples(DataSettings(input="edgs"), source=pictures)


def test_what_can_not_be_translated_is_refused() -> None:
    points = np.random.default_rng(0).normal(size=(10, 2))
    with pytest.raises(UsageError, match="holds points"):
        open_samples(DataSettings(input="grey"), source=points)
    with pytest.raises(UsageError, match="no torch Dataset"):
        open_samples(DataSettings(input="grey"), source=torch.utils.data.TensorDataset(torch.zeros(4, 1, 8, 8)))
