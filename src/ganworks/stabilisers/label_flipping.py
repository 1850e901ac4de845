"""Label flipping: now and then D is told the opposite (Chintala et al. 2016, "How to train a GAN", tip 6)."""

import torch
from torch import Tensor

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import Draw, Stabiliser, uniform


class LabelFlipping(Stabiliser):
    """With `probability` p < ½ a real sample and the fake beside it change labels in D's turn, whatever the objective.

    The optimal D then tells r = (1−p)·p_data + p·p_g from (1−p)·p_g + p·p_data: its loss bounds their divergence.
    Logits are N×…, a sample's change together.
    """

    def __init__(self, probability: float = 0.05) -> None:
        super().__init__()
        if not 0 < probability < 0.5:
            raise UsageError(f"label-flipping: probability={probability} must lie between 0 and 0.5")
        self.probability = probability

    def verdicts(self, real: Tensor, fake: Tensor, draw: Draw) -> tuple[Tensor, Tensor]:
        flip = uniform(real, draw) < self.probability
        return torch.where(flip, fake, real), torch.where(flip, real, fake)


stabiliser = LabelFlipping
