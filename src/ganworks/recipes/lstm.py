"""Recurrent players that write and read pictures row by row."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe

# Without penalties D wins within some hundred steps and G keeps two classes of MNIST; penalties on every eighth sample
# cost half of a step, since an LSTM is slow to differentiate twice. Its small products gain nothing from bf16: on a CPU
# with native bf16 a step takes 1.2 to 1.5 times as long as in fp32.
ADAM = {"name": "adam", "lr": 2e-3, "betas": (0.0, 0.99)}
PENALTY = {"gamma": 10.0, "every": 8}

recipe = Recipe(
    summary="an LSTM generator and discriminator over the rows of a picture",
    paper="Goodfellow et al. 2014, arXiv:1406.2661; Hochreiter & Schmidhuber 1997; trained as Huang et al. 2024",
    family=GAN,
    settings={
        "game": {
            "generator": {"name": "lstm", "hidden": 128},
            "discriminator": {"name": "lstm", "hidden": 64},
            "latent": {"size": 32},
            "objective": "relativistic",
            "penalties": {"r1": PENALTY, "r2": PENALTY},
        },
        "training": {
            "precision": "fp32",
            "optimisers": {"generator": ADAM, "discriminator": ADAM},
            "schedule": {"warmup": 100},
        },
    },
)
