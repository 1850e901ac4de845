"""DCGAN with the five techniques of Salimans et al. 2016, section 3."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe
from ganworks.recipes.dcgan import recipe as dcgan
from ganworks.tree import merge

recipe = Recipe(
    summary="DCGAN with feature matching, minibatch discrimination, averaging, smoothing and virtual batch norm",
    paper="Salimans et al. 2016, arXiv:1606.03498",
    family=GAN,
    settings=merge(
        dict(dcgan.settings),
        {
            "game": {
                "stabilisers": {
                    "virtual-batch-norm": {},
                    "minibatch-discrimination": {},
                    "feature-matching": {},
                    "historical-averaging": {},
                    "label-smoothing": {},
                }
            }
        },
    ),
)
