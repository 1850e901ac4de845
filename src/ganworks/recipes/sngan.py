"""Spectrally normalised residual players with the hinge loss."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe

ADAM = {"name": "adam", "lr": 2e-4, "betas": (0.0, 0.9)}

recipe = Recipe(
    summary="residual players, spectral norm, hinge loss",
    paper="Miyato et al. 2018, arXiv:1802.05957",
    family=GAN,
    settings={
        "game": {
            "generator": "resnet",
            "discriminator": "resnet",
            "latent": {"size": 128},
            "objective": "hinge",
            "stabilisers": {"spectral-norm": {}},
            "discriminator_steps": 5,
        },
        "training": {"optimisers": {"generator": ADAM, "discriminator": ADAM}},
    },
)
