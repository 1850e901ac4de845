"""Changes of configuration that several remedies share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Remedy
from ganworks.tree import Tree


def optimisers(configuration: Configuration[Any]) -> dict[str, Tree]:
    """The settings of every player's optimiser."""
    tree: dict[str, Tree] = configuration.training.model_dump(mode="json")["optimisers"]
    return tree


def scaled_rates(configuration: Configuration[Any], factor: float, players: tuple[str, ...] | None = None) -> Tree:
    """Every player's learning rate times `factor`, or only that of some."""
    chosen = {
        player: {"lr": shortened(settings["lr"] * factor)}
        for player, settings in optimisers(configuration).items()
        if players is None or player in players
    }
    return {"training": {"optimisers": chosen}}


def equal_rates(configuration: Configuration[Any]) -> list[Remedy]:
    """The lower of two learning rates for all players, where one is far above the other."""
    rates = {player: settings["lr"] for player, settings in optimisers(configuration).items()}
    if max(rates.values()) < 4 * min(rates.values()):
        return []
    low = min(rates.values())
    above = {player: {"lr": low} for player, rate in rates.items() if rate > low}
    return [Remedy({"training": {"optimisers": above}}, "one player moves far faster than the other can answer")]


def steady(configuration: Configuration[Any], gamma: float = 1.0) -> list[Remedy]:
    """Relativistic pairing with R1 and R2, which converges where the game of 2014 does not (arXiv:2501.05441)."""
    game = configuration.game.model_dump(mode="json")
    if "objective" not in game or "penalties" not in game:
        return []
    penalty = {"gamma": gamma}
    wanted: Tree = {"objective": "relativistic", "penalties": {"r1": penalty, "r2": penalty}}
    if game["objective"] == "relativistic" and {"r1", "r2"} <= game["penalties"].keys():
        stronger = {name: {"gamma": shortened(10 * game["penalties"][name]["gamma"])} for name in ("r1", "r2")}
        return [Remedy({"game": {"penalties": stronger}}, "a stronger gradient penalty damps the players more")]
    discriminator: Mapping[str, Any] = game.get("discriminator", {})
    if discriminator.get("batch_norm"):
        wanted["discriminator"] = {"batch_norm": False}
    return [Remedy({"game": wanted}, "pairing with R1 and R2 converges where the plain game does not")]


def adam(configuration: Configuration[Any]) -> list[Remedy]:
    """Adam without momentum for players that learn by heavy-ball SGD."""
    heavy = [player for player, settings in optimisers(configuration).items() if settings["name"] == "sgd"]
    if not heavy:
        return []
    calm = {"name": "adam", "lr": 1e-3, "betas": [0.0, 0.9]}
    chosen = dict.fromkeys(heavy, calm)
    return [Remedy({"training": {"optimisers": chosen}}, "momentum makes two players circle each other")]


def fp32(configuration: Configuration[Any]) -> list[Remedy]:
    if configuration.training.precision == "fp32":
        return []
    return [Remedy({"training": {"precision": "fp32"}}, "fewer digits may not hold the gradients")]


def shortened(number: float) -> float:
    return float(f"{number:.3g}")
