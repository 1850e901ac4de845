"""Differentiable augmentation of all that D sees (Zhao et al. 2020, arXiv:2006.10738, DiffAugment), with adaptive
strength (Karras et al. 2020, arXiv:2006.06676, section 3.1, ADA), for few images.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

from ganworks.errors import UsageError
from ganworks.stabilisers.image_transforms import NUMBERS, TRANSFORMS
from ganworks.stabilisers.stabiliser import Adversarial, Draw, Player, Players, Sight, Stabiliser, Terms

Change = Literal["colour", "translation", "cutout"]


class Augmentation(Stabiliser):
    """D(T(x)) and D(T(G(z))) in both turns; each change of `policy` happens to a picture C×H×W with `probability` p.

    "adaptive" starts with p = 0 and, after every turn of D, moves it by sign(r_t − `target`)·N/`ramp` within [0, 1]:
    r_t = E sign D(x) over N real samples says how sure D is of those it trains with, and `ramp` samples lead from
    0 to 1. Objectives that compare pairs take the sign of D(x) − D(G(z)).
    """

    strength: Tensor
    surplus: Tensor

    def __init__(
        self,
        policy: tuple[Change, ...] = ("colour", "translation", "cutout"),
        probability: float | Literal["adaptive"] = 1.0,
        target: float = 0.6,
        ramp: int = 500_000,
    ) -> None:
        super().__init__()
        if probability != "adaptive" and not 0 < probability <= 1:
            raise UsageError(f"augmentation: probability={probability} must be above 0 and at most 1, or adaptive")
        if not policy or not -1 < target < 1 or ramp < 1:
            raise UsageError(
                f"augmentation: policy={policy} must name a change, target={target} lie between -1 and 1,"
                f" and ramp={ramp} be positive"
            )
        self.policy, self.target, self.ramp, self.samples = policy, target, ramp, 0
        self.adaptive = probability == "adaptive"
        self.register_buffer("strength", torch.tensor(0.0 if probability == "adaptive" else probability))
        self.register_buffer("surplus", torch.tensor(0.0), persistent=False)

    def prepare(self, players: Players) -> None:
        if not players.spec.is_image:
            raise UsageError("augmentation: its changes are those of pictures, and the data are none")

    def adversarial(self, loss: Adversarial, objective: object) -> Adversarial:
        self.margin = getattr(objective, "margin", None)
        if self.adaptive and self.margin is None:
            raise UsageError(
                "augmentation: adaptive probability asks how often D is right, which this objective's D does not say:"
                " give a number, or another objective than wasserstein"
            )
        return loss

    def see(self, samples: Tensor, draw: Draw, step: int) -> Tensor:
        for change in self.policy:
            drawn = draw(lambda count, random: torch.rand(count, 1 + NUMBERS, generator=random, device=random.device))
            numbers = drawn.to(samples.dtype)
            happens = (numbers[:, 0] < self.strength).view(-1, 1, 1, 1)
            samples = torch.where(happens, TRANSFORMS[change](samples, numbers[:, 1:]), samples)
        return samples

    def terms(self, terms: Terms, sight: Sight) -> Terms:
        if self.adaptive and sight.player == "discriminator":
            assert self.margin is not None and sight.real_logits is not None
            signs = self.margin(sight.real_logits, sight.fake_logits).detach().sign()
            self.surplus += sight.over_all(signs.mean() - self.target)
            self.samples = sight.batch_size
        return terms

    @torch.no_grad()
    def afterwards(self, player: Player, network: nn.Module) -> None:
        if self.adaptive and player == "discriminator":
            self.strength.add_(self.surplus.sign(), alpha=self.samples / self.ramp).clamp_(0, 1)
            self.surplus.zero_()


stabiliser = Augmentation
