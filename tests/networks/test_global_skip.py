"""Networks that enlarge begin with the picture enlarged, if they are asked to."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch.nn.functional import interpolate

from ganworks.errors import UsageError
from ganworks.networks import rrdb, srresnet

ENLARGING = [
    partial(srresnet.Translator, blocks=2, width=8),
    partial(rrdb.Translator, blocks=1, width=8, growth=4),
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
