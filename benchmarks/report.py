"""What every measurement prints: its table, the machine, the date and the command."""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import torch

from ganworks.training.hardware import available_cores

CELLS = Path(__file__).parent / ".cells"


def machine() -> str:
    """Processor, cores, native bf16 and torch, in one line."""
    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()}, torch {torch.__version__}"
    capabilities = torch.cpu.get_capabilities()
    bf16 = next((name for name in ("amx_bf16", "avx512_bf16") if capabilities.get(name)), "no native bf16")
    name = capabilities.get("cpu_name") or platform.processor()
    return f"{name}, {available_cores()} cores, {bf16}, torch {torch.__version__}"


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *notes: str) -> None:
    """A Markdown table that can be pasted into docs/benchmarks.md as it is."""
    file = Path(sys.argv[0])
    name = file.parent.name if file.stem == "__main__" else file.stem  # a package's command is its folder's
    command = shlex.join(["python", "-m", f"benchmarks.{name}", *sys.argv[1:]])
    print(f"\n### {title}\n\n{date.today()} · {machine()} · `{command}`\n")
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        print("| " + " | ".join(shown(value) for value in row) + " |")
    for note in notes:
        print(f"\n{note}")


def shown(value: object) -> str:
    """Numbers to four significant digits, anything else as it is."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def digest(settings: object) -> str:
    """Eight digits that change with what was measured."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:8]


def cell(
    benchmark: str, name: str, measure: Callable[[], dict[str, Any]], fresh: bool = False, of: object = None
) -> dict[str, Any]:
    """The result of one cell: read from disk when it was measured before, so that a cut benchmark continues.

    `of` are the settings that were measured, if there are any: with others it is another cell.
    """
    path = CELLS / benchmark / (f"{name}.json" if of is None else f"{name}-{digest(of)}.json")
    if path.is_file() and not fresh:
        stored: dict[str, Any] = json.loads(path.read_text())
        return stored
    result = measure()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".part").write_text(json.dumps(result, indent=1))
    path.with_suffix(".part").replace(path)
    return result
