"""Conditional GAN: the label is concatenated to what both players see."""

from ganworks.games.cgan import ConditionalGAN
from ganworks.recipes import Recipe

recipe = Recipe(
    summary="samples of the label you ask for, needs labelled data",
    paper="Mirza & Osindero 2014, arXiv:1411.1784",
    family=ConditionalGAN,
    settings={
        "game": {"generator": "dcgan", "discriminator": "dcgan", "objective": "nonsaturating"},
        "training": {"batch_size": 128},
    },
)
