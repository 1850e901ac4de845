"""Perceptual loss: images are alike where a network that knows images says so (Johnson et al. 2016)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ganworks.losses.reconstruction import l2
from ganworks.networks.precision import in_full


def perceptual(
    generated: Tensor,
    real: Tensor,
    features: Callable[[Tensor], Tensor],
    distance: Callable[[Tensor, Tensor], Tensor] = l2,
) -> Tensor:
    """E (φ(x) − φ(x̂))², a mean over the values of the maps (Ledig et al. 2017, arXiv:1609.04802, eq. 5).

    Args:
        generated, real: N×C×H×W in [-1, 1]; gradients reach the generated images alone.
        features: φ, frozen, such as `ImageNetFeatures`: SRGAN's after activation, ESRGAN's before it (Wang et al. 2018,
            arXiv:1809.00219, section 3.3).
        distance: of two maps; ESRGAN's authors take the absolute one.
    """
    with torch.no_grad():
        wanted = features(real)
    return distance(in_full(features(generated)), in_full(wanted))
