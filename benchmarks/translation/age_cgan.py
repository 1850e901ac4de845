"""Another age: emoji people whose whole (vendor, tone, gender) nobody trained on, at the ages that they were drawn at.

The asked age must be seen and the person be known on the same picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from benchmarks.translation import judges
from benchmarks.translation.held_out import evenly, opened, stems, truth
from benchmarks.translation.task import Scores, Task
from ganworks.games.age_cgan import AgeCGAN
from ganworks.games.game import Game
from ganworks.games.translation import translate
from ganworks.scores.extractors.classifier_network import Classifier
from ganworks.tree import Tree

PEOPLE = "emoji-people"
OURS, UNTOUCHED, TRUE = "age-cgan", "input as it is", "true picture"


class Questions(NamedTuple):
    """Held-out people asked for another age, by the rows of their picture among held-out and true one among all."""

    pictures: Tensor
    ages: Tensor
    answers: Tensor


@cache
def questions() -> Questions:
    """Every picture at every age but its own at which this person was drawn; a file's name tells who it is."""
    asked, everybody = opened(PEOPLE), opened(PEOPLE, "all")
    assert asked.labels is not None and everybody.labels is not None
    drawn = {
        (who, int(age)): row for row, (who, age) in enumerate(zip(stems(everybody), everybody.labels, strict=True))
    }
    found = [
        (row, age, drawn[who, age])
        for row, (who, own) in enumerate(zip(stems(asked), asked.labels, strict=True))
        for age in range(len(asked.spec.classes))
        if age != own and (who, age) in drawn
    ]
    return Questions(*torch.tensor(found).unbind(1))


@cache
def ages() -> Classifier:
    """Tells the ages of those that are trained on."""
    samples = opened(PEOPLE, "train")
    labels = torch.tensor(samples.labels)
    return judges.classifier([truth(samples)[labels == age] for age in range(len(samples.spec.classes))])


class Verdicts(NamedTuple):
    """Of N pictures, whether the age is the asked one, and whether it is the person."""

    age: Tensor
    person: Tensor

    @property
    def both(self) -> float:
        return judges.share(self.age & self.person)


def verdicts(made: Tensor) -> Verdicts:
    """Of what was made for each question."""
    asked, everybody = questions(), opened(PEOPLE, "all")
    agreed = ages().probabilities(made).argmax(1) == asked.ages
    known = torch.zeros(len(made), dtype=torch.bool)
    for age in asked.ages.unique():
        rows, there = asked.ages == age, torch.tensor(everybody.labels == int(age)).nonzero()[:, 0]
        known[rows] = there[judges.nearest(made[rows], truth(everybody)[there])] == asked.answers[rows]
    return Verdicts(agreed, known)


def aged(game: Game, pictures: Tensor) -> Tensor:
    """What is made for each question of the pictures that it is about."""
    made = torch.empty_like(pictures)
    for age in questions().ages.unique():
        rows = questions().ages == age
        made[rows] = translate(game, pictures[rows], age=int(age))
    return made


def pictures() -> Tensor:
    """What each question is about."""
    return truth(opened(PEOPLE))[questions().pictures]


def shares(found: Verdicts) -> Scores:
    return {"age": judges.share(found.age), "person": judges.share(found.person), "both": found.both}


class Aged(Task):
    recipe, steps, width = "age-cgan", 4_000, 32
    columns = {  # noqa: RUF012
        "age": "age as asked, %",
        "person": "same person, %",
        "both": "both, %",
        "latent": "both, by z alone, %",
        "guess": "both, by the first guess, %",
    }
    protocol = (
        "Every held-out picture at every other age at which its person was drawn. Age: by a classifier of the people"
        " that are trained on. Same person: of all people at the asked age, held-out or not, that whose true picture is"
        " nearest by LPIPS (AlexNet). By z alone: without a copy of G that learns the face at its own age. By the first"
        " guess: the encoder's, without optimisation of the latent either."
    )

    def methods(self, steps: int, width: int) -> dict[str, Tree]:
        players = {name: {"name": "dcgan", "width": width} for name in ("generator", "discriminator")}
        return {OURS: {"data": {"mirror": True}, "game": {**players, "adversarial_steps": 3 * steps // 4}}}

    def check(self, game: Game) -> Scores:
        assert isinstance(game, AgeCGAN)
        whole, found = game.settings, shares(verdicts(aged(game, pictures())))
        for name, less in {"latent": {"tuning": 0}, "guess": {"tuning": 0, "search": 0}}.items():
            game.settings = whole.model_copy(update=less)
            found[name] = verdicts(aged(game, pictures())).both
        game.settings = whole
        return found

    def references(self) -> dict[str, Scores]:
        return {
            UNTOUCHED: shares(verdicts(pictures())),
            TRUE: shares(verdicts(truth(opened(PEOPLE, "all"))[questions().answers])),
        }

    def marks(self, rows: Mapping[str, Scores]) -> dict[str, bool]:
        ours = rows[OURS]
        return {
            "age as asked and person kept on 60 % of the pictures": ours["both"] >= 60,
            "optimisation of the latent better than the first guess": ours["latent"] > ours["guess"],
        }

    def shown(self, game: Game, count: int) -> list[Tensor]:
        rows = evenly(len(questions().pictures), count)
        answers = truth(opened(PEOPLE, "all"))[questions().answers]
        return [pictures()[rows], aged(game, pictures())[rows], answers[rows]]


TASKS = (Aged("age-cgan", PEOPLE),)
