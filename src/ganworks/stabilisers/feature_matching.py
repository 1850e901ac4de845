"""Feature matching: G matches the mean of D's features instead of D's verdict (Salimans et al. 2016, section 3.1)."""

from math import inf

from ganworks.errors import UsageError
from ganworks.networks.precision import in_full
from ganworks.stabilisers.stabiliser import Players, Sight, Stabiliser, Terms


class FeatureMatching(Stabiliser):
    """`weight` · ‖E f(x) − E f(G(z))‖² in G's loss, f(x) the N×F that enter D's `layer`, meaned over the batch of a
    process.

    `adversarial` weighs G's own objective beside it: 0, as in the paper, replaces it.
    """

    reads_real = True

    def __init__(self, weight: float = 1.0, layer: str = "head", adversarial: float = 0.0) -> None:
        super().__init__()
        if not (0 < weight < inf and 0 <= adversarial < inf):
            raise UsageError(
                f"feature-matching: weight={weight} must be above 0, adversarial={adversarial} at least 0, both finite"
            )
        self.weight, self.reads, self.share = weight, layer, adversarial

    def settle(self, players: Players) -> None:
        players.features(str(self.reads))

    def terms(self, terms: Terms, sight: Sight) -> Terms:
        if sight.player == "discriminator":
            return terms
        assert self.reads is not None
        real, fake = (in_full(features[self.reads]).mean(0) for features in (sight.real_features, sight.fake_features))
        matching = self.weight * (real - fake).square().sum()
        kept = {name: term if name != "adversarial" else self.share * term for name, term in terms.items()}
        return {**kept, "feature_matching": matching}


stabiliser = FeatureMatching
