"""The command line: one small file per command in `commands`, each parsing, calling and printing."""

from ganworks.cli.entry import main

__all__ = ["main"]
