from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from tests.stabilisers.playing import built, drawing, first_round, option, player, sight, stabilised
from torch import Tensor, nn

from ganworks.errors import UsageError
from ganworks.games.parts import objective
from ganworks.stabilisers.augmentation import Augmentation
from ganworks.stabilisers.image_transforms import TRANSFORMS

IMAGES = torch.randn(400, 3, 8, 8, generator=torch.Generator().manual_seed(0))


def adaptive(name: str = "nonsaturating", **settings: Any) -> Augmentation:
    made = Augmentation(probability="adaptive", **settings)
    made.adversarial(lambda *_: torch.zeros(()), objective(name))
    return made


@pytest.mark.parametrize("probability", [1.0, 0.3])
def test_each_change_happens_at_its_rate(probability: float) -> None:
    for change in TRANSFORMS:
        seen = Augmentation(policy=(change,), probability=probability).see(IMAGES, drawing(0, 400), 0)  # type: ignore[arg-type]
        changed = (seen != IMAGES).flatten(1).any(1).double().mean().item()
        still = 1 / 9 if change == "translation" else 0  # a shift by nothing
        assert changed == pytest.approx(probability * (1 - still), abs=0.06 if probability < 1 or still else 0)


def test_changes_are_drawn_apart() -> None:
    once = Augmentation(policy=("colour",)).see(IMAGES, drawing(0, 400), 0)
    twice = Augmentation(policy=("colour", "cutout")).see(IMAGES, drawing(0, 400), 0)
    kept = twice != 0
    torch.testing.assert_close(twice[kept], once[kept])


def test_parts_of_a_batch_see_what_the_whole_would() -> None:
    made = Augmentation(probability=0.5)
    halves = [made.see(IMAGES[rows], drawing(3, 400, rows), 0) for rows in (slice(200), slice(200, 400))]
    torch.testing.assert_close(torch.cat(halves), made.see(IMAGES, drawing(3, 400), 0))


def test_gradients_reach_g_through_it() -> None:
    game = built("dcgan", stabilised(augmentation={}), shape=(1, 16, 16))
    game.generator_loss(first_round(game))["adversarial"].backward()
    assert all(weights.grad is not None and weights.grad.any() for weights in game.generator.parameters())


def turn(made: Augmentation, real: Tensor, fake: Tensor | None = None, batch_size: int = 100) -> float:
    seen = sight("discriminator", nn.Identity(), real, torch.zeros_like(real) if fake is None else fake)
    made.terms({}, SimpleNamespace(**{**vars(seen), "batch_size": batch_size}))  # type: ignore[arg-type]
    made.afterwards("discriminator", nn.Identity())
    return float(made.strength)


def test_strength_rises_while_d_is_too_sure_and_falls_when_it_is_not() -> None:
    """r_t = .8 is above .6 and .4 below; 100 of 1000 samples are a tenth of the way."""
    made = adaptive(ramp=1000)
    sure, unsure = torch.tensor([1.0] * 9 + [-1.0]), torch.tensor([2.0] * 7 + [-0.1] * 3)
    assert made.strength == 0
    assert turn(made, unsure) == 0, "never below 0"
    assert [turn(made, sure) for _ in range(3)] == pytest.approx([0.1, 0.2, 0.3])
    assert turn(made, unsure) == pytest.approx(0.2)
    assert [turn(made, sure) for _ in range(12)][-1] == 1, "nor above 1"
    made.terms({}, sight("generator", nn.Identity(), unsure, unsure))
    made.afterwards("generator", nn.Identity())
    assert made.strength == 1, "G's turn says nothing"


def test_where_d_is_undecided_depends_on_the_objective() -> None:
    least_squares, relativistic = adaptive("least-squares", ramp=100), adaptive("relativistic", ramp=100)
    assert turn(least_squares, torch.full((4,), 0.4), batch_size=10) == 0
    assert turn(least_squares, torch.full((4,), 0.6), batch_size=10) == pytest.approx(0.1)
    assert turn(relativistic, torch.full((4,), 5.0), torch.full((4,), 6.0), batch_size=10) == 0
    assert turn(relativistic, torch.full((4,), -5.0), torch.full((4,), -6.0), batch_size=10) == pytest.approx(0.1)


def test_parts_and_processes_decide_together() -> None:
    """Signs .2 and 1 of two parts mean .6 at most on average, whichever comes first; over_all is asked for."""
    made, asked = adaptive(target=0.59, ramp=10), []
    for real in (torch.tensor([1.0, 1.0, 1.0, -1.0, -1.0]), torch.ones(5)):
        seen = sight("discriminator", nn.Identity(), real, real, over_all=lambda x: asked.append(x) or x, batch_size=1)  # type: ignore[func-returns-value]
        made.terms({}, seen)
        assert made.strength == 0, "the same for every part of a turn"
    made.afterwards("discriminator", nn.Identity())
    assert float(made.strength) == pytest.approx(0.1)
    assert len(asked) == 2


def test_it_is_saved_with_the_run() -> None:
    trainer = player("dcgan", stabilised(augmentation={"probability": "adaptive", "target": -0.9, "ramp": 80}))
    for _ in range(3):
        trainer.step()
    strength = trainer.state()["game/stabilisers.augmentation.strength"]
    assert float(strength) == pytest.approx(0.3)
    assert float(option(trainer.game, "augmentation").surplus) == 0  # type: ignore[arg-type]


def test_refusals() -> None:
    for settings in ({"probability": 0.0}, {"probability": 1.5}, {"policy": ()}, {"target": 1.0}, {"ramp": 0}):
        with pytest.raises(UsageError, match="augmentation: "):
            Augmentation(**settings)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="its changes are those of pictures, and the data are none"):
        built("toy", stabilised(augmentation={}))
    with pytest.raises(UsageError, match="asks how often D is right, which this objective's D does not say"):
        built("wgan", stabilised(augmentation={"probability": "adaptive"}))
