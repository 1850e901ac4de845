"""Generate samples from a run: PNGs, one grid, or arrays."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ganworks.cli.arguments import Parser, count
from ganworks.cli.screen import bar, say, warn

if TYPE_CHECKING:
    from torch import Tensor


def add(parser: Parser) -> None:
    parser.add_argument("run", metavar="RUN|FILE", help="folder of a run, or a .safetensors file saved from one")
    parser.add_argument("--count", metavar="N", type=count, default=64, help="how many samples (default 64)")
    parser.add_argument(
        "--out", metavar="OUT", required=True, help="a folder (one PNG per sample), grid.png, samples.npz or .npy"
    )
    parser.add_argument(
        "--seed", metavar="S", type=int, default=0, help="sample i depends on S and i alone (default 0)"
    )
    parser.add_argument("--label", metavar="L", help="class to generate, by name or number")
    parser.add_argument("--truncation", metavar="T", type=float, help="keep latents in [-T, T]: better, less varied")
    parser.add_argument("--best", action="store_true", help="from the checkpoint with the best score")
    parser.add_argument("--overwrite", action="store_true", help="write over what is there")


def run(options: Namespace) -> None:
    from ganworks.cli.files import refuse_existing, sample_writer

    out = Path(options.out).expanduser()
    write = sample_writer(out)
    refuse_existing(out, options.overwrite)
    from ganworks.runs import load

    trained = load(options.run, warn, best=options.best)
    wish = (options.count, options.seed, options.label, options.truncation)
    with bar("generating", options.count) as advance:
        write(out, trained.spec, followed(trained.batches(*wish), advance), options.count, trained.labels(*wish))
    say(f"{options.count} samples of {options.run} (step {trained.step}) in {out}")


def followed(batches: Iterable[Tensor], advance: Callable[[int], None]) -> Iterator[Tensor]:
    """The same batches, reported as they pass."""
    for batch in batches:
        yield batch
        advance(len(batch))
