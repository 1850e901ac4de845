"""docs/stabilisers.md names every stabiliser with its settings and their defaults, and the settings of its examples."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ganworks.lookup import find, names
from ganworks.recipes import configure

PAGE = (Path(__file__).parents[2] / "docs" / "stabilisers.md").read_text(encoding="utf-8")
STABILISERS = names("ganworks.stabilisers", "stabiliser")


def shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(shown, value))}]"
    return value if isinstance(value, str) else json.dumps(value)


def test_it_names_all_of_them_in_order() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.M) == sorted(STABILISERS)


@pytest.mark.parametrize("name", STABILISERS)
def test_settings_and_defaults(name: str) -> None:
    made = find("stabiliser", "ganworks.stabilisers", name, "stabiliser")
    settings = inspect.signature(made).parameters.values()
    (row,) = re.findall(rf"^\| `{name}` \|.*$", PAGE, re.M)
    assert row.split("|")[3].strip() == ", ".join(f"`{s.name}` {shown(s.default)}" for s in settings)


def test_examples_are_valid() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    assert len(configure("dcgan", yaml.safe_load(example)).game.stabilisers) == 3
    for setting in re.findall(r"--game\.stabilisers\.([a-z-]+)", PAGE):
        assert setting in STABILISERS
