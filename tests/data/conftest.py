from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has its own cache folder."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("GANWORKS_CACHE", str(folder))
    return folder


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Saves a picture of noise below tmp_path/photos and gives the folder."""

    def save(name: str, size: tuple[int, int] = (16, 16), mode: str = "RGB", seed: int = 0, **options: object) -> Path:
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 4), dtype=np.uint8)
        Image.fromarray(noise).convert(mode).save(path, **options)
        return tmp_path / "photos"

    return save
