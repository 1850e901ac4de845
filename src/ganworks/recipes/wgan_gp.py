"""Wasserstein GAN with gradient penalty: no batch norm in the critic."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe

ADAM = {"name": "adam", "lr": 1e-4, "betas": (0.0, 0.9)}

recipe = Recipe(
    summary="a critic's distance as the loss, Lipschitz by gradient penalty",
    paper="Gulrajani et al. 2017, arXiv:1704.00028, Algorithm 1",
    family=GAN,
    settings={
        "game": {
            "generator": "dcgan",
            "discriminator": {"name": "dcgan", "batch_norm": False},
            "objective": "wasserstein",
            "penalties": {"gradient": {"weight": 10.0}},
            "discriminator_steps": 5,
        },
        "training": {"optimisers": {"generator": ADAM, "discriminator": ADAM}},
    },
)
