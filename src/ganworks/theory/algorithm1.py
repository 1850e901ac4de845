"""Algorithm 1 of Goodfellow et al. 2014 (arXiv:1406.2661) on K outcomes, with D at its optimum in every step.

G plays a mixture of given strategies. Where these reach every distribution, p_g comes to p_data, as Prop. 2 says; a
restricted set comes to the nearest mixture it has, and a Jensen-Shannon divergence remains.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError
from ganworks.theory.densities import Array
from ganworks.theory.divergences import jensen_shannon_divergence, probabilities
from ganworks.theory.optimal_discriminator import generator_cost, optimal_discriminator


@dataclass(frozen=True)
class Trajectory:
    """Every step from the start on.

    Args:
        data: K probabilities, p_data.
        strategies: S×K, the distributions that G mixes.
        weights: (steps + 1)×S, the mixture weights.
    """

    data: Array
    strategies: Array
    weights: Array

    @property
    def generators(self) -> Array:
        """(steps + 1)×K probabilities, p_g."""
        return self.weights @ self.strategies

    @property
    def discriminators(self) -> Array:
        """(steps + 1)×K, the D* that each p_g met."""
        return optimal_discriminator(self.data, self.generators)

    @property
    def divergences(self) -> Array:
        """(steps + 1) JSD(p_data, p_g) in nats: it never rises."""
        return jensen_shannon_divergence(self.data, self.generators)

    @property
    def costs(self) -> Array:
        """(steps + 1) C(G) = −log 4 + 2 JSD."""
        return generator_cost(self.data, self.generators)


def algorithm1(
    data: npt.ArrayLike, start: npt.ArrayLike | None = None, *, steps: int = 200, step_size: float = 0.1
) -> Trajectory:
    """p_g free to become any distribution, from `start` (all K > 0; uniform when None): it reaches p_data.

    JSD falls by the factor (1 − step_size/2)² per step in the end. See `restricted_algorithm1` for the step and errors.
    """
    return restricted_algorithm1(data, np.eye(probabilities(data).shape[-1]), start, steps=steps, step_size=step_size)


def restricted_algorithm1(
    data: npt.ArrayLike,
    strategies: npt.ArrayLike,
    start: npt.ArrayLike | None = None,
    *,
    steps: int = 200,
    step_size: float = 0.1,
) -> Trajectory:
    """p_g confined to mixtures of S strategies: it reaches the one with the least JSD, which is p_data if it is one.

    In each step D becomes D*, then the weights descend E_g log(1 − D*) by an exponentiated gradient of `step_size` in
    (0, 1]: up to 1, no step can raise the JSD, since C(G) is convex and 1-smooth relative to the entropy (Bauschke,
    Bolte & Teboulle 2017). With step 1 and free p_g, p_g moves halfway to p_data.

    Args:
        data: K probabilities.
        strategies: S×K probabilities, one distribution per row.
        start: S mixture weights > 0 (what has no weight never gets any); uniform when None.

    Raises GanworksError for anything else.
    """
    data, strategies = probabilities(data), probabilities(strategies)
    if data.ndim != 1 or strategies.ndim != 2 or strategies.shape[1] != len(data):
        raise GanworksError(f"data {data.shape} and strategies {strategies.shape}: K and S×K are needed")
    start = probabilities(np.full(len(strategies), 1 / len(strategies)) if start is None else start)
    if start.shape != (len(strategies),) or not bool((start > 0).all()):
        raise GanworksError(f"start has shape {start.shape}: {len(strategies)} weights, all > 0, are needed")
    if steps < 0 or not 0 < step_size <= 1:
        raise GanworksError(f"steps {steps}, step_size {step_size}: steps ≥ 0 and 0 < step_size ≤ 1 are needed")
    reachable = strategies.any(0)
    data_seen, seen = data[reachable], strategies[:, reachable]
    weights = np.empty((steps + 1, len(start)))
    weights[0] = start
    logs = np.log(start)
    for step in range(steps):
        # What p_data lacks fades until it underflows, where D* would be 0/0.
        generated = np.maximum(weights[step] @ seen, np.finfo(np.float64).tiny)
        logs -= step_size * seen @ np.log(generated / (data_seen + generated))
        logs -= np.logaddexp.reduce(logs)
        weights[step + 1] = np.exp(logs)
    return Trajectory(data, strategies, weights)
