"""Networks that translate begin with the picture, enlarged where they enlarge, if they are asked to."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch.nn.functional import interpolate

from ganworks.errors import UsageError
from ganworks.networks import resnet_translator, rrdb, srresnet, unet

ENLARGING = [
    partial(srresnet.Translator, blocks=2, width=8),
    partial(rrdb.Translator, blocks=1, width=8, growth=4),
]
CHANGING = [
    partial(resnet_translator.Translator, blocks=1, width=4),
    partial(unet.Translator, width=4),
    partial(unet.Translator, width=4, norm="instance", up="nearest"),
]


@pytest.mark.parametrize("translator", ENLARGING)
def test_a_global_skip_begins_with_the_picture_enlarged(translator: partial[torch.nn.Module]) -> None:
    torch.manual_seed(0)
    images = torch.rand(2, 3, 8, 8) - 0.5
    network = translator((3, 32, 32), (3, 8, 8), global_skip=True).eval()
    enlarged = interpolate(images, scale_factor=4, mode="bicubic")
    assert 0 < (network(images) - enlarged).abs().max() < 0.02
    published = translator((3, 32, 32), (3, 8, 8)).eval()
    published.load_state_dict(network.state_dict())
    torch.testing.assert_close(network(images), published(images) + enlarged)


@pytest.mark.parametrize("translator", ENLARGING)
def test_a_global_skip_adds_only_what_has_as_many_channels(translator: partial[torch.nn.Module]) -> None:
    with pytest.raises(UsageError, match="as many channels in as out, not 1 and 3"):
        translator((3, 32, 32), (1, 8, 8), global_skip=True)


@pytest.mark.parametrize("size", [(16, 16), (15, 22)])
@pytest.mark.parametrize("translator", CHANGING)
def test_a_global_skip_begins_with_the_picture_and_adds_to_it(
    translator: partial[torch.nn.Module], size: tuple[int, int]
) -> None:
    torch.manual_seed(0)
    images = torch.rand(2, 3, *size) * 2 - 1
    network = translator((3, 8, 8), (3, 8, 8), global_skip=True).eval()
    assert 0 < (network(images) - images).abs().max() < 0.05
    published = translator((3, 8, 8), (3, 8, 8)).eval()
    published.load_state_dict(network.state_dict())
    torch.testing.assert_close(network(images), images + 2 * published(images))


@pytest.mark.parametrize("translator", CHANGING)
def test_a_global_skip_changes_only_what_has_as_many_channels(translator: partial[torch.nn.Module]) -> None:
    with pytest.raises(UsageError, match="not 1 and 3: set global_skip false"):
        translator((3, 16, 16), (1, 16, 16), global_skip=True)
