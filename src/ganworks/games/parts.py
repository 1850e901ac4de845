"""What games are made of, found by its name: networks, objectives, penalties and stabilisers."""

from __future__ import annotations

from inspect import isclass
from types import SimpleNamespace
from typing import Annotated, Any

from torch import nn

from ganworks.errors import UsageError
from ganworks.lookup import Part, build, find, named, part, parts, source, supplied
from ganworks.stabilisers.stabiliser import Stabiliser

NETWORKS, OBJECTIVES, PENALTIES, STABILISERS = (
    "ganworks.networks",
    "ganworks.losses.objectives",
    "ganworks.losses.penalties",
    "ganworks.stabilisers",
)

GeneratorPart = Annotated[Part, part("generator", NETWORKS, "Generator", given=("shape", "latent"))]
TranslatorPart = Annotated[Part, part("translator", NETWORKS, "Translator", given=("shape", "given"))]
DiscriminatorPart = Annotated[Part, part("discriminator", NETWORKS, "Discriminator", given=("shape", "conditions"))]
EncoderPart = Annotated[Part, part("encoder", NETWORKS, "Encoder", given=("shape", "numbers"))]
Objective = Annotated[str, named("objective", OBJECTIVES)]
Penalties = Annotated[dict[str, dict[str, Any]], parts("penalty", PENALTIES, "penalty", given=("judgement",))]
Stabilisers = Annotated[dict[str, dict[str, Any]], parts("stabiliser", STABILISERS, "stabiliser", given=())]


def player(kind: str, chosen: Part, **given: Any) -> nn.Module:
    """A network of that kind with the settings of `chosen` and those of the `given` that it asks for.

    A run may come from somebody else: what an import path of its configuration leads to is only ever called if it
    is a class of nn.Module, or was handed over in this process.
    """
    make = find(kind, NETWORKS, chosen.name, kind.capitalize())
    if chosen.name not in supplied and not (isclass(make) and issubclass(make, nn.Module)):
        raise UsageError(f"{kind} {chosen.name!r} is no class of torch.nn.Module, which an import path must lead to")
    network = build(make, given, chosen.settings)
    if not isinstance(network, nn.Module):
        raise UsageError(f"{kind} {chosen.name!r} makes a {type(network).__name__}, not a torch.nn.Module")
    return network


def stabiliser(name: str, settings: dict[str, Any]) -> Stabiliser:
    """The stabiliser called `name`, of which the same holds as of a `player`."""
    make = find("stabiliser", STABILISERS, name, "stabiliser")
    if name not in supplied and not (isclass(make) and issubclass(make, Stabiliser)):
        raise UsageError(f"stabiliser {name!r} is no class of ganworks.stabilisers.stabiliser.Stabiliser")
    made: Stabiliser = make(**settings)
    return made


def stabilisers(chosen: dict[str, dict[str, Any]]) -> nn.ModuleDict:
    """All that are `chosen`, in that order; what they remember is saved with the game that holds them."""
    return nn.ModuleDict({name.replace(".", "_"): stabiliser(name, settings) for name, settings in chosen.items()})


def objective(name: str) -> SimpleNamespace:
    """The functions of the objective called `name`, apart from their module, which cannot be copied."""
    found = source("objective", OBJECTIVES, name)
    functions = {player: getattr(found, player, None) for player in ("discriminator", "generator")}
    for player, function in functions.items():
        if not callable(function):
            raise UsageError(f"objective {name!r} has no function {player!r}: it needs both players'")
    more = {name: getattr(found, name) for name in ("towards", "margin") if hasattr(found, name)}
    return SimpleNamespace(**functions, **more)


def differentiated_by(penalty: str, settings: dict[str, Any]) -> set[str]:
    """Whose samples' logits, "real" or "fake", a penalty differentiates; both where it does not say."""
    differentiates = getattr(source("penalty", PENALTIES, penalty), "differentiates", None)
    players: set[str] = differentiates(**settings) if differentiates else {"real", "fake"}
    return players
