"""What a discriminator's loss says about the Jensen-Shannon divergence: JSD ≥ log 2 − loss/2 (from Goodfellow et al.
2014, arXiv:1406.2661, eq. 6: no D does better than −V = log 4 − 2 JSD).

It holds for the expected loss of a given D, so for samples that D was not trained on. On its training data, a D that
has learnt them by heart has any loss it likes, and the "bound" is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError
from ganworks.theory.densities import Array


@dataclass(frozen=True)
class Bound:
    """Lower bounds in nats; not above 0 they say nothing.

    Args:
        judged: of the JSD of what D was shown, which `subject` names.
        samples: of JSD(p_data, p_g) itself: the same with instance noise, which can only hide differences; a
            `packing`-th with packs, since independent samples tell no more together than the sum of each.
        subject: what `judged` bounds the JSD of.
    """

    judged: Array
    samples: Array
    subject: str


def jensen_shannon_bound(
    loss: npt.ArrayLike,
    *,
    packing: int = 1,
    instance_noise: float = 0.0,
    label_smoothing: float = 0.0,
    label_flipping: float = 0.0,
) -> Bound:
    """log 2 − loss/2 for BCE losses −E log D(real) − E log(1 − D(fake)) of any shape, measured on held-out samples.

    Args:
        loss: the sum of the two means, ≥ 0 (`bce_loss` of held-out logits).
        packing: how many samples D judged together (PacGAN).
        instance_noise: the deviation of the Gaussian noise that was added to what D judged.
        label_smoothing, label_flipping: what the loss was computed with, to be refused unless 0: any other loss is not
            −V, and bounds nothing. A D trained so may be judged: by `bce_loss` of its logits, whose labels are hard.

    Raises GanworksError for these, and for what is no BCE loss.
    """
    if label_smoothing or label_flipping:
        raise GanworksError("a loss with smoothed or flipped labels bounds no JSD: compute bce_loss of the same logits")
    if packing < 1 or packing % 1 or not 0 <= instance_noise < np.inf:
        raise GanworksError(
            f"packing {packing}, instance_noise {instance_noise}: a whole packing ≥ 1 and noise ≥ 0 are needed"
        )
    losses = np.asarray(loss, np.float64)
    if not bool((losses >= 0).all()):
        raise GanworksError("a BCE loss is a number ≥ 0 (a Wasserstein or hinge loss bounds no JSD)")
    judged: Array = log(2) - losses / 2
    subject = "p_data and p_g"
    if instance_noise:
        subject += f" with N(0, {instance_noise:g}²) added"
    if packing > 1:
        subject = f"packs of {packing} samples of {subject}"
    return Bound(judged, judged / packing, subject)


def bce_loss(real_logits: npt.ArrayLike, fake_logits: npt.ArrayLike) -> tuple[float, float]:
    """−mean log D(real) − mean log(1 − D(fake)) of N and M logits, with hard labels, and its standard error.

    The standard error of the bound is half of it. Raises GanworksError for NaN, for an infinite loss and for fewer than
    2 logits of a kind.
    """
    means, variances = [], []
    for logits in (-np.asarray(real_logits, np.float64).ravel(), np.asarray(fake_logits, np.float64).ravel()):
        if len(logits) < 2 or bool(np.isnan(logits).any()):
            raise GanworksError(f"{len(logits)} logits: at least 2 of real and of fake samples, none NaN, are needed")
        losses = np.logaddexp(0, logits)
        if not bool(np.isfinite(losses).all()):
            raise GanworksError("a logit is infinite, and wrong: the loss is too, and bounds nothing")
        means.append(float(losses.mean()))
        variances.append(float(losses.var(ddof=1)) / len(losses))
    return sum(means), sqrt(sum(variances))
