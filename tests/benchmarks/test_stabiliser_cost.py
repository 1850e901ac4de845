from __future__ import annotations

from benchmarks import stabiliser_cost


def test_a_row_for_each_and_one_for_none() -> None:
    times = stabiliser_cost.measure(("packing", "dropout"), size=16, batch=4, width=4, rounds=1, steps=1)
    rows = stabiliser_cost.rows_of(times)
    assert [row[0] for row in rows] == ["none", "packing", "dropout"]
    assert rows[0][2] == rows[0][4] == 0
    assert all(step > 0 and turn > 0 for _, step, _, turn, _ in rows)
    assert rows[1][2] == times["packing"][0] / times[""][0] - 1


def test_minibatch_discrimination_on_its_own() -> None:
    turn, passes = stabiliser_cost.last_layer(size=16, batch=4, width=4, rounds=1)
    assert passes > 0 and turn > 0


def test_the_choices_are_those_of_options_that_exist() -> None:
    for name, settings in stabiliser_cost.SETTINGS.items():
        stabiliser_cost.trainer_of({name: settings}, size=16, batch=4, width=4).step()
