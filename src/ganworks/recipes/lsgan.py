"""Least-squares GAN on the convolutional players."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe

recipe = Recipe(
    summary="least-squares loss: gradients even for samples on the right side",
    paper="Mao et al. 2017, arXiv:1611.04076",
    family=GAN,
    settings={
        "game": {"generator": "dcgan", "discriminator": "dcgan", "objective": "least-squares"},
        "training": {"batch_size": 128},
    },
)
