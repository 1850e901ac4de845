"""Whatever a user gets wrong: an exit code, one line on stderr that says what to do, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Call, draw_photos

from ganworks.cli import entry
from ganworks.errors import GanworksError

MISTAKES: list[tuple[str, int, tuple[str, ...]]] = [
    # how the program is called
    ("trian", 2, ("unknown command 'trian'", "'train'")),
    ("--verson", 2, ("unknown option '--verson'", "'--version'")),
    ("resume", 2, ("required: RUN", "ganworks resume --help")),
    ("generate run", 2, ("required: --out",)),
    ("runs a b", 2, ("unexpected argument 'b'",)),
    ("resume run --seed 3", 2, ("unknown option '--seed'", "--steps")),
    # options and settings
    ("train --stpes 3", 2, ("unknown option '--stpes'", "'--steps'")),
    ("train --steps 3 --for 10m", 2, ("--for", "not allowed with", "--steps")),
    ("train --for 10x", 2, ("--for", "'10x'", "1h30m")),
    ("train --steps 0", 2, ("training.steps", "greater than or equal to 1", "0")),
    ("train --steps many", 2, ("training.steps", "integer", "'many'")),
    ("train --batch-size -4", 2, ("training.batch_size", "-4")),
    ("train --precision fp8", 2, ("training.precision", "'bf16'", "'fp8'")),
    ("train --training.schedule.warmp 3", 2, ("'training.schedule.warmp'", "'training.schedule.warmup'")),
    ("train --training.seed [", 2, ("training.seed", "cannot read '['")),
    ("train --training.average.decay 2", 2, ("training.average.decay", "less than 1", "2")),
    ("train --game.genertor mlp", 2, ("'game.genertor'", "'game.generator'")),
    ("train --game.generator dcgn", 2, ("generator 'dcgn'", "'dcgan'")),
    ("train --game.generator.widht 3", 2, ("'widht'", "'width'")),
    ("train --game.penalties.r3.gamma 3", 2, ("penalty 'r3'", "did you mean")),
    ("train --game.penalties.r1.every 0", 2, ("every=0", "greater than or equal to 1")),
    ("train --game.penalties.r1.gamma -1", 2, ("gamma=-1", "greater than or equal to 0")),
    ("train --game.penalties.dragan.scale -1", 2, ("scale=-1", "greater than or equal to 0")),
    ("train --game.objective hing", 2, ("objective 'hing'", "'hinge'")),
    ("train --training.schedule.decay_to 5", 2, ("training.schedule", "decay_from and decay_to")),
    ("train --config absent.yaml", 2, ("cannot read absent.yaml",)),
    ("train --config broken.yaml", 2, ("broken.yaml", "line 2")),
    ("train --config list.yaml", 2, ("list.yaml", "mapping")),
    ("train --config unknown.yaml", 2, ("'training.stps'", "'training.steps'")),
    # recipes and data
    ("train dcgam", 2, ("unknown recipe 'dcgam'", "'dcgan'")),
    ("train nowhere:recipe", 2, ("cannot import 'nowhere:recipe'",)),
    ("recipes nosuch", 2, ("unknown recipe 'nosuch'", "dcgan")),
    ("train photos --data mnist", 2, ("given twice", "photos", "mnist")),
    ("train absent/", 1, ("absent/", "check the path")),
    ("train --data fashion-10", 2, ("fashion-10", "'fashion-10k'")),
    ("train photos", 1, ("12 samples", "batch of 64", "--batch-size 12")),
    ("train empty", 1, ("empty", "no images")),
    ("train damaged --batch-size 2", 1, ("a.png", "cannot be read", "data.broken")),
    ("train run.yaml", 1, ("run.yaml", "no kind of data")),
    ("train cgan --data unsorted --batch-size 2", 2, ("label",)),
    ("train --data ring", 2, ("images", "recipe toy is for points")),
    ("train --device cuda:99 toy", 2, ("cuda", "device")),
    ("train --from absent --steps 1", 2, ("absent does not exist",)),
    ("train --from fake.safetensors --steps 1", 1, ("fake.safetensors", "damaged")),
    ("train toy --out photos --steps 1", 2, ("photos", "not a run", "--out")),
    ("train toy --out fake.safetensors --steps 1", 1, ("fake.safetensors",)),
    # runs
    ("resume photos", 2, ("photos is not a run",)),
    ("runs absent", 2, ("no folder 'absent'",)),
    ("generate absent --out a.png", 2, ("absent does not exist",)),
    ("generate fake.safetensors --out a.png", 1, ("fake.safetensors", "damaged")),
    ("generate fake.safetensors --out a.jpg", 2, ("a.jpg", ".png, .npz or .npy")),
    ("generate fake.safetensors --out photos", 2, ("photos is not empty", "--overwrite")),
    ("generate fake.safetensors --out a.png --count 0", 2, ("--count", "at least 1", "'0'")),
    ("interpolate fake.safetensors --out a.mp4", 2, ("a.mp4", ".gif")),
    ("interpolate fake.safetensors --out a.gif --kind cubic", 2, ("--kind", "'cubic'", "spherical")),
    # data
    ("data", 2, ("list|get|check",)),
    ("data chek photos", 2, ("data command 'chek'", "'check'")),
    ("data get", 2, ("name a data set",)),
    ("data get mnst", 2, ("data set 'mnst'", "'mnist'")),
    ("data get ring", 2, ("made on the spot",)),
    ("data check absent/", 1, ("absent/", "check the path")),
    ("data check photos --data.channels blue", 2, ("data.channels", "'rgb'", "'blue'")),
    ("data check photos --training.seed 3", 2, ("--training.seed", "--data.")),
]


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with everything that the mistakes mention."""
    draw_photos(tmp_path / "photos")
    draw_photos(tmp_path / "sorted", 4)
    for name in ("empty", "damaged", "unsorted"):
        (tmp_path / name).mkdir()
    for index, picture in enumerate((tmp_path / "sorted").rglob("*.png")):
        picture.rename(tmp_path / "unsorted" / f"{index}.png")
    for folder in sorted((tmp_path / "sorted").iterdir()):
        folder.rmdir()
    (tmp_path / "sorted").rmdir()
    (tmp_path / "damaged" / "a.png").write_text("no picture")
    (tmp_path / "damaged" / "b.png").write_bytes((tmp_path / "unsorted" / "0.png").read_bytes())
    (tmp_path / "fake.safetensors").write_bytes(b"x" * 100)
    (tmp_path / "broken.yaml").write_text("training: [1\n")
    (tmp_path / "list.yaml").write_text("- 3\n")
    (tmp_path / "unknown.yaml").write_text("training: {stps: 3}\n")
    (tmp_path / "run.yaml").write_text("recipe: toy\n")
    return tmp_path


