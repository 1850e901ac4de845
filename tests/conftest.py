"""What every test runs in: one thread, fp32, a cache of its own, nothing left over from the test before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import settings

from ganworks.lookup import supplied

# The same examples in every run of the suite, so that a failure is nobody's surprise.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    cache = tmp_path_factory.mktemp("cache")
    os.environ["GANWORKS_CACHE"] = str(cache)
    yield cache
    del os.environ["GANWORKS_CACHE"]


@pytest.fixture(autouse=True)
def clean_slate(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    before = dict(supplied)
    yield
    torch.set_default_dtype(torch.float32)
    torch.use_deterministic_algorithms(False)
    supplied.clear()
    supplied.update(before)


@pytest.fixture
def double() -> Iterator[None]:
    """Everything in float64, so that two ways to compute the same differ by rounding only."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)
