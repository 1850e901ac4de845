"""Rows of CSV tables that say something of files."""

from __future__ import annotations

import csv
import io

from ganworks.errors import GanworksError

FILE_COLUMNS = ("filename", "file", "file_name", "image", "name", "path")
"""What a header calls the column of files."""


def rows_of(text: str, where: str) -> list[list[str]]:
    """The cells of all rows that are not empty; raises GanworksError, which names the table as `where`, for no CSV."""
    try:
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    except csv.Error as error:
        raise GanworksError(f"{where} is no CSV table ({error}): is a quote left open?") from None
    return [row for row in rows if any(cell.strip() for cell in row)]


def entries_of(text: str, where: str) -> list[list[str]]:
    """The rows that begin with a file, without a header that says so; raises as `rows_of`."""
    rows = rows_of(text, where)
    return rows[1:] if rows and rows[0][0].strip().lower() in FILE_COLUMNS else rows


def path_of(cell: str) -> str:
    """A file's name as listings have it: with `/`, from the source on."""
    return cell.strip().replace("\\", "/").removeprefix("./")
