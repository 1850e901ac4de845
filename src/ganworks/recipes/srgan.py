"""Super-resolution: SRResNet first, then a judge and features of ImageNet."""

from ganworks.games.srgan import SRGAN
from ganworks.recipes import Recipe

ADAM = {"name": "adam", "lr": 1e-4, "betas": (0.9, 0.999)}

# The paper's million steps can do without the skip: they learn in time what bicubic interpolation knows.
recipe = Recipe(
    summary="larger pictures: pixels first, then what looks right",
    paper="Ledig et al. 2017, arXiv:1609.04802",
    family=SRGAN,
    settings={
        "data": {"source": "photo-patches", "input": "downsample:4", "mirror": True},
        "game": {"generator": {"name": "srresnet", "global_skip": True}, "discriminator": "vgg-discriminator"},
        "training": {
            "batch_size": 16,
            "optimisers": {"pretraining": ADAM, "generator": ADAM, "discriminator": ADAM},
        },
    },
)
