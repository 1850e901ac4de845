"""What the recipes are, read from their files: importing them takes torch, and that takes a second or more."""

from __future__ import annotations

import ast
import pkgutil
from pathlib import Path

import ganworks

FOLDER = Path(ganworks.__file__).with_name("recipes")


def recipe_names() -> list[str]:
    """The names of all recipes."""
    found = (module.name for module in pkgutil.iter_modules([str(FOLDER)]))
    return sorted(name.replace("_", "-") for name in found if not name.startswith("_"))


def recipe_facts(name: str) -> dict[str, str]:
    """The texts that a recipe is declared with: its summary and paper."""
    for node in ast.walk(parsed(FOLDER / f"{name.replace('-', '_')}.py")):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Recipe":
            return {keyword.arg: text for keyword in node.keywords if keyword.arg and (text := literal(keyword.value))}
    return {}


def default_recipe() -> str:
    """The recipe that trains when none is named."""
    for node in parsed(FOLDER / "__init__.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DEFAULT":
            return literal(node.value) or ""
    return ""


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf8"))


def literal(node: ast.expr) -> str | None:
    """The text that an expression is, if it is one."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
