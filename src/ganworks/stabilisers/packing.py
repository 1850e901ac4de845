"""Packing: D judges several samples at once and so sees how they differ (Lin et al. 2018, arXiv:1712.04086, PacGAN).

D's loss then bounds the divergence between the distributions of packs, p^m and q^m.
"""

from torch import Tensor

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import Stabiliser


class Packing(Stabiliser):
    """`size` m samples of a batch of N, concatenated along channels, are one input of D: N/m×mC×… and N/m logits.

    Gradient penalties take the gradient with respect to a whole pack.
    """

    def __init__(self, size: int = 2) -> None:
        super().__init__()
        if size < 2:
            raise UsageError(f"packing: size={size} must be at least 2")
        self.size = size

    def judged_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (self.size * shape[0], *shape[1:])

    def allows(self, count: int) -> None:
        if count % self.size:
            raise UsageError(
                f"packing: {count} samples cannot be packed by {self.size}: let training.batch_size"
                " over devices, accumulated parts and a penalty's `every` be a multiple of packing.size"
            )

    def gather(self, inputs: Tensor) -> Tensor:
        self.allows(len(inputs))
        return inputs.reshape(len(inputs) // self.size, *self.judged_shape(tuple(inputs.shape[1:])))


stabiliser = Packing
