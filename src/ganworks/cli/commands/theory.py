"""Draw what the theory says: plots with formula and source."""

from __future__ import annotations

import ast
import pkgutil
from argparse import Namespace
from pathlib import Path

import ganworks
from ganworks.cli.arguments import Parser
from ganworks.cli.known_recipes import parsed
from ganworks.cli.screen import bar, say, table
from ganworks.errors import UsageError, unknown

FOLDER = Path(ganworks.__file__).parent / "theory" / "plots"


def add(parser: Parser) -> None:
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="the plot to draw; without NAME and --out all are listed"
    )
    parser.add_argument("--out", metavar="DIR", help="folder for the PNGs (default: here); without NAME draws all")
    parser.add_argument("--overwrite", action="store_true", help="write over what is there")


def run(options: Namespace) -> None:
    plots = names()
    if options.name is None and options.out is None:
        table(("plot", "what it shows"), [(name, title(name)) for name in plots])
        say("\nganworks theory NAME --out DIR draws one, ganworks theory --out DIR all of them")
        return
    if options.name not in (None, *plots):
        raise unknown("plot", options.name, plots)
    folder = Path(options.out or ".").expanduser()
    if folder.is_file() or folder.suffix.lower() == ".png":
        raise UsageError(f"{folder}: --out names a folder, into which every plot goes as NAME.png")
    from ganworks.cli.files import refuse_existing
    from ganworks.theory.canvas import draw_plot

    files = {name: folder / f"{name}.png" for name in ([options.name] if options.name else plots)}
    for file in files.values():
        refuse_existing(file, options.overwrite)
    with bar("drawing", len(files)) as advance:
        for name, file in files.items():
            draw_plot(name, file)
            say(str(file))
            advance(1)


def names() -> list[str]:
    """The plots, found by looking; importing them would take torch."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules([str(FOLDER)]))


def title(name: str) -> str:
    """The first line of a plot's docstring, read from its file."""
    docstring = ast.get_docstring(parsed(FOLDER / f"{name.replace('-', '_')}.py")) or ""
    return docstring.partition("\n")[0].rstrip(".")
