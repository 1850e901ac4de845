"""Networks that describe images, one file each, found by file name: `extractor(name, ...)` makes any of them."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from ganworks.data.samples import Samples
from ganworks.errors import UsageError
from ganworks.lookup import accepted, find, imported, names
from ganworks.scores.score import Extractor


def extractor(
    name: str,
    real: Samples | None = None,
    weights: Path | None = None,
    resize: str | None = None,
    device: torch.device | str = "cpu",
) -> Extractor:
    """The extractor called `name`: a module of this package, or what the import path `package.module:Name` leads to.

    Args:
        name: one of `extractor_names()`, or the import path of an `nn.Module`, of an object with `.name` and
            `.features`, or of a class or function that makes one of these.
        real: the labelled images that `classifier` learns from, uint8 N×C×H×W.
        weights: a file to read the weights from, instead of fetching them.
        resize: one of `ganworks.scores.extractors.resizing.MODES`; None is the extractor's own default.
        device: where it computes; features come back to the CPU.

    Whatever makes an extractor is called with those of `real`, `weights` and `resize` that it asks for by name.
    Raises UsageError for an unknown name and for weights or a resize that it does not ask for, GanworksError for
    weights that cannot be had and for what is no extractor.
    """
    make = _own(name) if ":" in name else find("extractor", __name__, name, "extractor")
    given = {"real": real, "weights": weights, "resize": resize}
    taken = accepted(make, given)
    for argument in ("weights", "resize"):
        if given[argument] is not None and argument not in taken:
            raise UsageError(f"extractor {name} takes no {argument}: leave it out")
    with torch.random.fork_rng(devices=[]):  # first weights are drawn even where others are loaded over them
        torch.manual_seed(0)
        made: Any = make(**taken)
    if not hasattr(made, "features"):
        from ganworks.scores.extractors.network import own_network

        made = own_network(name, made)
    return cast(Extractor, made.to(device) if isinstance(made, nn.Module) else made)


def extractor_names() -> tuple[str, ...]:
    """The names of the extractors that come with ganworks."""
    return names(__name__, "extractor")


def _own(path: str) -> Any:
    """What is to be called for the user's own extractor; a network is copied, since it may go on being trained."""
    found = imported(path)
    if isinstance(found, nn.Module):
        return lambda: deepcopy(found)
    return found if callable(found) else lambda: found
