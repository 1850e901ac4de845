"""Recurrent players that write and read a picture row by row, or any N×T×D sequence."""

from __future__ import annotations

from torch import Tensor, nn

from ganworks.config import Positive
from ganworks.errors import UsageError
from ganworks.networks.projection import Projection


def rows(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many steps a sample has and how many numbers each: the rows of C×H×W are H steps of C·W, T×D is itself."""
    if len(shape) == 1:
        raise UsageError(f"a recurrent network needs images or sequences, not points of {shape[0]} numbers")
    return (shape[1], shape[0] * shape[2]) if len(shape) == 3 else (shape[0], shape[-1])


class Generator(nn.Module):
    """An LSTM fed with z at every step emits one row per step; N×latent to N×shape in (−1, 1)."""

    def __init__(self, shape: tuple[int, ...], latent: int, hidden: Positive = 256, layers: Positive = 1) -> None:
        super().__init__()
        self.steps, size = rows(shape)
        self.lstm = nn.LSTM(latent, hidden, layers, batch_first=True)
        self.emit = nn.Linear(hidden, size)
        self.shape = shape

    def forward(self, latent: Tensor, condition: Tensor | None = None) -> Tensor:
        states, _ = self.lstm(latent.unsqueeze(1).expand(-1, self.steps, -1))
        sequence = self.emit(states).tanh()
        return by_rows_inverse(sequence, self.shape)


class Discriminator(nn.Module):
    """A bidirectional LSTM reads the rows, its mean state is judged; N×shape to N×1 logits."""

    def __init__(
        self, shape: tuple[int, ...], conditions: int = 0, hidden: Positive = 128, layers: Positive = 1
    ) -> None:
        super().__init__()
        _, size = rows(shape)
        self.lstm = nn.LSTM(size, hidden, layers, batch_first=True, bidirectional=True)
        self.head = Projection(2 * hidden, conditions)

    def forward(self, samples: Tensor, condition: Tensor | None = None) -> Tensor:
        states, _ = self.lstm(by_rows(samples))
        logits: Tensor = self.head(states.mean(1), condition)
        return logits


def by_rows(samples: Tensor) -> Tensor:
    """N×C×H×W to N×H×(C·W); sequences unchanged."""
    return samples.transpose(1, 2).flatten(2) if samples.dim() == 4 else samples


def by_rows_inverse(sequence: Tensor, shape: tuple[int, ...]) -> Tensor:
    """N×H×(C·W) back to N×C×H×W."""
    if len(shape) != 3:
        return sequence
    channels, height, width = shape
    return sequence.view(-1, height, channels, width).transpose(1, 2)
