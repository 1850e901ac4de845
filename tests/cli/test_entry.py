"""The program around the commands: help, version, and what is never imported for them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.cli.conftest import Call

import ganworks
from ganworks.cli.entry import names


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",)])
def test_help_lists_every_command(call: Call, words: tuple[str, ...]) -> None:
    called = call(*words)
    assert called.code == 0
    for name in names():
        assert f"\n  {name} " in called.out
    assert max(map(len, called.out.splitlines())) <= 80


def test_version(call: Call) -> None:
    assert call("--version").out == f"ganworks {ganworks.__version__}\n"


@pytest.mark.parametrize("name", names())
def test_every_command_has_help(call: Call, name: str) -> None:
    called = call(name, "--help")
    assert called.code == 0
    assert called.out.startswith(f"usage: ganworks {name} ")
    assert max(map(len, called.out.splitlines())) <= 80


@pytest.mark.parametrize(
    "words",
    ["--help", "--version", "train --help", "recipes", "runs", "data list", "train --stpes 3", "train dcgam", "trian"],
)
def test_quick_answers_do_not_wait_for_torch(words: str) -> None:
    """Importing torch takes a second or more."""
    code = f"import sys; from ganworks.cli import main; main({words.split()}); assert 'torch' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
