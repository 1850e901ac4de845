import numpy as np
import pytest

from ganworks.config import DataSettings
from ganworks.data.catalogue import describe
from ganworks.data.open import open_samples
from ganworks.data.toys import TOYS, grid, grid_100, ring, rotated, staggered, toy_samples


@pytest.mark.parametrize(
    "name, mixture, modes, std",
    [
        ("ring", ring(), 8, 0.01),
        ("ring-rotated", rotated(ring()), 8, 0.01),
        ("grid", grid(), 25, 0.05),
        ("grid-rotated", rotated(grid()), 25, 0.05),
        ("grid-staggered", staggered(), 25, 0.05),
        ("grid-100", grid_100(), 100, 0.03),
    ],
)
def test_points_have_the_modes_and_width_promised(name, mixture, modes, std) -> None:
    samples = open_samples(DataSettings(source=name))
    assert samples.values.shape == (100_000, 2) and len(samples.spec.classes) == modes == len(mixture.modes)
    offsets = samples.values - mixture.modes[samples.labels]
    assert abs(offsets.std() - std) < 0.01 * std and abs(offsets.mean()) < 0.01 * std
    assert np.bincount(samples.labels).min() > 0.85 * 100_000 / modes
    assert len(samples.spec.classes) == len(describe(name).classes) and describe(name).shape == samples.spec.shape
    again = toy_samples(name)
    assert np.array_equal(again.values, samples.values) and again.digest == samples.digest


def test_modes_lie_where_the_papers_put_them() -> None:
    assert np.allclose(ring().modes[2], (0, 1)) and np.allclose(np.linalg.norm(ring().modes, axis=1), 1)
    assert grid().modes.tolist()[0] == [-4, -4] and grid().modes.tolist()[1] == [-4, -2]
    assert grid().modes.max() == 4


def test_turning_keeps_distances_and_moves_the_first_mode_of_the_ring_to_25_degrees() -> None:
    assert np.allclose(rotated(ring()).modes[0], (np.cos(np.pi * 25 / 180), np.sin(np.pi * 25 / 180)))
    assert np.allclose(distances(rotated(grid()).modes), distances(grid().modes))


def test_every_second_row_stands_between_the_modes_of_its_neighbours() -> None:
    rows = staggered().modes.reshape(5, 5, 2)
    assert rows[0].tolist() == grid().modes[:5].tolist() and rows[1, 0].tolist() == [-2, -3]
    assert np.sort(distances(rows.reshape(-1, 2)), axis=1)[:, 1].min() == 2


def test_a_hundred_modes_are_centred_a_unit_apart() -> None:
    modes = grid_100().modes
    assert modes[0].tolist() == [-4.5, -4.5] and modes[11].tolist() == [-3.5, -3.5] and modes.max() == 4.5


def test_names_tell_different_data() -> None:
    assert len({toy_samples(name).digest for name in TOYS}) == len(TOYS)


def distances(modes: np.ndarray) -> np.ndarray:
    return np.linalg.norm(modes[:, None] - modes, axis=2)
