"""Translate a picture or a folder of pictures with a run."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ganworks.cli.arguments import Parser, count
from ganworks.cli.screen import is_watched, say, warn

DESCRIPTION = """Translate pictures of any size, each by itself; sub-folders, names and
transparency are kept. Pictures that cannot be read are skipped and named, and
the exit code is then 1. What a run can be asked for depends on its recipe."""

SKIPPED = 1
"""The exit code where some pictures were skipped."""


def add(parser: Parser) -> None:
    parser.description = DESCRIPTION
    parser.add_argument("run", metavar="RUN|FILE", help="folder of a run, or a .safetensors file saved from one")
    parser.add_argument("input", metavar="INPUT", type=Path, help="a picture, or a folder of them")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder for what becomes of them")
    parser.add_argument("--direction", choices=("a2b", "b2a"), help="of a run that learnt both (default: a2b)")
    parser.add_argument("--scale", metavar="N", type=count, help="how many times as high and wide")
    parser.add_argument("--mask", metavar="FILE|DIR", type=Path, help="white where to paint (default: the centre)")
    parser.add_argument("--age", metavar="CLASS", help="age class that faces become, or an age in it")
    parser.add_argument("--pose", metavar="FILE", type=Path, help="keypoints for each picture, or one entry for all")
    parser.add_argument("--variants", metavar="N", type=count, default=1, help="answers for each picture (default 1)")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="of the first variant (default 0)")
    parser.add_argument("--best", action="store_true", help="by the checkpoint with the best score")
    parser.add_argument("--overwrite", action="store_true", help="write over what is there")


def run(options: Namespace) -> int:
    from ganworks import api
    from ganworks.runs import load

    trained = load(options.run, warn, best=options.best)
    done = api.apply(
        trained,
        options.input.expanduser(),
        options.out.expanduser(),
        variants=options.variants,
        seed=options.seed,
        overwrite=options.overwrite,
        direction=options.direction,
        scale=options.scale,
        mask=options.mask,
        age=options.age,
        pose=options.pose,
        progress=is_watched(),
    )
    for broken in done.broken:
        warn(f"skipped {broken.name}: {broken.reason}")
    skipped = f", {len(done.broken)} skipped" if done.broken else ""
    pictures = "1 picture" if len(done.written) == 1 else f"{len(done.written)} pictures"
    say(f"{pictures} by {options.run} (step {trained.step}) in {options.out}{skipped}")
    return SKIPPED if done.broken else 0
