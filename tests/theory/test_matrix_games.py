"""Equilibria of games whose solutions are known, and what holds for those of any game."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganworks.errors import GanworksError
from ganworks.theory.matrix_games import best_replies, equilibria, is_equilibrium, pure_equilibria, regrets

DILEMMA = ([[3, 0], [5, 1]], [[3, 5], [0, 1]])
"""Rows and columns: cooperate, defect."""
PENNIES = [[1, -1], [-1, 1]]
ROCK_PAPER_SCISSORS = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
SEXES = ([[2, 0], [0, 1]], [[1, 0], [0, 2]])


@st.composite
def games(draw: st.DrawFn) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Few different payoffs, so that most games are degenerate."""
    rows, columns, most = draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.sampled_from([1, 2, 30]))
    entries = st.lists(st.integers(-most, most), min_size=rows * columns, max_size=rows * columns)
    a, b = (np.array(draw(entries)).reshape(rows, columns) for _ in range(2))
    return a, b


def test_in_the_prisoners_dilemma_both_defect() -> None:
    assert pure_equilibria(*DILEMMA) == [(1, 1)]
    ((row, column),) = equilibria(*DILEMMA)
    assert (row.tolist(), column.tolist()) == ([0, 1], [0, 1])
    assert regrets(DILEMMA[0], [1, 0], [1, 0], DILEMMA[1]) == (2, 2)  # cooperation pays less than to betray it


def test_matching_pennies_are_tossed() -> None:
    assert pure_equilibria(PENNIES) == []
    ((row, column),) = equilibria(PENNIES)
    assert [*row, *column] == pytest.approx([0.5] * 4, abs=1e-12)


def test_rock_paper_scissors_by_thirds() -> None:
    ((row, column),) = equilibria(ROCK_PAPER_SCISSORS)
    assert [*row, *column] == pytest.approx([1 / 3] * 6, abs=1e-12)


def test_the_battle_of_the_sexes_has_three() -> None:
    first, second, mixed = equilibria(*SEXES)
    assert (first.row.tolist(), second.row.tolist()) == ([1, 0], [0, 1])
    assert mixed.row == pytest.approx([2 / 3, 1 / 3])
    assert mixed.column == pytest.approx([1 / 3, 2 / 3])


def test_a_degenerate_game_shows_the_ends_of_its_continuum() -> None:
    """The column player does not care: against row 0 any mixture up to ½ of column 1 is an equilibrium."""
    a, b = [[1, 1], [0, 2]], [[1, 1], [0, 0]]
    ends = [(list(pair.row), list(pair.column)) for pair in equilibria(a, b)]
    assert ([1, 0], [1, 0]) in ends
    assert ([1, 0], pytest.approx([0.5, 0.5])) in ends
    assert is_equilibrium(a, [1, 0], [0.7, 0.3], b)
    assert not is_equilibrium(a, [1, 0], [0.4, 0.6], b)


def test_the_value_of_a_zero_sum_game() -> None:
    """2×2 without a saddle: (ad − bc)/(a + d − b − c)."""
    a = np.array([[3.0, -1.0], [-2.0, 1.0]])
    ((row, column),) = equilibria(a)
    assert row @ a @ column == pytest.approx((3 * 1 - 2) / (3 + 1 + 1 + 2))


@settings(max_examples=150)
@given(games())
def test_every_game_has_equilibria_and_all_that_are_given_are_some(
    game: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
) -> None:
    a, b = game
    found = equilibria(a, b)
    assert found
    assert all(is_equilibrium(a, row, column, b, tolerance=1e-13) for row, column in found)
    pure = {(int(row.argmax()), int(column.argmax())) for row, column in found if max(row) == max(column) == 1}
    assert pure == set(pure_equilibria(a, b))


@settings(max_examples=60)
@given(games(), st.integers(0, 22), st.integers(-5, 5))
def test_the_unit_a_constant_and_the_order_of_players_change_nothing(
    game: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]], power: int, shift: int
) -> None:
    a, b = game
    here = [(*pair.row, *pair.column) for pair in equilibria(a, b)]
    moved = equilibria((a + shift) / 10.0**power, b)
    swapped = sorted((*pair.column, *pair.row) for pair in equilibria(b.T, a.T))
    assert here == [(*pair.row, *pair.column) for pair in moved]
    assert sorted(here) == swapped


def test_payoffs_of_very_different_sizes() -> None:
    """Against column 1 alone the row player prefers row 1, by all that he earns."""
    a, b = [[1e10, 0], [0, 1]], [[1, 0], [0, 1]]
    assert regrets(a, [0.5, 0.5], [0, 1], b) == (0.5, 0)
    assert not is_equilibrium(a, [0.5, 0.5], [0, 1], b)
    assert best_replies(a, [0, 1]) == [1]
    first, second, mixed = equilibria(a, b)
    assert (first.row.tolist(), second.row.tolist()) == ([1, 0], [0, 1])
    assert mixed.row.tolist() == [0.5, 0.5] and mixed.column == pytest.approx([1e-10, 1], rel=1e-9)
    random = np.random.default_rng(0)
    for _ in range(100):
        a, b = random.normal(size=(2, 3, 4)) * 10 ** random.uniform(-5, 5, (2, 3, 4))
        found = equilibria(a, b)
        assert len(found) % 2 == 1
        for row, column in found:
            earned = np.abs([row @ a @ column, row @ b @ column])
            assert (np.array(regrets(a, row, column, b)) <= 1e-6 * earned).all()


