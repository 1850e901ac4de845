"""Options as people type them: short ones, any setting by its dotted name, and the nearest name for a wrong one."""

from __future__ import annotations

import re
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterable
from difflib import get_close_matches
from types import NoneType
from typing import Any, NoReturn, get_args

from ganworks.errors import UsageError, unknown

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Parser(ArgumentParser):
    """Reports every misuse as a UsageError; with `takes_settings` it gathers dotted names into `options.settings`."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(allow_abbrev=False, add_help=False, formatter_class=RawDescriptionHelpFormatter, **facts)
        self.add_argument("-h", "--help", action="help", help=SUPPRESS)
        self.takes_settings = False

    def parse(self, words: Iterable[str]) -> Namespace:
        """The options in `words`; dashes and underscores are alike in their names."""
        short, settings = self.separated(list(words))
        options, rest = self.parse_known_args(short)
        if rest:
            raise UsageError(f"unexpected argument {rest[0]!r}: `{self.prog} --help` shows what is understood")
        options.settings = settings
        return options

    def separated(self, words: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
        """The words that argparse knows how to read, and the dotted settings with their texts."""
        short: list[str] = []
        settings: list[tuple[str, str]] = []
        while words:
            word = words.pop(0)
            name, equals, text = word.partition("=")
            if not name.startswith("--") or name == "--":
                short.append(word)
            elif self.takes_settings and "." in name:
                key = name.removeprefix("--").replace("-", "_")
                if not equals:
                    text = value_after(key, words)
                settings.append((key, text))
            elif (name := name.replace("_", "-")) in self._option_string_actions:
                short.append(name + equals + text)
            else:
                raise self.unknown_option(name)
        return short, settings

    def unknown_option(self, name: str) -> UsageError:
        """The error for an option that does not exist, with the setting of that last name where there is one."""
        known = [option for option in self._option_string_actions if option.startswith("--")]
        if self.takes_settings and not get_close_matches(name, known, cutoff=0.8):
            wanted = name.removeprefix("--").replace("-", "_")
            keys = [f"--{key}" for key in fields()]
            for key in keys:
                if key.endswith(f".{wanted}"):
                    return UsageError(f"unknown option {name!r}: did you mean {key!r}?")
                if key.startswith(f"--{wanted}."):
                    return UsageError(f"{name!r} is a group of settings: name one of them, such as {key!r}")
        return unknown("option", name, known)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; `{self.prog} --help` shows how")


def is_option(word: str) -> bool:
    """Whether a word starts an option; negative numbers do not."""
    return word.startswith("-") and not re.match(r"-\.?\d", word)


def value_after(key: str, words: list[str]) -> str:
    """The text given for a setting, taken off the words; a switch such as --data.mirror may stand alone."""
    if words and not is_option(words[0]):
        return words.pop(0)
    if fields().get(key) is bool:
        return "true"
    raise UsageError(f"--{key} needs a value")


def tree_of(settings: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Dotted settings and their texts as one configuration tree; a part's name comes before its own settings."""
    from ganworks.tree import dotted, merge

    tree: dict[str, Any] = {}
    for key, text in sorted(settings, key=lambda setting: setting[0].count(".")):
        tree = merge(tree, dotted(key, value(key, text)))
    return tree


def value(key: str, text: str) -> Any:
    """What the text given for a setting means: itself where the setting is a text, else YAML."""
    import yaml

    from ganworks.tree import parse

    if is_text(fields().get(key, object)) and text != "null":
        return text
    try:
        return parse(text)
    except (yaml.YAMLError, ValueError):
        raise UsageError(f"{key}: cannot read {text!r}: give a number, a word or YAML such as [1, 2]") from None


def fields() -> dict[str, Any]:
    """The types of the settings that every recipe has, by their dotted names."""
    from ganworks.config import Configuration
    from ganworks.tree import leaves

    return {key: field.annotation for key, field in leaves(Configuration)}


def is_text(annotation: Any) -> bool:
    """Whether a field holds a text or one of some words, and nothing else."""
    return all(member in (str, NoneType) or isinstance(member, str) for member in get_args(annotation) or [annotation])


def seconds(text: str) -> float:
    """A duration such as 90s, 10m or 1h30m in seconds; a bare number is seconds."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        text += "s"
    total = sum(float(number) * SECONDS[unit] for number, unit in re.findall(r"(\d+(?:\.\d+)?)([smhd])", text))
    if not re.fullmatch(r"(\d+(\.\d+)?[smhd])+", text) or not total:
        raise ArgumentTypeError(f"expected a duration such as 90s, 10m or 1h30m, not {text!r}")
    return total


def count(text: str) -> int:
    """A whole number of at least 1."""
    if not re.fullmatch(r"\d+", text) or int(text) < 1:
        raise ArgumentTypeError(f"expected a whole number of at least 1, not {text!r}")
    return int(text)
