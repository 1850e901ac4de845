"""Pictures completed where something is missing, by an encoder, a decoder and a discriminator."""

from ganworks.games.inpainting import Inpainting
from ganworks.recipes import Recipe

# The paper fills holes with the mean colour and has G make all of them. With the surroundings diffused into them G
# begins better than that ends after thousands of steps, and has only to add what they do not say.
recipe = Recipe(
    summary="pictures completed: context encoder, the distance to the truth and a discriminator",
    paper="Pathak et al. 2016, arXiv:1604.07379",
    family=Inpainting,
    settings={
        "data": {"mirror": True},
        "game": {"generator": "context-encoder", "discriminator": "dcgan", "fill": "surroundings"},
        "training": {
            "batch_size": 64,
            # Section 4: G learns ten times as fast as D.
            "optimisers": {"generator": {"name": "adam", "lr": 2e-3}, "discriminator": {"name": "adam", "lr": 2e-4}},
        },
    },
)
