"""`ganworks theory`: plots are listed and drawn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Call

from ganworks.cli.commands import theory
from ganworks.lookup import names
from ganworks.theory import canvas


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plots are files with their names."""

    def draw(name: str, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)

    monkeypatch.setattr(canvas, "draw_plot", draw)


def test_all_plots_are_listed_within_100_columns(call: Call) -> None:
    called = call("theory")
    header, *lines = called.out.splitlines()
    assert (called.code, called.err) == (0, "")
    assert header.split() == ["plot", "what", "it", "shows"]
    assert tuple(line.split()[0] for line in lines[: lines.index("")]) == names(canvas.PLOTS) == tuple(theory.names())
    assert "Dirac-GAN: which methods find the equilibrium\n" in called.out
    assert max(map(len, lines)) <= 100


def test_listing_waits_for_neither_torch_nor_matplotlib() -> None:
    unwanted = "{'torch', 'matplotlib'} & {*sys.modules}"
    code = f"import sys; from ganworks.cli import main; main(['theory']); assert not {unwanted}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_one_is_drawn(call: Call) -> None:
    called = call("theory", "nash-equilibria", "--out", "plots/here")
    assert (called.code, called.out, called.err) == (0, "plots/here/nash-equilibria.png\n", "")
    assert Path("plots/here/nash-equilibria.png").read_bytes().startswith(b"\x89PNG")


def test_all_are_drawn(call: Call, drawing: None) -> None:
    called = call("theory", "--out", "plots")
    assert called.code == 0
    assert called.out.split() == [f"plots/{name}.png" for name in theory.names()]
    assert {path.stem: path.read_text() for path in Path("plots").iterdir()} == {name: name for name in theory.names()}


def test_a_name_alone_draws_here(call: Call, drawing: None) -> None:
    assert call("theory", "algorithm1").out == "algorithm1.png\n"


def test_nothing_is_written_over_unasked(call: Call, drawing: None) -> None:
    Path("algorithm1.png").write_text("mine")
    for words in (["algorithm1"], ["--out", "."]):
        called = call("theory", *words)
        assert (called.code, called.out) == (2, "")
        assert "algorithm1.png exists" in called.err
    assert [path.name for path in Path().iterdir()] == ["algorithm1.png"]
    assert Path("algorithm1.png").read_text() == "mine"
    assert call("theory", "algorithm1", "--overwrite").code == 0
    assert Path("algorithm1.png").read_text() == "algorithm1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nash-equilibrium",), "unknown plot 'nash-equilibrium': did you mean 'nash-equilibria'?"),
        (("algorithm1", "--out", "here.png"), "here.png: --out names a folder"),
        (("algorithm1", "--out", "file"), "file: --out names a folder"),
        (("algorithm1", "lower-bound"), "unexpected argument 'lower-bound'"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(call: Call, words: tuple[str, ...], said: str) -> None:
    Path("file").touch()
    called = call("theory", *words)
    assert (called.code, called.out) == (2, "")
    assert said in called.err
    assert called.err.count("\n") == 1
    assert [path.name for path in Path().iterdir()] == ["file"]
