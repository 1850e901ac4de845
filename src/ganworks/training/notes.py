"""What a training says before it begins: advice that it goes against, and plans that may surprise."""

from __future__ import annotations

import torch

from ganworks.config import TrainingSettings
from ganworks.data.samples import DatasetSamples, Samples
from ganworks.data.standard import standardised
from ganworks.games.game import Game
from ganworks.networks import guidelines
from ganworks.stabilisers.stabiliser import Stabiliser


def notes(game: Game, samples: Samples | DatasetSamples) -> list[str]:
    """What is against advice in the layout of the players, and what options warn of."""
    cautions = {option.caution for option in game.modules() if isinstance(option, Stabiliser) and option.caution}
    return [*guidelines.notes(game, len(samples), largest(samples)), *sorted(cautions)]


def plans(training: TrainingSettings, last_stage: int) -> list[str]:
    """What in so many steps will not be as one may think; the last stage begins after that one."""
    steps, falls, ends = training.steps, training.schedule.decay_from, training.schedule.decay_to
    found = []
    if falls is None and (said := [name for name, optimiser in training.optimisers.items() if optimiser.decay != 1]):
        keys = " and ".join(f"training.optimisers.{name}.decay" for name in said)
        found.append(f"no learning rate falls, whatever {keys} says: training.schedule.decay_from is not set")
    if steps is None:
        return found
    if ends and not training.schedule.floor and steps > ends:
        found.append(f"all learning rates are 0 from step {ends:,} on (training.schedule.decay_to)")
    if falls and steps <= falls:
        found.append(f"learning rates begin to fall only after {falls:,} steps (training.schedule.decay_from)")
    if steps <= last_stage:
        found.append(f"{steps:,} steps are played, and the last stage begins only after {last_stage:,}")
    return found


def largest(samples: Samples | DatasetSamples) -> float:
    """The greatest absolute value that the players see."""
    if samples.spec.is_image or not isinstance(samples, Samples):
        return 1.0
    return float(standardised(torch.from_numpy(samples.values), samples.spec).abs().max())
