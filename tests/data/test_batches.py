import subprocess
import sys
import threading
import time
from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ganworks.config import DataSettings
from ganworks.data.batches import PREFETCH_BYTES, batches, to_uint8, to_unit_range
from ganworks.data.open import open_samples
from ganworks.data.order import Order
from ganworks.data.prefetch import prefetched
from ganworks.data.samples import Samples
from ganworks.data.spec import Spec
from ganworks.errors import GanworksError


def numbered(count: int, shape: tuple[int, ...] = (1, 1, 2)) -> Samples:
    """Samples whose label is their index and whose first value is its lowest byte."""
    values = np.zeros((count, *shape), np.uint8)
    values[..., 0] = (np.arange(count) % 256).reshape(-1, 1, 1)
    return Samples("numbers", Spec(shape, tuple(map(str, range(count)))), values, np.arange(count), (), "")


def labels(samples: Samples, batch: int, seed: int, number: int, **options: int) -> list[list[int]]:
    return [b.labels.tolist() for b in islice(batches(samples, batch, seed, **options), number)]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**40), st.data())
def test_every_epoch_is_a_permutation(count: int, seed: int, data) -> None:
    batch = data.draw(st.integers(1, count))
    stream = np.concatenate(labels(numbered(count), batch, seed, 3 * count // batch + 1))
    for epoch in range(3):
        assert sorted(stream[epoch * count : (epoch + 1) * count].tolist()) == list(range(count))


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 40), st.integers(0, 99), st.integers(0, 50), st.sampled_from([1, 2, 4]))
def test_start_skips_and_ranks_partition(count: int, seed: int, start: int, world: int) -> None:
    samples = numbered(count)
    whole = labels(samples, 4, seed, start + 5)
    shares = [labels(samples, 4, seed, 5, start=start, rank=rank, world=world) for rank in range(world)]
    joined = [[label for part in parts for label in part] for parts in zip(*shares, strict=True)]
    assert joined == whole[start:]


def test_epochs_and_seeds_differ() -> None:
    samples = numbered(100)
    first, second = labels(samples, 100, 0, 2)
    assert first != second and first != labels(samples, 100, 1, 1)[0]
    assert labels(samples, 100, 0, 1)[0] == first


def test_rows_and_labels_belong_together() -> None:
    for batch in islice(batches(numbered(200), 30, 0), 20):
        assert batch.values[:, 0, 0, 0].tolist() == batch.labels.tolist()
        assert batch.values.dtype == torch.uint8 and batch.values.shape == (30, 1, 1, 2)


def test_mirroring_flips_half_by_seed_and_position() -> None:
    samples = numbered(256)
    plain = [b.values for b in islice(batches(samples, 64, 5), 40)]
    for start in (0, 7):
        mirrored = [b.values for b in islice(batches(samples, 64, 5, mirror=True, start=start), 40 - start)]
        flips = 0
        for a, b in zip(plain[start:], mirrored, strict=True):
            same = (a == b).flatten(1).all(1)
            assert torch.equal(a[~same].flip(-1), b[~same])
            flips += int((~same).sum())
        assert 0.45 < flips / (64 * (40 - start)) < 0.55


def test_prefetched_batches_are_the_same() -> None:
    samples = numbered(300, (3, 32, 64))
    assert 128 * samples.values[0].nbytes >= PREFETCH_BYTES > 2 * samples.values[0].nbytes
    large = torch.cat([b.values for b in islice(batches(samples, 128, 3), 5)])
    small = torch.cat([b.values for b in islice(batches(samples, 2, 3), 320)])
    assert torch.equal(large, small)


def test_the_prefetching_thread_ends_with_its_iterator() -> None:
    before = threading.active_count()
    stream = prefetched(iter(range(10**9)))
    assert [next(stream) for _ in range(5)] == [0, 1, 2, 3, 4]
    stream.close()
    assert threading.active_count() == before


def test_the_prefetching_thread_ends_before_the_interpreter() -> None:
    """Left running, it can abort the process from inside torch."""
    program = """
import atexit, itertools, threading
atexit.register(lambda: print("left at exit:", threading.active_count() - 1))
from ganworks.data.prefetch import prefetched
stream = prefetched(itertools.count())
next(stream)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "left at exit: 0\n")


def test_prefetching_raises_errors_where_they_fall() -> None:
    def failing():
        yield 1
        raise KeyError("gone")

    stream = prefetched(failing())
    assert next(stream) == 1
    with pytest.raises(KeyError, match="gone"):
        next(stream)


def test_impossible_batches_are_refused_at_once() -> None:
    with pytest.raises(GanworksError, match=r"has 10 samples, fewer than one batch of 64: give --batch-size 10"):
        batches(numbered(10), 64, 0)
    with pytest.raises(GanworksError, match="cannot be shared by 3"):
        batches(numbered(10), 4, 0, world=3)


def test_ranges_are_exact_inverses() -> None:
    levels = torch.arange(256, dtype=torch.uint8)
    unit = to_unit_range(levels)
    assert unit.min() == -1 and unit.max() == 1 and unit.dtype == torch.float32
    assert torch.equal(to_uint8(unit), levels)
    assert torch.equal(to_uint8(unit.double()), levels)
    assert to_uint8(torch.tensor([-9.0, 9.0])).tolist() == [0, 255]
    points = torch.randn(4, 2)
    assert to_unit_range(points) is points


def test_the_order_is_pinned() -> None:
    """A change here breaks the resuming of every existing run."""
    assert Order(10, 0).indices(0, 12).tolist() == [9, 1, 3, 8, 7, 6, 0, 4, 2, 5, 2, 7]


def seconds_per_batch(samples: Samples, size: int, number: int, **options: bool) -> float:
    stream = batches(samples, size, 0, **options)
    next(stream)
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(number):
            next(stream)
        best = min(best, (time.perf_counter() - started) / number)
    return best


@pytest.mark.parametrize("mirror", [False, True])
def test_the_loader_feeds_far_more_than_a_step_takes(mirror: bool) -> None:
    images = np.random.default_rng(0).integers(0, 256, (20_000, 3, 32, 32), dtype=np.uint8)
    samples = Samples("noise", Spec((3, 32, 32)), images, None, (), "")
    assert 64 / seconds_per_batch(samples, 64, 100, mirror=mirror) > 100_000  # images/s; 20,000 are promised


def test_small_batches_cost_microseconds() -> None:
    for name in ("ring", "fashion-10k"):
        samples = open_samples(DataSettings(source=name))
        assert isinstance(samples, Samples)
        assert seconds_per_batch(samples, 64, 500) < 100e-6  # about 10 µs on an idle core
