"""Changes of configuration that several remedies share."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Remedy
from ganworks.tree import Tree, merge

CALM: Tree = {"name": "adam", "lr": 1e-3, "betas": [0.0, 0.9]}
"""With which the default recipe and the toys settle."""


AT_ODDS = ("weight-clipping", "minibatch-discrimination", "label-smoothing", "mixed-batches")
"""Stabilisers that pairing with R1 and R2 does instead of, or does not go with."""
WAYS: tuple[Tree, ...] = (
    {},
    *({"stabilisers": {"normalisation": {"kind": kind, "on": "discriminator"}}} for kind in ("instance", "layer")),
)
"""To a D that has a gradient at each sample alone, which batch norm has not; instance norm takes maps to stand on."""


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
    """Relativistic pairing with R1 and R2, which converges where the game of 2014 does not (arXiv:2501.05441).

    Instead of other penalties, clipped weights and several steps of D, not beside them.
    """
    game = configuration.game.model_dump(mode="json")
    if "objective" not in game or "penalties" not in game:
        return []
    if game["objective"] == "relativistic" and {"r1", "r2"} <= game["penalties"].keys():
        stronger = {name: tenfold(game["penalties"][name]) for name in ("r1", "r2")}
        changes = merge({"game": {"penalties": stronger}}, calmed(configuration))
        return [Remedy(changes, "a stronger gradient penalty damps the players more")]
    wanted: Tree = {
        "objective": "relativistic",
        "penalties": {**dict.fromkeys(game["penalties"], False), **{name: {"gamma": 1.0} for name in ("r1", "r2")}},
    }
    if superfluous := {name: False for name in game.get("stabilisers", {}) if name in AT_ODDS}:
        wanted["stabilisers"] = superfluous
    if game.get("discriminator_steps", 1) > 1:
        wanted["discriminator_steps"] = 1
    return [
        Remedy(
            merge({"game": merge(wanted, way)}, calmed(configuration)),
            "pairing with R1 and R2 at even rates converges where the plain game does not",
        )
        for way in WAYS
    ]


def tenfold(penalty: Tree) -> Tree:
    """The gamma of a penalty times ten, and the one that it goes to."""
    stronger: Tree = {"gamma": shortened(10 * penalty["gamma"])}
    if penalty.get("anneal"):
        last, until = penalty["anneal"]
        stronger["anneal"] = [shortened(10 * last), until]
    return stronger


def shortened(number: float) -> float:
    return float(f"{number:.3g}")
