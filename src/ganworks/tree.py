"""Reading, merging and writing configuration trees of plain dictionaries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ganworks.errors import UsageError, unknown

Tree = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML 1.1 reads 2e-4 as a string; people mean a number."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?[0-9][0-9_]*(\.[0-9]*)?[eE][-+]?[0-9]+$"),
    list("-+0123456789"),
)


def parse(text: str) -> Any:
    """The value that a piece of YAML stands for."""
    return yaml.load(text, _Loader)


def read(path: Path) -> Tree:
    """The mapping in a YAML file; raises UsageError naming the file and line."""
    try:
        tree = parse(path.read_text(encoding="utf8"))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "its text"
        problem = getattr(error, "problem", None) or getattr(error, "reason", "it cannot be parsed")
        raise UsageError(f"{path} is not valid YAML ({where}): {problem}") from None
    if not isinstance(tree, dict):
        raise UsageError(f"{path} must hold a mapping of settings, not a {type(tree).__name__}")
    return tree


def write(tree: Tree) -> str:
    """A tree as YAML, in the order of its keys."""
    text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=100)
    # PyYAML folds these line breaks like spaces unless they are escaped.
    return yaml.safe_dump(tree, sort_keys=False, width=100) if re.search("[\x85\u2028\u2029]", text) else text


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> Tree:
    """`below` overridden by `above`; a part of another name starts afresh, without the old one's settings."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(old, str) and isinstance(value, Mapping):
            old = {"name": old}
        if isinstance(value, str) and isinstance(old, Mapping) and "name" in old:
            value = {"name": value}
        if (
            isinstance(old, Mapping)
            and isinstance(value, Mapping)
            and value.get("name", old.get("name")) == old.get("name")
        ):
            value = merge(old, value)
        merged[key] = value
    return merged


def dotted(key: str, value: Any) -> Tree:
    """``a.b.c`` and a value as a tree."""
    for name in reversed(key.split(".")):
        value = {name: value}
    return value  # type: ignore[no-any-return]


def as_options(tree: Tree, prefix: str = "") -> str:
    """A tree of settings as words of the command line that a shell takes as they are."""
    words = []
    for name, value in tree.items():
        if isinstance(value, dict) and value:
            words.append(as_options(value, f"{prefix}{name}."))
        else:
            words.append(f"--{prefix}{name} {quote(value if isinstance(value, str) else json.dumps(value))}")
    return " ".join(words)


Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], tree: Tree) -> Model:
    """`tree` as a `model`; raises UsageError naming the first bad key, its value and what was expected."""
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        raise UsageError(_explained(model, tree, error)) from None


def _explained(model: type[BaseModel], tree: Tree, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    # Pydantic puts the tag of a union into the location; people only know the keys of their tree.
    path: list[str] = []
    level: Any = tree
    for name in first["loc"]:
        if isinstance(level, Mapping) and name in level:
            level = level[name]
            path.append(str(name))
        elif (isinstance(name, int) and isinstance(level, Sequence)) or first["type"] == "missing":
            path.append(str(name))
    key = ".".join(path)
    if first["type"] == "extra_forbidden":
        parent = model_at(model, first["loc"][:-1])
        names = [".".join([*path[:-1], name]) for name in parent.model_fields] if parent else []
        return str(unknown("setting", key, names))
    if first["type"].startswith("union_tag"):
        tags = re.findall(r"'(\w+)'", first.get("ctx", {}).get("expected_tags", "")) or ["name"]
        given = level.get("name") if isinstance(level, Mapping) else level
        return str(unknown(f"name in {key}", str(given), tags))
    expected = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if first["type"] in ("missing", "value_error"):
        return f"{key or 'configuration'}: {expected.lower() if first['type'] == 'missing' else expected}"
    return f"{key}: expected {expected}, not {first['input']!r}"


def model_at(model: type[BaseModel], path: Iterable[Any]) -> type[BaseModel] | None:
    """The model of the node at `path` below `model`, where tags choose among the members of a union."""
    found: list[type[BaseModel]] = [model]
    for name in path:
        tagged = [m for m in found if "name" in m.model_fields and m.model_fields["name"].default == name]
        if tagged:
            found = tagged
            continue
        annotations = [m.model_fields[name].annotation for m in found if name in m.model_fields]
        found = [m for annotation in annotations for m in models_in(annotation)] or found
    return found[0] if found else None


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The pydantic models that occur in a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in models_in(inner)]


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every setting below `model` with its dotted name, depth first."""
    for name, field in model.model_fields.items():
        inner = models_in(field.annotation)
        if len(inner) == 1 and inner[0] is field.annotation and inner[0].model_config.get("extra") == "forbid":
            yield from leaves(inner[0], f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field
