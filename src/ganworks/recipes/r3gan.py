"""The default: relativistic pairing with R1 and R2, without normalisation."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe

ADAM = {"name": "adam", "lr": 2e-4, "betas": (0.0, 0.99)}

recipe = Recipe(
    summary="the default: relativistic pairing with R1 and R2, stable without tricks",
    paper="Huang et al. 2024, arXiv:2501.05441",
    family=GAN,
    settings={
        "game": {
            "generator": "dcgan",
            "discriminator": {"name": "dcgan", "batch_norm": False},
            "objective": "relativistic",
            "penalties": {"r1": {"gamma": 1.0}, "r2": {"gamma": 1.0}},
        },
        "training": {"optimisers": {"generator": ADAM, "discriminator": ADAM}},
    },
)
