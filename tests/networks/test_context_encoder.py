"""Context encoders against figure 9 of the paper, and larger pictures window by window."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ganworks.networks.context_encoder import Translator


def test_the_published_encoder_and_its_mirror_image() -> None:
    with torch.device("meta"):
        network = Translator((3, 128, 128), (4, 128, 128), bottleneck=4000)
    sizes = []
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            layer.register_forward_hook(lambda _, __, made: sizes.append(tuple(made.shape[1:])))
    network(torch.zeros(1, 4, 128, 128, device="meta"))
    encoder = [(64, 64, 64), (64, 32, 32), (128, 16, 16), (256, 8, 8), (512, 4, 4)]
    assert sizes == [*encoder, (4000, 1, 1), *encoder[::-1], (3, 128, 128)]
    normed = [isinstance(layer, nn.BatchNorm2d) for layer in network.modules()]
    assert sum(normed) == 4 + 5, "all but the first, the innermost and the last"


@pytest.mark.parametrize(("side", "widths"), [(8, [4]), (32, [4, 8, 16]), (64, [4, 8, 16, 32]), (256, [4] * 3)])
def test_widths_double_after_what_is_halved_first(side: int, widths: list[int]) -> None:
    network = Translator((3, side, side), (3, side, side), width=4)
    assert [down[0].out_channels for down in network.downs][: len(widths)] == widths


def test_of_a_larger_picture_the_windows_say_the_mean_where_they_overlap() -> None:
    network = Translator((1, 16, 16), (1, 16, 16), width=4, bottleneck=3)
    (window,) = {*network.unfold.kernel_size}
    assert window == 4
    code = torch.rand(1, 3, 1, 1)
    torch.testing.assert_close(network.mean_of_windows(code), network.unfold(code))
    codes = torch.rand(1, 3, 2, 3)
    made = network.mean_of_windows(codes)
    assert made.shape[2:] == (5, 6)
    each = {(y, x): network.unfold(codes[:, :, y : y + 1, x : x + 1]) for y in range(2) for x in range(3)}
    for row, column in [(0, 0), (2, 3), (4, 5), (1, 4)]:
        said = [
            maps[..., row - y, column - x]
            for (y, x), maps in each.items()
            if 0 <= row - y < window and 0 <= column - x < window
        ]
        torch.testing.assert_close(made[..., row, column], torch.stack(said).mean(0))
