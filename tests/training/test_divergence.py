"""A value that is not a number stops the run, is named, and never reaches a checkpoint."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.small import ENGINE, flat, images, samples, small, trainer
from torch import Tensor

import ganworks
from ganworks.losses.objectives import nonsaturating
from ganworks.training.checkpoints import checkpoints, step_of
from ganworks.training.window import DivergenceError, Window

BAD_STEP = 8


class _Backwards(torch.autograd.Function):
    """The identity, with a gradient that is not a number."""

    @staticmethod
    def forward(ctx: Any, value: Tensor) -> Tensor:
        return value.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return gradients[0] * float("nan")


def failing(player: str, value: float | None) -> type:
    """An objective whose loss for `player` becomes `value` at BAD_STEP, or with None only its gradient NaN."""

    class Failing:
        calls = 0

        @staticmethod
        def discriminator(real: Tensor, fake: Tensor) -> Tensor:
            loss = nonsaturating.discriminator(real, fake)
            return broken(loss) if player == "discriminator" else loss

        @staticmethod
        def generator(fake: Tensor) -> Tensor:
            loss = nonsaturating.generator(fake)
            return broken(loss) if player == "generator" else loss

    def broken(loss: Tensor) -> Tensor:
        Failing.calls += 1
        if Failing.calls != BAD_STEP:
            return loss
        broken_loss: Tensor = loss + value if value is not None else _Backwards.apply(loss)  # type: ignore[no-untyped-call]
        return broken_loss

    return Failing


@pytest.mark.parametrize("player", ["discriminator", "generator"])
@pytest.mark.parametrize(
    ("value", "term"),
    [
        (float("nan"), "adversarial became nan"),
        (float("inf"), "adversarial became inf"),
        (None, "gradient_norm became nan"),
    ],
)
@pytest.mark.parametrize("log_every", [1, 5, 50])
def test_the_run_stops_at_the_first_bad_value(
    player: str, value: float | None, term: str, log_every: int, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    settings = {**flat(ENGINE), "training.steps": 20, "record.checkpoint_every": 3, "record.sample_every": 2}
    settings["record.log_every"] = log_every
    with pytest.raises(DivergenceError) as caught:
        ganworks.train("gan", images(), out=out, objective=failing(player, value), settings=settings)
    message = str(caught.value)
    assert message.startswith(f"step {BAD_STEP}: the {player} turn's {term}")
    assert "\n" not in message
    assert caught.value.exit_code == 1
    assert [step_of(path) for path in checkpoints(out / "checkpoints")] == [6, 3]
    run = ganworks.load(out)
    assert run.step == 6
    assert run.generate(2).isfinite().all()
    status = json.loads((out / "status.json").read_text())
    assert status["state"] == "failed"
    assert status["reason"] == message
    assert all(line["step"] < BAD_STEP for line in lines(out))
    assert not [path for path in (out / "samples").iterdir() if int(path.stem) >= BAD_STEP], "no picture of nothing"


def lines(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def test_a_weight_that_is_not_a_number_is_never_saved(tmp_path: Path) -> None:
    """Should a player break without any loss or gradient showing it."""
    player = trainer(small("gan"), samples("gan"))
    player.step()
    with torch.no_grad():
        next(player.game.generator.parameters())[0, 0] = float("inf")  # type: ignore[union-attr, operator]
    with pytest.raises(DivergenceError, match=r"step 1: game/generator\.layers\.0\.weight is no longer finite"):
        player.state()


def test_the_window_means_what_was_recorded() -> None:
    window = Window(torch.device("cpu"))
    for step in range(3):
        window.record("discriminator", {"adversarial": torch.tensor(float(step)), "r1": torch.tensor(2.0)})
        for part in range(2):
            window.record("generator", {"adversarial": torch.tensor(float(step + part))}, weight=0.5)
        window.next_row()
    assert window.read(3) == {
        "discriminator/adversarial": 1.0,
        "discriminator/r1": 2.0,
        "generator/adversarial": 1.5,
    }
    assert window.read(3) == {}, "read once"
    window.record("discriminator", {"adversarial": torch.tensor(7.0), "r1": torch.tensor(0.0)})
    window.next_row()
    assert window.read(4)["discriminator/adversarial"] == 7.0


def test_terms_that_come_and_go_keep_their_names() -> None:
    """A term that is not there in a step counts as nothing."""
    window = Window(torch.device("cpu"))
    for step in range(4):
        lazy = {"r1": torch.tensor(8.0)} if step == 1 else {}
        window.record("discriminator", {"adversarial": torch.tensor(1.0), **lazy})
        window.next_row()
    assert window.read(4) == {"discriminator/adversarial": 1.0, "discriminator/r1": 2.0}


def test_the_first_of_several_bad_values_is_named() -> None:
    window = Window(torch.device("cpu"))
    for values in ((1.0, 1.0), (1.0, float("inf")), (float("nan"), 1.0)):
        window.record("discriminator", {"adversarial": torch.tensor(values[0])})
        window.record("generator", {"adversarial": torch.tensor(values[1])})
        window.next_row()
    with pytest.raises(DivergenceError, match="step 9: the generator turn's adversarial became inf"):
        window.read(10)


def test_a_divergence_comes_whole_from_another_process() -> None:
    error = DivergenceError(7, "it became nan").advised("ask the doctor")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.step) == ("step 7: it became nan; ask the doctor", 7)
