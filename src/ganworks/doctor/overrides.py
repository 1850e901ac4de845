"""Changes of configuration that several remedies share."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Remedy
from ganworks.tree import Tree, merge

CALM: Tree = {"name": "adam", "lr": 1e-3, "betas": [0.0, 0.9]}
"""With which the default recipe and the toys settle."""


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


def calmed(configuration: Configuration[Any]) -> Tree:
    """Adam without momentum for players that learn by SGD, and one rate where two are far apart; or nothing."""
    players = optimisers(configuration)
    calm = {player: CALM for player, settings in players.items() if settings["name"] == "sgd"}
    rates = [settings["lr"] for player, settings in players.items() if player not in calm]
    if rates and max(rates) >= 4 * min(rates):
        middle = shortened(min(CALM["lr"], (max(rates) * min(rates)) ** 0.5))
        calm |= {player: {"lr": middle} for player in players if player not in calm}
    return {"training": {"optimisers": calm}} if calm else {}


def equal_rates(configuration: Configuration[Any]) -> list[Remedy]:
    """What `calmed` changes, if anything."""
    changes = calmed(configuration)
    return [Remedy(changes, "one player moves further in a step than the other can answer")] if changes else []


def steady(configuration: Configuration[Any]) -> list[Remedy]:
    """Relativistic pairing with R1 and R2, which converges where the game of 2014 does not (arXiv:2501.05441)."""
    game = configuration.game.model_dump(mode="json")
    if "objective" not in game or "penalties" not in game:
        return []
    wanted: Tree = {"objective": "relativistic", "penalties": {name: {"gamma": 1.0} for name in ("r1", "r2")}}
    if game["objective"] == "relativistic" and {"r1", "r2"} <= game["penalties"].keys():
        stronger = {name: tenfold(game["penalties"][name]) for name in ("r1", "r2")}
        changes = merge({"game": {"penalties": stronger}}, calmed(configuration))
        return [Remedy(changes, "a stronger gradient penalty damps the players more")]
    if game.get("discriminator", {}).get("batch_norm"):
        wanted["discriminator"] = {"batch_norm": False}
    changes = merge({"game": wanted}, calmed(configuration))
    return [Remedy(changes, "pairing with R1 and R2 at even rates converges where the plain game does not")]


def tenfold(penalty: Tree) -> Tree:
    """The gamma of a penalty times ten, and the one that it goes to."""
    stronger: Tree = {"gamma": shortened(10 * penalty["gamma"])}
    if penalty.get("anneal"):
        last, until = penalty["anneal"]
        stronger["anneal"] = [shortened(10 * last), until]
    return stronger


def shortened(number: float) -> float:
    return float(f"{number:.3g}")
