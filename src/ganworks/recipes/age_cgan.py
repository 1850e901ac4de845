"""Face ageing with a conditional GAN on age classes and a latent that keeps the person."""

from ganworks.games.age_cgan import AgeCGAN
from ganworks.recipes import Recipe
from ganworks.recipes.r3gan import DISCRIMINATOR, GENERATOR, PENALTY

ADAM = {"name": "adam", "lr": 1e-3, "betas": (0.9, 0.999)}

# The paper's players lose people when there are few: they make one face for every latent. Those of r3gan do not. Its
# warm-up is left out: a recogniser that begins with small steps learns 150 pictures by heart, and of people whom it has
# not seen it knows half (47 to 61 %) where it otherwise knows four of five.
recipe = Recipe(
    summary="faces at another age, the same person",
    paper="Antipov et al. 2017, arXiv:1702.01983",
    family=AgeCGAN,
    settings={
        "data": {"source": "emoji-people"},
        "game": {
            "generator": "dcgan",
            "discriminator": {"name": "dcgan", "batch_norm": False},
            "objective": "relativistic",
            "penalties": {"r1": PENALTY, "r2": PENALTY},
            "encoder": "icgan",
            "recogniser": "icgan",
        },
        "training": {
            "optimisers": {
                "generator": GENERATOR,
                "discriminator": DISCRIMINATOR,
                "encoder": ADAM,
                "recogniser": ADAM,
            },
        },
    },
)
