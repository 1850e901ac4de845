from __future__ import annotations

import inspect
from importlib import import_module
from math import exp, log
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import Tensor

from ganworks.lookup import names

pytestmark = pytest.mark.usefixtures("double")

PACKAGE = "ganworks.losses.objectives"
OBJECTIVES = names(PACKAGE)


def objective(name: str) -> ModuleType:
    return import_module(f"{PACKAGE}.{name.replace('-', '_')}")


def generator_loss(name: str, fake: Tensor, real: Tensor) -> Tensor:
    function = objective(name).generator
    loss: Tensor = function(fake, real) if "real" in inspect.signature(function).parameters else function(fake)
    return loss


def test_all_of_the_foundations_are_there() -> None:
    assert set(OBJECTIVES) == {
        "saturating",
        "nonsaturating",
        "least-squares",
        "hinge",
        "wasserstein",
        "relativistic",
        "relativistic-average",
    }


@pytest.mark.parametrize(
    ("name", "undecided", "discriminator", "generator"),
    [
        ("nonsaturating", 0.0, log(4), log(2)),
        ("saturating", 0.0, log(4), -log(2)),
        ("relativistic", 0.0, log(2), log(2)),
        ("relativistic-average", 0.0, log(4), log(4)),
        ("hinge", 0.0, 2.0, 0.0),
        # Half of the usual .5 and .25, for the ½ of the paper's eq. 9; D's output is ½ where it is undecided.
        ("least-squares", 0.5, 0.25, 0.125),
        ("wasserstein", 0.0, 0.0, 0.0),
    ],
)
def test_values_where_d_cannot_tell(name: str, undecided: float, discriminator: float, generator: float) -> None:
    real, fake = torch.full((6, 1), undecided), torch.full((6, 1), undecided)
    assert objective(name).discriminator(real, fake).item() == pytest.approx(discriminator, abs=1e-12)
    assert generator_loss(name, fake, real).item() == pytest.approx(generator, abs=1e-12)


def test_closed_forms() -> None:
    """One real logit a and one fake logit b, in the formulas of the papers."""
    a, b = 0.7, -1.3
    real, fake = torch.tensor([[a]]), torch.tensor([[b]])

    def sigmoid(t: float) -> float:
        return 1 / (1 + exp(-t))

    expected = {
        "saturating": (-log(sigmoid(a)) - log(1 - sigmoid(b)), log(1 - sigmoid(b))),
        "nonsaturating": (-log(sigmoid(a)) - log(1 - sigmoid(b)), -log(sigmoid(b))),
        "least-squares": (0.5 * (a - 1) ** 2 + 0.5 * b**2, 0.5 * (b - 1) ** 2),
        "hinge": (max(0, 1 - a) + max(0, 1 + b), -b),
        "wasserstein": (b - a, -b),
        "relativistic": (-log(sigmoid(a - b)), -log(sigmoid(b - a))),
        "relativistic-average": (-2 * log(sigmoid(a - b)), -2 * log(sigmoid(b - a))),
    }
    assert set(expected) == set(OBJECTIVES)
    for name, (discriminator, generator) in expected.items():
        assert objective(name).discriminator(real, fake).item() == pytest.approx(discriminator, rel=1e-12)
        assert generator_loss(name, fake, real).item() == pytest.approx(generator, rel=1e-12)


def test_relativistic_averages_compare_with_the_others_mean() -> None:
    """Eqs. 1 and 2 of ESRGAN, term by term, for two real and three fake logits."""
    real, fake = torch.tensor([0.3, -1.1]), torch.tensor([0.9, 0.2, -0.4])
    over, under = torch.sigmoid(real - fake.mean()), torch.sigmoid(fake - real.mean())
    judge = -over.log().mean() - (1 - under).log().mean()
    maker = -(1 - over).log().mean() - under.log().mean()
    torch.testing.assert_close(objective("relativistic-average").discriminator(real, fake), judge)
    torch.testing.assert_close(generator_loss("relativistic-average", fake, real), maker)


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("shape", [(5,), (5, 1), (5, 1, 3, 3)])
def test_gradients_equal_finite_differences(name: str, shape: tuple[int, ...]) -> None:
    """Away from the kinks of the hinge, for logits of any shape."""
    logits = torch.linspace(-2.2, 2.3, 2 * torch.Size(shape).numel()).view(2, *shape)
    real, fake = (half.clone().requires_grad_() for half in logits.flip(1))
    assert torch.autograd.gradcheck(objective(name).discriminator, (real, fake))
    assert torch.autograd.gradcheck(lambda fake: generator_loss(name, fake, real.detach()), (fake,))
    assert objective(name).discriminator(real, fake).shape == ()


@pytest.mark.parametrize("name", OBJECTIVES)
def test_losses_and_gradients_are_finite_for_certain_players(name: str) -> None:
    for real_logit, fake_logit in [(1e4, -1e4), (-1e4, 1e4)]:
        real, fake = (torch.full((3, 1), logit, requires_grad=True) for logit in (real_logit, fake_logit))
        for loss in (objective(name).discriminator(real, fake), generator_loss(name, fake, real)):
            gradients = torch.autograd.grad(loss, (real, fake), allow_unused=True, retain_graph=True)
            assert loss.isfinite()
            assert all(gradient is None or gradient.isfinite().all() for gradient in gradients)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_each_player_gains_by_moving_the_right_way(name: str) -> None:
    real, fake = torch.tensor([[0.2]], requires_grad=True), torch.tensor([[0.1]], requires_grad=True)
    up, down = torch.autograd.grad(objective(name).discriminator(real, fake), (real, fake))
    assert up < 0 < down, "D wants real logits higher and fake ones lower"
    (wish,) = torch.autograd.grad(generator_loss(name, fake, real.detach()), fake)
    assert wish < 0, "G wants fake logits higher"


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_is_at_most_15_lines(name: str) -> None:
    lines = Path(str(objective(name).__file__)).read_text().splitlines()
    body = [line for line in lines if line.strip() and not line.lstrip().startswith(("#", "from ", "import ", '"""'))]
    assert len(body) <= 15


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_margin_is_positive_where_d_is_right_about_real_samples(name: str) -> None:
    """It is 0 where D is undecided, which for relativistic players is wherever both logits are the same."""
    if name == "wasserstein":
        assert not hasattr(objective(name), "margin"), "a critic decides nothing"
        return
    undecided = torch.tensor({"least-squares": 0.5}.get(name, 0.0))
    margin = objective(name).margin
    assert margin(undecided, undecided) == 0
    assert margin(undecided + 1, undecided) > 0 > margin(undecided - 1, undecided)
    assert (margin(undecided + 1, undecided + 1) == 0) == name.startswith("relativistic")
