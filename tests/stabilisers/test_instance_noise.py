from __future__ import annotations

import pytest
import torch
from tests.stabilisers.playing import built, drawing, first_round, stabilised

from ganworks.errors import UsageError
from ganworks.stabilisers.instance_noise import InstanceNoise


@pytest.mark.parametrize(("step", "std"), [(0, 0.4), (25, 0.3), (50, 0.2), (99, 0.004), (100, 0.0), (1000, 0.0)])
def test_it_falls_to_nothing(step: int, std: float) -> None:
    samples = torch.ones(200, 3, 6, 6)
    seen = InstanceNoise(std=0.4, until=100).see(samples, drawing(0, 200), step)
    assert (seen - samples).std().item() == pytest.approx(std, rel=0.02)
    assert (seen - samples).mean().abs() < 0.02
    assert step < 100 or seen is samples


def test_without_an_end_it_stays() -> None:
    assert InstanceNoise(std=0.4).std_at(10**9) == 0.4


def test_parts_of_a_batch_see_the_noise_of_the_whole() -> None:
    option, samples = InstanceNoise(), torch.zeros(8, 2)
    halves = [option.see(samples[:4], drawing(3, 8, rows), 0) for rows in (slice(4), slice(4, 8))]
    assert torch.equal(torch.cat(halves), option.see(samples, drawing(3, 8), 0))


def test_real_and_fake_samples_have_it_in_both_turns_and_generated_ones_do_not() -> None:
    game = built("gan", stabilised(instance_noise={"std": 0.3}))
    seen: list[torch.Tensor] = []
    game.discriminator.register_forward_pre_hook(lambda layer, given: seen.append(given[0].detach()))
    round = first_round(game)
    fakes = game.fakes(round, None).detach()
    game.discriminator_loss(round)
    game.generator_loss(round)
    apart = [(shown - clean).std().item() for shown, clean in zip(seen, (round.real, fakes, fakes), strict=True)]
    assert apart == pytest.approx([0.3] * 3, rel=0.15)
    assert not torch.allclose(seen[1] - fakes, seen[0] - round.real), "drawn anew for each"
    game.adversary.judge(game.discriminator, fakes, None)
    assert torch.equal(seen[-1], fakes), "and outside of a round there is none"


def test_refusals() -> None:
    for settings in ({"std": 0.0}, {"std": float("inf")}, {"until": 0}):
        with pytest.raises(UsageError, match="instance-noise: std="):
            InstanceNoise(**settings)  # type: ignore[arg-type]
