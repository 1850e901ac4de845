from __future__ import annotations

import io
import json
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from tests.comparing import identical
from tests.small import ENGINE, flat, images, labels

import ganworks
from ganworks.errors import GanworksError, UsageError
from ganworks.runs import Run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    torch.set_num_threads(1)
    settings = {**flat(ENGINE), "game.generator.width": 4, "game.discriminator.width": 4, "game.latent.size": 6}
    data = (images(shape=(3, 8, 8)), np.array(["cat", "dog", "owl"])[labels()])
    return ganworks.train("cgan", data, out=tmp_path_factory.mktemp("runs") / "run", settings=settings)


def test_a_run_is_loaded_as_it_was_trained(run: Run) -> None:
    assert run.directory is not None
    again = ganworks.load(run.directory.path)
    assert torch.equal(again.generate(5, seed=3), run.generate(5, seed=3))
    assert (again.step, again.spec, again.configuration) == (6, run.spec, run.configuration)
    assert repr(again) == "Run(cgan, 3×8×8, step 6)"
    assert not again.game.training


def test_samples(run: Run) -> None:
    samples = run.generate(40, seed=1)
    assert samples.shape == (40, 3, 8, 8)
    assert samples.dtype == torch.float32
    assert -1 < samples.min() < samples.max() < 1
    assert torch.equal(torch.cat(list(run.batches(40, seed=1))), samples)
    drawn = run.labels(40, seed=1)
    assert drawn is not None
    for label in range(3):
        of_label = run.generate(40, seed=1, label=label)
        assert torch.equal(of_label[drawn == label], samples[drawn == label]), "labels() tells what was generated"


def test_labels_by_name_and_number(run: Run) -> None:
    assert run.spec.classes == ("cat", "dog", "owl")
    assert torch.equal(run.generate(3, label="dog"), run.generate(3, label=1))
    assert torch.equal(run.generate(3, label="1"), run.generate(3, label=1))
    assert not torch.equal(run.generate(3, label="cat"), run.generate(3, label=1))


@pytest.mark.parametrize(
    ("label", "said"), [("dgo", "did you mean 'dog'"), (3, "0 to 2"), ("7", "0 to 2"), (-1, "0 to 2")]
)
def test_labels_that_do_not_exist(run: Run, label: int | str, said: str) -> None:
    for ask in (run.generate, run.interpolate):
        with pytest.raises(UsageError, match=said):
            ask(2, label=label)  # type: ignore[operator]


def test_truncation_keeps_the_picture_of_a_seed(run: Run) -> None:
    free, mild, strong = (run.generate(16, seed=2, truncation=t) for t in (None, 3.0, 0.2))
    assert (free - mild).abs().mean() < (free - strong).abs().mean()
    assert strong.flatten(1).std(0).mean() < free.flatten(1).std(0).mean()
    with pytest.raises(UsageError, match="above 0"):
        run.generate(2, truncation=0.0)


@pytest.mark.parametrize("kind", ["linear", "spherical"])
def test_a_walk(run: Run, kind: Any) -> None:
    frames = run.interpolate(stops=3, frames=4, seed=5, label="owl", kind=kind)
    assert frames.shape == (12, 3, 8, 8)
    assert torch.equal(frames, run.interpolate(stops=3, frames=4, seed=5, label=2, kind=kind))
    finer = run.interpolate(stops=3, frames=8, seed=5, label=2, kind=kind)
    torch.testing.assert_close(frames, finer[::2])
    with pytest.raises(UsageError, match="did you mean 'linear'"):
        run.interpolate(kind="liner")  # type: ignore[arg-type]


def test_one_file_holds_the_run(run: Run, tmp_path: Path) -> None:
    path = run.save(tmp_path / "clothes.safetensors")
    shared = ganworks.load(path)
    assert torch.equal(shared.generate(5, seed=3, label="owl"), run.generate(5, seed=3, label="owl"))
    assert (shared.step, shared.spec, shared.configuration) == (6, run.spec, run.configuration)
    assert shared.directory is None
    again = shared.save(tmp_path / "again.safetensors")
    assert again.stat().st_size == path.stat().st_size
    identical(ganworks.load(again).game.generator.state_dict(), run.game.generator.state_dict())  # type: ignore[union-attr, operator]
    with pytest.raises(UsageError, match=r"\.safetensors"):
        run.save(tmp_path / "clothes.pt")


