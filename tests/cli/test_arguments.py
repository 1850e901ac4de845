"""What people may type, and what it means."""

from __future__ import annotations

from argparse import ArgumentTypeError

import pytest

from ganworks.cli.arguments import Parser, count, seconds, tree_of
from ganworks.errors import UsageError


def parser(takes_settings: bool = True) -> Parser:
    made = Parser(prog="ganworks test")
    made.takes_settings = takes_settings
    made.add_argument("target", nargs="?")
    made.add_argument("--batch-size")
    made.add_argument("--seed", type=int)
    return made


def test_settings_are_gathered_wherever_they_stand() -> None:
    options = parser().parse(["--training.average.decay", "0.9", "photos", "--seed", "-3", "--record.keep=4"])
    assert (options.target, options.seed) == ("photos", -3)
    assert tree_of(options.settings) == {"training": {"average": {"decay": 0.9}}, "record": {"keep": 4}}


def test_dashes_and_underscores_are_alike() -> None:
    options = parser().parse(["--batch_size", "8", "--record.log-every", "5"])
    assert options.batch_size == "8"
    assert tree_of(options.settings) == {"record": {"log_every": 5}}


def test_a_switch_stands_alone_and_takes_no_option_for_its_value() -> None:
    options = parser().parse(["--data.mirror", "--seed", "1", "--record.tensorboard", "false"])
    assert tree_of(options.settings) == {"data": {"mirror": True}, "record": {"tensorboard": False}}
    assert options.seed == 1


@pytest.mark.parametrize("words", [["--training.seed"], ["--training.seed", "--data.mirror"]])
def test_any_other_setting_needs_a_value(words: list[str]) -> None:
    with pytest.raises(UsageError, match=r"--training\.seed needs a value"):
        parser().parse(words)


def test_negative_numbers_and_lists_are_values() -> None:
    options = parser().parse(["--training.seed", "-5", "--game.generator.hidden", "[3, 4]", "--game.latent.size", "5"])
    assert tree_of(options.settings) == {
        "training": {"seed": -5},
        "game": {"generator": {"hidden": [3, 4]}, "latent": {"size": 5}},
    }


def test_texts_are_not_read_as_yaml() -> None:
    """YAML would make numbers, truths and nothing of these."""
    texts = {"data.source": "123", "training.compile": "on", "training.start_from": "no", "training.device": "cuda:0"}
    tree = tree_of(texts.items())
    assert tree == {"data": {"source": "123"}, "training": {"compile": "on", "start_from": "no", "device": "cuda:0"}}


def test_null_is_nothing() -> None:
    assert tree_of([("training.start_from", "null"), ("training.clip_gradients", "null")]) == {
        "training": {"start_from": None, "clip_gradients": None}
    }


def test_a_part_and_its_settings_come_in_any_order() -> None:
    named, sized = ("game.generator", "mlp"), ("game.generator.hidden", "[8]")
    expected = {"game": {"generator": {"name": "mlp", "hidden": [8]}}}
    assert tree_of([named, sized]) == tree_of([sized, named]) == expected


@pytest.mark.parametrize(
    ("option", "hint"),
    [
        ("--bach-size", "did you mean '--batch-size'"),
        ("--warmup", "did you mean '--training.schedule.warmup'"),
        ("--sample_every", "did you mean '--record.sample_every'"),
        ("--training", "a group of settings"),
        ("--batch", "did you mean '--batch-size'"),
    ],
)
def test_an_unknown_option_is_refused_with_the_nearest(option: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        parser().parse([option, "3"])
    assert hint in str(refused.value)


def test_settings_are_unknown_where_none_are_taken() -> None:
    with pytest.raises(UsageError, match=r"unknown option '--training\.seed'"):
        parser(takes_settings=False).parse(["--training.seed", "3"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", 90),
        ("10m", 600),
        ("1h", 3600),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("45", 45),
        ("2d", 172800),
        ("0.5s", 0.5),
    ],
)
def test_durations(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "m", "10x", "-3s", "1h-3m", "0s", "0", "1..5s", "ten minutes", "1e3"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="90s, 10m or 1h30m"):
        seconds(text)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "", "1e3"])
def test_what_is_no_count(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="at least 1"):
        count(text)
