"""Dense players for points in the plane."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe

# One setting for the ring, the grid, and both turned or staggered: `python -m benchmarks.mixtures` measures it. What
# made the difference is that D sees waves as short as the modes are narrow: a plain dense D needs larger rates to find
# a mode of 1/60 of the data's width at all, and then keeps G moving so much that modes shrink to a quarter. A slower G,
# a short memory of squared gradients and a large epsilon end the bursts that otherwise spoil a few steps in a thousand:
# near the equilibrium gradients are so small that Adam, which divides by their size, keeps walking on noise. Strong
# penalties share samples evenly among modes and are slow to part and to widen them, so they begin strong and become
# weaker, and rates fall late: a fall from the first step had ended before samples had left the space between modes.
# G's falls faster than D's: where both fall alike, the two go on circling each other and stop wherever they happen to
# be, while a G that ends ever slower than D (Heusel et al. 2017, arXiv:1706.08500) settles. Widths do at a fifth of D's
# rate and less, where an exponential fall is for half of its way and a linear one for a fifth. Of 4,096 codes of
# signs hardly one ends between two modes, as of 2^14 some do, and modes share them more evenly than 1,024. What is
# drawn around a code is half as wide as usual: at full width codes that lie across two modes stay so, at a quarter they
# move so little that shares come out uneven.
STEPS = 25_000
ADAM = {"name": "adam", "betas": (0.0, 0.9), "eps": 1e-5}
HIDDEN = (128, 128, 128)
GAMMA = {"gamma": 0.4, "anneal": (0.05, 4 * STEPS // 5)}

recipe = Recipe(
    summary="points in the plane: dense players, signs in z, waves in D, relativistic pairing with R1 and R2",
    paper="Huang et al. 2024, arXiv:2501.05441",
    family=GAN,
    settings={
        "data": {"source": "ring"},
        "game": {
            "generator": {"name": "mlp", "hidden": HIDDEN},
            "discriminator": {"name": "mlp", "hidden": HIDDEN, "frequencies": 64, "finest": 32.0},
            "latent": {"size": 16, "discrete": 12, "spread": 0.5},
            "objective": "relativistic",
            "penalties": {"r1": GAMMA, "r2": GAMMA},
        },
        "training": {
            "steps": STEPS,
            "batch_size": 256,
            "optimisers": {
                "generator": {**ADAM, "lr": 5e-4, "decay": 2},
                "discriminator": {**ADAM, "lr": 1e-3},
            },
            "schedule": {"decay_from": 10_000, "decay_to": STEPS, "shape": "exponential", "floor": 0.03},
        },
    },
)