@pytest.mark.parametrize(("words", "code", "said"), MISTAKES, ids=[words for words, _, _ in MISTAKES])
def test_a_mistake_is_one_line_and_leaves_nothing(
    call: Call, workplace: Path, words: str, code: int, said: tuple[str, ...]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in workplace.rglob("*") if path.is_file()}
    called = call(*words.split())
    assert called.code == code
    assert called.err.count("\n") == 1, called.err
    assert called.err.startswith("ganworks: ")
    for part in said:
        assert part in called.err
    assert "Traceback" not in called.err + called.out
    assert {path: path.stat().st_mtime_ns for path in workplace.rglob("*") if path.is_file()} == before
    assert not list(workplace.glob("runs/*"))


def raising(error: BaseException) -> object:
    def dispatch(words: list[str]) -> int:
        raise error

    return dispatch


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (GanworksError("two\n  lines"), 1, "two lines"),
        (KeyError("x"), 1, "this is a bug in ganworks (KeyError: 'x'); --debug shows where"),
        (PermissionError(13, "Permission denied", "photos"), 1, "photos: Permission denied"),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
            1,
            "out of memory: lower --batch-size",
        ),
        (MemoryError(), 1, "out of memory"),
        (RuntimeError("unsupported memory format"), 1, "this is a bug in ganworks"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_unexpected_errors_are_one_line_too(
    call: Call, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    monkeypatch.setattr(entry, "dispatch", raising(error))
    called = call("runs")
    assert called.code == code
    assert said in called.err
    assert called.err.count("\n") == 1


@pytest.mark.parametrize("error", [KeyError("x"), GanworksError("no")])
def test_debug_shows_the_traceback(call: Call, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(entry, "dispatch", raising(error))
    with pytest.raises(type(error)):
        call("runs", "--debug")
