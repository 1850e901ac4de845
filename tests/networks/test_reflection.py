from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from ganworks.networks.reflection import Reflection


@settings(max_examples=20)
@given(st.integers(1, 3), st.integers(4, 7), st.integers(4, 7))
def test_it_is_torchs_and_so_is_its_gradient(rim: int, height: int, width: int) -> None:
    maps = torch.rand(2, 3, height, width, requires_grad=True)
    ours, theirs = Reflection(rim)(maps), nn.ReflectionPad2d(rim)(maps)
    assert torch.equal(ours, theirs)
    weights = torch.rand_like(ours)
    gradients = [torch.autograd.grad((padded * weights).sum(), maps)[0] for padded in (ours, theirs)]
    torch.testing.assert_close(*gradients)
