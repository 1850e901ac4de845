import random
from itertools import islice

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import Dataset, TensorDataset

from ganworks.config import DataSettings
from ganworks.data.batches import batches
from ganworks.data.check import check
from ganworks.data.open import open_samples
from ganworks.data.samples import DatasetSamples
from ganworks.errors import GanworksError


class Items(Dataset):
    def __init__(self, items) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int):
        return self.items[index]


class Noisy(Items):
    """Adds what a user's augmentation would: randomness from every usual source."""

    def __getitem__(self, index: int):
        noise = torch.rand(()) + np.random.rand() + random.random()
        return (self.items[index] + noise / 3).clamp(0, 1), index % 2


def opened(dataset: object, **settings: object) -> DatasetSamples:
    samples = open_samples(DataSettings(**settings), source=dataset)
    assert isinstance(samples, DatasetSamples)
    return samples


def test_tensors_arrays_and_pictures_are_understood() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 6, 5, 3), dtype=np.uint8)
    chw = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    for items in (list(chw), list(pixels), [Image.fromarray(p) for p in pixels], [(c, 1) for c in chw]):
        samples = opened(Items(items))
        assert samples.spec.shape == (3, 6, 5)
        batch = next(batches(samples, 8, 0))
        order = next(batches(opened(Items([torch.tensor([float(i)]) for i in range(8)])), 8, 0)).values[:, 0].long()
        assert batch.values.dtype == torch.uint8 and torch.equal(batch.values, chw[order])
    assert batch.labels.tolist() == [1] * 8


def test_points_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(GanworksError, match="Items holds NaN or infinite values"):
        opened(Items([torch.ones(2), torch.tensor([1.0, torch.nan])]))


@pytest.mark.parametrize("low, high", [(0, 1), (-1, 1), (0, 255)])
def test_float_images_come_in_unit_range(low: float, high: float) -> None:
    unit = torch.linspace(-1, 1, 2 * 48).reshape(2, 3, 4, 4)
    items = list((unit + 1) / 2 * (high - low) + low)
    values = next(batches(opened(Items(items)), 2, 0)).values
    assert torch.allclose(values.sort(0).values, unit, atol=1e-5)


@pytest.mark.parametrize("high", [1.2, 7.0])
def test_floats_too_dark_for_bytes_are_refused(high: float) -> None:
    with pytest.raises(GanworksError, match=f"Items has float32 values from 0 to {high:g}: scale"):
        opened(Items(list(torch.linspace(0, high, 96).reshape(2, 3, 4, 4))))


def test_labels_come_from_classes_targets_or_the_items() -> None:
    images = torch.zeros(6, 1, 4, 4)
    assert opened(TensorDataset(images, torch.tensor([0, 1, 2, 0, 1, 2]))).spec.classes == ("0", "1", "2")
    dataset = TensorDataset(images, torch.zeros(6, dtype=torch.long))
    dataset.classes = ["cat", "dog"]
    assert opened(dataset).spec.classes == ("cat", "dog")
    assert opened(TensorDataset(images)).spec.classes == ()


@pytest.mark.parametrize("workers", [0, 2])
def test_any_start_gives_the_same_batches_bit_for_bit(workers: int) -> None:
    samples = opened(Noisy(list(torch.rand(20, 1, 4, 4))))
    whole = list(islice(batches(samples, 6, 1, mirror=True), 9))
    torch.manual_seed(99)
    resumed = list(islice(batches(samples, 6, 1, mirror=True, start=4, workers=workers), 5))
    for a, b in zip(whole[4:], resumed, strict=True):
        assert torch.equal(a.values, b.values) and torch.equal(a.labels, b.labels)
    shares = [list(islice(batches(samples, 6, 1, mirror=True, rank=r, world=2), 2)) for r in range(2)]
    assert torch.equal(torch.cat([shares[0][1].values, shares[1][1].values]), whole[1].values)


def test_the_callers_randomness_is_left_alone() -> None:
    stream = batches(opened(Noisy(list(torch.rand(20, 1, 4, 4)))), 6, 1)
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    next(stream)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize(
    "items, complaint",
    [
        ([], "is empty"),
        ([torch.zeros(3, 4, 4), torch.zeros(1, 4, 4)], "items of shape"),
        ([Image.new("L", (4, 4)), Image.new("RGB", (4, 4))], "mixes images of modes L, RGB"),
        ([torch.full((1, 4, 4), 900.0)] * 2, "scale them"),
        (["text", "text"], "items of shape"),
    ],
)
def test_unusable_datasets_are_refused(items, complaint: str) -> None:
    with pytest.raises(GanworksError, match=complaint) as caught:
        opened(Items(items))
    assert "\n" not in str(caught.value)


def test_an_odd_item_is_named_when_it_comes() -> None:
    items = [torch.zeros(1, 4, 4) for _ in range(500)]
    items[3] = torch.zeros(1, 4, 5)
    with pytest.raises(GanworksError, match="item 3 of Items is 1×4×5"):
        list(islice(batches(opened(Items(items)), 500, 0), 1))


def test_other_objects_are_refused() -> None:
    with pytest.raises(GanworksError, match="data is a int"):
        open_samples(DataSettings(), source=3)


def test_a_dataset_can_be_checked() -> None:
    report = check(opened(Items([(torch.zeros(1, 4, 4, dtype=torch.uint8), 0)] * 3)))
    assert (report.count, report.duplicates, report.balance) == (3, 2, {"0": 3})
    assert any("blank" in warning for warning in report.warnings)
