"""Every plot that is found is drawn, with its title, formula and source in the picture."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from PIL import Image

from ganworks.errors import GanworksError, UsageError
from ganworks.lookup import module, names
from ganworks.theory import canvas, dirac_simulation
from ganworks.theory.canvas import PLOTS, SIZE, draw_plot


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same drawings from fewer steps of training and simulation, and fewer pixels."""
    monkeypatch.setattr(canvas, "DOTS_PER_INCH", 100)
    monkeypatch.setattr(dirac_simulation, "WINDOW", 5)
    for name, attribute, value in (
        ("dirac_trajectories", "STEPS", 10),
        ("dirac_trajectories", "ARROWS", 2),
        ("dirac_objectives", "STEPS", 10),
        ("dirac_eigenvalues", "STEPS", 10),
        ("lower_bound", "STEPS", 2),
        ("lower_bound", "SEEDS", 2),
        ("lower_bound", "COUNTS", (15, 3000)),
        ("parallel_lines", "MEASURED", ()),
    ):
        monkeypatch.setattr(import_module(f"{PLOTS}.{name}"), attribute, value)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that are written."""
    figures: list[Figure] = []
    save = Figure.savefig

    def keep(figure: Figure, *given: Any, **settings: Any) -> None:
        figures.append(figure)
        save(figure, *given, **settings)

    monkeypatch.setattr(Figure, "savefig", keep)
    return figures


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", names(PLOTS))
def test_every_plot_is_drawn_with_its_words(name: str, quick: None, drawn: list[Figure], tmp_path: Path) -> None:
    draw_plot(name, tmp_path / "plot.png")
    plot = module("plot", PLOTS, name)
    size = tuple(round(side * canvas.DOTS_PER_INCH) for side in getattr(plot, "SIZE", SIZE))
    with Image.open(tmp_path / "plot.png") as picture:
        assert picture.size == size
        assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 100
    (figure,) = drawn
    title, advice, formula, source = figure.texts
    assert title.get_text() == (plot.__doc__ or "").partition("\n")[0].rstrip(".")
    assert advice.get_text()
    assert formula.get_text() == plot.FORMULA
    assert formula.get_text().count("$") % 2 == 0
    assert source.get_text() == plot.SOURCE
    assert any(author in plot.SOURCE for author in ("Goodfellow", "Mescheder", "Arjovsky", "Nash"))
    for words in figure.texts:
        box = words.get_window_extent()
        assert box.x0 >= 0, f"{words.get_text()!r} begins outside the picture"
        assert box.x1 <= size[0], f"{words.get_text()!r} ends outside the picture"
    for axes in figure.axes:
        box = axes.get_tightbbox()
        assert box.x0 >= 0
        assert box.x1 <= size[0]
        assert advice.get_window_extent().y0 >= box.y1 - 1, "the advice lies on the drawing"
        assert formula.get_window_extent().y1 <= box.y0 + 1, "the formula lies on the drawing"


def test_the_same_plot_is_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        draw_plot("nash-equilibria", tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(GanworksError, match=r"pip install 'ganworks\[plots\]'"):
        draw_plot("nash-equilibria", tmp_path / "plot.png")
    assert not list(tmp_path.iterdir())


def test_plots_are_found_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("matplotlib", PLOTS))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert len([module("plot", canvas.PLOTS, name).FORMULA for name in names(PLOTS)]) >= 10


def test_what_goes_wrong_while_drawing_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'nash-equilibria'"):
        draw_plot("nash-equilibrium", tmp_path / "plot.png")
    monkeypatch.setattr(Figure, "savefig", lambda *given, **settings: Path(given[1]).write_bytes(b"half") and 1 / 0)
    with pytest.raises(ZeroDivisionError):
        draw_plot("nash-equilibria", tmp_path / "plot.png")
    assert not list(tmp_path.iterdir())
