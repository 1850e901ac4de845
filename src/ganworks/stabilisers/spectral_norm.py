"""Spectral normalisation: a layer over its largest singular value (Miyato et al. 2018, arXiv:1802.05957)."""

from torch.nn.utils.parametrizations import spectral_norm

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import On, Players, Stabiliser, chosen
from ganworks.stabilisers.surgery import WEIGHTED


class SpectralNorm(Stabiliser):
    """W / σ(W) for all dense and convolutional layers `on` D, G or both; σ by `iterations` power iterations a pass.

    A convolution's weight is taken as a matrix of out_channels rows, as published (algorithm 1); a transposed one's
    too, though its weight begins with its in_channels. Layers that other options bring are normalised as well.
    """

    def __init__(self, on: On = "discriminator", iterations: int = 1) -> None:
        super().__init__()
        if iterations < 1:
            raise UsageError(f"spectral-norm: iterations={iterations} must be at least 1")
        self.on, self.iterations = on, iterations

    def settle(self, players: Players) -> None:
        for player, network in chosen(self.on, players):
            layers = [layer for layer in network.modules() if isinstance(layer, WEIGHTED)]
            if not layers:
                raise UsageError(f"spectral-norm: the {player} has no dense or convolutional layer")
            for layer in layers:
                spectral_norm(layer, n_power_iterations=self.iterations)


stabiliser = SpectralNorm
