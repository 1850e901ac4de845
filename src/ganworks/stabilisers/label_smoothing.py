"""Label smoothing: D is asked for less than certainty (Salimans et al. 2016, arXiv:1606.03498, section 3.4).

One-sided, with targets of real samples alone: smoothing those of fake ones (β > 0) makes the optimal
D = (α·p_data + β·p_g)/(p_data + p_g), which rewards fakes where p_data is small.
"""

from __future__ import annotations

from torch import Tensor

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import Adversarial, Draw, Stabiliser, uniform

Target = float | tuple[float, float]


class LabelSmoothing(Stabiliser):
    """D's targets: `real` instead of 1, `fake` instead of 0, each a number or a range drawn from for every sample.

    Targets are N×1…, one for all logits of a sample.
    """

    def __init__(self, real: Target = 0.9, fake: Target = 0.0) -> None:
        super().__init__()
        self.real, self.fake = span("real", real), span("fake", fake)
        if sum(self.fake) >= sum(self.real):
            raise UsageError(f"label-smoothing: fake={fake} must lie below real={real}")

    def adversarial(self, loss: Adversarial, objective: object) -> Adversarial:
        towards = getattr(objective, "towards", None)
        if towards is None:
            raise UsageError(
                "label-smoothing: this objective has no targets to smooth;"
                " nonsaturating, saturating and least-squares have"
            )
        return lambda real, fake, draw: (
            towards(real, targets(self.real, real, draw)) + towards(fake, targets(self.fake, fake, draw))
        )


def span(name: str, target: Target) -> tuple[float, float]:
    """The range of a target; raises UsageError where the loss has no least value."""
    low, high = target if isinstance(target, tuple | list) else (target, target)
    if not (0 <= low <= high and (low + high) / 2 <= 1):
        raise UsageError(
            f"label-smoothing: {name}={target} must be a number, or a rising range, whose mean is in [0, 1]"
        )
    return low, high


def targets(span: tuple[float, float], logits: Tensor, draw: Draw) -> Tensor:
    """One target per row of logits, drawn from `span`."""
    low, high = span
    if low == high:
        return logits.new_full((1,), low)
    return low + (high - low) * uniform(logits, draw)


stabiliser = LabelSmoothing
