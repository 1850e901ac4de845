from __future__ import annotations

from math import cos, pi, sin

import pytest
import torch

from ganworks.errors import UsageError
from ganworks.games.interpolation import between, walk


@pytest.mark.parametrize("kind", ["linear", "spherical"])
def test_a_path_begins_and_ends_at_its_ends(kind: str) -> None:
    start, end = torch.randn(2, 16).double()
    path = between(start, end, torch.tensor([0.0, 0.5, 1.0]).double(), kind)  # type: ignore[arg-type]
    torch.testing.assert_close(path[0], start)
    torch.testing.assert_close(path[2], end)
    assert path.shape == (3, 16)


def test_halfway() -> None:
    start, end = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    share = torch.tensor([1 / 3])
    torch.testing.assert_close(between(start, end, share, "linear"), torch.tensor([[2 / 3, 1 / 3]]))
    expected = torch.tensor([[cos(pi / 6), sin(pi / 6)]])
    torch.testing.assert_close(between(start, end, share, "spherical"), expected)


@pytest.mark.parametrize("end", [[1.0, 0.0], [2.0, 0.0], [-1.0, 0.0]])
def test_spherical_paths_between_parallel_latents_are_straight(end: list[float]) -> None:
    start, stop = torch.tensor([1.0, 0.0]), torch.tensor(end)
    path = between(start, stop, torch.linspace(0, 1, 5), "spherical")
    assert path.isfinite().all()
    torch.testing.assert_close(path, between(start, stop, torch.linspace(0, 1, 5), "linear"))


def test_spherical_paths_keep_to_the_shell() -> None:
    start, end = torch.randn(2, 400)
    length = between(start, end, torch.linspace(0, 1, 11), "spherical").norm(dim=1)
    assert length.min() > 0.97 * min(start.norm(), end.norm())
    assert between(start, end, torch.tensor([0.5]), "linear").norm() < 0.8 * start.norm()


@pytest.mark.parametrize("kind", ["linear", "spherical"])
def test_a_walk_visits_its_stops_and_closes(kind: str) -> None:
    stops = torch.randn(3, 8)
    path = walk(stops, 5, kind)  # type: ignore[arg-type]
    assert path.shape == (15, 8)
    torch.testing.assert_close(path[::5], stops)
    steps = torch.cat([path, path[:1]]).diff(dim=0).norm(dim=1)
    assert steps.max() < 2 * steps.median()


def test_walks_that_cannot_be_meant_are_refused() -> None:
    stops = torch.randn(2, 4)
    for bad in ((stops[:0], 3, "linear"), (stops, 0, "linear"), (stops, 3, "sphrical")):
        with pytest.raises(UsageError):
            walk(*bad)  # type: ignore[arg-type]
