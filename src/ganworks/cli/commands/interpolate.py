"""Walk through the latents of a run: an animation or a strip."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ganworks.cli.arguments import Parser, count
from ganworks.cli.screen import say, warn


def add(parser: Parser) -> None:
    parser.add_argument("run", metavar="RUN|FILE", help="folder of a run, or a .safetensors file saved from one")
    parser.add_argument("--out", metavar="OUT", required=True, help="walk.gif, or walk.png with a row for each leg")
    parser.add_argument("--kind", choices=("linear", "spherical"), default="spherical", help="of path between latents")
    parser.add_argument("--stops", metavar="N", type=count, default=4, help="latents to visit (default: 4)")
    parser.add_argument("--frames", metavar="N", type=count, default=16, help="frames from stop to stop (default: 16)")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="of the latents (default: 0)")
    parser.add_argument("--label", metavar="L", help="class to generate, by name or number")
    parser.add_argument("--overwrite", action="store_true", help="write over what is there")


def run(options: Namespace) -> None:
    from ganworks.cli.files import refuse_existing, walk_writer

    out = Path(options.out).expanduser()
    write = walk_writer(out)
    refuse_existing(out, options.overwrite)
    from ganworks.runs import load

    trained = load(options.run, warn)
    samples = trained.interpolate(options.stops, options.frames, options.seed, options.label, options.kind)
    write(out, trained.spec, samples, options.frames)
    say(f"{len(samples)} frames through {options.stops} latents of {options.run} in {out}")
