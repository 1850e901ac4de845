"""The papers' networks, written out layer by layer without any code of ganworks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

Forward = Callable[..., Tensor]


def toy_gan_generator() -> nn.Module:
    """The published toy: 100 → 500 → 500 → 784 → 28×28."""
    return nn.Sequential(
        nn.Linear(100, 500),
        nn.ReLU(),
        nn.Linear(500, 500),
        nn.ReLU(),
        nn.Linear(500, 784),
        nn.Tanh(),
        nn.Unflatten(1, (1, 28, 28)),
    )


def toy_gan_discriminator() -> nn.Module:
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 500),
        nn.LeakyReLU(0.2),
        nn.Linear(500, 500),
        nn.LeakyReLU(0.2),
        nn.Linear(500, 1),
    )


def dcgan_generator_64(z: int, channels: int) -> nn.Module:
    """Radford et al. 2016, figure 1, with 64 channels at the finest scale."""
    return nn.Sequential(
        nn.Unflatten(1, (z, 1, 1)),
        nn.ConvTranspose2d(z, 512, 4, 1, 0, bias=False),
        nn.BatchNorm2d(512),
        nn.ReLU(),
        nn.ConvTranspose2d(512, 256, 4, 2, 1, bias=False),
        nn.BatchNorm2d(256),
        nn.ReLU(),
        nn.ConvTranspose2d(256, 128, 4, 2, 1, bias=False),
        nn.BatchNorm2d(128),
        nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.ConvTranspose2d(64, channels, 4, 2, 1),
        nn.Tanh(),
    )


def dcgan_discriminator_64(channels: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(channels, 64, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(64, 128, 4, 2, 1, bias=False),
        nn.BatchNorm2d(128),
        nn.LeakyReLU(0.2),
        nn.Conv2d(128, 256, 4, 2, 1, bias=False),
        nn.BatchNorm2d(256),
        nn.LeakyReLU(0.2),
        nn.Conv2d(256, 512, 4, 2, 1, bias=False),
        nn.BatchNorm2d(512),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(512 * 4 * 4, 1),
    )


def dcgan_generator_16(z: int, channels: int, width: int = 8) -> nn.Module:
    """The same with two doublings: 4 → 8 → 16."""
    return nn.Sequential(
        nn.Unflatten(1, (z, 1, 1)),
        nn.ConvTranspose2d(z, 2 * width, 4, 1, 0, bias=False),
        nn.BatchNorm2d(2 * width),
        nn.ReLU(),
        nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.ConvTranspose2d(width, channels, 4, 2, 1),
        nn.Tanh(),
    )


def dcgan_features_16(channels: int, width: int = 8, norm: bool = True) -> list[nn.Module]:
    return [
        nn.Conv2d(channels, width, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, 2, 1, bias=not norm),
        *([nn.BatchNorm2d(2 * width)] if norm else []),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
    ]


def dcgan_discriminator_16(channels: int, width: int = 8, norm: bool = True) -> nn.Module:
    return nn.Sequential(*dcgan_features_16(channels, width, norm), nn.Linear(2 * width * 16, 1))


class ProjectionDiscriminator16(nn.Module):
    """Miyato & Koyama 2018, eq. 3, on the features of the DCGAN discriminator."""

    def __init__(self, channels: int, classes: int, width: int = 8) -> None:
        super().__init__()
        self.phi = nn.Sequential(*dcgan_features_16(channels, width))
        self.psi = nn.Linear(2 * width * 16, 1)
        self.v = nn.Linear(classes, 2 * width * 16, bias=False)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        phi = self.phi(x)
        return self.psi(phi)[:, 0] + torch.einsum("nk,dk,nd->n", y, self.v.weight, phi)


class VirtualBatchNorm(nn.BatchNorm2d):
    """Salimans et al. 2016, section 3.5, of maps whose first `size` are the reference batch.

    The reference is normalised by itself, any other sample by the reference and itself.
    """

    size = 64

    def forward(self, maps: Tensor) -> Tensor:
        known = maps[: self.size]
        rows = [self.normal(known, known)]
        rows += [self.normal(sample[None], torch.cat([known, sample[None]])) for sample in maps[self.size :]]
        self.running_mean = known.mean((0, 2, 3)).detach()
        self.running_var = known.var((0, 2, 3), correction=0).detach()
        return torch.cat(rows) * self.weight[:, None, None] + self.bias[:, None, None]

    def normal(self, maps: Tensor, by: Tensor) -> Tensor:
        mean, variance = by.mean((0, 2, 3), keepdim=True), by.var((0, 2, 3), keepdim=True, correction=0)
        return (maps - mean) / torch.sqrt(variance + self.eps)


class ReferencedGenerator16(nn.Module):
    """The DCGAN generator, to which every batch is shown behind the same reference batch of latents."""

    def __init__(self, z: int, channels: int, reference: Tensor) -> None:
        super().__init__()
        self.reference = reference
        self.layers = dcgan_generator_16(z, channels)
        for place, layer in enumerate(self.layers):
            if isinstance(layer, nn.BatchNorm2d):
                self.layers[place] = VirtualBatchNorm(layer.num_features)

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(torch.cat([self.reference, z]))[len(self.reference) :]


class NeighbourlyDiscriminator16(nn.Module):
    """The DCGAN discriminator with minibatch discrimination (Salimans et al. 2016, section 3.2): B = 16, C = 16."""

    def __init__(self, channels: int, width: int = 8) -> None:
        super().__init__()
        size = 2 * width * 16
        self.f = nn.Sequential(*dcgan_features_16(channels, width))
        self.t = nn.Linear(size, 16 * 16, bias=False)
        self.last = nn.Linear(size + 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        f = self.f(x)
        m = self.t(f).view(len(x), 16, 16)
        closeness = torch.stack([sum(torch.exp(-(mi - mj).abs().sum(1)) for mj in m) for mi in m])
        return self.last(torch.cat([f, closeness], 1))


class PointPlayer(nn.Module):
    """Three hidden layers of 128, with ReLU in G, LeakyReLU in D, which sees waves over the plane beside the point."""

    def __init__(self, size: int, out: int, slope: float, waves: int = 0) -> None:
        super().__init__()
        if waves:
            self.register_buffer("phase", torch.empty(size, waves))
        self.layers = nn.ModuleList([nn.Linear(size + 2 * waves, 128), nn.Linear(128, 128), nn.Linear(128, 128)])
        self.layers.append(nn.Linear(128, out))
        self.slope, self.waves = slope, waves

    def forward(self, x: Tensor) -> Tensor:
        if self.waves:
            x = torch.cat([x, torch.sin(x @ self.phase), torch.cos(x @ self.phase)], 1)
        for layer in self.layers[:-1]:
            x = layer(x)
            x = torch.where(x > 0, x, self.slope * x)
        return self.layers[-1](x)


def lstm_states(x: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """Hochreiter & Schmidhuber 1997 with forget gates: N×T×D to N×T×H, gate by gate."""
    w_in, w_rec, b_in, b_rec = weights
    h = c = x.new_zeros(len(x), w_rec.shape[1])
    states = []
    for t in range(x.shape[1]):
        gates = x[:, t] @ w_in.T + b_in + h @ w_rec.T + b_rec
        i, f, g, o = gates.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return torch.stack(states, 1)


class Weights(nn.Module):
    """Bare weights for networks that are written as functions."""

    def __init__(self, values: Sequence[Tensor], forward: Forward) -> None:
        super().__init__()
        self.values = nn.ParameterList([nn.Parameter(value.clone()) for value in values])
        self.function = forward

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.function(list(self.values), *inputs)


def lstm_writer(rows: int, channels: int, width: int) -> Forward:
    """z at every step in, one row of the picture out."""

    def forward(w: list[Tensor], z: Tensor) -> Tensor:
        states = lstm_states(torch.stack([z] * rows, 1), w[:4])
        out = torch.tanh(states @ w[4].T + w[5])
        return out.reshape(len(z), rows, channels, width).permute(0, 2, 1, 3)

    return forward


def lstm_reader(w: list[Tensor], x: Tensor) -> Tensor:
    """Both directions over the rows, their mean state judged."""
    sequence = torch.stack([x[:, :, row].reshape(len(x), -1) for row in range(x.shape[2])], 1)
    ahead = lstm_states(sequence, w[:4])
    back = lstm_states(sequence.flip(1), w[4:8]).flip(1)
    return torch.cat([ahead, back], 2).mean(1) @ w[8].T + w[9]
