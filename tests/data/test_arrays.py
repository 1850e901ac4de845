import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.data.samples import Samples
from ganworks.errors import GanworksError

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 9, 7, 3), dtype=np.uint8)
CHW = IMAGES.transpose(0, 3, 1, 2)


def opened(source: object, **settings: object) -> Samples:
    samples = open_samples(DataSettings(**settings), source=source)
    assert isinstance(samples, Samples)
    return samples


@pytest.mark.parametrize(
    "array, expected",
    [
        (IMAGES, CHW),
        (CHW, CHW),
        (IMAGES[..., 0], CHW[:, :1]),
        (CHW.astype(np.int64), CHW),
        (CHW / 255, CHW),
        ((CHW / 127.5 - 1).astype(np.float32), CHW),
        (CHW.astype(np.float32), CHW),
        (CHW // 7.5, CHW // 7.5),
        (CHW.astype(np.int64) // 64, CHW // 64),
        (CHW.astype(np.uint16) * 257, CHW),
        (torch.from_numpy(CHW.copy()), CHW),
        (np.zeros((3, 5, 48, 80), np.uint8), np.zeros((3, 5, 48, 80), np.uint8)),
    ],
)
def test_layouts_and_ranges_are_recognised(array, expected, tmp_path: Path) -> None:
    samples = opened(array)
    assert samples.values.dtype == np.uint8 and np.array_equal(samples.values, expected)
    assert samples.spec.shape == expected.shape[1:]
    np.save(tmp_path / "x.npy", np.asarray(array))
    from_file = opened(tmp_path / "x.npy")
    assert np.array_equal(from_file.values, expected) and from_file.notes == samples.notes
    assert bool(samples.notes) == (np.asarray(array).dtype != np.uint8)


@pytest.mark.parametrize(
    "array, complaint",
    [
        (np.full((4, 8, 8), 3.5e3), "scale them"),
        (np.full((4, 8, 8), np.nan), "scale them"),
        (CHW / 127.5, r"from 0 to 2: scale them to \[0, 1\] or \[-1, 1\] \(read as \[0, 255\] they would be black"),
        (CHW / 212.5, "from 0 to 1.2: scale"),
        (CHW * (32 / 255), "from 0 to 32: scale"),
        (np.full((4, 8, 8), -2), "scale them"),
        (np.zeros((4, 8)).astype("U1"), "must be numbers"),
        (np.zeros((4, 8, 8, 3, 1), np.uint8), "must be numbers"),
        (np.zeros((4, 64), np.uint8), "must be numbers"),
        (np.full((4, 2), np.inf), "NaN or infinite"),
        (np.zeros((1, 8, 8), np.uint8), "^array holds 1 sample: at least two are needed, add data$"),
        (np.zeros((0, 8, 8), np.uint8), "0 sample"),
    ],
)
def test_arrays_that_are_no_images_are_refused(array, complaint: str) -> None:
    with pytest.raises(GanworksError, match=complaint) as caught:
        opened(array)
    assert "\n" not in str(caught.value)


def test_points_stay_floats() -> None:
    points = np.random.default_rng(0).normal(size=(10, 2))
    samples = opened((points, np.arange(10) % 2))
    assert samples.values.dtype == np.float32 and samples.spec.shape == (2,) and samples.spec.classes == ("0", "1")


@pytest.mark.parametrize("shape", [(0, 2), (5, 0), (0, 8, 8), (0, 8, 8, 3)])
@pytest.mark.parametrize("kind", [np.uint8, np.float64])
def test_empty_arrays_are_refused(shape: tuple[int, ...], kind: type, tmp_path: Path) -> None:
    np.save(tmp_path / "none.npy", np.zeros(shape, kind))
    for source in (np.zeros(shape, kind), tmp_path / "none.npy"):
        with pytest.raises(GanworksError, match="holds 0 samples, as an array of"):
            open_samples(DataSettings(), source=source)


def test_points_too_far_from_0_for_single_precision_are_refused() -> None:
    seconds = np.random.default_rng(0).normal((1.7e9, 0.0, 0.1), (3600.0, 1.0, 0.0), (50, 3))
    with pytest.raises(GanworksError, match=r"values for the spread of column 0, so far from 0: subtract the mean"):
        open_samples(DataSettings(), source=seconds)
    centred = open_samples(DataSettings(), source=seconds - (1.7e9, 0.0, 0.0))
    assert centred.spec.spread[0] == pytest.approx(3600, rel=0.3)


def test_arrays_are_resized_and_recoloured() -> None:
    assert opened(IMAGES, resolution=4, width=6, channels="grey").spec.shape == (1, 4, 6)
    assert opened(np.zeros((3, 5, 48, 80), np.uint8), resolution=16).values.shape == (3, 5, 16, 16)
    with pytest.raises(GanworksError, match="5 channels"):
        opened(np.zeros((3, 5, 48, 80), np.uint8), channels="rgb")


@pytest.mark.parametrize("keys", [("images", "labels"), ("x", "y"), ("arr_0", "y")])
def test_npz_keys(tmp_path: Path, keys: tuple[str, str]) -> None:
    np.savez(tmp_path / "a.npz", **{keys[0]: IMAGES, keys[1]: np.array(list("abcabc"))})
    samples = opened(tmp_path / "a.npz")
    assert samples.spec.classes == ("a", "b", "c") and samples.labels.tolist() == [0, 1, 2, 0, 1, 2]
    with pytest.raises(GanworksError, match="no test split"):
        opened(tmp_path / "a.npz", split="test")


def test_npz_splits_and_one_hot_labels(tmp_path: Path) -> None:
    one_hot = np.eye(3, dtype=np.uint8)[[0, 1, 2, 1]]
    np.savez(tmp_path / "a.npz", x_train=IMAGES[:4], y_train=one_hot, x_test=IMAGES[4:], y_test=one_hot[:2])
    assert opened(tmp_path / "a.npz").labels.tolist() == [0, 1, 2, 1]
    assert len(opened(tmp_path / "a.npz", split="test")) == 2
    assert len(opened(tmp_path / "a.npz", split="all")) == 6


def test_labels_that_do_not_match_are_refused() -> None:
    with pytest.raises(GanworksError, match="for 6 samples"):
        opened((IMAGES, np.arange(5)))


class Malice:
    def __reduce__(self):
        return os.mkdir, (os.environ["PWNED"],)


@pytest.mark.parametrize("name", ["evil.npy", "evil.npz"])
def test_a_planted_pickle_is_refused_and_not_run(tmp_path: Path, monkeypatch, name: str) -> None:
    monkeypatch.setenv("PWNED", str(tmp_path / "pwned"))
    planted = np.empty(2, dtype=object)
    planted[:] = [Malice(), Malice()]
    if name.endswith("z"):
        np.savez(tmp_path / name, images=planted)
    else:
        np.save(tmp_path / name, planted)
    with pytest.raises(GanworksError, match="pickled objects, which are never loaded"):
        opened(tmp_path / name)
    assert not (tmp_path / "pwned").exists()


def test_bare_pickles_and_cut_files_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", IMAGES)
    whole = (tmp_path / "a.npy").read_bytes()
    for content in (whole[:-5], whole[:20], b"\x80\x04K\x01.", b""):
        (tmp_path / "b.npy").write_bytes(content)
        with pytest.raises(GanworksError) as caught:
            opened(tmp_path / "b.npy")
        assert "\n" not in str(caught.value)


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">{1 + array.ndim}I", 0x0800 + array.ndim, *array.shape) + array.tobytes()


def test_idx_files_find_their_labels_and_splits(tmp_path: Path) -> None:
    grey, labels = np.ascontiguousarray(IMAGES[..., 0]), np.array([1, 0, 2, 1, 0, 2], np.uint8)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(grey))
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    (tmp_path / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(grey[:3])))
    train = opened(tmp_path)
    assert np.array_equal(train.values[:, 0], grey) and train.labels.tolist() == labels.tolist()
    assert opened(tmp_path / "train-images-idx3-ubyte").labels.tolist() == labels.tolist()
    assert len(opened(tmp_path, split="test")) == 3
    assert len(opened(tmp_path, split="all")) == 9
    with pytest.raises(GanworksError, match="holds labels"):
        opened(tmp_path / "train-labels-idx1-ubyte.gz")


def test_damaged_idx_files_are_refused(tmp_path: Path) -> None:
    content = idx(np.ascontiguousarray(IMAGES[..., 0]))
    huge = struct.pack(">4I", 0x0803, 2**31, 2**31, 2**31)
    bomb = gzip.compress(idx(np.zeros((2, 4, 4), np.uint8)) + bytes(50 << 20))
    for damaged in (
        content[:-1],
        content + b"x",
        b"\x80\x04\x95",
        b"",
        huge,
        content[:7],
        gzip.compress(content)[:40],
        bomb,
    ):
        for name in ("a-images-idx3-ubyte", "a-images-idx3-ubyte.gz"):
            (tmp_path / name).write_bytes(damaged)
            with pytest.raises(GanworksError) as caught:
                opened(tmp_path / name)
            assert "\n" not in str(caught.value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.booleans(), st.data())
def test_flipped_bytes_decode_or_are_refused(tmp_path: Path, archive: bool, data) -> None:
    path = tmp_path / ("a.npz" if archive else "a.npy")
    np.savez(path, images=IMAGES) if archive else np.save(path, IMAGES)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, 150))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        assert opened(path).values.dtype in (np.uint8, np.float32)
    except GanworksError as error:
        assert "\n" not in str(error)
