"""Finding things by name: modules of a room by their file name, a user's own objects by import path."""

from __future__ import annotations

import inspect
import pkgutil
import sys
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

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


PLAIN = (bool, int, float, str, tuple, list, dict, type(None))
"""What a setting can be; arguments with other defaults are the network's own business."""


@cache
def names(package: str, attribute: str | None = None) -> tuple[str, ...]:
    """The modules of a package, as users write them (``least-squares``); only those with `attribute`, if given."""
    found = [module.name for module in pkgutil.iter_modules(import_module(package).__path__)]
    if attribute is not None:
        found = [name for name in found if hasattr(import_module(f"{package}.{name}"), attribute)]
    return tuple(sorted(name.replace("_", "-") for name in found))


def module(kind: str, package: str, name: str, attribute: str | None = None) -> ModuleType:
    """The module of `package` called `name`; raises UsageError naming the nearest one that exists."""
    spelled = name.lower().replace("_", "-")
    if spelled not in names(package, attribute):
        raise unknown(kind, name, names(package, attribute))
    return import_module(f"{package}.{spelled.replace('-', '_')}")


def imported(path: str) -> Any:
    """The object at ``package.module:Name``, looked for in the working directory too."""
    return supplied[path] if path in supplied else _at(path)


def _at(path: str) -> Any:
    module_name, _, attribute = path.partition("#")[0].partition(":")
    if str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))
    try:
        found: Any = import_module(module_name)
        for name in attribute.split("."):
            found = getattr(found, name)
    except Exception as error:  # importing runs the user's own code, which can fail in any way
        raise UsageError(f"cannot import {path!r}: {error}; pass the object itself from Python instead") from error
    return found


@dataclass(frozen=True)
class Copies:
    """Stands for the class of an object handed over: called without arguments, it gives a copy."""

    original: Any

    def __call__(self) -> Any:
        return deepcopy(self.original)


def supply(path: str, value: Any) -> str:
    """Let the name `path` lead to `value`, or `path#2`, … where something else has that name; the name taken."""
    try:
        taken = _at(path) is not value
    except UsageError:
        taken = True
    numbered = (f"{path}#{number}" for number in count(2))
    while taken and supplied.get(path, value) != value:
        path = next(numbered)
    supplied[path] = value
    return path


def source(kind: str, package: str, name: str, attribute: str | None = None) -> Any:
    """The module called `name` in `package`, or the object that the import path `name` leads to."""
    return imported(name) if ":" in name else module(kind, package, name, attribute)


def find(kind: str, package: str, name: str, attribute: str) -> Callable[..., Any]:
    """`attribute` of the module called `name` in `package`, or the callable that the import path `name` leads to."""
    found = source(kind, package, name, attribute)
    found = found if ":" in name else getattr(found, attribute)
    if not callable(found):
        raise UsageError(f"{name!r} is no {kind}: it leads to a {type(found).__name__}")
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
    if inspect.isclass(function):
        owner = next(base for base in function.__mro__ if "__init__" in vars(base))
        if owner.__module__ == "torch.nn.modules.module":  # inherited from nn.Module: it names nothing, takes nothing
            return {}
    parameters = inspect.signature(function).parameters
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return given
    return {name: value for name, value in given.items() if name in parameters}


@cache
def _settings_model(function: Callable[..., Any], given: frozenset[str]) -> type[BaseModel]:
    try:
        hints = get_type_hints(function.__init__ if inspect.isclass(function) else function, include_extras=True)
    except (TypeError, NameError):  # a user's own hints need not mean anything here
        hints = {}
    fields: dict[str, Any] = {
        name: (hints.get(name, Any), ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in given
        and parameter.kind in (parameter.KEYWORD_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        and (parameter.default is parameter.empty or isinstance(parameter.default, PLAIN))
    }
    settings = ConfigDict(extra="forbid", arbitrary_types_allowed=True, protected_namespaces=())
    return create_model("Settings", __config__=settings, **fields)


def checked(
    kind: str, name: str, function: Callable[..., Any], given: tuple[str, ...], settings: dict[str, Any]
) -> dict[str, Any]:
    """`settings` completed with the defaults of `function`'s other arguments and checked against their types."""
    model = _settings_model(function, frozenset(given))
    for key, value in settings.items():
        if key not in model.model_fields:
            raise unknown(f"setting of {kind} {name}", str(key), model.model_fields)
        if isinstance(value, bool) and not takes_bool(model.model_fields[key].annotation):
            raise UsageError(f"{kind} {name}: {key}={str(value).lower()}: it is no switch")
    try:
        return model(**settings).model_dump(mode="json")
    except ValidationError as error:
        where = str(error.errors()[0]["loc"][0])
        if where not in settings:
            raise UsageError(f"{kind} {name} needs a setting {where!r}: give {{name: {name}, {where}: ...}}") from None
        said = [found for found in error.errors() if found["loc"][0] == where]
        reasons = dict.fromkeys("it needs more values" if e["type"] == "missing" else e["msg"].lower() for e in said)
        raise UsageError(f"{kind} {name}: {where}={settings[where]!r}: {' or '.join(reasons)}") from None


def takes_bool(hint: Any) -> bool:
    """Whether true and false are values of a type hint, or a part of it."""
    return hint in (bool, Any) or any(takes_bool(one) for one in get_args(hint))


def part(kind: str, package: str, attribute: str, given: tuple[str, ...]) -> BeforeValidator:
    """Validates a `Part` whose settings are the arguments of what it names, less those `given` later."""

    def complete(value: Any) -> dict[str, Any]:
        if isinstance(value, Part):
            value = value.model_dump()
        fields = dict(value) if isinstance(value, Mapping) else {"name": value}
        name = fields.pop("name", None)
        if not isinstance(name, str):
            raise UsageError(f"{kind}: expected a name ({', '.join(names(package, attribute))}), not {name!r}")
        function = find(kind, package, name, attribute)
        return {"name": name, **checked(kind, name, function, given, fields)}

    return BeforeValidator(complete)


def parts(kind: str, package: str, attribute: str, given: tuple[str, ...]) -> BeforeValidator:
    """Validates a ``{name: settings}`` mapping, each entry checked like `part`; ``{name: false}`` leaves one out."""

    def complete(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise UsageError(f"{kind}: expected a mapping {{name: settings}}, not {value!r}")
        chosen: dict[str, dict[str, Any] | None] = {}
        for spelling, settings in value.items():
            name = str(spelling) if ":" in str(spelling) else str(spelling).lower().replace("_", "-")
            if not isinstance(settings, Mapping | bool | None):
                raise UsageError(f"{kind} {name}: expected a mapping of its settings, not {settings!r}")
            more = settings if isinstance(settings, Mapping) else {}
            chosen[name] = None if settings is False else {**(chosen.get(name) or {}), **more}
        return {
            name: checked(kind, name, find(kind, package, name, attribute), given, settings)
            for name, settings in chosen.items()
            if settings is not None
        }

    return BeforeValidator(complete)
