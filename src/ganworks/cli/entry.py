"""From the words on the command line to an exit code.

0, 1 failed, 2 misused, 3 stopped by the doctor, 128 + n stopped by signal n.
"""

from __future__ import annotations

import os
import pkgutil
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from signal import SIGINT
from types import ModuleType

from ganworks import __version__
from ganworks.cli import commands
from ganworks.cli.arguments import Parser
from ganworks.errors import GanworksError, is_out_of_memory, unknown

HELP = """usage: ganworks COMMAND ... [--debug]

Generative adversarial networks that work.

{commands}

  ganworks COMMAND --help   how to use a command
  --version                 the version of ganworks
  --debug                   show the whole traceback of an error
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; an error is one line on stderr."""
    words = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in words
    try:
        with warnings.catch_warnings():
            if not debug:
                warnings.simplefilter("ignore")
            code = dispatch([word for word in words if word != "--debug"])
            sys.stdout.flush()
            return code
    except SystemExit as leaving:  # argparse after --help
        return leaving.code if isinstance(leaving.code, int) else 0
    except BrokenPipeError:
        # Whoever read the output has enough; what is still buffered must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return complain("interrupted", 128 + SIGINT)
    except Exception as error:
        if debug:
            raise
        return complain(*explained(error))


def dispatch(words: list[str]) -> int:
    """Run the command that the first word names with the others."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(HELP.format(commands="\n".join(f"  {name:<13}{summary(name)}" for name in names())), end="")
        return 0
    if words[0] == "--version":
        print(f"ganworks {__version__}")
        return 0
    name, *rest = words
    if name not in names():
        raise unknown("option" if name.startswith("-") else "command", name, [*names(), "--version", "--help"])
    command = module(name)
    parser = Parser(prog=f"ganworks {name}", description=command.__doc__)
    command.add(parser)
    code: int | None = command.run(parser.parse(rest))
    return code or 0


def names() -> list[str]:
    return sorted(found.name for found in pkgutil.iter_modules(commands.__path__))


def module(name: str) -> ModuleType:
    return import_module(f"{commands.__name__}.{name}")


def summary(name: str) -> str:
    """The first line of a command's docstring."""
    return (module(name).__doc__ or "").splitlines()[0].rstrip(".")


def explained(error: Exception) -> tuple[str, int]:
    """What to say of an error, and the exit code."""
    if isinstance(error, GanworksError):
        return str(error), error.exit_code
    if is_out_of_memory(error):
        return "out of memory: lower --batch-size or --resolution, or raise --training.accumulate", 1
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}", 1
    return f"this is a bug in ganworks ({type(error).__name__}: {error}); --debug shows where", 1


def complain(message: str, code: int) -> int:
    print("ganworks:", " ".join(message.split()), file=sys.stderr)
    return code
