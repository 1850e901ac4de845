"""Three steps of each paper's training loop, written as plainly as can be without any code of ganworks.

`real()` gives the next batch (pixels already in [−1, 1]), `draw()` the next random numbers: latents in the order in
which the paper draws them, uniform numbers for the gradient penalty.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Source = Callable[[], Tensor]
STEPS = 3


class EMA:
    """0.999, approached as (1 + t) / (10 + t)."""

    def __init__(self, generator: nn.Module) -> None:
        self.network = copy.deepcopy(generator)
        self.step = 0

    def follow(self, generator: nn.Module) -> None:
        self.step += 1
        beta = min(0.999, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mean, live in zip(self.network.parameters(), generator.parameters(), strict=True):
                mean.copy_(beta * mean + (1 - beta) * live)


def bce(logits: Tensor, target: float) -> Tensor:
    return F.binary_cross_entropy(torch.sigmoid(logits), torch.full_like(logits, target))


def adam(network: nn.Module, lr: float, betas: tuple[float, float], eps: float = 1e-8) -> torch.optim.Optimizer:
    return torch.optim.Adam(network.parameters(), lr=lr, betas=betas, eps=eps)


def nonsaturating(generator: nn.Module, discriminator: nn.Module, real: Source, draw: Source) -> EMA:
    """Goodfellow et al. 2014, Algorithm 1 with k = 1 and flipped labels; Adam as in Radford et al. 2016."""
    to_d, to_g = adam(discriminator, 2e-4, (0.5, 0.999)), adam(generator, 2e-4, (0.5, 0.999))
    ema = EMA(generator)
    for _ in range(STEPS):
        fake = generator(draw())
        to_d.zero_grad()
        (bce(discriminator(real()), 1.0) + bce(discriminator(fake.detach()), 0.0)).backward()
        to_d.step()
        to_g.zero_grad()
        bce(discriminator(fake), 1.0).backward()
        to_g.step()
        ema.follow(generator)
    return ema


def improved(generator: nn.Module, discriminator: nn.Module, real: Source, draw: Source) -> EMA:
    """Salimans et al. 2016: feature matching, historical averaging (.01), one-sided smoothing (.9); Adam as above.

    `discriminator.f` gives the features that G matches.
    """
    to_d, to_g = adam(discriminator, 2e-4, (0.5, 0.999)), adam(generator, 2e-4, (0.5, 0.999))
    ema = EMA(generator)
    pasts: dict[nn.Module, list[list[Tensor]]] = {generator: [], discriminator: []}

    def pull(network: nn.Module) -> Tensor:
        past = pasts[network]
        if not past:
            return torch.zeros(())
        means = [sum(versions) / len(past) for versions in zip(*past, strict=True)]
        return 0.01 * sum((w - mean).square().sum() for w, mean in zip(network.parameters(), means, strict=True))

    def remember(network: nn.Module) -> None:
        pasts[network].append([w.detach().clone() for w in network.parameters()])

    for _ in range(STEPS):
        x, fake = real(), generator(draw())
        to_d.zero_grad()
        (bce(discriminator(x), 0.9) + bce(discriminator(fake.detach()), 0.0) + pull(discriminator)).backward()
        to_d.step()
        remember(discriminator)
        to_g.zero_grad()
        on_fake, on_real = discriminator.f(fake).mean(0), discriminator.f(x).mean(0).detach()
        ((on_real - on_fake).square().sum() + pull(generator)).backward()
        to_g.step()
        remember(generator)
        ema.follow(generator)
    return ema


def conditional(
    generator: nn.Module,
    discriminator: nn.Module,
    real: Callable[[], tuple[Tensor, Tensor]],
    draw: Source,
    planes: bool,
) -> EMA:
    """Mirza & Osindero 2014: z and y into G; x and y into D, as constant planes or as its second input."""

    def judge(x: Tensor, y: Tensor) -> Tensor:
        if not planes:
            return discriminator(x, y)
        maps = torch.ones(len(x), y.shape[1], *x.shape[2:]) * y[:, :, None, None]
        return discriminator(torch.cat([x, maps], 1))

    to_d, to_g = adam(discriminator, 2e-4, (0.5, 0.999)), adam(generator, 2e-4, (0.5, 0.999))
    ema = EMA(generator)
    for _ in range(STEPS):
        x, y = real()
        fake = generator(torch.cat([draw(), y], 1))
        to_d.zero_grad()
        (bce(judge(x, y), 1.0) + bce(judge(fake.detach(), y), 0.0)).backward()
        to_d.step()
        to_g.zero_grad()
        bce(judge(fake, y), 1.0).backward()
        to_g.step()
        ema.follow(generator)
    return ema


def least_squares(generator: nn.Module, discriminator: nn.Module, real: Source, draw: Source) -> EMA:
    """Mao et al. 2017, eq. 9."""
    to_d, to_g = adam(discriminator, 2e-4, (0.5, 0.999)), adam(generator, 2e-4, (0.5, 0.999))
    ema = EMA(generator)
    for _ in range(STEPS):
        fake = generator(draw())
        to_d.zero_grad()
        judged = 0.5 * ((discriminator(real()) - 1) ** 2).mean()
        (judged + 0.5 * (discriminator(fake.detach()) ** 2).mean()).backward()
        to_d.step()
        to_g.zero_grad()
        (0.5 * ((discriminator(fake) - 1) ** 2).mean()).backward()
        to_g.step()
        ema.follow(generator)
    return ema


def wasserstein(generator: nn.Module, critic: nn.Module, real: Source, draw: Source) -> EMA:
    """Arjovsky et al. 2017, Algorithm 1: α = 0.00005, c = 0.01, n_critic = 5."""
    to_w = torch.optim.RMSprop(critic.parameters(), lr=5e-5)
    to_theta = torch.optim.RMSprop(generator.parameters(), lr=5e-5)
    ema = EMA(generator)
    for _ in range(STEPS):
        for _ in range(5):
            x, z = real(), draw()
            to_w.zero_grad()
            (-(critic(x).mean() - critic(generator(z)).mean())).backward()
            to_w.step()
            for weights in critic.parameters():
                weights.data = torch.clip(weights.data, -0.01, 0.01)
        to_theta.zero_grad()
        (-critic(generator(draw())).mean()).backward()
        to_theta.step()
        ema.follow(generator)
    return ema


def wasserstein_gp(generator: nn.Module, critic: nn.Module, real: Source, draw: Source) -> EMA:
    """Gulrajani et al. 2017, Algorithm 1: λ = 10, n_critic = 5, α = 0.0001, β = (0, 0.9)."""
    to_w, to_theta = adam(critic, 1e-4, (0.0, 0.9)), adam(generator, 1e-4, (0.0, 0.9))
    ema = EMA(generator)
    for _ in range(STEPS):
        for _ in range(5):
            x, fake = real(), generator(draw()).detach()
            epsilon = (1 - draw())[:, None, None, None]
            between = (epsilon * x + (1 - epsilon) * fake).requires_grad_()
            slope = torch.autograd.grad(critic(between).sum(), between, create_graph=True)[0]
            norm = (slope**2).sum((1, 2, 3)).sqrt()
            to_w.zero_grad()
            (critic(fake).mean() - critic(x).mean() + 10 * ((norm - 1) ** 2).mean()).backward()
            to_w.step()
        to_theta.zero_grad()
        (-critic(generator(draw())).mean()).backward()
        to_theta.step()
        ema.follow(generator)
    return ema


def hinge(generator: nn.Module, discriminator: nn.Module, real: Source, draw: Source) -> EMA:
    """Miyato et al. 2018, eq. 16-17, five D turns, α = 0.0002, β = (0, 0.9)."""
    to_d, to_g = adam(discriminator, 2e-4, (0.0, 0.9)), adam(generator, 2e-4, (0.0, 0.9))
    ema = EMA(generator)
    zero = torch.zeros(())
    for _ in range(STEPS):
        for _ in range(5):
            x, fake = real(), generator(draw()).detach()
            to_d.zero_grad()
            right = torch.minimum(zero, discriminator(x) - 1).mean()
            (-right - torch.minimum(zero, -discriminator(fake) - 1).mean()).backward()
            to_d.step()
        to_g.zero_grad()
        (-discriminator(generator(draw())).mean()).backward()
        to_g.step()
        ema.follow(generator)
    return ema


def relativistic(
    generator: nn.Module,
    discriminator: nn.Module,
    real: Source,
    draw: Source,
    lr: float,
    betas: tuple[float, float],
    gamma: float = 1.0,
    every: int = 1,
    warmup: int = 1,
    lr_g: float | None = None,
    anneal: tuple[float, int] | None = None,
    eps: float = 1e-8,
) -> EMA:
    """Huang et al. 2024, eq. 2: real and fake in pairs; R1, R2 on every n-th sample; rates rising to lr.

    With `anneal` gamma goes to the first number of it in as many steps as the second.
    """

    def squared_slope(x: Tensor) -> Tensor:
        x = x[torch.arange(0, len(x), every)].detach().requires_grad_()
        slope = torch.autograd.grad(discriminator(x).sum(), x, create_graph=True)[0]
        return (slope**2).reshape(len(x), -1).sum(1).mean()

    lr_g = lr_g or lr
    to_d, to_g = adam(discriminator, lr, betas, eps), adam(generator, lr_g, betas, eps)
    ema = EMA(generator)
    for t in range(STEPS):
        for rate, optimiser in ((lr, to_d), (lr_g, to_g)):
            optimiser.param_groups[0]["lr"] = rate * min(1, (t + 1) / warmup)
        x, fake = real(), generator(draw())
        to_d.zero_grad()
        margin = discriminator(x) - discriminator(fake.detach())
        slopes = squared_slope(x) + squared_slope(fake)
        weight = gamma if anneal is None else (1 - t / anneal[1]) * gamma + t / anneal[1] * anneal[0]
        (-F.logsigmoid(margin).mean() + weight / 2 * slopes).backward()
        to_d.step()
        to_g.zero_grad()
        (-F.logsigmoid(discriminator(fake) - discriminator(x).detach()).mean()).backward()
        to_g.step()
        ema.follow(generator)
    return ema
