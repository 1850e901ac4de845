"""D knows its training samples by heart: usual with few of them."""

from __future__ import annotations

from typing import Any

from ganworks.config import Configuration
from ganworks.doctor.diagnosis import Diagnosis, Finding, Remedy, lasting
from ganworks.doctor.history import History
from ganworks.doctor.thresholds import LONG, MEMORISED


def look(history: History) -> Finding | None:
    memorised = history.smooth("memorised", LONG)
    evidence = {"memorised": memorised, "overfit": history.smooth("overfit", LONG)}
    return lasting(history, memorised > MEMORISED, LONG, evidence)


def remedies(configuration: Configuration[Any]) -> list[Remedy]:
    offered = [
        Remedy({"game": {"stabilisers": {"augmentation": {}}}}, "D cannot learn by heart what changes"),
        Remedy({"data": {"mirror": True}}, "twice as many samples, where left and right mean the same"),
        Remedy({"game": {"stabilisers": {"instance-noise": {}}}}, "noise on what D sees blurs what it knows by heart"),
    ]
    if configuration.data.input is not None or configuration.data.keypoints is not None:
        # Cut alike, inputs say where the crop is, so that what is made of a whole picture is whole.
        offered.append(Remedy({"data": {"jitter": margin(configuration)}}, "crops of larger pairs are further samples"))
    return offered


def margin(configuration: Configuration[Any]) -> int:
    """About an eighth of the height, as in pix2pix, which grows 256 pixels by 30; a multiple of 4."""
    return max(4, round((configuration.data.resolution or 64) / 32) * 4)


diagnosis = Diagnosis(
    meaning="D tells training samples from other real ones: it knows them by heart and teaches G no more.",
    look=look,
    remedies=remedies,
    precedence=5,
)
