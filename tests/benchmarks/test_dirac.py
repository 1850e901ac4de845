"""The tables of Dirac-GAN in a short version, held to the published verdicts and rates."""

from __future__ import annotations

import pytest

from benchmarks import dirac
from ganworks.theory.dirac import METHODS, DiracGAN


@pytest.mark.parametrize(
    ("method", "said"), [("GAN", "not converged"), ("WGAN", "not converged"), ("GAN + R1 0.3", "converged")]
)
def test_the_verdicts_of_the_paper(method: str, said: str) -> None:
    assert [cell.split(", ")[1] for cell in dirac.played(METHODS[method], 500)] == [said] * 3


def test_the_rate_of_r1_is_within_2_per_cent() -> None:
    games = {(name, "R1 0.3"): DiracGAN(name, {"r1": {"gamma": 0.3}}) for name in ("saturating", "relativistic")}
    rows = dirac.rate_rows(300, games)
    assert len(rows) == 6
    assert all(float(str(row[-1])) < 2 for row in rows)


def test_every_objective_is_played() -> None:
    assert {objective for objective, _ in dirac.games()} >= {"hinge", "relativistic", "wasserstein", "least-squares"}
