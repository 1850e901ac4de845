"""Deep convolutional GAN with every guideline of the paper."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe

recipe = Recipe(
    summary="strided convolutions and batch norm, the classic image GAN",
    paper="Radford et al. 2016, arXiv:1511.06434",
    family=GAN,
    settings={
        "game": {"generator": "dcgan", "discriminator": "dcgan", "objective": "nonsaturating"},
        "training": {"batch_size": 128},
    },
)
