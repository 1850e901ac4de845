from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ganworks.games.round import Round
from ganworks.losses.judgement import Judgement, input_gradient
from ganworks.losses.penalties import dragan, gradient, r1, r2

pytestmark = pytest.mark.usefixtures("double")


def judgement(discriminate: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, share: float = 0.3) -> Judgement:
    real, fake = real.detach().requires_grad_(), fake.detach().requires_grad_()
    uniform = torch.full((len(real),), share)
    return Judgement(
        real,
        fake,
        discriminate(real),
        discriminate(fake),
        lambda samples, rows: discriminate(samples),
        lambda: uniform,
        lambda: torch.randn(real.shape, generator=torch.Generator().manual_seed(11)),
        lambda n: (slice(None, None, n), float(-(-len(real) // n))),
    )


def linear(slope: Tensor) -> Callable[[Tensor], Tensor]:
    return lambda samples: samples.flatten(1) @ slope[:, None]


SLOPE = torch.tensor([3.0, -4.0], dtype=torch.float64)  # of length 5


def test_r1_and_r2_of_a_linear_discriminator() -> None:
    seen = judgement(linear(SLOPE), torch.randn(7, 2), torch.randn(7, 2))
    assert r1.penalty(seen, gamma=0.6).item() == pytest.approx(0.3 * 25)
    assert r2.penalty(seen, gamma=0.6).item() == pytest.approx(0.3 * 25)


@pytest.mark.parametrize("penalty", [r1.penalty, r2.penalty])
@pytest.mark.parametrize(("step", "gamma"), [(0, 0.8), (5, 0.5), (10, 0.2), (1000, 0.2)])
def test_a_gamma_goes_straight_to_its_last_value(penalty: Any, step: int, gamma: float) -> None:
    seen = replace(judgement(linear(SLOPE), torch.randn(7, 2), torch.randn(7, 2)), step=step)
    assert penalty(seen, gamma=0.8, anneal=(0.2, 10)).item() == pytest.approx(gamma / 2 * 25)
    assert penalty(seen, gamma=0.8).item() == pytest.approx(0.4 * 25)


def test_gradient_penalty_of_a_linear_discriminator() -> None:
    seen = judgement(linear(SLOPE), torch.randn(7, 2), torch.randn(7, 2))
    assert gradient.penalty(seen, weight=1.0).item() == pytest.approx((5 - 1) ** 2)
    assert gradient.penalty(seen, weight=10.0, target=0.0).item() == pytest.approx(10 * 25)


def test_r1_looks_at_real_samples_and_r2_at_generated_ones() -> None:
    """D(x) = |x|²/2 has the gradient x."""
    real, fake = torch.tensor([[1.0, 0.0], [0.0, 3.0]]), torch.tensor([[2.0, 0.0], [0.0, 0.0]])
    seen = judgement(lambda x: x.square().sum(1) / 2, real, fake)
    assert r1.penalty(seen, gamma=2.0).item() == pytest.approx((1 + 9) / 2)
    assert r2.penalty(seen, gamma=2.0).item() == pytest.approx((4 + 0) / 2)


def test_gradient_penalty_looks_between_pairs() -> None:
    real, fake = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    seen = judgement(lambda x: x.square().sum(1) / 2, real, fake, share=0.25)
    norm = (0.75**2 + 0.25**2) ** 0.5
    assert gradient.penalty(seen, weight=1.0).item() == pytest.approx((norm - 1) ** 2)


def test_gradient_penalty_looks_at_one_place_between_a_pair_of_packs() -> None:
    """D(x₁, x₂) = |x|²/2 of packs of two: all of a real pack goes the same way towards its fake one."""
    real, fake = torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.zeros(2, 2)

    def packs(samples: Tensor) -> Tensor:
        return samples.view(-1, 4).square().sum(1) / 2

    seen = replace(judgement(packs, real, fake), uniform=lambda: torch.tensor([0.25, 0.5]))
    norm = (2 * 0.75**2) ** 0.5
    assert gradient.penalty(seen, weight=1.0).item() == pytest.approx((norm - 1) ** 2)


def test_dragan_of_a_linear_discriminator() -> None:
    seen = judgement(linear(SLOPE), torch.randn(7, 2), torch.randn(7, 2))
    assert dragan.penalty(seen, weight=1.0).item() == pytest.approx((5 - 1) ** 2)
    assert dragan.penalty(seen, weight=10.0, target=0.0).item() == pytest.approx(10 * 25)


def test_dragan_looks_half_the_spread_of_the_batch_around_real_samples() -> None:
    """Where it judges, with σ = 3 of all numbers of the batch, though a number of its own hardly varies."""
    real = torch.tensor([-2.0, 4.0]) + 0.001 * torch.randn(20_000, 2)
    judged: list[Tensor] = []

    def spy(samples: Tensor, rows: slice) -> Tensor:
        judged.append(samples.detach())
        return samples.sum(1)

    seen = replace(judgement(linear(SLOPE), real, torch.full_like(real, 100.0)), discriminate=spy)
    dragan.penalty(seen)
    dragan.penalty(seen, scale=0.0)
    noise = judged[0] - real
    assert noise.std().item() == pytest.approx(0.5 * 3, rel=0.02)
    assert noise.mean().item() == pytest.approx(0, abs=0.03)
    assert noise.T.corrcoef()[0, 1].item() == pytest.approx(0, abs=0.03), "each number has its own"
    assert torch.equal(judged[1], real)


def test_dragan_of_two_processes_is_that_of_their_batch() -> None:
    real = torch.randn(8, 2) * torch.tensor([1.0, 5.0]) + 3
    whole = Round(real, None, torch.Generator().manual_seed(1), batch_size=8)

    def cubic(samples: Tensor) -> Tensor:
        return samples.pow(3).sum(1)

    def of(round: Round, means: list[float]) -> Tensor:
        given = iter(means)
        seen = replace(
            judgement(cubic, round.real, round.real),
            normal=round.normal,
            over_all=lambda values: torch.tensor(next(given)) if means else values,
        )
        return dragan.penalty(seen)

    means = [real.mean().item(), (real - real.mean()).square().mean().item()]
    parts = [
        of(Round(real[i : i + 4], None, torch.Generator().manual_seed(1), batch_size=8, first=i), means) for i in (0, 4)
    ]
    assert torch.stack(parts).mean().item() == pytest.approx(of(whole, []).item())


@pytest.mark.parametrize("penalty", [r1.penalty, r2.penalty, gradient.penalty, dragan.penalty])
def test_gradients_equal_finite_differences(penalty: Callable[..., Tensor]) -> None:
    network = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Softplus(), nn.Flatten(), nn.Linear(12, 1))
    shapes = [weights.shape for weights in network.parameters()]
    names = [name for name, _ in network.named_parameters()]
    real, fake = torch.randn(3, 2, 4, 4), torch.randn(3, 2, 4, 4)

    def loss(*weights: Tensor) -> Tensor:
        values = dict(zip(names, weights, strict=True))
        return penalty(judgement(lambda x: torch.func.functional_call(network, values, (x,)), real, fake))

    start = [torch.randn(shape, requires_grad=True) for shape in shapes]
    assert torch.autograd.gradcheck(loss, start)


@pytest.mark.parametrize("penalty", [r1.penalty, r2.penalty, gradient.penalty, dragan.penalty])
def test_a_flat_discriminator_has_finite_gradients(penalty: Callable[..., Tensor]) -> None:
    slope = torch.zeros(2, requires_grad=True)
    loss = penalty(judgement(linear(slope), torch.randn(4, 2), torch.randn(4, 2)))
    (change,) = torch.autograd.grad(loss, slope)
    assert loss.isfinite()
    assert change.isfinite().all()


@pytest.mark.parametrize(("penalty", "own"), [(r1, "real"), (r2, "fake")])
def test_a_penalty_on_every_nth_sample(penalty: ModuleType, own: str) -> None:
    """It is the penalty of those samples, judged with their own conditions, and needs no gradient of the others."""
    real, fake = torch.randn(8, 2), torch.randn(8, 2)
    judged: list[slice] = []

    def cubic(samples: Tensor) -> Tensor:
        return samples.pow(3).sum(1)

    seen = replace(
        judgement(cubic, real, fake), discriminate=lambda samples, rows: judged.append(rows) or cubic(samples)
    )
    part = judgement(cubic, real[::3], fake[::3])
    assert penalty.penalty(seen, gamma=2.0, every=3).item() == pytest.approx(penalty.penalty(part, gamma=2.0).item())
    assert judged == [slice(None, None, 3)]
    assert penalty.differentiates(gamma=2.0, every=3) == set()
    assert penalty.differentiates(gamma=2.0, every=1) == {own}
    assert gradient.differentiates(weight=1.0) == dragan.differentiates(weight=1.0) == set()


@pytest.mark.parametrize("cuts", [2, 4, 8])
def test_a_penalty_on_every_nth_sample_of_a_batch_that_is_cut(cuts: int) -> None:
    """The mean over the parts is the penalty of the whole, even where a part has none of the samples."""
    real = torch.randn(8, 2)

    def cubic(samples: Tensor) -> Tensor:
        return samples.pow(3).sum(1)

    def of_part(first: int, size: int) -> Tensor:
        part = real[first : first + size]
        round = Round(part, None, torch.Generator(), batch_size=8, first=first)
        return r1.penalty(replace(judgement(cubic, part, part), every=round.every), gamma=2.0, every=3)

    size = 8 // cuts
    parts = [of_part(first, size) for first in range(0, 8, size)]
    assert torch.stack(parts).mean().item() == pytest.approx(of_part(0, 8).item())


@pytest.mark.parametrize("logits", [lambda x: x.sum((1, 2, 3)), lambda x: x.sum(1, keepdim=True), lambda x: x])
def test_patch_logits_count_together(logits: Any) -> None:
    samples = torch.randn(2, 3, 4, 4, requires_grad=True)
    assert torch.equal(input_gradient(logits(samples), samples), torch.ones(2, 48))
