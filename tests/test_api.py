from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tests.small import ENGINE, flat, images
from torch import Tensor, nn
from torch.nn.functional import softplus

import ganworks
from ganworks.errors import GanworksError, UsageError
from ganworks.training.checkpoints import checkpoints, step_of

SMALL = flat(ENGINE)

OWN = """
import torch
from torch import nn


class Generator(nn.Module):
    def __init__(self, latent, shape, width=8):
        super().__init__()
        self.shape = shape
        self.dense = nn.Sequential(nn.Linear(latent, width), nn.ReLU(), nn.Linear(width, 5 * 48 * 80))

    def forward(self, latent):
        return self.dense(latent).tanh().view(-1, *self.shape)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(5, 4, 4, 4), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(4 * 12 * 20, 1))

    def forward(self, images):
        return self.layers(images)
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A user's module `own_networks`, in the working directory."""
    (tmp_path / "own_networks.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "own_networks", raising=False)
    import own_networks  # type: ignore[import-not-found]

    yield own_networks
    sys.modules.pop("own_networks", None)


def five_channels() -> np.ndarray:
    return images(16, (5, 48, 80))


def elsewhere(code: str, folder: Path) -> str:
    """What a new process prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, timeout=120)
    return done.stdout + done.stderr.splitlines()[-1] if done.returncode else done.stdout


def test_own_networks_in_ten_lines(own: Any, tmp_path: Path) -> None:
    """As the documentation shows it: two classes, at 48×80 with 5 channels; loaded again in a new process."""
    run = ganworks.train(
        "dcgan",
        data=five_channels(),
        generator=own.Generator,
        discriminator=own.Discriminator,
        steps=2,
        batch_size=4,
        out=tmp_path / "run",
        settings={"training.threads": 1, "record.samples": 4},
    )
    samples = run.generate(3)
    assert samples.shape == (3, 5, 48, 80)
    assert samples.abs().max() <= 1
    shared = run.save(tmp_path / "shared.safetensors")
    for path in ("run", shared.name):
        printed = elsewhere(f"import ganworks; print(ganworks.load({path!r}).generate(3).sum().item())", tmp_path)
        assert float(printed) == pytest.approx(samples.sum().item(), rel=1e-4)


@pytest.mark.parametrize("how", ["class", "path", "instance", "settings"])
def test_every_way_to_hand_over_a_network(how: str, own: Any, tmp_path: Path) -> None:
    player: dict[str, Any] = {
        "class": {"generator": own.Generator, "discriminator": own.Discriminator},
        "path": {"generator": "own_networks:Generator", "discriminator": "own_networks:Discriminator"},
        "instance": {"generator": own.Generator(5, (5, 48, 80)), "discriminator": own.Discriminator()},
        "settings": {"generator": {"name": "own_networks:Generator", "width": 3}, "discriminator": own.Discriminator},
    }[how]
    settings = {**SMALL, "game.latent.size": 5, "training.batch_size": 4}
    run = ganworks.train("wgan-gp", five_channels(), out=tmp_path / "run", settings=settings, **player)
    assert run.generate(2).shape == (2, 5, 48, 80)
    assert torch.equal(ganworks.load(tmp_path / "run").generate(2), run.generate(2))
    ganworks.resume(tmp_path / "run", steps=8, data=five_channels())
    if how == "settings":
        assert run.game.generator.dense[0].out_features == 3  # type: ignore[union-attr, index]


def test_own_instances_begin_with_their_own_weights_and_stay_as_they_are(tmp_path: Path) -> None:
    """Two of the same class for the two players; what is trained are copies."""
    torch.manual_seed(5)
    generator = nn.Sequential(nn.Linear(5, 64), nn.Tanh(), nn.Unflatten(1, (1, 8, 8)))
    discriminator = nn.Sequential(nn.Flatten(), nn.Linear(64, 1))
    before = [weights.clone() for net in (generator, discriminator) for weights in net.parameters()]
    settings = {**SMALL, "game.latent.size": 5, "training.steps": 1, "training.average.decay": 0}
    settings["training.optimisers.generator.lr"] = settings["training.optimisers.discriminator.lr"] = 1e-9
    options: dict[str, Any] = {"generator": generator, "discriminator": discriminator, "settings": settings}
    run = ganworks.train("gan", images(), out=tmp_path / "run", **options)
    torch.testing.assert_close(run.game.generator[0].weight, before[0])  # type: ignore[union-attr, index]
    torch.testing.assert_close(run.game.discriminator[1].weight, before[2])  # type: ignore[union-attr, index]
    assert not torch.equal(run.game.generator[0].weight, before[0])  # type: ignore[union-attr, index]
    after = [weights for net in (generator, discriminator) for weights in net.parameters()]
    assert all(torch.equal(mine, theirs) for mine, theirs in zip(before, after, strict=True))


AGAIN = """
import ganworks, numpy
from torch import nn
mine = {
    "generator": nn.Sequential(nn.Linear(5, 64), nn.Tanh(), nn.Unflatten(1, (1, 8, 8))),
    "discriminator": nn.Sequential(nn.Flatten(), nn.Linear(64, 1)),
}
print(ganworks.load("run", **mine).generate(3).sum().item())
print(ganworks.load("shared.safetensors", **mine).generate(3).sum().item())
print(ganworks.resume("run", steps=8, data=numpy.zeros((16, 8, 8), "uint8"), **mine).step)
"""


def test_instances_are_handed_over_again_in_another_process(tmp_path: Path) -> None:
    generator = nn.Sequential(nn.Linear(5, 64), nn.Tanh(), nn.Unflatten(1, (1, 8, 8)))
    discriminator = nn.Sequential(nn.Flatten(), nn.Linear(64, 1))
    settings = {**SMALL, "game.latent.size": 5}
    run = ganworks.train(
        "gan", images(), out=tmp_path / "run", generator=generator, discriminator=discriminator, settings=settings
    )
    run.save(tmp_path / "shared.safetensors")
    *sums, said, step = elsewhere(AGAIN, tmp_path).splitlines()
    assert [float(value) for value in sums] == pytest.approx([run.generate(3).sum().item()] * 2, rel=1e-4)
    assert "has changed since the run began" in said and step == "8"
    with pytest.raises(UsageError, match="did you mean 'generator'"):
        ganworks.load(tmp_path / "run", generatr=generator)


@pytest.mark.parametrize("shape", [(1, 16, 16), (64,), (3, 8, 8)])
def test_samples_of_another_shape_than_the_data_are_refused(shape: tuple[int, ...], tmp_path: Path) -> None:
    """Convolutional judges would take them as they are, and learn the size instead of the picture."""
    size = int(np.prod(shape))
    generator = nn.Sequential(nn.Linear(100, size), nn.Tanh(), nn.Unflatten(1, shape))
    with pytest.raises(UsageError, match=r"the generator makes samples of .*, but the data are 1×8×8") as caught:
        ganworks.train("gan", images(), out=tmp_path / "run", generator=generator, settings=SMALL)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_tied_weights_train_and_load(tmp_path: Path) -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Linear(64, 64), nn.Linear(64, 64)
            self.two.weight = self.one.weight

        def forward(self, latent: Tensor) -> Tensor:
            return self.two(self.one(latent).relu()).tanh().view(-1, 1, 8, 8)

    run = ganworks.train(
        "gan", images(), out=tmp_path / "run", generator=Tied, settings={**SMALL, "game.latent.size": 64}
    )
    ganworks.resume(tmp_path / "run", steps=8, data=images())
    game: Any = ganworks.load(run.save(tmp_path / "run.safetensors")).game
    assert game.generator.one.weight is game.generator.two.weight


def test_an_own_objective(tmp_path: Path) -> None:
    class Swapped:
        """Two static methods are an objective."""

        @staticmethod
        def discriminator(real: Tensor, fake: Tensor) -> Tensor:
            return softplus(real).mean() + softplus(-fake).mean()

        @staticmethod
        def generator(fake: Tensor, real: Tensor) -> Tensor:
            return softplus(fake - real).mean()

    run = ganworks.train("gan", images(), out=tmp_path / "run", objective=Swapped, settings=SMALL)
    assert run.generate(1).isfinite().all()
    with pytest.raises(UsageError, match="has no function 'generator'"):
        half = type("Half", (), {"discriminator": Swapped.discriminator})
        ganworks.train("gan", images(), out=tmp_path / "half", objective=half, settings=SMALL)


OWN_GAME = """
from ganworks.games.gan import GAN
from ganworks.recipes import Recipe
from torch.nn.functional import softplus


class Objective:
    discriminator = staticmethod(lambda real, fake: softplus(fake - real).mean())
    generator = staticmethod(lambda fake: softplus(-fake).mean())


def small_logits(judgement, *, weight: float = 0.1):
    return weight * judgement.real_logits.square().mean()


def smooth(judgement, *, weight: float = 0.1):
    slope = judgement.fake_logits.sum()
    import torch

    return weight * torch.autograd.grad(slope, judgement.fake, create_graph=True)[0].square().sum()


recipe = Recipe(
    summary="mine",
    paper="none",
    family=GAN,
    settings={
        "game": {
            "generator": "mlp",
            "discriminator": "mlp",
            "objective": "own_game:Objective",
            "penalties": {"own_game:small_logits": {}, "own_game:smooth": {"weight": 0.5}},
        }
    },
)
"""


def test_an_own_recipe_with_an_own_objective_and_own_penalties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_game.py").write_text(OWN_GAME)
    monkeypatch.syspath_prepend(tmp_path)
    settings = {**SMALL, "game.penalties": {"own_game:smooth": {"weight": 0.25}}}
    run = ganworks.train("own_game:recipe", images(), out=tmp_path / "run", settings=settings)
    assert run.configuration.game.penalties == {
        "own_game:small_logits": {"weight": 0.1},
        "own_game:smooth": {"weight": 0.25},
    }
    assert run.directory is not None
    assert "discriminator/own_game:smooth" in run.directory.read_metrics()[0]
    ganworks.resume(tmp_path / "run", steps=8, data=images())
    sys.modules.pop("own_game")


def test_a_network_that_no_import_path_leads_to_is_asked_for(tmp_path: Path) -> None:
    class Local(nn.Linear):
        def __init__(self) -> None:
            super().__init__(100, 64)

        def forward(self, latent: Tensor) -> Tensor:
            return super().forward(latent).tanh().view(-1, 1, 8, 8)

    ganworks.train("gan", images(), out=tmp_path / "run", generator=Local, settings={**SMALL, "game.latent.size": 100})
    code = "import ganworks\ntry: ganworks.load('run')\nexcept ganworks.errors.GanworksError as e: print(e)"
    printed = elsewhere(code, tmp_path)
    assert printed.count("\n") == 1
    assert "cannot import" in printed
    assert "Local" in printed


def test_a_class_that_changed_is_said_in_one_line(own: Any, tmp_path: Path) -> None:
    settings = {**SMALL, "training.batch_size": 4}
    options: dict[str, Any] = {"generator": own.Generator, "discriminator": own.Discriminator, "settings": settings}
    ganworks.train("gan", five_channels(), out=tmp_path / "run", **options)
    (tmp_path / "own_networks.py").write_text(OWN.replace("4 * 12 * 20, 1", "4 * 12 * 20, 2"))
    code = "import ganworks\ntry: ganworks.load('run')\nexcept ganworks.errors.GanworksError as e: print(e)"
    printed = elsewhere(code, tmp_path)
    assert "weights for other networks" in printed
    assert printed.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"recipe": "dcgna"}, "did you mean 'dcgan'"),
        ({"stpes": 3}, "did you mean 'steps'"),
        ({"settings": {"trainin.steps": 3}}, "did you mean 'training'"),
        ({"settings": {"training.seed.more": 3}}, "training.seed: expected"),
        ({"steps": "many"}, "training.steps: expected a valid integer"),
        ({"data": 5}, "data is a int"),
        ({"data": SimpleNamespace()}, "data is a SimpleNamespace"),
        ({"batch_size": 65}, "fewer than one batch of 65"),
        ({"device": "tpu"}, "unknown device 'tpu'"),
        ({"device": "cuda:77"}, "cuda"),
        ({"start_from": Path("nowhere")}, "nowhere does not exist"),
        ({"generator": lambda: 5}, "makes a int, not a torch.nn.Module"),
    ],
    ids=lambda value: value if isinstance(value, str) else "told",
)
def test_mistakes_are_one_line_and_leave_nothing(arguments: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(GanworksError) as caught:
        ganworks.train(**{"recipe": "gan", "data": images(), "out": tmp_path / "run", "steps": 2, **arguments})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_run_from_python_is_resumed_with_its_data(tmp_path: Path) -> None:
    ganworks.train("gan", images(), out=tmp_path / "run", settings=SMALL)
    with pytest.raises(UsageError, match="pass it again"):
        ganworks.resume(tmp_path / "run", steps=8)
    with pytest.raises(UsageError, match="no longer has the shape"):
        ganworks.resume(tmp_path / "run", steps=8, data=images(shape=(3, 8, 8)))
    assert ganworks.load(tmp_path / "run").configuration.training.steps == 6, "a refused resume changes nothing"
    with pytest.raises(UsageError, match="is not a run"):
        ganworks.resume(tmp_path / "other")


def test_a_run_says_when_its_data_have_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ganworks.train("gan", images(), out=tmp_path / "run", settings=SMALL)
    ganworks.resume(tmp_path / "run", steps=7, data=images())
    assert capsys.readouterr().out == ""
    run = ganworks.resume(tmp_path / "run", steps=8, data=255 - images())
    assert "has changed since the run began" in capsys.readouterr().out
    assert run.step == 8


def test_starting_from_another_run(tmp_path: Path) -> None:
    """Its weights, in a training of one's own that can be resumed when the other run is gone."""
    first = ganworks.train("gan", images(), out=tmp_path / "first", settings=SMALL)
    still = {**SMALL, "training.steps": 1, "training.average.decay": 0, "training.optimisers.generator.lr": 1e-9}
    for source in (tmp_path / "first", first.save(tmp_path / "first.safetensors")):
        second = ganworks.train(
            "gan", images(), out=tmp_path / f"from-{source.name}", settings=still, start_from=source
        )
        for mine, theirs in zip(second.game.generator.parameters(), first.game.generator.parameters(), strict=True):  # type: ignore[union-attr]
            torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-7)
    for path in checkpoints(tmp_path / "first" / "checkpoints"):
        path.unlink()
    assert ganworks.resume(tmp_path / "from-first", steps=2, data=images()).step == 2
    with pytest.raises(UsageError, match="no weights that fit"):
        ganworks.train("toy", "ring", out=tmp_path / "third", settings=SMALL, start_from=tmp_path / "first.safetensors")


def test_runs_without_a_name_are_numbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        ganworks.train("toy", "ring", settings={**SMALL, "training.steps": 1})
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["toy-ring-1", "toy-ring-2"]


def test_checkpoints_are_kept_as_asked(tmp_path: Path) -> None:
    settings = {**SMALL, "record.checkpoint_every": 1, "record.keep": 3}
    ganworks.train("toy", "ring", out=tmp_path / "run", settings=settings)
    assert [step_of(path) for path in checkpoints(tmp_path / "run" / "checkpoints")] == [6, 5, 4]


def test_a_duration_ends_a_run(tmp_path: Path) -> None:
    settings = {key: value for key, value in SMALL.items() if key != "training.steps"}
    run = ganworks.train("toy", "ring", out=tmp_path / "run", duration=0.2, settings=settings)
    assert 0 < run.step < 10_000


def test_importing_is_fast_and_needs_no_torch() -> None:
    assert elsewhere("import sys, ganworks; print('torch' in sys.modules)", Path.cwd()) == "False\n"
