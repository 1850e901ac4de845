"""Unpaired image translation with residual translators, least squares and two ways round."""

from ganworks.games.cyclegan import CycleGAN
from ganworks.recipes import Recipe

recipe = Recipe(
    summary="unpaired images: two translators that undo each other",
    paper="Zhu et al. 2017, arXiv:1703.10593",
    family=CycleGAN,
    settings={
        "data": {"input": "emoji-google-a", "source": "emoji-fluent-b", "paired": False, "mirror": True},
        "game": {
            "generator": {"name": "resnet-translator"},
            "discriminator": {"name": "patchgan", "norm": "instance"},
            "objective": "least-squares",
        },
        "training": {
            "batch_size": 1,
            "steps": 20_000,
            "schedule": {"decay_from": 10_000, "decay_to": 20_000},
        },
    },
)
