"""A game that cannot be compiled is trained as it is, and its user is told why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from tests.small import ENGINE, flat, images
from torch import Tensor

import ganworks
from ganworks.games.game import Game


def refuse(graph: torch.fx.GraphModule, inputs: Sequence[Tensor]) -> None:
    raise RuntimeError("no such instruction")


def compile_by_refusal(game: Game) -> None:
    for network in game.children():
        network.compile(backend=refuse)


def test_a_compiler_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ganworks.training.compilation._compile", compile_by_refusal)
    settings = {**flat(ENGINE), "game.generator.width": 4, "game.discriminator.width": 4, "training.compile": "on"}
    run = ganworks.train("dcgan", images(shape=(1, 32, 32)), out=tmp_path, settings=settings, progress=True)
    assert run.configuration.training.compile == "off"
    told = " ".join(capsys.readouterr().err.split())
    assert "not compiled: BackendCompilerFailed: backend='refuse' raised: RuntimeError: no such instruction" in told
