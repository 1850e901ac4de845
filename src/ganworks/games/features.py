"""A network that looks at pictures for a loss: frozen, no part of the run, and needed by nobody who only uses one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch
from pydantic import BeforeValidator
from torch import Tensor, nn

from ganworks.errors import GanworksError, UsageError
from ganworks.games.parts import NETWORKS, player
from ganworks.lookup import Part, part

_check = part("features", NETWORKS, "Features", given=("shape",)).func


def _without_importing(value: Any) -> Any:
    """Checked as any part, but an import path is not followed: whoever uses the run may not have what it leads to."""
    if isinstance(value, Part):
        value = value.model_dump()
    chosen = value if isinstance(value, Mapping) else {"name": value}
    return chosen if ":" in str(chosen.get("name")) else _check(chosen)  # type: ignore[call-arg]


FeaturesPart = Annotated[Part, BeforeValidator(_without_importing)]


def frozen_features(chosen: Part, shape: tuple[int, ...], device: torch.device) -> nn.Module:
    """The network that `chosen` names, in evaluation mode; its weights may be fetched.

    Raises UsageError for one that cannot look at pictures C×H×W in [-1, 1] or gives anything but a map N×… of them.
    """
    try:
        network = player("features", Part(**_check(chosen)), shape=shape)  # type: ignore[call-arg]
    except UsageError:
        raise
    except GanworksError as error:  # published weights could not be fetched
        raise GanworksError(f"{error}; or take game.features random-features, or game.content 0") from error
    network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    network.eval().requires_grad_(False)
    try:
        with torch.no_grad():
            seen = network(torch.zeros(2, *shape, device=device))
    except RuntimeError as error:
        raise UsageError(f"features {chosen.name!r} cannot look at pictures of {shape}: {error}") from error
    if not isinstance(seen, Tensor) or seen.dim() < 1 or len(seen) != 2:
        raise UsageError(f"features {chosen.name!r} must make one tensor N×… of N pictures, not {type(seen).__name__}")
    return network
