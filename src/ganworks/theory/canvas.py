"""The page that plots are drawn on: title, what to look at, the drawing, its formula and source; written as PNG."""

from __future__ import annotations

from inspect import getdoc
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from ganworks.errors import GanworksError
from ganworks.lookup import module
from ganworks.record.atomic import write_atomically

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PLOTS = "ganworks.theory.plots"

DATA, GENERATOR, DISCRIMINATOR = "#0072B2", "#D55E00", "#009E73"
"""Who is who in every plot, told apart by colour-blind readers too (Okabe & Ito 2008)."""
OTHER, INK, QUIET, FAINT = "#CC79A7", "#20242A", "#5F6670", "#C9CED6"

SIZE = (9.0, 5.2)
DOTS_PER_INCH = 140
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "mathtext.fontset": "dejavusans",
    "text.color": INK,
    "axes.edgecolor": "#8A919C",
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlepad": 7,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E8EBEF",
    "grid.linewidth": 0.8,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 2,
    "lines.solid_capstyle": "round",
}


def draw_plot(name: str, file: Path) -> None:
    """Draw the plot called `name` and write it as a PNG, whole or not at all.

    Raises UsageError for a name that no plot has, GanworksError where matplotlib is missing or the file not writable.
    """
    plot = module("plot", PLOTS, name)
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise GanworksError("plots need matplotlib: pip install 'ganworks[plots]'") from None
    title, _, advice = (getdoc(plot) or "").partition("\n")
    with rc_context(STYLE):  # type: ignore[arg-type]
        figure = Figure(figsize=getattr(plot, "SIZE", SIZE), dpi=DOTS_PER_INCH)
        _write_words(figure, title.rstrip("."), " ".join(advice.split()), plot.FORMULA, plot.SOURCE)
        plot.draw(figure)
        # Without the version of the writer, the same plot is the same file.
        write_atomically(file, lambda path: figure.savefig(path, format="png", metadata={"Software": None}))


def _write_words(figure: Figure, title: str, advice: str, formula: str, source: str) -> None:
    """Above and below the drawing, which gets the space between."""
    width, height = (float(side) for side in figure.get_size_inches())
    lines = wrap(advice, int(width * 14.2))
    figure.text(0.22 / width, 1 - 0.20 / height, title, va="top", fontsize=14, fontweight="bold")
    figure.text(0.22 / width, 1 - 0.53 / height, "\n".join(lines), va="top", color=QUIET, linespacing=1.35)
    figure.text(0.22 / width, 0.42 / height, formula, va="bottom", fontsize=11.5)
    figure.text(0.22 / width, 0.16 / height, source, va="bottom", fontsize=8, color=QUIET)
    above, below = 0.62 + 0.19 * len(lines), 0.86
    area = (0.14 / width, below / height, 1 - 0.36 / width, 1 - (above + below) / height)
    figure.set_layout_engine("constrained", rect=area, w_pad=0.08, h_pad=0.06)


def note(axes: Axes, text: str, x: float, y: float, color: str = QUIET, align: str = "left") -> None:
    """A word beside what it speaks of, at data coordinates, in place of a legend."""
    axes.text(x, y, text, color=color, ha=align, va="center", fontsize=9)
