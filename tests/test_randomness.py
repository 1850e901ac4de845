from __future__ import annotations

import torch

from ganworks.randomness import generator, reseed, stream_seed


def test_streams_are_named_positions() -> None:
    """No two positions share a seed, neither by a prefix nor by joined digits."""
    places = [(0, "a"), (0, "b"), (1, "a"), (0, "a", 1), (0, "a", 1, 2), (0, "a", 12), (0, "a", 1, 0), (10, "a")]
    seeds = [stream_seed(*place) for place in places]  # type: ignore[arg-type]
    assert len(set(seeds)) == len(places)
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_the_same_place_gives_the_same_numbers_for_ever() -> None:
    """Runs are resumed by later versions: the streams must not change."""
    assert stream_seed(0, "draws", 3, 1, 0) == 2068404088337140895
    first = torch.randn(4, generator=generator(7, "draws", 1))
    assert torch.equal(first, torch.randn(4, generator=generator(7, "draws", 1)))
    assert not torch.equal(first, torch.randn(4, generator=generator(7, "draws", 2)))


def test_negative_and_huge_seeds_are_seeds() -> None:
    assert stream_seed(-1, "a") != stream_seed(1, "a") != stream_seed(2**80, "a")


def test_reseed_decides_what_layers_draw() -> None:
    reseed(5, torch.device("cpu"))
    first = torch.rand(3)
    reseed(5, torch.device("cpu"))
    assert torch.equal(first, torch.rand(3))
