"""SNGAN's residual players (Miyato et al. 2018, table 4, for 32×32) as plain functions of a list of weights."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

BN = 0.1


class Generator32(nn.Module):
    """dense, 4×4, three ResBlocks up, BN, ReLU, 3×3, tanh."""

    def __init__(self, z: int, ch: int, channels: int) -> None:
        super().__init__()
        self.dense = nn.Linear(z, 4 * 4 * ch)
        self.blocks = nn.ModuleList([BlockUp(ch) for _ in range(3)])
        self.norm = nn.BatchNorm2d(ch)
        self.conv = nn.Conv2d(ch, channels, 3, padding=1)
        self.ch = ch

    def forward(self, z: Tensor) -> Tensor:
        h = self.dense(z).reshape(len(z), self.ch, 4, 4)
        for block in self.blocks:
            h = block(h)
        return torch.tanh(self.conv(torch.relu(self.norm(h))))


class BlockUp(nn.Module):
    def __init__(self, ch: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.BatchNorm2d(ch), nn.BatchNorm2d(ch)
        self.conv1, self.conv2 = nn.Conv2d(ch, ch, 3, padding=1), nn.Conv2d(ch, ch, 3, padding=1)
        self.shortcut = nn.Conv2d(ch, ch, 1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv1(double(torch.relu(self.norm1(x))))
        h = self.conv2(torch.relu(self.norm2(h)))
        return h + self.shortcut(double(x))


def double(x: Tensor) -> Tensor:
    return x.repeat_interleave(2, 2).repeat_interleave(2, 3)


class SpectralLayer(nn.Module):
    """W / σ(W) with one power iteration on each use in training (appendix A, algorithm 1)."""

    def __init__(self, weight: Tensor, bias: Tensor, u: Tensor, v: Tensor) -> None:
        super().__init__()
        self.bias, self.weight = nn.Parameter(bias.clone()), nn.Parameter(weight.clone())
        self.u, self.v = u.clone(), v.clone()

    def normed(self) -> Tensor:
        matrix = self.weight.flatten(1)
        with torch.no_grad():
            self.u = matrix @ self.v
            self.u = self.u / self.u.norm()
            self.v = matrix.T @ self.u
            self.v = self.v / self.v.norm()
        return self.weight / (self.u @ matrix @ self.v)

    def forward(self, x: Tensor) -> Tensor:
        weight = self.normed()
        if weight.dim() == 2:
            return F.linear(x, weight, self.bias)
        return F.conv2d(x, weight, self.bias, padding=weight.shape[2] // 2)


class Discriminator32(nn.Module):
    """ResBlock down ×2, ResBlock ×2, ReLU, global sum, dense; the first block has no ReLU in front."""

    def __init__(self, layers: list[SpectralLayer]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x: Tensor) -> Tensor:
        a1, a2, a_skip, b1, b2, b_skip, c1, c2, d1, d2, dense = self.layers
        x = halve(a2(torch.relu(a1(x)))) + a_skip(halve(x))
        x = halve(b2(torch.relu(b1(torch.relu(x))))) + b_skip(halve(x))
        x = x + c2(torch.relu(c1(torch.relu(x))))
        x = x + d2(torch.relu(d1(torch.relu(x))))
        return dense(torch.relu(x).sum((2, 3)))


def halve(x: Tensor) -> Tensor:
    return (x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]) / 4
