from __future__ import annotations

from math import log
from typing import Any

import pytest
import torch
from tests.stabilisers.playing import built, player, sight, stabilised
from torch import nn

from ganworks.errors import UsageError
from ganworks.games.parts import objective
from ganworks.stabilisers.balancing import Balancing

NOBODY = nn.Identity()


def balancing(name: str = "nonsaturating", **settings: Any) -> Balancing:
    made = Balancing(**settings)
    made.adversarial(lambda *_: torch.zeros(()), objective(name))
    return made


def counts(made: Balancing, who: Any, loss: float = 1.0) -> float:
    terms = {"adversarial": torch.tensor(loss), "penalty": torch.tensor(3.0)}
    left = made.terms(terms, sight(who, NOBODY))
    made.afterwards(who, NOBODY)
    assert left["penalty"] in (0, 3)
    return float(left["penalty"]) / 3


@pytest.mark.parametrize(
    ("name", "even"),
    [
        ("nonsaturating", log(4)),
        ("saturating", log(4)),
        ("hinge", 2.0),
        ("least-squares", 0.25),
        ("relativistic", log(2)),
    ],
)
def test_the_measure_is_the_loss_of_a_d_that_cannot_tell(name: str, even: float) -> None:
    made = balancing(name)
    assert made.even == pytest.approx(even)
    assert float(made.loss) == pytest.approx(even)


def test_d_waits_while_its_loss_is_low_and_g_while_it_is_high() -> None:
    """ℓ starts at 2 of hinge and goes a tenth of the way to every loss: below 1 D waits, above 3 G."""
    made = balancing("hinge")
    assert counts(made, "generator") == 1
    heard = [counts(made, "discriminator", 0.0) for _ in range(8)]
    assert heard == [1.0] * 7 + [0.0], "2 · .9⁷ = .957 is the first below 1"
    assert float(made.loss) == pytest.approx(2 * 0.9**8)
    assert counts(made, "generator") == 1
    for _ in range(8):
        counts(made, "discriminator", 7.0)
    assert float(made.loss) > 3
    assert counts(made, "discriminator", 7.0) == 1
    assert counts(made, "generator") == 0


def test_parts_of_a_turn_are_heard_together() -> None:
    one, other = balancing("hinge"), balancing("hinge")
    for loss in (1.0, 5.0):
        one.terms({"adversarial": torch.tensor(loss)}, sight("discriminator", NOBODY))
    one.afterwards("discriminator", NOBODY)
    counts(other, "discriminator", 3.0)
    assert float(one.loss) == pytest.approx(float(other.loss))


def test_who_waits_has_no_gradient() -> None:
    for settings, waits in (({"low": 1.1, "high": 2.0}, "discriminator"), ({"low": 0.0, "high": 0.9}, "generator")):
        trainer = player("gan", stabilised(balancing=settings))
        before = {name: value.clone() for name, value in trainer.state().items()}
        trainer.step()
        after = trainer.state()
        for name, value in after.items():
            if name.startswith("game/") and name.endswith("weight"):
                assert torch.equal(value, before[name]) == name.startswith(f"game/{waits}"), name


def test_refusals() -> None:
    with pytest.raises(UsageError, match=r"low=2\.0 must be at least 0 and below high=1\.5"):
        Balancing(low=2.0)
    with pytest.raises(UsageError, match="no value at which neither player leads"):
        built("wgan", stabilised(balancing={}))
