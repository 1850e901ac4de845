"""Small dense players for points in the plane."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe

ADAM = {"name": "adam", "lr": 1e-3, "betas": (0.5, 0.9)}
PLAYER = {"name": "mlp", "hidden": (128, 128)}

recipe = Recipe(
    summary="points on a ring: two layers of 128, relativistic pairing with R1 and R2",
    paper="Huang et al. 2024, arXiv:2501.05441",
    family=GAN,
    settings={
        "data": {"source": "ring"},
        "game": {
            "generator": PLAYER,
            "discriminator": PLAYER,
            "latent": {"size": 16},
            "objective": "relativistic",
            "penalties": {"r1": {"gamma": 1.0}, "r2": {"gamma": 1.0}},
        },
        "training": {"batch_size": 256, "optimisers": {"generator": ADAM, "discriminator": ADAM}},
    },
)
