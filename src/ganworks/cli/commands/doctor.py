"""Say what is wrong with a run, what shows it, and what helps."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ganworks.cli.arguments import Parser
from ganworks.cli.screen import facts, say

if TYPE_CHECKING:
    from ganworks.config import Configuration
    from ganworks.doctor.diagnosis import Diagnosed

    Plays = Callable[[Configuration[Any]], bool]

DESCRIPTION = """Say what is wrong with a run, during or after it: from its recorded signals
alone, not from how it is configured. What helps is told as options for the
next training, what helped most first."""


def add(parser: Parser) -> None:
    parser.description = DESCRIPTION
    parser.add_argument("run", metavar="RUN", help="folder of the run")
    parser.add_argument("--json", action="store_true", help="print it for programs")


def run(options: Namespace) -> None:
    from ganworks.data.spec import Spec
    from ganworks.doctor.diagnosing import diagnose
    from ganworks.launch import is_playable
    from ganworks.record.run_directory import RunDirectory
    from ganworks.runs import configuration_from, recorded_signals

    directory = RunDirectory(options.run).require()
    lines = recorded_signals(directory)
    configuration = configuration_from(directory.read_configuration())
    found = diagnose(lines)
    spec = Spec.from_dict(directory.read_spec())
    # Networks that were objects of another process are not here: then no game can be tried.
    is_known = bool(found) and is_playable(configuration, spec)

    def plays(changed: Configuration[Any]) -> bool:
        return not is_known or is_playable(changed, spec)

    if options.json:
        said = [{**vars(each), "remedies": advice(each, configuration, plays)} for each in found]
        print(json.dumps({"run": str(directory.path), "step": lines[-1]["step"], "diagnoses": said}, indent=1))
        return
    status = directory.read_status()["state"]
    say(f"{directory.path}, {status}, signals up to step {lines[-1]['step']}")
    if not found:
        say("nothing is wrong as far as its signals tell")
    for each in found:
        say("")
        shown = ", ".join(f"{name} {value:.3g}" for name, value in each.evidence.items())
        facts([(each.severity, f"{each.name}, since step {each.since}"), ("", each.meaning), ("shown by", shown)])
        for remedy in advice(each, configuration, plays):
            say(f"try: {remedy['why']}")
            say(f"  {remedy['options']}")  # a line that no width folds, to be pasted whole
    if sees_no_overfitting(lines, configuration):
        say("")
        say("overfitting cannot be seen: no samples were held out; --data.hold_out 0.1 keeps a tenth from the training")


def sees_no_overfitting(lines: Sequence[Mapping[str, Any]], configuration: Configuration[Any]) -> bool:
    """Whether D was watched without samples that it had never seen, though some could have been held out."""
    told = {name for line in lines for name in line}
    return "ranking" in told and not ("memorised" in told or configuration.data.hold_out)


def advice(found: Diagnosed, configuration: Configuration[Any], plays: Plays) -> list[dict[str, Any]]:
    """The remedies of a diagnosis as a program or a shell can use them."""
    from ganworks.doctor.diagnosing import remedies
    from ganworks.tree import as_options

    return [
        {"options": as_options(remedy.overrides), "overrides": remedy.overrides, "why": remedy.why}
        for remedy in remedies(found.name, configuration, plays)
    ]
