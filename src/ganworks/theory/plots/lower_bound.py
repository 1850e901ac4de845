"""What a discriminator's loss tells of the divergence, and what it does not.

Six discriminators (small dots) for each number of training samples, and their means. On samples never seen the loss
bounds the divergence from below, the better the more were learnt from; on few training samples it promises too much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ganworks.theory.canvas import DATA, GENERATOR, QUIET, note
from ganworks.theory.densities import Array, Gaussian
from ganworks.theory.divergences import jensen_shannon_divergence
from ganworks.theory.lower_bound import bce_loss, jensen_shannon_bound
from ganworks.theory.optimal_discriminator import value
from ganworks.theory.trained_discriminator import Sampler, train_discriminator

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMULA = (
    r"$\mathrm{JSD}(p_{data}\,\|\,p_g) \geq \log 2 - \frac{1}{2} L_D,$   $L_D = -E \log D(x) - E \log(1 - D(G(z)))$"
)
SOURCE = "from Goodfellow et al. 2014, arXiv:1406.2661, eq. 6; N(0, 1) against N(1.5, 1), fully connected 2×32, Adam"

REAL, GENERATED = Gaussian(), Gaussian(1.5)
COUNTS = (15, 30, 100, 300, 1000, 3000)
SEEDS, STEPS = 6, 300


def draw(figure: Figure) -> None:
    axes = figure.subplots()
    bounds = np.array([[bounds_from(count, seed) for seed in range(SEEDS)] for count in COUNTS])
    exact = float(jensen_shannon_divergence(REAL, GENERATED))
    axes.axhline(exact, color=QUIET, lw=1.2, ls=(0, (4, 3)))
    for which, color in enumerate((GENERATOR, DATA)):
        axes.semilogx(COUNTS, bounds[..., which], "o", color=color, ms=3, alpha=0.4, mew=0)
        axes.semilogx(COUNTS, bounds[..., which].mean(1), "o-", color=color)
    note(axes, f"JSD = {exact:.3f}", COUNTS[-1], exact + 0.025, align="right")
    note(axes, "from the training samples: no bound", 33, 0.33, GENERATOR)
    note(axes, "from samples never seen: a bound", 60, 0.12, DATA)
    axes.set(xlabel="samples of each distribution to train on", ylabel="log 2 − loss/2, in nats", ylim=(-0.25, 0.5))
    axes.set_xticks(COUNTS, [f"{count:,}" for count in COUNTS])
    axes.minorticks_off()
    axes.axhline(0, color=QUIET, lw=0.8)
    note(axes, "not above 0: says nothing", COUNTS[-1], -0.025, align="right")


def bounds_from(count: int, seed: int) -> tuple[float, float]:
    """log 2 − loss/2 on the `count` samples of each that a discriminator was trained on, and on all there are."""
    random = np.random.default_rng((count, seed))
    real, fake = REAL.sample(count, random), GENERATED.sample(count, random)
    judge = train_discriminator(again(real), again(fake), seed=seed, steps=STEPS, batch=256)
    seen, _ = bce_loss(judge(real), judge(fake))
    expected = -value(judge, REAL, GENERATED)
    return float(jensen_shannon_bound(seen).judged), float(jensen_shannon_bound(expected).judged)


def again(samples: Array) -> Sampler:
    """Draws from the same samples over and over."""
    return lambda count, random: random.choice(samples, count)
