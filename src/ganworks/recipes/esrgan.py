"""Super-resolution with dense blocks, a relativistic judge, and features before their activation."""

from ganworks.games.srgan import SRGAN
from ganworks.recipes import Recipe

ADAM = {"name": "adam", "lr": 1e-4, "betas": (0.9, 0.999)}

recipe = Recipe(
    summary="larger pictures with more texture: dense blocks, relativistic D",
    paper="Wang et al. 2018, arXiv:1809.00219",
    family=SRGAN,
    settings={
        "data": {"source": "photo-patches", "input": "downsample:4", "mirror": True},
        "game": {
            "generator": "rrdb",
            "discriminator": "vgg-discriminator",
            "objective": "relativistic-average",
            "distance": "l1",
            "features": {"name": "imagenet", "activated": False},
            "content": 1.0,
            "adversarial": 5e-3,
            "pixel": 1e-2,
        },
        "training": {
            "batch_size": 16,
            "optimisers": {"pretraining": {**ADAM, "lr": 2e-4}, "generator": ADAM, "discriminator": ADAM},
        },
    },
)
