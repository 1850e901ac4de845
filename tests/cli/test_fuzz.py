"""Whatever stands for a setting is accepted or refused in one line; nothing else ever happens."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ganworks.cli.arguments import Parser
from ganworks.cli.commands import train
from ganworks.cli.known_recipes import recipe_names
from ganworks.errors import UsageError
from ganworks.recipes import configuration_type, configure
from ganworks.tree import leaves

KEYS = sorted({key for name in recipe_names() for key, _ in leaves(configuration_type(name)) if key != "recipe"})
PARTS = [
    "game.generator.width",
    "game.discriminator.batch_norm",
    "game.generator.hidden",
    "game.generator.name",
    "game.penalties.r1.gamma",
    "game.penalties.gradient",
    "training.optimisers.generator.lr",
    "training.optimisers.generator.name",
    "training.optimisers.discriminator",
    "training.optimisers.other.lr",
]
ODD = ["--", "-", "--=", "--.", "--steps", "-5", "-h", "--data.mirror", "--x.=3"]
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
keys = st.one_of(
    st.sampled_from(KEYS + PARTS),
    st.builds("{}.{}".format, st.sampled_from(KEYS + PARTS), st.sampled_from(["name", "x", "0", "", "width", "lr"])),
    st.builds("{}.{}".format, st.sampled_from(["data", "game", "training", "record", "x", ""]), words),
)
CURIOUS = """0 1 -1 2e-4 1e999 -inf nan null true no [] [1] [1,2] {} {a:1} {name:mlp} {name:null} mlp adam sgd dcgan on
    '' . ~ 2024-01-01 2024-99-01 9999999999999999999999 0x10 1_000 1:30 &a *a !!binary {1:2} {[1]:2}
    << ring:x : os:path"""
texts = st.one_of(
    st.sampled_from([word.replace(":", ": ") if "{" in word else word for word in CURIOUS.split()]),
    st.integers().map(str),
    st.floats().map(str),
    words,
)


def configured(arguments: list[str]) -> None:
    parser = Parser(prog="ganworks train")
    train.add(parser)
    recipe, tree = train.chosen(parser.parse(arguments))
    configure(recipe, tree)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(recipe_names()), st.lists(st.tuples(keys, texts), max_size=3))
@example("toy", [("game.penalties", "null")])
@example("toy", [("training.optimisers.other.lr", "3")])
@example("toy", [("game.generator", "{name: null}")])
@example("toy", [("training.seed", "2024-99-01")])
def test_any_settings_are_accepted_or_refused_in_one_line(recipe: str, given: list[tuple[str, str]]) -> None:
    arguments = [recipe, *(f"--{key}={text}" for key, text in given)]
    try:
        configured(arguments)
    except UsageError as refused:
        assert str(refused).strip()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(words, words.map("--{}".format), st.sampled_from(ODD)), max_size=4))
def test_any_words_are_understood_or_refused_in_one_line(arguments: list[str]) -> None:
    parser = Parser(prog="ganworks test")
    train.add(parser)
    try:
        parser.parse(arguments)
    except UsageError as refused:
        assert str(refused).strip()
    except SystemExit as left:  # -h
        assert left.code == 0


@pytest.mark.parametrize("text", ["!!python/object/apply:os.system ['touch planted']", "!!python/name:os.system"])
def test_yaml_runs_nothing(text: str) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        configured(["toy", f"--training.seed={text}"])
