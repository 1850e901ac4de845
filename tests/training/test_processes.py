"""Two processes with half of the batch each are one process with all of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from tests.comparing import silent
from tests.processes import alone_and_in_two, keep, kept
from tests.small import ENGINE, flat, images, samples, small

import ganworks
from ganworks.data.batches import Batch, batches
from ganworks.errors import GanworksError
from ganworks.launch import fresh_game
from ganworks.lookup import supply
from ganworks.training.checkpoints import load_newest
from ganworks.training.trainer import Trainer
from ganworks.training.window import DivergenceError, Window
from ganworks.tree import Tree

RECIPES = ("wgan-gp", "r3gan", "dcgan", "pix2pix", "cyclegan")
OPTIONS: dict[str, Tree] = {
    # What layers draw differs from process to process, or every share of a batch would have the same holes.
    "pix2pix": {"game": {"generator": {"dropout": 0.0}}},
    "cyclegan": {"game": {"pool": 12}},
}
STEPS = 3


def play(rank: int, world: int, folder: Path) -> None:
    """Play every recipe as one of `world` processes; write what came out and which rows were seen."""
    for recipe in RECIPES:
        configuration = small(recipe, OPTIONS.get(recipe, {}))
        data = samples(recipe)
        seen: list[torch.Tensor] = []

        def stream(start: int, seen: list[torch.Tensor] = seen) -> Iterator[Batch]:
            for batch in batches(data, 8, 3, start=start, rank=rank, world=world):  # noqa: B023
                seen.append(batch.values)
                yield batch

        game = fresh_game(configuration, data.spec)
        for weights in game.parameters():
            weights.data.add_(rank)  # the processes must begin by agreeing on the first one's weights
        player = Trainer(game, configuration.training, stream)
        for _ in range(STEPS):
            player.step()
        result = {"state": player.state(), "losses": player.losses(), "seen": torch.stack(seen)}
        keep(result, folder, recipe, rank, world)
    if world > 1:
        (folder / f"{rank}-said").write_text(said_when_one_diverges(rank))


def said_when_one_diverges(rank: int) -> str:
    window = Window(torch.device("cpu"))
    window.record("generator", {"adversarial": torch.tensor(1.0 if rank == 0 else float("nan"))})
    window.next_row()
    try:
        window.read(5)
    except DivergenceError as error:
        return str(error)
    return "nothing"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return alone_and_in_two(play, tmp_path_factory.mktemp("processes"))


@pytest.mark.parametrize("recipe", RECIPES)
def test_two_halves_are_a_whole(recipe: str, played: Path) -> None:
    """Weights, averages, optimisers and recorded losses, to float64 rounding; also with batch norm in both players."""
    one, first, second = kept(played, recipe)
    for name, tensor in one["state"].items():
        # A bias before a norm has no gradient but rounding, which Adam scales up.
        torch.testing.assert_close(first["state"][name], tensor, rtol=1e-8, atol=1e-9, msg=name)
        assert torch.equal(first["state"][name], second["state"][name]), f"the processes differ in {name}"
    assert first["losses"] == pytest.approx(one["losses"], rel=1e-8)
    assert first["losses"] == second["losses"]


@pytest.mark.parametrize("recipe", RECIPES)
def test_each_sees_its_own_half_of_every_batch(recipe: str, played: Path) -> None:
    one, first, second = (result["seen"] for result in kept(played, recipe))
    assert torch.equal(torch.cat([first, second], 1), one)
    assert not torch.equal(first, second)


def test_when_one_diverges_all_stop(played: Path) -> None:
    said = [(played / f"{rank}-said").read_text() for rank in range(2)]
    assert said[0] == said[1]
    assert said[0].startswith("step 5: the generator turn's adversarial became nan")


def test_devices_2_from_the_interface(tmp_path: Path) -> None:
    """Spawned processes write one run; it can be resumed, by two processes as well, as if never cut."""
    supply("what another training was given", lambda: "and cannot be sent to a process")
    settings = {**flat(ENGINE), "training.devices": 2}
    half = {**settings, "training.steps": 3}
    whole = ganworks.train("wgan-gp", images(), out=tmp_path / "one", settings=flat(ENGINE))
    ganworks.train("wgan-gp", images(), out=tmp_path / "two", settings=half)
    ganworks.resume(tmp_path / "two", steps=6, data=images())
    (step, one), (other, two) = (load_newest(tmp_path / name / "checkpoints", silent) for name in ("one", "two"))
    assert step == other == whole.step == 6
    for name, tensor in one.items():
        torch.testing.assert_close(two[name], tensor, rtol=1e-3, atol=1e-4, msg=name)


def test_an_error_in_a_process_is_raised_here_in_one_line(tmp_path: Path) -> None:
    settings = {**flat(ENGINE), "training.devices": 2, "training.batch_size": 7}
    with pytest.raises(GanworksError, match="7 cannot be") as caught:
        ganworks.train("gan", images(), out=tmp_path / "run", settings=settings)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()
