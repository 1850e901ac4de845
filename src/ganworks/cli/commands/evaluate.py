"""Score a run, or any folder or array of samples, against real ones."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ganworks.cli.arguments import Parser, count, tree_of
from ganworks.cli.screen import facts, is_watched, say, table
from ganworks.errors import GanworksError, UsageError

if TYPE_CHECKING:
    from ganworks.scores.evaluation.evaluation import Evaluation

DESCRIPTION = """Score a run, or any images or points, against those of --data; a run by default
against what it was trained on. Scores of a run are added to its scores.jsonl."""
EPILOG = """Scores: classification-accuracy, density-coverage, frechet, histogram,
inception-score, kid, memorisation, mixture-modes, mode-score, ndb, prd,
precision-recall

By default: frechet, kid, precision-recall, density-coverage; with classifier
also inception-score, histogram; of a known mixture also mixture-modes

Extractors: classifier, coordinates, efficientnet-lite0, inception; or your own
nn.Module as package.module:Name. By default coordinates for points, classifier
where the real images have labels, else efficientnet-lite0

Resize modes: clean, bilinear, tf1, nearest

How images are decoded, real and generated: --data.resolution 64,
--data.channels grey; which real ones: --data.split test"""


MOST_DECIMALS = 6


def add(parser: Parser) -> None:
    parser.takes_settings = True
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    parser.add_argument("what", metavar="RUN|FOLDER|ARRAY", help="a run, or samples: folder, .zip, .npz, .npy, IDX")
    parser.add_argument("--data", metavar="SOURCE", help="the real samples: a path, or a name (ganworks data list)")
    parser.add_argument("--scores", metavar="A,B,…", help="some of those below")
    parser.add_argument("--count", metavar="N", type=count, help="samples of each kind (default: up to 10000)")
    parser.add_argument("--extractor", metavar="E", help="what describes the samples; see below")
    parser.add_argument("--weights", metavar="FILE", type=Path, help="weights of the extractor")
    parser.add_argument("--resize", metavar="MODE", help="how images come to its size (default: clean)")
    parser.add_argument("--device", metavar="D", help="where the extractor computes: cpu or cuda")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="of a run's samples (default: 0)")
    parser.add_argument("--best", action="store_true", help="the checkpoint of a run with the best score")
    parser.add_argument("--against", metavar="FILE|RUN", type=Path, help="earlier scores to compare with")
    parser.add_argument("--out", metavar="FILE.json", type=Path, help="write the scores there too")


def run(options: Namespace) -> None:
    from ganworks import api
    from ganworks.record.atomic import write_text
    from ganworks.scores.evaluation.wishes import OF_TRAINING

    meaningless = {"data.source", *(f"data.{name}" for name in OF_TRAINING)}
    if others := [key for key, _ in options.settings if not key.startswith("data.") or key in meaningless]:
        raise UsageError(f"--{others[0]} has no meaning here: evaluate takes --data SOURCE and --data. settings")
    if options.out is not None and options.out.suffix != ".json":
        raise UsageError(f"{options.out}: scores are written as .json")
    optional = ("weights", "resize", "device", "against")
    wishes = {name: value for name in optional if (value := getattr(options, name)) is not None}
    found = api.evaluate(
        options.what,
        options.data,
        scores=options.scores,
        count=options.count,
        extractor=options.extractor,
        seed=options.seed,
        settings=tree_of(options.settings).get("data"),
        best=options.best,
        progress=is_watched(),
        **wishes,
    )
    if options.out is not None:
        import json

        write_text(options.out, json.dumps(found.to_dict(), indent=1, ensure_ascii=False) + "\n")
    try:
        compared = None if found.earlier is None else found.against()
    except UsageError:
        show(found, None)
        raise
    show(found, compared)
    if found.failed:
        raise GanworksError("; ".join(dict.fromkeys(found.failed.values())))


def show(found: Evaluation, compared: dict[str, tuple[float, float]] | None) -> None:
    """Print the table, and below it how it was measured."""
    from math import isnan, nan

    columns = ["score", "value", "floor", "ceiling", "better", *(["earlier", "change"] if compared is not None else [])]
    rows = []
    for name, value in found.values.items():
        error, scale = found.errors[name], [values.get(name) for values in (found.floor, found.ceiling)]
        written = writing(value, error, scale)
        row = [name, written(value) + ("" if error is None else f" ± {written(error)}")]
        row += [*map(written, scale), found.better[name]]
        if compared is not None:
            before, sigmas = compared.get(name, (None, nan))
            row += [written(before), "-" if isnan(sigmas) else f"{sigmas:+.1f} s.e."]
        rows.append(row)
    table(columns, rows, numbers=[column for column in columns if column not in ("score", "better")])
    say("")
    protocol, (count, floor, ceiling) = found.protocol, found.baseline
    which = [f"{name} {found.facts[name]}" for name in ("step", "seed") if name in found.facts]
    facts(
        [
            (
                "scored",
                ", ".join([found.subject, *which]),
            ),
            ("samples", f"{protocol.generated:,} against {protocol.real:,} of {protocol.data} ({protocol.split})"),
            ("extractor", f"{protocol.extractor}, input at {protocol.resize}"),
            ("±", "standard error over both sets of samples"),
            ("floor", f"{floor}, {count:,} against {count:,}"),
            ("ceiling", f"{ceiling}, {count:,} against {count:,}"),
            *(("note", note) for note in found.notes),
        ]
    )


def writing(value: float, error: float | None, scale: Sequence[float | None] = ()) -> Callable[[float | None], str]:
    """How a value and those beside it are written: two digits of the error, or four of the value, tell the decimals.

    Counts have none; what is too small for six has an exponent.
    """
    from math import floor, log10

    beside = [number for number in (value, *scale) if number is not None]
    small = error or abs(value) / 100
    if not error and all(number == round(number) for number in beside) and max(beside) > 1:
        form = ".0f"
    elif small:
        decimals = max(0, 1 - floor(log10(small)))
        form = f".{decimals}f" if decimals <= MOST_DECIMALS else ".1e"
    else:
        form = ".4f"
    return lambda number: "-" if number is None else format(number, form)
