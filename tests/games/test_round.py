from __future__ import annotations

import pytest
import torch

from ganworks.games.round import Round


def parts(count: int, size: int = 8) -> list[Round]:
    share = size // count
    return [
        Round(torch.zeros(share, 2), None, torch.Generator().manual_seed(4), size, first=part * share)
        for part in range(count)
    ]


def test_parts_of_a_batch_see_the_draws_of_the_whole() -> None:
    """However it is cut, so that several processes draw what one would."""
    (whole,) = parts(1)
    latents, shares = whole.share(lambda n, random: torch.randn(n, 3, generator=random)), whole.uniform()
    for count in (2, 4, 8):
        cut = parts(count)
        torch.testing.assert_close(
            torch.cat([part.share(lambda n, random: torch.randn(n, 3, generator=random)) for part in cut]), latents
        )
        torch.testing.assert_close(torch.cat([part.uniform() for part in cut]), shares)
    assert shares.shape == (8,)
    assert shares.min() >= 0
    assert shares.max() < 1


def test_tensors_are_made_once_in_a_step() -> None:
    made: list[int] = []
    memory: dict[str, object] = {}
    for _ in range(3):
        round = parts(1)[0]
        round.memory = memory
        assert round.once("fakes", lambda: made.append(1) or torch.ones(1)).sum() == 1
    assert made == [1]


@pytest.mark.parametrize(("world", "accumulated"), [(1, 1), (1, 2), (2, 1), (2, 2), (4, 2)])
def test_rows_of_all_processes_are_found_again(world: int, accumulated: int) -> None:
    """A process is handed its part of everybody's, whichever part of its share is played."""
    size, share = 16, 16 // (world * accumulated)
    for part in range(accumulated):
        firsts = [(rank * accumulated + part) * share for rank in range(world)]
        everyone = torch.cat([torch.arange(first, first + share) for first in firsts])
        for first in firsts:
            mine = torch.arange(first, first + share)
            round = Round(mine, None, torch.Generator(), size, first=first, gather=lambda rows: everyone)  # noqa: B023
            found, where = round.together(mine)
            assert torch.equal(found, everyone)
            assert torch.equal(found[where], mine)
