"""What nobody has taught: features by random weights, where those of ImageNet cannot be had."""

from __future__ import annotations

from typing import Literal

from torch import nn

from ganworks.networks.imagenet_features import Backbone, ImageNetFeatures
from ganworks.randomness import generator


class Features(ImageNetFeatures):
    """`ImageNetFeatures` with the same random weights everywhere, N(0, 2 / inputs), in evaluation mode.

    They tell textures apart nearly as well (Ustyuzhaninov et al. 2016, arXiv:1606.00021), but know of no things.
    """

    def __init__(self, backbone: Backbone = "vgg16", stage: Literal[1, 2, 3, 4, 5] = 3, activated: bool = True) -> None:
        super().__init__(backbone, stage, activated)
        random = generator(0, "random features")
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d) and layer.bias is not None:
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=random)
                nn.init.zeros_(layer.bias)
        self.eval()
