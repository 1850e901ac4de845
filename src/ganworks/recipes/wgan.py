"""Wasserstein GAN with weight clipping: five critic steps, RMSprop, no momentum."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe

RMSPROP = {"name": "rmsprop", "lr": 5e-5}

recipe = Recipe(
    summary="a critic's distance as the loss, Lipschitz by weight clipping",
    paper="Arjovsky et al. 2017, arXiv:1701.07875, Algorithm 1",
    family=GAN,
    settings={
        "game": {
            "generator": "dcgan",
            "discriminator": "dcgan",
            "objective": "wasserstein",
            "stabilisers": {"weight-clipping": {"limit": 0.01}},
            "discriminator_steps": 5,
        },
        "training": {"optimisers": {"generator": RMSPROP, "discriminator": RMSPROP}},
    },
)