@pytest.mark.parametrize("unit", [1e-15, 1.0, 1e8, 1e100])
def test_the_unit_of_payoffs_does_not_matter(unit: float) -> None:
    random = np.random.default_rng(0)
    for _ in range(30):
        a, b = random.normal(size=(2, 3, 3)) * unit
        assert all(is_equilibrium(a, row, column, b) for row, column in equilibria(a, b))
    pennies = np.array(PENNIES) * unit
    assert is_equilibrium(pennies, [0.5 + 4e-10, 0.5 - 4e-10], [0.5, 0.5])
    assert not is_equilibrium(pennies, [0.5 + 1e-8, 0.5 - 1e-8], [0.5, 0.5])
    assert best_replies(pennies, [0.5 + 4e-10, 0.5 - 4e-10]) == [0, 1]
    assert best_replies(pennies, [0.5 + 1e-8, 0.5 - 1e-8]) == [0]


def test_what_all_choices_earn_alike_does_not_matter() -> None:
    rich = 1e15 + np.array(PENNIES)
    ((row, column),) = equilibria(rich, -rich)
    assert [*row, *column] == [0.5] * 4
    assert not is_equilibrium(rich, [0.75, 0.25], [0.5, 0.5], -rich)
    assert regrets(rich, [0.75, 0.25], [0.5, 0.5], -rich) == (0, 0.5)
    for seed in range(10):
        a, b = np.random.default_rng(seed).integers(-9, 10, (2, 3, 3))
        here, there = ([(*row, *column) for row, column in equilibria(a + more, b - more)] for more in (0, 1e12))
        assert here == there


def test_ties_of_decimals_are_ties() -> None:
    """0.1, 0.2 and 0.3 are equally far apart, their nearest floats are not; against (½, ½) all rows earn the same."""
    tenths, whole = ([[0.1, 0.3], [0.2, 0.2], [0.3, 0.1]], [[1, 3], [2, 2], [3, 1]])
    assert [(*x, *y) for x, y in equilibria(tenths)] == [(*x, *y) for x, y in equilibria(whole)]
    assert len(equilibria(tenths)) == 2


def test_an_equilibrium_that_no_float_can_say_is_refused() -> None:
    with pytest.raises(GanworksError, match="too different sizes"):
        equilibria([[1e200, 0], [0, 1e-200]], [[1, 0], [0, 1]])


def test_a_large_game_is_solved_exactly() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 8, 8))
    found = equilibria(a, b)
    assert len(found) % 2 == 1  # a non-degenerate game has an odd number (Wilson 1971)
    assert max(max(regrets(a, row, column, b)) for row, column in found) < 1e-12


def test_how_far_a_pair_is_from_an_equilibrium() -> None:
    assert regrets(PENNIES, [0.5, 0.5], [0.5, 0.5]) == (0, 0)
    assert regrets(PENNIES, [0.75, 0.25], [0.5, 0.5]) == (0, 0.5)
    assert not is_equilibrium(PENNIES, [0.75, 0.25], [0.5, 0.5])
    assert is_equilibrium(PENNIES, [0.75, 0.25], [0.5, 0.5], tolerance=0.5)


def test_best_replies() -> None:
    assert best_replies(ROCK_PAPER_SCISSORS, [1, 0, 0]) == [1]
    assert best_replies(ROCK_PAPER_SCISSORS, [1 / 3, 1 / 3, 1 / 3]) == [0, 1, 2]


@pytest.mark.parametrize(
    ("payoffs_a", "payoffs_b", "message"),
    [
        ([[1, 2], [3]], None, "no M×N numbers"),
        ([1, 2], None, r"shape \(2,\)"),
        ([[1, 2]], [[1], [2]], r"\(1, 2\) and \(2, 1\)"),
        ([[1, np.nan]], None, "NaN"),
        ([[1, -1e301]], None, "beyond ±1e\\+300"),
        (np.zeros((0, 2)), None, "M×N"),
        (np.zeros((9, 2)), None, "too large: up to 8×8"),
    ],
)
def test_what_is_no_game_is_refused(payoffs_a: npt.ArrayLike, payoffs_b: npt.ArrayLike | None, message: str) -> None:
    with pytest.raises(GanworksError, match=message):
        equilibria(payoffs_a, payoffs_b)


@pytest.mark.parametrize("strategy", [[0.5, 0.6], [1.5, -0.5], [1], [np.nan, 1]])
def test_what_is_no_strategy_is_refused(strategy: list[float]) -> None:
    with pytest.raises(GanworksError, match="2 probabilities"):
        regrets(PENNIES, strategy, [0.5, 0.5])
    with pytest.raises(GanworksError, match="column strategy"):
        regrets(PENNIES, [0.5, 0.5], strategy)


def test_words_are_no_strategy() -> None:
    with pytest.raises(GanworksError, match="row strategy is no 2 numbers"):
        is_equilibrium(PENNIES, ["heads", "tails"], [0.5, 0.5])
