"""Dirac-GAN: one number against one number (Mescheder et al. 2018, arXiv:1801.04406, section 2), with any objective.

p_data = δ₀, p_θ = δ_θ, D(x) = ψx. The paper's D is high on generated samples, a logit here on real ones: it is −ψx.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from inspect import signature
from math import inf
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor
from torch.autograd import grad

from ganworks.errors import UsageError
from ganworks.games.parts import PENALTIES, objective
from ganworks.lookup import checked, find
from ganworks.losses.judgement import Judgement

Noise = tuple[Tensor, Tensor]
"""What is added to real and to generated samples, each N×1."""

THETA, PSI = 0, 1
_NOTHING = torch.zeros(1, 1, dtype=torch.float64)


@dataclass(frozen=True)
class DiracGAN:
    """The field v(θ, ψ) along which both players descend; it is derived from the losses that trainings use.

    Args:
        objective: what the players want, by name or import path.
        penalties: terms added to D's loss, by name, with their settings.
        clip: keeps ψ in [−clip, clip], as WGAN does.
        noise: standard deviation of Gaussian instance noise on real and generated samples.
        consensus: γ of consensus optimisation (Mescheder et al. 2017, arXiv:1705.10461): both also descend γ/2 ‖v‖².
        draws: samples of the noise for one look at the field.

    Raises UsageError for names and settings that do not exist.
    """

    objective: str = "saturating"
    penalties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    clip: float | None = None
    noise: float = 0.0
    consensus: float = 0.0
    draws: int = 1000

    def __post_init__(self) -> None:
        _ = self._players, self._terms
        if self.clip is not None and not 0 < self.clip < inf:
            raise UsageError(f"clip={self.clip}: a positive number is needed, or none")
        if not (0 <= self.noise < inf and 0 <= self.consensus < inf and self.draws >= 1):
            raise UsageError(
                f"noise={self.noise}, consensus={self.consensus}, draws={self.draws}: "
                "finite numbers are needed, none negative, draws not 0"
            )

    @cached_property
    def _players(self) -> SimpleNamespace:
        return objective(self.objective)

    @cached_property
    def _pairs_with_real(self) -> bool:
        return "real" in signature(self._players.generator).parameters

    @cached_property
    def _terms(self) -> list[Any]:
        found = []
        for name, settings in self.penalties.items():
            penalty = find("penalty", PENALTIES, name, "penalty")
            found.append(partial(penalty, **checked("penalty", name, penalty, ("judgement",), dict(settings))))
        return found

    def velocity(self, theta: float, psi: float, random: torch.Generator | None = None) -> tuple[float, float]:
        """v(θ, ψ) = (−∂L_G/∂θ, −∂L_D/∂ψ); with noise it is drawn by `random`, or spread evenly without."""
        along, up = self.field(*_state(theta, psi), self.noise_from(random)).tolist()
        return along, up

    def move(self, theta: float, psi: float, player: int, random: torch.Generator | None = None) -> float:
        """One component of v(θ, ψ), at half the cost where nothing couples them."""
        state, noise = _state(theta, psi), self.noise_from(random)
        if self.consensus:
            return float(self.field(*state, noise)[player].detach())
        return -float(grad(self.loss(player, *state, noise), state[player])[0])

    def field(self, theta: Tensor, psi: Tensor, noise: Noise) -> Tensor:
        """v at scalars that require grad, 2 values, differentiable itself."""
        parts = [
            -grad(self.loss(player, theta, psi, noise), (theta, psi)[player], create_graph=True)[0]
            for player in (THETA, PSI)
        ]
        v = torch.stack(parts)
        if self.consensus and v.requires_grad:
            pull = grad(v.square().sum() / 2, (theta, psi), create_graph=True, materialize_grads=True)
            v = v - self.consensus * torch.stack(pull)
        return v

    def loss(self, player: int, theta: Tensor, psi: Tensor, noise: Noise) -> Tensor:
        """The loss of one player: the generator, who owns θ, or the discriminator, who owns ψ."""
        real, fake = noise[0], theta + noise[1]
        if player == THETA:
            judged = (-psi * fake, -psi * real) if self._pairs_with_real else (-psi * fake,)
            generator_loss: Tensor = self._players.generator(*judged)
            return generator_loss
        if self._terms:
            real = real.detach().requires_grad_()
        real_logits, fake_logits = -psi * real, -psi * fake
        loss: Tensor = self._players.discriminator(real_logits, fake_logits)
        if not self._terms:
            return loss
        judgement = Judgement(
            real,
            fake,
            real_logits,
            fake_logits,
            discriminate=lambda samples, rows: -psi * samples,
            uniform=lambda: torch.full((len(real),), 0.5, dtype=torch.float64),  # D's slope is ψ everywhere
            normal=lambda: torch.zeros_like(real),
            every=lambda n: (slice(None, None, n), -(-len(real) // n)),
        )
        for penalty in self._terms:
            loss = loss + penalty(judgement)
        return loss

    def noise_from(self, random: torch.Generator | None) -> Noise:
        """Noise for one look at the field; without `random` every pair of 32 normal quantiles, of exact variance."""
        if not self.noise:
            return _NOTHING, _NOTHING
        if random is None:
            quantiles = torch.special.ndtri((torch.arange(32, dtype=torch.float64) + 0.5) / 32)
            quantiles = quantiles / quantiles.square().mean().sqrt()
            pairs = torch.cartesian_prod(quantiles, quantiles)
        else:
            pairs = torch.randn(self.draws, 2, generator=random, dtype=torch.float64)
        return self.noise * pairs[:, :1], self.noise * pairs[:, 1:]

    def allowed(self, psi: float) -> float:
        """ψ put back into its allowed set after a step of D."""
        return psi if self.clip is None else min(max(psi, -self.clip), self.clip)


def require_turns(discriminator_steps: int, rates: tuple[float, float]) -> None:
    """Raises UsageError unless so many steps of D, 0 for both at once, and these rates can be played."""
    if discriminator_steps < 0 or not all(0 < rate < inf for rate in rates):
        raise UsageError(
            f"discriminator_steps={discriminator_steps}, rates={rates}: steps ≥ 0 and finite rates > 0 are needed"
        )


def _state(theta: float, psi: float) -> tuple[Tensor, Tensor]:
    first, second = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (theta, psi))
    return first, second


METHODS = {
    "GAN": DiracGAN(),
    "NS-GAN": DiracGAN("nonsaturating"),
    "RpGAN": DiracGAN("relativistic"),
    "WGAN": DiracGAN("wasserstein", clip=1.0),
    "WGAN-GP": DiracGAN("wasserstein", {"gradient": {"weight": 0.35, "target": 1.0}}),
    "GAN + instance noise": DiracGAN(noise=0.7),
    "GAN + R1 0.1": DiracGAN(penalties={"r1": {"gamma": 0.1}}),
    "GAN + R1 0.3": DiracGAN(penalties={"r1": {"gamma": 0.3}}),
    "GAN + R1 1.0": DiracGAN(penalties={"r1": {"gamma": 1.0}}),
    "GAN + R2 0.3": DiracGAN(penalties={"r2": {"gamma": 0.3}}),
    "ConOpt": DiracGAN(consensus=1.0),
    "NS-GAN + R1 0.3": DiracGAN("nonsaturating", {"r1": {"gamma": 0.3}}),
}
"""The methods of the paper's figures with its authors' settings, and three more (RpGAN, R2, a weak R1).

WGAN-GP's λ = 0.7 there multiplies ½ (|ψ| − 1)²; the penalty here has no ½."""
