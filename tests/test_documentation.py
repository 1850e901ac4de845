"""What the documentation imports exists, and every score is in it."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from inspect import isfunction
from pathlib import Path

import pytest

from ganworks.doctor.diagnosing import remedies
from ganworks.lookup import names
from ganworks.recipes import configure

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_examples_import_what_there_is(page: Path) -> None:
    for block in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ganworks"):
                module = import_module(node.module or "")
                assert all(hasattr(module, alias.name) for alias in node.names), ast.unparse(node)


def test_every_score_is_documented() -> None:
    """Scores of `evaluate` by their name there, functions of a file of their own by that of the file."""
    text = (DOCS / "scores.md").read_text(encoding="utf-8")
    found = [(name, import_module(f"ganworks.scores.{name.replace('-', '_')}")) for name in names("ganworks.scores")]
    scores = {name for name, module in found if hasattr(module, "score")}
    files = {name.replace("-", "_"): module for name, module in found if name not in scores}
    functions = {file for file, module in files.items() if isfunction(getattr(module, file, None))} - {"k_means"}
    assert len(scores) > 9 and len(functions) > 4
    assert {name for name in scores | functions if f"| `{name}` |" not in text} == set()


SHARED = {
    "pairing with R1 and R2 at even rates converges where the plain game does not": "pairing with R1 and R2",
    "one player moves further in a step than the other can answer": "equal rates",
}
"""What several diagnoses try, by the reason that is told."""


@pytest.mark.parametrize("name", names("ganworks.doctor.diagnoses", "diagnosis"))
def test_what_helps_first_is_told_in_the_order_in_which_it_is_tried(name: str) -> None:
    text = (DOCS / "stability.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if f"| `{name}`" in line)
    helps = row.split(" | ")[-1].removesuffix(" |").split("; ")
    sgd = {"training": {"optimisers": {"generator": {"name": "sgd"}}}}
    tried = [SHARED.get(remedy.why, "") for remedy in remedies(name, configure("gan", sgd), lambda changed: True)]
    told = [phrase for phrase in helps if phrase in SHARED.values()]
    assert told == [phrase for phrase in tried if phrase]
    assert helps[0] not in SHARED.values() or helps[0] == tried[0]


def test_every_diagnosis_is_documented() -> None:
    text = (DOCS / "stability.md").read_text(encoding="utf-8")
    assert {name for name in names("ganworks.doctor.diagnoses", "diagnosis") if f"| `{name}`" not in text} == set()
