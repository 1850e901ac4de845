"""What the documentation imports exists, and every score is in it."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from inspect import isfunction
from pathlib import Path

import pytest

from ganworks.lookup import names

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


def test_every_diagnosis_is_documented() -> None:
    text = (DOCS / "stability.md").read_text(encoding="utf-8")
    assert {name for name in names("ganworks.doctor.diagnoses", "diagnosis") if f"| `{name}`" not in text} == set()
