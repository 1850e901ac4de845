"""The bound is one on held-out samples, for any D; it is none on the samples that D learnt by heart."""

from __future__ import annotations

from math import log

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ganworks.errors import GanworksError
from ganworks.theory.densities import Array, Gaussian
from ganworks.theory.divergences import jensen_shannon_divergence
from ganworks.theory.lower_bound import bce_loss, jensen_shannon_bound
from ganworks.theory.optimal_discriminator import optimal_logit, value
from ganworks.theory.trained_discriminator import train_discriminator

distributions = arrays(np.float64, 4, elements=st.floats(0.001, 1)).map(lambda w: w / w.sum())


@given(distributions, distributions, arrays(np.float64, 4, elements=st.floats(-30, 30)))
def test_the_expected_loss_of_any_discriminator_bounds_the_divergence(p: Array, q: Array, logit: Array) -> None:
    divergence = jensen_shannon_divergence(p, q)
    assert jensen_shannon_bound(-value(logit, p, q)).judged <= divergence + 1e-14
    assert jensen_shannon_bound(-value(optimal_logit(p, q), p, q)).judged == pytest.approx(divergence, abs=1e-14)


@pytest.mark.parametrize(("steps", "tight"), [(5, False), (200, True)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_on_held_out_samples_it_is_a_lower_bound_and_tight_for_a_good_discriminator(
    steps: int, tight: bool, seed: int
) -> None:
    p, q, random = Gaussian(0, 1), Gaussian(1.5, 1), np.random.default_rng(seed)
    logit = train_discriminator(p.sample, q.sample, seed=seed, steps=steps)
    loss, error = bce_loss(logit(p.sample(50_000, random)), logit(q.sample(50_000, random)))
    divergence, bound = jensen_shannon_divergence(p, q), jensen_shannon_bound(loss).judged
    assert bound <= divergence + 3 * error / 2
    assert (bound > divergence - 0.005) == tight


def test_on_the_training_samples_of_an_overfitted_discriminator_it_is_none() -> None:
    """Real and fake are the same N(0, I) in 16 dimensions: their JSD is 0, and the training loss claims log 2."""
    random = np.random.default_rng(0)
    real, fake, new_real, new_fake = random.normal(size=(4, 64, 16))

    def some_of(samples: npt.NDArray[np.float64]) -> object:
        return lambda count, draw: samples[draw.integers(len(samples), size=count)]

    logit = train_discriminator(some_of(real), some_of(fake), seed=0, batch=64)
    on_training, _ = bce_loss(logit(real), logit(fake))
    held_out, _ = bce_loss(logit(new_real), logit(new_fake))
    assert jensen_shannon_bound(on_training).judged > 0.95 * log(2)
    assert jensen_shannon_bound(held_out).judged < 0


@given(distributions, distributions, st.integers(2, 4))
def test_packs_differ_more_than_samples_but_not_more_than_each_summed(p: Array, q: Array, packing: int) -> None:
    packs = [np.ones(1), np.ones(1)]
    for _ in range(packing):
        packs = [np.outer(pack, single).ravel() for pack, single in zip(packs, (p, q), strict=True)]
    divergence = jensen_shannon_divergence(p, q)
    bound = jensen_shannon_bound(-value(optimal_logit(*packs), *packs), packing=packing)
    assert bound.judged >= divergence - 1e-13
    assert bound.samples == bound.judged / packing <= divergence + 1e-13
    assert bound.subject == f"packs of {packing} samples of p_data and p_g"


@given(st.floats(-3, 3), st.floats(0.1, 2), st.floats(0.1, 3))
def test_noise_hides_differences(mean: float, std: float, noise: float) -> None:
    p, q = Gaussian(0, 1), Gaussian(mean, std)
    noisy = [Gaussian(density.mean, (density.std**2 + noise**2) ** 0.5) for density in (p, q)]
    bound = jensen_shannon_bound(-value(optimal_logit(*noisy), *noisy), instance_noise=noise)
    assert bound.judged == bound.samples <= jensen_shannon_divergence(p, q) + 1e-12


def test_it_says_what_it_bounds() -> None:
    assert jensen_shannon_bound(1.0).subject == "p_data and p_g"
    subject = jensen_shannon_bound(1.0, packing=2, instance_noise=0.1).subject
    assert subject == "packs of 2 samples of p_data and p_g with N(0, 0.1²) added"


def test_a_series_of_losses() -> None:
    bound = jensen_shannon_bound([log(4), 1.0, 0.0])
    np.testing.assert_allclose(bound.judged, [0, log(2) - 0.5, log(2)], atol=1e-15)


@pytest.mark.parametrize(
    ("loss", "settings", "message"),
    [
        (1.0, {"label_smoothing": 0.1}, "smoothed or flipped labels"),
        (1.0, {"label_flipping": 0.05}, "smoothed or flipped labels"),
        (1.0, {"packing": 0}, "packing ≥ 1"),
        (1.0, {"packing": 2.5}, "packing ≥ 1"),
        (1.0, {"packing": float("inf")}, "packing ≥ 1"),
        (1.0, {"instance_noise": -1.0}, "noise ≥ 0"),
        (-0.3, {}, "a BCE loss is a number ≥ 0"),
        (float("nan"), {}, "a BCE loss is a number ≥ 0"),
    ],
)
def test_what_bounds_nothing_is_refused(loss: float, settings: dict[str, float], message: str) -> None:
    with pytest.raises(GanworksError, match=message):
        jensen_shannon_bound(loss, **settings)


def test_the_loss_of_logits_and_its_standard_error() -> None:
    assert bce_loss([0.0, 0.0], [0.0, 0.0]) == (pytest.approx(log(4)), 0)
    assert bce_loss([1e4, 1e4], [-1e4, -1e4]) == (0, 0)
    assert bce_loss([np.inf, np.inf], [-np.inf, -np.inf]) == (0, 0)
    for logits in ([-np.inf, 0.0], [0.0, 0.0]), ([0.0, 0.0], [np.inf, 0.0]):
        with pytest.raises(GanworksError, match="infinite, and wrong"):
            bce_loss(*logits)
    random = np.random.default_rng(0)
    draws = [bce_loss(*random.normal(0, 2, (2, 200))) for _ in range(400)]
    assert np.std([loss for loss, _ in draws]) == pytest.approx(np.mean([error for _, error in draws]), rel=0.1)
    for logits in ([1.0], [1.0, float("nan")]):
        with pytest.raises(GanworksError, match="at least 2 of real and of fake"):
            bce_loss(logits, [0.0, 0.0])
