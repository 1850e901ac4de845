"""Real and fake samples in one batch of D, as in early code; apart, the default, is tip 4 of Chintala et al. 2016."""

from ganworks.errors import UsageError
from ganworks.stabilisers.stabiliser import Players, Stabiliser


class MixedBatches(Stabiliser):
    """D judges N real and N fake samples as a batch of 2N, in both turns: batch norm takes E and Var over all of them.

    Apart, as without this option, D's batch norm sees all-real or all-fake batches. G's turn judges real samples too.
    """

    together = True

    def settle(self, players: Players) -> None:
        if players.mixer is None:
            raise UsageError(
                "mixed-batches: D judges each sample by itself, in whatever batch:"
                " it has neither batch norm nor minibatch discrimination"
            )


stabiliser = MixedBatches
