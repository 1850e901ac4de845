"""Pose transfer in two stages: U-Nets for a coarse result and for what to change of it, DCGAN's discriminator."""

from ganworks.config import Adam
from ganworks.games.pose import PoseGuided
from ganworks.recipes import Recipe

ADAM = Adam().model_dump(mode="json")

recipe = Recipe(
    summary="people in another pose: a coarse U-Net, then a difference map and a discriminator",
    paper="Ma et al. 2017, arXiv:1705.09368",
    family=PoseGuided,
    settings={
        "data": {"source": "posed-figures", "keypoints": "keypoints.json", "mirror": True},
        "game": {
            "coarse": {"name": "unet", "dropout": 0.0},
            "generator": {"name": "unet", "dropout": 0.0},
            "discriminator": "dcgan",
        },
        "training": {
            "batch_size": 16,
            "steps": 20_000,
            "optimisers": {"coarse": ADAM, "generator": ADAM, "discriminator": ADAM},
        },
    },
)
