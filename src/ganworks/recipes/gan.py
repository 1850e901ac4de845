"""The published toy: two fully connected players on 28×28 digits, and on any other shape."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe

recipe = Recipe(
    summary="the vanilla GAN: dense players, non-saturating loss",
    paper="Goodfellow et al. 2014, arXiv:1406.2661",
    family=GAN,
    settings={
        "game": {"generator": "mlp", "discriminator": "mlp", "objective": "nonsaturating"},
        "training": {"batch_size": 128},
    },
)
