"""Recurrent players that write and read pictures row by row."""

from ganworks.games.gan import GAN
from ganworks.recipes import Recipe

recipe = Recipe(
    summary="an LSTM generator and discriminator over the rows of a picture",
    paper="Goodfellow et al. 2014, arXiv:1406.2661; Hochreiter & Schmidhuber 1997",
    family=GAN,
    settings={"game": {"generator": "lstm", "discriminator": "lstm", "objective": "nonsaturating"}},
)
