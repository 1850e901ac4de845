"""Peak signal-to-noise ratio of paired images."""

from __future__ import annotations

from torch import Tensor

from ganworks.scores.features import Array
from ganworks.scores.pairs import as_pairs, unit_interval


def psnr(generated: Array, real: Array) -> Tensor:
    """10 log₁₀(peak² / mean squared error) of each of N pairs, in dB; infinite for a pair of equal images.

    Images are N×C×H×W, uint8 or floats in [-1, 1]; the error is averaged over channels and pixels, the peak is the
    width of the range. N float64 values; a set's PSNR is their mean. Raises GanworksError for what are no pairs.
    """
    generated, real = as_pairs(generated, real)
    error = (unit_interval(generated) - unit_interval(real)).square().flatten(1).mean(1)
    return -10 * error.log10()
