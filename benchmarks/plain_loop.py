"""The loop that most people start from: eager fp32 DCGAN as in PyTorch's official example, written anew.

Every choice is that example's: batches of real and fake judged apart, one backward each, Adam(2e-4, 0.5),
the discriminator's gradients left on while the generator learns, no averaging.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def weights_init(layer: nn.Module) -> None:
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, 0.0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)
        nn.init.zeros_(layer.bias)


def generator(size: int, channels: int, latent: int = 100, width: int = 64) -> nn.Sequential:
    """The example's generator for images of `size` (a power of two, at least 16)."""
    scales = size.bit_length() - 4
    layers: list[nn.Module] = []
    before = latent
    for scale in range(scales, -1, -1):
        after = width * 2**scale
        first = before == latent and scale == scales
        layers += [nn.ConvTranspose2d(before, after, 4, 1 if first else 2, 0 if first else 1, bias=False)]
        layers += [nn.BatchNorm2d(after), nn.ReLU(True)]
        before = after
    layers += [nn.ConvTranspose2d(before, channels, 4, 2, 1, bias=False), nn.Tanh()]
    return nn.Sequential(*layers).apply(weights_init)


def discriminator(size: int, channels: int, width: int = 64) -> nn.Sequential:
    """The example's discriminator, with its sigmoid."""
    layers: list[nn.Module] = [nn.Conv2d(channels, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
    for scale in range(size.bit_length() - 4):
        fine, coarse = width * 2**scale, width * 2 ** (scale + 1)
        layers += [nn.Conv2d(fine, coarse, 4, 2, 1, bias=False), nn.BatchNorm2d(coarse)]
        layers += [nn.LeakyReLU(0.2, inplace=True)]
    layers += [nn.Conv2d(width * 2 ** (size.bit_length() - 4), 1, 4, 1, 0, bias=False), nn.Sigmoid()]
    return nn.Sequential(*layers).apply(weights_init)


class PlainLoop:
    """The example's training step on networks of the same widths as the DCGAN recipe."""

    def __init__(self, size: int, channels: int, rate: float = 2e-4, width: int = 64, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.g = generator(size, channels, width=width)
        self.d = discriminator(size, channels, width=width)
        self.loss = nn.BCELoss()
        self.optimiser_d = torch.optim.Adam(self.d.parameters(), lr=rate, betas=(0.5, 0.999))
        self.optimiser_g = torch.optim.Adam(self.g.parameters(), lr=rate, betas=(0.5, 0.999))

    def step(self, real: Tensor) -> None:
        """One update of each player on N×C×H×W images in [−1, 1]."""
        count = len(real)
        label = torch.full((count,), 1.0)
        self.d.zero_grad()
        self.loss(self.d(real).view(-1), label).backward()
        fake = self.g(torch.randn(count, 100, 1, 1))
        label.fill_(0.0)
        self.loss(self.d(fake.detach()).view(-1), label).backward()
        self.optimiser_d.step()
        self.g.zero_grad()
        label.fill_(1.0)
        self.loss(self.d(fake).view(-1), label).backward()
        self.optimiser_g.step()

    @torch.no_grad()
    def sample(self, count: int, seed: int = 1) -> Tensor:
        """count×C×H×W images."""
        random = torch.Generator().manual_seed(seed)
        batches = torch.randn(count, 100, 1, 1, generator=random).split(500)
        self.g.eval()
        images = torch.cat([self.g(latents) for latents in batches])
        self.g.train()
        return images