def test_a_notebook_shows_a_grid(run: Run) -> None:
    picture = Image.open(io.BytesIO(run._repr_png_()))
    assert picture.format == "PNG"
    assert min(picture.size) >= 82


class Malicious:
    """Whoever unpickles it leaves a file behind."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (f"touch {self.trace}",)


@pytest.mark.parametrize("name", ["model.pt", "model.safetensors", "model.pkl", "model"])
@pytest.mark.parametrize("kind", ["pickle", "torch", "numpy"])
def test_nothing_handed_over_is_unpickled(name: str, kind: str, tmp_path: Path) -> None:
    trace, path = tmp_path / "trace", tmp_path / name
    if kind == "pickle":
        path.write_bytes(pickle.dumps(Malicious(trace)))
    elif kind == "torch":
        torch.save(Malicious(trace), path)
    else:
        with path.open("wb") as file:
            np.save(file, np.array([Malicious(trace)]), allow_pickle=True)
    with pytest.raises(GanworksError, match="is not a run saved by ganworks") as caught:
        ganworks.load(path)
    assert "\n" not in str(caught.value)
    assert not trace.exists()
    pickle.loads(pickle.dumps(Malicious(trace)))
    assert trace.exists(), "the trap works"


def rewritten(run: Run, path: Path, **changes: Any) -> Path:
    """The run as one file whose configuration somebody changed."""
    tensors = {f"generator/{key}": tensor for key, tensor in run.game.generator.state_dict().items()}  # type: ignore[union-attr, operator]
    configuration = run.configuration.model_dump(mode="json")
    configuration["game"] |= changes
    facts = {
        "format": "1",
        "step": "6",
        "spec": json.dumps(run.spec.to_dict()),
        "configuration": json.dumps(configuration),
    }
    save_file(tensors, path, {"ganworks": json.dumps(facts)})
    return path


def test_no_function_that_a_configuration_names_is_called(run: Run, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    command = {"name": "os:system", "command": f"touch {trace}"}
    for player in ("generator", "discriminator"):
        path = rewritten(run, tmp_path / "run.safetensors", **{player: command})
        with pytest.raises(UsageError, match=r"is no class of torch\.nn\.Module"):
            ganworks.load(path)
    assert not trace.exists()
    assert ganworks.load(rewritten(run, tmp_path / "fine.safetensors")).step == 6


@pytest.mark.parametrize(
    "damage",
    [
        {"generator": {"name": "dcgan", "width": 8}},
        {"generator": {"name": "nowhere:Net"}},
        {"generator": {"name": "dcgan", "depth": 3}},
        {"objective": "os:path"},
        {"latent": {"size": 10**12}},
        {"nonsense": 1},
    ],
    ids=str,
)
def test_a_file_that_contradicts_itself_is_refused_in_one_line(run: Run, damage: Any, tmp_path: Path) -> None:
    with pytest.raises(GanworksError) as caught:
        ganworks.load(rewritten(run, tmp_path / "run.safetensors", **damage))
    assert "\n" not in str(caught.value)


def test_files_that_are_no_runs(run: Run, tmp_path: Path) -> None:
    assert run.directory is not None
    checkpoint = next(run.directory.checkpoints.glob("*.safetensors"))
    (tmp_path / "empty").touch()
    (tmp_path / "cut").write_bytes(run.save(tmp_path / "whole.safetensors").read_bytes()[:-9])
    for path in (checkpoint, tmp_path / "empty", tmp_path / "cut"):
        with pytest.raises(GanworksError, match="is not a run saved by ganworks"):
            ganworks.load(path)
    with pytest.raises(UsageError, match="does not exist"):
        ganworks.load(tmp_path / "nothing")
    with pytest.raises(UsageError, match="is not a run"):
        ganworks.load(tmp_path)
