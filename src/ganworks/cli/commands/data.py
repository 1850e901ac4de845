"""List or fetch the named data sets, or check any source."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ganworks.cli.arguments import Parser, tree_of
from ganworks.cli.screen import facts, is_watched, say, table
from ganworks.errors import UsageError, unknown

if TYPE_CHECKING:
    from ganworks.config import DataSettings

COLUMNS = ("name", "kind", "samples", "shape", "classes", "licence", "size", "here")
USAGE = """%(prog)s list
       %(prog)s get NAME
       %(prog)s check SOURCE [--data.SETTING VALUE]"""


def add(parser: Parser) -> None:
    parser.usage = USAGE
    parser.takes_settings = True
    parser.add_argument("what", metavar="list|get|check", help="all named sets; fetch one; look into any source")
    parser.add_argument("name", nargs="?", metavar="NAME|SOURCE", help="a named set; for check any source of data")


def run(options: Namespace) -> None:
    actions = {"list": list_sets, "get": get, "check": check_source}
    if options.what not in actions:
        raise unknown("data command", options.what, actions)
    if options.what != "list" and options.name is None:
        raise UsageError(f"data {options.what}: name a {'data set' if options.what == 'get' else 'source'}")
    actions[options.what](options)


def list_sets(options: Namespace) -> None:
    from ganworks.data.catalogue.entries import ENTRIES

    rows = [
        (
            entry.name,
            "images" if len(entry.shape) == 3 else "points",
            f"{entry.samples:,}",
            "×".join(map(str, entry.shape)),
            str(len(entry.classes) or "-"),
            entry.licence,
            f"{entry.megabytes:g} MB" if entry.sources else "-",
            "yes" if is_here(entry.name) else "no",
        )
        for entry in ENTRIES.values()
    ]
    table(COLUMNS, rows, numbers=("samples", "classes", "size"))


def is_here(name: str) -> bool:
    """Whether a set needs no download."""
    from ganworks.data.cache import cache_folder
    from ganworks.data.catalogue.entries import ENTRIES

    fetched = (cache_folder() / "sets").glob(f"{name}-{'[0-9a-f]' * 12}/.complete")
    return not ENTRIES[name].sources or any(fetched)


def get(options: Namespace) -> None:
    from ganworks.data.catalogue.fetch import describe, fetch

    folder = fetch(options.name, progress=is_watched())
    say(f"{options.name} ({describe(options.name).licence}) is in {folder}; use it as --data {options.name}")


def check_source(options: Namespace) -> None:
    from ganworks.data.check import check
    from ganworks.data.open import open_samples

    report = check(open_samples(data_settings(options), progress=is_watched()))
    rows = [
        ("samples", f"{report.count:,} of {report.name}"),
        ("shape", "×".join(map(str, report.shape)) + (f" ({report.channels})" if report.channels else "")),
        ("values", f"{report.low:g} to {report.high:g}"),
        ("duplicates", f"{report.duplicates:,}"),
        ("broken", f"{len(report.broken):,}"),
        *(("", f"{broken.name}: {broken.reason}") for broken in report.broken),
        ("classes", f"{len(report.balance)}" if report.balance else "no labels"),
        *(("", f"{name}: {count:,}") for name, count in report.balance.items()),
        *(("note", note) for note in report.notes),
        *(("warning", warning) for warning in report.warnings),
    ]
    facts(rows)


def data_settings(options: Namespace) -> DataSettings:
    """The settings of the data part with the source in place."""
    from ganworks.config import Configuration, Settings
    from ganworks.tree import merge, validated

    if others := [key for key, _ in options.settings if not key.startswith("data.")]:
        raise UsageError(f"--{others[0]} has no meaning here: data check takes --data. settings only")
    # Every broken file is to be listed, where a training would stop at the first per cent.
    tree = merge({"data": {"broken": 1.0}}, tree_of(options.settings))
    tree = merge(tree, {"data": {"source": options.name}, "recipe": "", "game": {}})
    return validated(Configuration[Settings], tree).data
