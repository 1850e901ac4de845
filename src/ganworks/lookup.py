"""Finding things by name: modules of a room by their file name, a user's own objects by import path."""

from __future__ import annotations

import inspect
import pkgutil
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, create_model

from ganworks.errors import UsageError, unknown

supplied: dict[str, Any] = {}
"""Objects handed over from Python that no import path leads to, by the name the configuration stores."""


class Part(BaseModel):
    """A named piece of a game with its settings: ``{name: dcgan, width: 64}``, or just ``dcgan``."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str

    @property
    def settings(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


@cache
def names(package: str) -> tuple[str, ...]:
    """The public modules of a package, as users write them (``least-squares``)."""
    path = import_module(package).__path__
    found = (module.name for module in pkgutil.iter_modules(path))
    return tuple(sorted(name.replace("_", "-") for name in found if not name.startswith("_")))


def module(kind: str, package: str, name: str) -> ModuleType:
    """The module of `package` called `name`; raises UsageError naming the nearest one that exists."""
    spelled = name.lower().replace("_", "-")
    if spelled not in names(package):
        raise unknown(kind, name, names(package))
    return import_module(f"{package}.{spelled.replace('-', '_')}")


def imported(path: str) -> Any:
    """The object at ``package.module:Name``, looked for in the working directory too."""
    if path in supplied:
        return supplied[path]
    module_name, _, attribute = path.partition(":")
    if str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))
    try:
        found: Any = import_module(module_name)
        for name in attribute.split("."):
            found = getattr(found, name)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"cannot import {path!r}: {error}; pass the object itself from Python instead") from None
    return found


def source(kind: str, package: str, name: str) -> Any:
    """The module called `name` in `package`, or the object that the import path `name` leads to."""
    return imported(name) if ":" in name else module(kind, package, name)


def find(kind: str, package: str, name: str, attribute: str) -> Callable[..., Any]:
    """`attribute` of the module called `name` in `package`, or the callable that the import path `name` leads to."""
    found = source(kind, package, name)
    found = found if ":" in name else getattr(found, attribute, None)
    if not callable(found):
        raise UsageError(f"{name!r} is no {kind}: it has no {attribute!r}")
    result: Callable[..., Any] = found
    return result


def named(kind: str, package: str) -> AfterValidator:
    """Validates the name of a module of `package`, or an import path."""

    def exists(value: str) -> str:
        source(kind, package, value)
        return value

    return AfterValidator(exists)


def build(function: Callable[..., Any], given: dict[str, Any], settings: dict[str, Any]) -> Any:
    """Call `function` with its settings and those of the `given` arguments that it asks for by name."""
    return function(**accepted(function, given), **settings)


def accepted(function: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """Those of the `given` arguments that `function` asks for by name."""
    parameters = inspect.signature(function).parameters
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return given
    return {name: value for name, value in given.items() if name in parameters}


@cache
def _settings_model(function: Callable[..., Any], given: frozenset[str]) -> type[BaseModel]:
    hints = get_type_hints(function.__init__ if inspect.isclass(function) else function)
    fields: dict[str, Any] = {
        name: (hints.get(name, Any), ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in given and parameter.kind in (parameter.KEYWORD_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    }
    return create_model("Settings", __config__=ConfigDict(extra="forbid"), **fields)


def checked(
    kind: str, name: str, function: Callable[..., Any], given: tuple[str, ...], settings: dict[str, Any]
) -> dict[str, Any]:
    """`settings` completed with the defaults of `function`'s other arguments and checked against their types."""
    model = _settings_model(function, frozenset(given))
    for key in settings:
        if key not in model.model_fields:
            raise unknown(f"setting of {kind} {name}", key, model.model_fields)
    try:
        return model(**settings).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{kind} {name}: {where}={first['input']!r}: {first['msg'].lower()}") from None


def part(kind: str, package: str, attribute: str, given: tuple[str, ...]) -> BeforeValidator:
    """Validates a `Part` whose settings are the arguments of what it names, less those `given` later."""

    def complete(value: Any) -> dict[str, Any]:
        if isinstance(value, Part):
            value = value.model_dump()
        fields = {"name": value} if isinstance(value, str) else dict(value)
        name = fields.pop("name", None)
        if not isinstance(name, str):
            raise UsageError(f"{kind}: a name is missing; valid: {', '.join(names(package))}")
        function = find(kind, package, name, attribute)
        return {"name": name, **checked(kind, name, function, given, fields)}

    return BeforeValidator(complete)


def parts(kind: str, package: str, attribute: str, given: tuple[str, ...]) -> BeforeValidator:
    """Validates a ``{name: settings}`` mapping, each entry checked like `part`."""

    def complete(value: Any) -> dict[str, Any]:
        return {
            name: checked(kind, name, find(kind, package, name, attribute), given, dict(settings or {}))
            for name, settings in dict(value).items()
        }

    return BeforeValidator(complete)
