"""Paired image translation with a U-Net and a discriminator of patches."""

from ganworks.games.pix2pix import Pix2Pix
from ganworks.recipes import Recipe

recipe = Recipe(
    summary="paired images: U-Net, PatchGAN and the distance to the truth",
    paper="Isola et al. 2017, arXiv:1611.07004",
    family=Pix2Pix,
    settings={
        "data": {"input": "edges", "mirror": True},
        "game": {"generator": "unet", "discriminator": "patchgan"},
        "training": {"batch_size": 16},
    },
)
