"""Inception-v3 (Szegedy et al. 2016, arXiv:1512.00567) as the TensorFlow graph of 2015-12-05 has it, which FID uses
(Heusel et al. 2017, arXiv:1706.08500): averages leave padding out, and the last block pools by maximum. Its 94
convolutions, and a head of 1008 classes, are named as in the published PyTorch file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

Kernel = int | tuple[int, int]


def average(maps: Tensor) -> Tensor:
    """3×3 mean of what lies inside the picture."""
    return functional.avg_pool2d(maps, 3, 1, 1, count_include_pad=False)


def maximum(maps: Tensor) -> Tensor:
    """3×3 maximum."""
    return functional.max_pool2d(maps, 3, 1, 1)


def halve(maps: Tensor) -> Tensor:
    """3×3 maximum of every second pixel, none of them padded."""
    return functional.max_pool2d(maps, 3, 2)


class Convolution(nn.Module):
    """Convolution, batch norm, ReLU."""

    def __init__(self, fan_in: int, fan_out: int, kernel: Kernel, stride: int, padding: Kernel) -> None:
        super().__init__()
        self.conv = nn.Conv2d(fan_in, fan_out, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(fan_out, eps=1e-3)

    def forward(self, maps: Tensor) -> Tensor:
        return functional.relu(self.bn(self.conv(maps)), inplace=True)


@dataclass(frozen=True)
class Step:
    """A convolution of a block, by the published name; one of stride 2 has no padding, any other keeps the size."""

    name: str
    channels: int
    kernel: Kernel = 1
    stride: int = 1

    def convolution(self, fan_in: int) -> Convolution:
        height, width = (self.kernel, self.kernel) if isinstance(self.kernel, int) else self.kernel
        padding = (0, 0) if self.stride > 1 else (height // 2, width // 2)
        return Convolution(fan_in, self.channels, self.kernel, self.stride, padding)


Pool = Callable[[Tensor], Tensor]
Branch = list[Pool | Step | tuple[Step, Step]]
"""What one branch does in turn; a pair of steps is done side by side."""


class Mixed(nn.Module):
    """Branches side by side, their results joined along the channels; `channels` is how many those are."""

    def __init__(self, fan_in: int, *branches: Branch) -> None:
        super().__init__()
        self.branches, self.channels = branches, 0
        for branch in branches:
            width = fan_in
            for steps in (_steps(item) for item in branch if not callable(item)):
                for step in steps:
                    self.add_module(step.name, step.convolution(width))
                width = sum(step.channels for step in steps)
            self.channels += width

    def forward(self, maps: Tensor) -> Tensor:
        return torch.cat([self._along(branch, maps) for branch in self.branches], 1)

    def _along(self, branch: Branch, maps: Tensor) -> Tensor:
        for item in branch:
            if callable(item):
                maps = item(maps)
            else:
                parts = [cast(Tensor, self.get_submodule(step.name)(maps)) for step in _steps(item)]
                maps = torch.cat(parts, 1) if len(parts) > 1 else parts[0]
        return maps


def _steps(item: Step | tuple[Step, Step]) -> tuple[Step, ...]:
    return (item,) if isinstance(item, Step) else item


def block_35(fan_in: int, pooled: int) -> Mixed:
    """At 35×35: 1×1, 5×5 and double 3×3."""
    double: Branch = [Step("branch3x3dbl_1", 64), Step("branch3x3dbl_2", 96, 3), Step("branch3x3dbl_3", 96, 3)]
    return Mixed(
        fan_in,
        [Step("branch1x1", 64)],
        [Step("branch5x5_1", 48), Step("branch5x5_2", 64, 5)],
        double,
        [average, Step("branch_pool", pooled)],
    )


def to_17(fan_in: int) -> Mixed:
    """From 35×35 to 17×17."""
    double: Branch = [Step("branch3x3dbl_1", 64), Step("branch3x3dbl_2", 96, 3), Step("branch3x3dbl_3", 96, 3, 2)]
    return Mixed(fan_in, [Step("branch3x3", 384, 3, 2)], double, [halve])


def block_17(fan_in: int, inner: int) -> Mixed:
    """At 17×17: 1×1, and 7×7 once and twice, each as a row and a column."""
    row, column = (1, 7), (7, 1)
    single: Branch = [Step("branch7x7_1", inner), Step("branch7x7_2", inner, row), Step("branch7x7_3", 192, column)]
    double: Branch = [
        Step("branch7x7dbl_1", inner),
        Step("branch7x7dbl_2", inner, column),
        Step("branch7x7dbl_3", inner, row),
        Step("branch7x7dbl_4", inner, column),
        Step("branch7x7dbl_5", 192, row),
    ]
    return Mixed(fan_in, [Step("branch1x1", 192)], single, double, [average, Step("branch_pool", 192)])


def to_8(fan_in: int) -> Mixed:
    """From 17×17 to 8×8."""
    long: Branch = [
        Step("branch7x7x3_1", 192),
        Step("branch7x7x3_2", 192, (1, 7)),
        Step("branch7x7x3_3", 192, (7, 1)),
        Step("branch7x7x3_4", 192, 3, 2),
    ]
    return Mixed(fan_in, [Step("branch3x3_1", 192), Step("branch3x3_2", 320, 3, 2)], long, [halve])


def block_8(fan_in: int, pool: Pool) -> Mixed:
    """At 8×8: 1×1, and 3×3 once and twice, each ending in a row beside a column."""

    def both(name: str) -> tuple[Step, Step]:
        return Step(f"{name}a", 384, (1, 3)), Step(f"{name}b", 384, (3, 1))

    single: Branch = [Step("branch3x3_1", 384), both("branch3x3_2")]
    double: Branch = [Step("branch3x3dbl_1", 448), Step("branch3x3dbl_2", 384, 3), both("branch3x3dbl_3")]
    return Mixed(fan_in, [Step("branch1x1", 320)], single, double, [pool, Step("branch_pool", 192)])


class Inception(nn.Module):
    """N×3×299×299 in about [-1, 1] to N×2048 features; `fc` makes 1008 logits of them."""

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Convolution(3, 32, 3, 2, 0)
        self.Conv2d_2a_3x3 = Convolution(32, 32, 3, 1, 0)
        self.Conv2d_2b_3x3 = Convolution(32, 64, 3, 1, 1)
        self.Conv2d_3b_1x1 = Convolution(64, 80, 1, 1, 0)
        self.Conv2d_4a_3x3 = Convolution(80, 192, 3, 1, 0)
        blocks: dict[str, Callable[[int], Mixed]] = {
            "Mixed_5b": lambda fan_in: block_35(fan_in, 32),
            "Mixed_5c": lambda fan_in: block_35(fan_in, 64),
            "Mixed_5d": lambda fan_in: block_35(fan_in, 64),
            "Mixed_6a": to_17,
            "Mixed_6b": lambda fan_in: block_17(fan_in, 128),
            "Mixed_6c": lambda fan_in: block_17(fan_in, 160),
            "Mixed_6d": lambda fan_in: block_17(fan_in, 160),
            "Mixed_6e": lambda fan_in: block_17(fan_in, 192),
            "Mixed_7a": to_8,
            "Mixed_7b": lambda fan_in: block_8(fan_in, average),
            "Mixed_7c": lambda fan_in: block_8(fan_in, maximum),
        }
        self.mixed, fan_in = tuple(blocks), 192
        for name, block in blocks.items():
            made = block(fan_in)
            self.add_module(name, made)
            fan_in = made.channels
        self.fc = nn.Linear(fan_in, 1008)

    def forward(self, maps: Tensor) -> Tensor:
        maps = halve(self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(maps))))
        maps = halve(self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(maps)))
        for name in self.mixed:
            maps = self.get_submodule(name)(maps)
        return maps.mean((2, 3))
