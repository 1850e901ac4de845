"""However a batch is cut, into parts or among processes, what an option does to it is the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.processes import alone_and_in_two, keep, kept
from tests.small import samples, small
from torch import Tensor

from ganworks.data.batches import Batch, batches
from ganworks.launch import fresh_game
from ganworks.lookup import names
from ganworks.training.trainer import Trainer
from ganworks.tree import Tree

OPTIONS: dict[str, dict[str, Any]] = {
    "activation": {"kind": "prelu"},
    "augmentation": {"probability": "adaptive", "target": -0.9, "ramp": 16},
    "balancing": {"low": 0.9, "high": 1.01},
    "historical-averaging": {"weight": 0.1},
    "instance-noise": {"std": 0.3, "until": 5},
    "label-flipping": {"probability": 0.45},
    "label-smoothing": {"real": (0.7, 1.0), "fake": (0.0, 0.3)},
    "mixed-batches": {},
    "normalisation": {"kind": "layer"},
    "packing": {"size": 2},
    "several-generators": {"count": 3},
    "spectral-norm": {},
    "virtual-batch-norm": {"size": 6},
    "weight-clipping": {"limit": 0.01},
}
OF_PASSES = {"mixed-batches", "normalisation", "spectral-norm"}
"""Batch norm sees a part at a time, and power iterations are one a pass: these depend on parts, not on processes."""

OF_THEIR_OWN = {"dropout", "feature-matching", "minibatch-discrimination"}
"""Masks, means of features and neighbours are those of a process and part, as their docstrings say."""

WHERE = {"virtual-batch-norm": "dcgan", "mixed-batches": "dcgan", "normalisation": "dcgan"}


def test_every_option_is_here_or_says_what_it_is() -> None:
    assert OPTIONS.keys() | OF_THEIR_OWN == set(names("ganworks.stabilisers", "stabiliser"))


def played(name: str, more: Tree, rank: int = 0, world: int = 1) -> dict[str, Tensor]:
    """What three steps leave, in float64."""
    without = {"discriminator": {"batch_norm": False}} if name == "virtual-batch-norm" else {}
    recipe = WHERE.get(name, "gan")
    configuration = small(recipe, {"game": {"stabilisers": {name: OPTIONS[name]}, **without}}, more)
    data = samples(recipe, (1, 16, 16))

    def stream(start: int) -> Iterator[Batch]:
        return batches(data, 8, 3, start=start, rank=rank, world=world)

    player = Trainer(fresh_game(configuration, data.spec), configuration.training, stream)
    for _ in range(3):
        player.step()
    return player.state()


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("name", sorted(OPTIONS.keys() - OF_PASSES))
def test_two_parts_are_a_whole(name: str) -> None:
    """With k = 2, so that fakes are drawn alike in both; parts are packed and clipped as a whole batch is."""
    tree: Tree = {"game": {"discriminator_steps": 2}}
    whole, parts = played(name, tree), played(name, {**tree, "training": {"accumulate": 2}})
    for key, tensor in whole.items():
        torch.testing.assert_close(parts[key], tensor, rtol=1e-7, atol=1e-9, msg=key)


def play_all(rank: int, world: int, folder: Path) -> None:
    for name in OPTIONS:
        keep(played(name, {}, rank, world), folder, name, rank, world)


@pytest.fixture(scope="module")
def of_processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return alone_and_in_two(play_all, tmp_path_factory.mktemp("processes"))


@pytest.mark.parametrize("name", OPTIONS)
def test_two_processes_are_one(name: str, of_processes: Path) -> None:
    one, first, second = kept(of_processes, name)
    for key, tensor in one.items():
        torch.testing.assert_close(first[key], tensor, rtol=1e-7, atol=1e-9, msg=key)
        assert torch.equal(first[key], second[key]), f"the processes differ in {key}"
