from __future__ import annotations

import pytest
import torch
from tests.small import samples, small
from torch import Tensor, nn

from ganworks.errors import UsageError
from ganworks.games.cgan import ConditionalGAN
from ganworks.games.game import Game
from ganworks.games.generation import chunks, generate
from ganworks.lookup import supply
from ganworks.recipes import build_game


class Restless(nn.Module):
    """A generator with dropout that is never off and batch norm."""

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(latent, 64), nn.BatchNorm1d(64))

    def forward(self, latent: Tensor, condition: Tensor | None = None) -> Tensor:
        dropped = nn.functional.dropout(self.layers(latent), 0.5, training=True)
        return dropped.tanh().view(-1, 1, 8, 8)


def game(recipe: str = "dcgan", restless: bool = False) -> Game:
    overrides = {"game": {"generator": supply("tests:Restless", Restless)}} if restless else {}
    configuration = small(recipe, overrides)
    built = build_game(configuration, samples(recipe).spec)
    for layer in built.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            torch.nn.init.normal_(layer.running_mean)  # type: ignore[arg-type]
            torch.nn.init.uniform_(layer.running_var, 0.5, 2)  # type: ignore[arg-type]
    return built.eval().requires_grad_(False)


@pytest.mark.parametrize(("recipe", "restless"), [("dcgan", False), ("toy", False), ("cgan", False), ("gan", True)])
def test_sample_i_depends_on_seed_and_i_alone(recipe: str, restless: bool) -> None:
    """Bit for bit, whatever the count and wherever it begins."""
    built = game(recipe, restless)
    all_of_them = generate(built, 100, seed=5)
    assert len(all_of_them) == 100
    for count in (1, 31, 32, 33, 64):
        assert torch.equal(generate(built, count, seed=5), all_of_them[:count])
    for first, count in [(0, 3), (31, 2), (32, 32), (70, 30)]:
        assert torch.equal(generate(built, count, seed=5, first=first), all_of_them[first : first + count])
    assert len(all_of_them.flatten(1).unique(dim=0)) == 100
    assert not torch.equal(generate(built, 100, seed=6), all_of_them)


def test_what_else_draws_random_numbers_does_not_matter_and_is_not_disturbed() -> None:
    built = game("gan", restless=True)
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    first = generate(built, 4, seed=1)
    assert torch.equal(torch.rand(2), expected), "sampling must not reseed what the caller draws from"
    torch.rand(7)
    assert torch.equal(generate(built, 4, seed=1), first)


def test_batches_hold_what_generate_gives() -> None:
    built = game()
    batches = list(chunks(built, 70, seed=2))
    assert [len(batch) for batch in batches] == [32, 32, 6]
    assert torch.equal(torch.cat(batches), generate(built, 70, seed=2))
    assert not batches[0].requires_grad


def test_a_label_keeps_the_latents() -> None:
    built = game("cgan")
    assert isinstance(built, ConditionalGAN)
    seen: list[tuple[Tensor, Tensor]] = []
    plain = built.generate

    def spy(latents: Tensor, labels: Tensor | None = None) -> Tensor:
        assert labels is not None
        seen.append((latents, labels))
        return plain(latents, labels)

    built.generate = spy  # type: ignore[method-assign]
    generate(built, 8, seed=0)
    generate(built, 8, seed=0, label=2)
    (free, drawn), (asked, given) = seen
    assert torch.equal(free, asked)
    assert given.unique().tolist() == [2]
    assert drawn.unique().tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("count", "label", "said"),
    [(0, None, "count"), (-3, None, "count"), (1, 3, "classes are 0 to 2"), (1, -1, "classes are 0 to 2")],
)
def test_what_cannot_be_meant_is_refused(count: int, label: int | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        generate(game("cgan"), count, seed=0, label=label)


def test_a_label_where_there_are_none_is_refused() -> None:
    with pytest.raises(UsageError, match="no labels to generate by"):
        generate(game("dcgan"), 1, seed=0, label=0)
