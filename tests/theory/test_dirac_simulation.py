"""Dirac-GAN played as its authors did (h = 0.2, 500 steps from (1, 1)): where every method ends, and the verdict."""

from __future__ import annotations

import pytest
import torch

from ganworks.errors import GanworksError, UsageError
from ganworks.theory.dirac import METHODS, DiracGAN
from ganworks.theory.dirac_simulation import radii, simulate, verdict

SIMULTANEOUS, ALTERNATING, FIVE = 0, 1, 5

# The final radius as computed independently from the closed-form fields, to the digits given.
FINAL: list[tuple[str, int, str]] = [
    ("GAN", SIMULTANEOUS, "3.10"),
    ("GAN", ALTERNATING, "1.42"),
    ("GAN", FIVE, "1.85"),
    ("NS-GAN", SIMULTANEOUS, "0.64"),
    ("NS-GAN", ALTERNATING, "0.28"),
    ("NS-GAN", FIVE, "0.14"),
    ("GAN + R1 0.1", SIMULTANEOUS, "0.095"),
    ("GAN + R1 0.1", ALTERNATING, "0.0083"),
    ("GAN + R1 0.1", FIVE, "2e-11"),
    ("GAN + R1 0.3", SIMULTANEOUS, "2.6e-6"),
    ("GAN + R1 0.3", ALTERNATING, "2.3e-7"),
    ("GAN + R1 0.3", FIVE, "9e-34"),
    ("GAN + R1 1.0", SIMULTANEOUS, "9.5e-22"),
    ("GAN + R1 1.0", ALTERNATING, "7.5e-17"),
    ("GAN + R1 1.0", FIVE, "5e-12"),
    ("ConOpt", SIMULTANEOUS, "2.6e-10"),
    ("ConOpt", ALTERNATING, "1.7e-11"),
    ("ConOpt", FIVE, "11"),
    ("NS-GAN + R1 0.3", SIMULTANEOUS, "2.2e-6"),
    ("NS-GAN + R1 0.3", ALTERNATING, "1.5e-7"),
    ("NS-GAN + R1 0.3", FIVE, "4e-34"),
]

# The least and the largest radius of the last 100 steps, where the game keeps moving.
RANGES: list[tuple[str, int, str, str]] = [
    ("GAN", ALTERNATING, "1.34", "1.42"),
    ("GAN", FIVE, "1.03", "2.42"),
    ("NS-GAN", FIVE, ".13", ".31"),
    ("WGAN", SIMULTANEOUS, "1.0", "1.27"),
    ("WGAN", ALTERNATING, ".95", "1.05"),
    ("WGAN", FIVE, ".4", "1.0"),
    ("WGAN-GP", SIMULTANEOUS, "1.62", "1.97"),
    ("WGAN-GP", ALTERNATING, "1.14", "1.44"),
    ("WGAN-GP", FIVE, ".68", "1.5"),
]

VERDICTS = {
    "GAN": "not converged",
    "NS-GAN": "not converged",
    "WGAN": "not converged",
    "WGAN-GP": "not converged",
    "GAN + instance noise": "converged",
    "GAN + R1 0.3": "converged",
    "GAN + R1 1.0": "converged",
    "ConOpt": "converged",
    "NS-GAN + R1 0.3": "converged",
}

played: dict[tuple[str, int], torch.Tensor] = {}


def play(method: str, discriminator_steps: int) -> torch.Tensor:
    """Each game is played once."""
    if (method, discriminator_steps) not in played:
        played[method, discriminator_steps] = simulate(METHODS[method], discriminator_steps)
    return played[method, discriminator_steps]


def precision(printed: str) -> float:
    """Half a unit of the last printed digit."""
    mantissa, _, exponent = printed.partition("e")
    return 0.5001 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


@pytest.mark.parametrize(("method", "discriminator_steps", "printed"), FINAL)
def test_the_final_radius(method: str, discriminator_steps: int, printed: str) -> None:
    assert radii(play(method, discriminator_steps))[-1].item() == pytest.approx(
        float(printed), rel=0, abs=precision(printed)
    )


@pytest.mark.parametrize(("method", "discriminator_steps", "least", "largest"), RANGES)
def test_the_range_of_the_last_radii(method: str, discriminator_steps: int, least: str, largest: str) -> None:
    last = radii(play(method, discriminator_steps))[-100:]
    assert last.min().item() == pytest.approx(float(least), rel=0, abs=precision(least))
    assert last.max().item() == pytest.approx(float(largest), rel=0, abs=precision(largest))


@pytest.mark.parametrize("discriminator_steps", [SIMULTANEOUS, ALTERNATING, FIVE])
@pytest.mark.parametrize("method", VERDICTS)
def test_the_verdict(method: str, discriminator_steps: int) -> None:
    expected = VERDICTS[method] if (method, discriminator_steps) != ("ConOpt", FIVE) else "not converged"
    assert verdict(play(method, discriminator_steps)) == expected


