"""The inputs that a translator keeps, and what is seen beside them."""

from __future__ import annotations

import torch

from ganworks.games.examples import COMPARED, KEPT, Examples


def numbered(count: int, channels: int = 1) -> torch.Tensor:
    return torch.arange(count, dtype=torch.uint8)[:, None, None, None].repeat(1, channels, 2, 2)


def test_columns_are_input_output_and_truth_of_the_same_examples() -> None:
    kept = Examples((1, 2, 2), truth=(3, 2, 2))
    kept.remember(numbered(100), 2 * numbered(100, 3))
    inputs, outputs, truths = kept.compared(lambda images: images + 1)
    assert int(kept.count) == KEPT
    assert torch.equal(((inputs + 1) * 127.5).round(), numbered(COMPARED).float())
    assert torch.equal(outputs, inputs + 1)
    torch.testing.assert_close(truths + 1, (2 * (inputs + 1)).expand(-1, 3, -1, -1))


def test_where_no_truth_is_known_there_is_no_column_of_it() -> None:
    kept = Examples((1, 2, 2))
    assert "truths" not in kept.state_dict()
    kept.remember(numbered(3))
    inputs, outputs = kept.compared(torch.neg)
    assert len(inputs) == len(outputs) == 3


def test_before_there_are_examples_nothing_is_compared() -> None:
    assert Examples((1, 2, 2), truth=(1, 2, 2)).compared(torch.neg) == ()


def test_few_pairs_are_kept_whole() -> None:
    kept = Examples((1, 2, 2), truth=(1, 2, 2))
    kept.remember(numbered(3), numbered(3))
    inputs, _, truths = kept.compared(torch.neg)
    assert torch.equal(inputs, truths)
