from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ganworks.errors import UsageError
from ganworks.tree import dotted, merge, parse, read, write

KEYS = some.sampled_from(["name", "a", "b", "c"])
LEAVES = some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text()
TREES = some.recursive(
    LEAVES, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
MAPPINGS = some.dictionaries(KEYS, TREES, max_size=4)


@given(MAPPINGS)
def test_nothing_merged_changes_nothing(tree: dict[str, Any]) -> None:
    assert merge(tree, {}) == tree
    assert merge({}, tree) == tree
    assert merge(tree, tree) == tree


@given(MAPPINGS, MAPPINGS)
def test_the_upper_tree_wins(below: dict[str, Any], above: dict[str, Any]) -> None:
    merged = merge(below, above)
    assert merged.keys() == below.keys() | above.keys()
    for key, value in above.items():
        if not isinstance(value, dict | str) and key in above:
            assert merged[key] == value
    for key in below.keys() - above.keys():
        assert merged[key] == below[key]


@given(MAPPINGS, MAPPINGS)
def test_merging_twice_is_merging_once(below: dict[str, Any], above: dict[str, Any]) -> None:
    once = merge(below, above)
    assert merge(once, above) == once


@given(MAPPINGS)
def test_yaml_gives_back_what_it_was_given(tree: dict[str, Any]) -> None:
    assert parse(write(tree)) == tree


@given(some.lists(some.from_regex(r"[a-z_]+", fullmatch=True), min_size=1), LEAVES)
def test_dotted(names: list[str], leaf: Any) -> None:
    tree: Any = dotted(".".join(names), leaf)
    for name in names:
        assert list(tree) == [name]
        tree = tree[name]
    assert tree is leaf


def test_settings_of_the_same_part_are_merged() -> None:
    below = {"generator": {"name": "dcgan", "width": 64}}
    assert merge(below, {"generator": {"width": 32}}) == {"generator": {"name": "dcgan", "width": 32}}
    assert merge(below, {"generator": "dcgan"}) == below
    assert merge({"generator": "dcgan"}, {"generator": {"width": 32}}) == {"generator": {"name": "dcgan", "width": 32}}


def test_another_part_starts_afresh() -> None:
    below = {"generator": {"name": "dcgan", "width": 64}}
    assert merge(below, {"generator": "mlp"}) == {"generator": {"name": "mlp"}}
    assert merge(below, {"generator": {"name": "mlp", "hidden": [3]}}) == {"generator": {"name": "mlp", "hidden": [3]}}
    assert merge({"generator": "dcgan"}, {"generator": "mlp"}) == {"generator": "mlp"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("2e-4", 2e-4), ("1E3", 1e3), ("-2.5e-4", -2.5e-4), ("1.e5", 1e5), ("2e", "2e"), ("e4", "e4"), ("1_0e2", 1e3)],
)
def test_numbers_as_people_write_them(text: str, value: float | str) -> None:
    assert parse(text) == value
    assert type(parse(text)) is type(value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: [1", "line"),
        (b"\xff\xfe\x00bad", "not valid YAML"),
        (b"- 1\n- 2", "must hold a mapping"),
        (b"", "must hold a mapping"),
        (b"a: !!python/object/apply:os.system ['true']", "not valid YAML"),
        (b"a: &x [*x]\nb: \x07", "not valid YAML"),
    ],
)
def test_a_bad_file_is_named_in_one_line(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=said) as caught:
        read(path)
    assert "run.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read .*gone\.yaml"):
        read(tmp_path / "gone.yaml")
