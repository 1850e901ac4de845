from __future__ import annotations

from math import log

import pytest
import torch
from tests.stabilisers.playing import built, drawing, stabilised

from ganworks.errors import UsageError
from ganworks.games.parts import objective
from ganworks.stabilisers.label_smoothing import LabelSmoothing, targets

pytestmark = pytest.mark.usefixtures("double")
WITH_TARGETS = ("nonsaturating", "saturating", "least-squares")


@pytest.mark.parametrize("name", WITH_TARGETS)
def test_targets_of_one_and_nought_are_the_objective(name: str) -> None:
    real, fake, players = torch.randn(9, 1), torch.randn(9, 1), objective(name)
    hard = players.towards(real, torch.tensor(1.0)) + players.towards(fake, torch.tensor(0.0))
    torch.testing.assert_close(hard, players.discriminator(real, fake))


@pytest.mark.parametrize("name", WITH_TARGETS)
def test_one_sided_smoothing_concerns_real_samples_alone(name: str) -> None:
    real, fake, players = torch.randn(9, 1), torch.randn(9, 1), objective(name)
    smoothed = LabelSmoothing().adversarial(lambda real, fake, draw: real.sum(), players)(real, fake, drawing(0, 9))
    assert LabelSmoothing().fake == (0.0, 0.0)
    of_fake = players.discriminator(real, fake) - players.towards(real, torch.tensor(1.0))
    torch.testing.assert_close(smoothed, players.towards(real, torch.tensor(0.9)) + of_fake)


def test_where_smoothed_samples_are_best_judged() -> None:
    """−t log D − (1 − t) log(1 − D) is least at D = t: logit log 9 for 0.9."""
    logits = torch.full((1, 1), log(9), requires_grad=True)
    loss = LabelSmoothing(real=0.9).adversarial(lambda *_: logits.sum(), objective("nonsaturating"))
    loss(logits, torch.zeros(1, 1), drawing(0, 1)).backward()
    assert logits.grad is not None and logits.grad.abs().item() < 1e-12


def test_ranges_are_drawn_from_for_each_sample() -> None:
    drawn = targets((0.7, 1.2), torch.zeros(4000, 1), drawing(3, 4000))
    assert drawn.shape == (4000, 1)
    assert 0.7 <= drawn.min() < 0.701 and 1.199 < drawn.max() <= 1.2
    assert drawn.mean().item() == pytest.approx(0.95, abs=0.01)
    assert targets((0.7, 1.2), torch.zeros(4000, 1, 3, 3), drawing(3, 4000)).shape == (4000, 1, 1, 1)


@pytest.mark.parametrize("size", [1, 2])
def test_parts_of_a_batch_draw_what_the_whole_would(size: int) -> None:
    """Also where packs of `size` samples have a logit each."""
    whole = targets((0.0, 0.3), torch.zeros(8 // size, 1), drawing(3, 8))
    halves = [targets((0.0, 0.3), torch.zeros(4 // size, 1), drawing(3, 8, rows)) for rows in (slice(4), slice(4, 8))]
    assert torch.equal(torch.cat(halves), whole)


def test_real_and_fake_ranges_are_drawn_apart() -> None:
    option = LabelSmoothing(real=(0.7, 1.0), fake=(0.0, 0.3))
    seen: list[torch.Tensor] = []

    class Spy:
        @staticmethod
        def towards(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
            seen.append(wanted)
            return logits.mean()

    option.adversarial(lambda *_: torch.zeros(()), Spy)(torch.zeros(8, 1), torch.zeros(8, 1), drawing(1, 8))
    assert not torch.allclose((seen[0] - 0.7), seen[1])


def test_refusals() -> None:
    for real, fake in [(1.2, 0.0), ((0.9, 0.8), 0.0), (-0.1, 0.0), (0.5, 0.6), (0.5, 0.5)]:
        with pytest.raises(UsageError, match=r"label-smoothing: (real|fake)="):
            LabelSmoothing(real=real, fake=fake)
    with pytest.raises(UsageError, match="no targets to smooth; nonsaturating, saturating and least-squares have"):
        built("wgan", stabilised(label_smoothing={}))