def test_weak_r1_needs_more_steps_than_500() -> None:
    weak = METHODS["GAN + R1 0.1"]
    assert [verdict(play("GAN + R1 0.1", turns)) for turns in (SIMULTANEOUS, ALTERNATING)] == ["undecided", "converged"]
    assert verdict(simulate(weak, steps=800)) == "converged"


@pytest.mark.parametrize("objective", ["nonsaturating", "relativistic"])
def test_nonsaturating_players_who_move_at_once_circle_for_ever(objective: str) -> None:
    """From inside and from outside they come to the same circle; the equilibrium itself repels them."""
    for start in ((1.0, 1.0), (0.1, 0.1)):
        states = simulate(DiracGAN(objective), SIMULTANEOUS, 1200, start=start)
        assert [verdict(states[:500]), verdict(states)] == ["not converged"] * 2
        assert radii(states)[-100:].min().item() == pytest.approx(0.624, abs=0.005)
        assert radii(states)[-100:].max().item() == pytest.approx(0.640, abs=0.005)


def test_in_turns_they_come_nearer_as_one_over_the_root_of_time() -> None:
    """So that a verdict on few steps says "not converged" of what converges in the end."""
    distance = radii(simulate(METHODS["NS-GAN"], ALTERNATING, 2000))
    assert distance[500] / distance[2000] == pytest.approx(2, rel=0.02)
    fast = simulate(METHODS["NS-GAN"], ALTERNATING, 5000, rates=(1.0, 1.0))
    assert [verdict(fast[: steps + 1]) for steps in (400, 2000, 5000)] == ["not converged", "undecided", "converged"]


@pytest.mark.parametrize(
    ("radius", "expected"),
    [(0.0499, "converged"), (0.0501, "undecided"), (0.0999, "undecided"), (0.1001, "not converged")],
)
def test_where_the_verdict_changes(radius: float, expected: str) -> None:
    """Of the last 100 states one beyond 0.05 is enough to be undecided, one within 0.1 not to be refused."""
    assert verdict(torch.tensor([[9.0, 9.0]] * 50 + [[radius, 0.0]] * 100)) == expected
    assert verdict(torch.tensor([[0.0, 0.0]] * 99 + [[0.0, 0.0501]])) == "undecided"
    assert verdict(torch.tensor([[9.0, 9.0]] * 99 + [[0.0, 0.0999]])) == "undecided"


def test_noise_leaves_a_cloud_of_the_size_of_the_sampling_noise() -> None:
    """A few hundredths with the 1000 draws of the paper's authors, less with more."""
    for turns in (SIMULTANEOUS, ALTERNATING, FIVE):
        last = radii(play("GAN + instance noise", turns))[-100:]
        assert 0.001 < last.min() < last.max() < 0.05
    fine = simulate(DiracGAN(noise=0.7, draws=20_000), steps=200, start=(0.01, 0.01))
    assert radii(fine)[-100:].max() < 0.01


def test_small_steps_conserve_the_radius_without_a_penalty() -> None:
    """The continuous flow does so exactly (lemma 2.3); Euler's error is proportional to the step."""
    growth = [
        radii(simulate(DiracGAN(), steps=round(20 / h), rates=(h, h)))[-1].item() / 2**0.5 - 1 for h in (0.04, 0.02)
    ]
    assert 0 < growth[1] < 0.05
    assert growth[0] / growth[1] == pytest.approx(2, rel=0.1)


def test_the_seed_draws_the_noise_and_nothing_else() -> None:
    noisy = DiracGAN(noise=0.7, draws=10)
    assert torch.equal(simulate(noisy, steps=20, seed=1), simulate(noisy, steps=20, seed=1))
    assert not torch.equal(simulate(noisy, steps=20, seed=1), simulate(noisy, steps=20, seed=2))
    assert torch.equal(simulate(DiracGAN(), steps=20, seed=1), simulate(DiracGAN(), steps=20, seed=2))


def test_clipping_holds_from_the_start() -> None:
    states = simulate(METHODS["WGAN"], steps=50, start=(1.0, 4.0))
    assert states[0].tolist() == [1.0, 1.0]
    assert states[:, 1].abs().max() == 1


def test_what_overflows_did_not_converge() -> None:
    states = simulate(METHODS["ConOpt"], steps=200, rates=(9.0, 9.0), start=(3.0, -3.0))
    assert verdict(states) == "not converged"
    assert verdict(torch.full((100, 2), torch.nan)) == "not converged"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps": 0}, "steps=0"),
        ({"start": (float("nan"), 1.0)}, "start"),
        ({"discriminator_steps": -1}, "discriminator_steps=-1"),
        ({"rates": (0.2, 0.0)}, "rates"),
        ({"rates": (float("nan"), 0.2)}, "rates"),
        ({"rates": (0.2, float("inf"))}, "rates"),
    ],
)
def test_what_cannot_be_played_is_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        simulate(DiracGAN(), **wrong)


@pytest.mark.parametrize("shape", [(99, 2), (500,), (500, 3)])
def test_too_few_states_give_no_verdict(shape: tuple[int, ...]) -> None:
    with pytest.raises(GanworksError, match="N ≥ 100"):
        verdict(torch.zeros(shape))
