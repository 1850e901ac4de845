"""Networks that describe images, one file each, found by file name: `extractor(name, ...)` makes any of them."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from inspect import isclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from ganworks.data.samples import Samples
from ganworks.errors import UsageError
from ganworks.lookup import accepted, find, imported, names
from ganworks.scores.extractors.checking import Checked, users_code
from ganworks.scores.score import Extractor

Wanted = str | Extractor | Callable[..., Any]
"""What an extractor can be asked for by: a name, an import path, or the object, class or function itself."""


def extractor(
    wanted: Wanted,
    real: Samples | None = None,
    weights: Path | None = None,
    resize: str | None = None,
    device: torch.device | str = "cpu",
) -> Extractor:
    """The extractor called `wanted`: a module of this package, or the user's own.

    Args:
        wanted: one of `extractor_names()`; or an `nn.Module`, an object with `.name` and `.features`, or a class or
            function that makes one of these, itself or by its import path `package.module:Name`.
        real: the labelled images that `classifier` learns from, uint8 N×C×H×W.
        weights: a file to read the weights from, instead of fetching them.
        resize: one of `ganworks.scores.extractors.resizing.MODES`; None is the extractor's own default.
        device: where it computes; features come back to the CPU.

    Whatever makes an extractor is called with those of `real`, `weights` and `resize` that it asks for by name.
    Raises UsageError for an unknown name and for weights or a resize that it does not ask for, GanworksError for
    weights that cannot be had, for what is no extractor and for what the user's own raises.
    """
    given = {"real": real, "weights": weights, "resize": resize}
    with torch.random.fork_rng(devices=[]):  # first weights are drawn even where others are loaded over them
        torch.manual_seed(0)
        if isinstance(wanted, str) and ":" not in wanted:
            made = _called(wanted, find("extractor", __name__, wanted, "extractor"), given)
            return cast(Extractor, _moved(made, device))
        return _own(title_of(wanted), imported(wanted) if isinstance(wanted, str) else wanted, given, device)


def title_of(wanted: Wanted) -> str:
    """The name or import path that `wanted` goes by."""
    if isinstance(wanted, str):
        return wanted
    kind = wanted if hasattr(wanted, "__qualname__") else type(wanted)
    return f"{kind.__module__}:{kind.__qualname__}"


def extractor_names() -> tuple[str, ...]:
    """The names of the extractors that come with ganworks."""
    return names(__name__, "extractor")


def _called(name: str, make: Callable[..., Any], given: dict[str, Any]) -> Any:
    taken = accepted(make, given)
    for argument in ("weights", "resize"):
        if given[argument] is not None and argument not in taken:
            raise UsageError(f"extractor {name} takes no {argument}: leave it out")
    return make(**taken)


def _own(name: str, own: Any, given: dict[str, Any], device: torch.device | str) -> Extractor:
    """The extractor that the user's own network, object, class or function gives."""
    from ganworks.scores.extractors.network import own_network

    with users_code(f"extractor {name}"):
        made = _called(name, _maker(own), given)
        if not _describes(made):
            return own_network(name, made).to(device)
        return Checked(name, _moved(made.eval() if isinstance(made, nn.Module) else made, device))


def _maker(own: Any) -> Callable[..., Any]:
    """What is to be called for the user's own extractor; a network is copied, since it may go on being trained."""
    if isinstance(own, nn.Module):
        return lambda: deepcopy(own)
    return own if callable(own) and (isclass(own) or not _describes(own)) else lambda: own


def _describes(made: object) -> bool:
    """Whether it describes images itself; in a network, `features` may be but the first layers."""
    described = getattr(made, "features", None)
    return callable(described) and not isinstance(described, nn.Module)


def _moved(made: Any, device: torch.device | str) -> Any:
    return made.to(device) if isinstance(made, nn.Module) else made
