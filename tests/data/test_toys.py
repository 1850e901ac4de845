import numpy as np
import pytest

from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.data.toys import grid, ring, toy_samples


@pytest.mark.parametrize("name, mixture, modes, std", [("ring", ring(), 8, 0.01), ("grid", grid(), 25, 0.05)])
def test_points_have_the_modes_and_width_promised(name, mixture, modes, std) -> None:
    samples = open_samples(DataSettings(source=name))
    assert samples.values.shape == (100_000, 2) and len(samples.spec.classes) == modes == len(mixture.modes)
    offsets = samples.values - mixture.modes[samples.labels]
    assert abs(offsets.std() - std) < 0.01 * std and abs(offsets.mean()) < 0.01 * std
    assert np.bincount(samples.labels).min() > 0.9 * 100_000 / modes
    again = toy_samples(name)
    assert np.array_equal(again.values, samples.values) and again.digest == samples.digest


def test_modes_lie_where_the_papers_put_them() -> None:
    assert np.allclose(ring().modes[2], (0, 1)) and np.allclose(np.linalg.norm(ring().modes, axis=1), 1)
    assert grid().modes.tolist()[0] == [-4, -4] and grid().modes.tolist()[1] == [-4, -2]
    assert grid().modes.max() == 4
