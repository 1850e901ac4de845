"""PSNR and SSIM against torchmetrics, closed forms and their laws."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from math import inf, log10

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torchmetrics.functional.image import peak_signal_noise_ratio, structural_similarity_index_measure

from ganworks.errors import GanworksError
from ganworks.scores.psnr import psnr
from ganworks.scores.ssim import ssim


def pictures(count: int, height: int, width: int, channels: int = 3, seed: int = 0) -> Tensor:
    """Smooth uint8 pictures, so that windows have structure."""
    coarse = torch.rand(count, channels, 5, 5, generator=torch.Generator().manual_seed(seed))
    smooth = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic").clamp(0, 1)
    return (smooth * 255).round().to(torch.uint8)


def noisy(images: Tensor, amount: float, seed: int = 1) -> Tensor:
    noise = torch.randn(images.shape, generator=torch.Generator().manual_seed(seed))
    return (images + amount * noise).round().clamp(0, 255).to(torch.uint8)


@pytest.mark.parametrize(("height", "width", "channels"), [(32, 48, 3), (11, 11, 1), (28, 28, 1)])
def test_they_are_torchmetrics(height: int, width: int, channels: int) -> None:
    real = pictures(6, height, width, channels)
    generated = noisy(real, 20)
    pair = generated.double() / 255, real.double() / 255
    _, everywhere = structural_similarity_index_measure(*pair, data_range=1.0, return_full_image=True)
    inside = everywhere[..., 5:-5, 5:-5].flatten(1).mean(1)
    torch.testing.assert_close(ssim(generated, real), inside, rtol=0, atol=1e-8)
    ratio = peak_signal_noise_ratio(*pair, data_range=1.0, dim=(1, 2, 3), reduction="none")
    torch.testing.assert_close(psnr(generated, real), ratio.double(), rtol=1e-5, atol=0)


def test_constant_images_have_a_closed_form() -> None:
    black, other = torch.zeros(1, 1, 16, 16, dtype=torch.uint8), torch.full((1, 1, 16, 16), 51, dtype=torch.uint8)
    assert psnr(black, other).item() == pytest.approx(20 * log10(5))
    assert ssim(black, other).item() == pytest.approx(1e-4 / (0.04 + 1e-4))


@given(st.integers(0, 1000), st.floats(1, 60))
def test_symmetric_bounded_and_one_for_equal_images(seed: int, amount: float) -> None:
    real = pictures(2, 13, 17, 1, seed)
    generated = noisy(real, amount, seed)
    similarity = ssim(generated, real)
    assert bool((similarity.abs() <= 1).all())
    torch.testing.assert_close(ssim(real, generated), similarity)
    torch.testing.assert_close(psnr(real, generated), psnr(generated, real))
    torch.testing.assert_close(ssim(real, real), torch.ones(2, dtype=torch.float64))
    assert psnr(real, real).tolist() == [inf, inf]


def test_both_fall_with_noise() -> None:
    real = pictures(8, 32, 32)
    for score in (psnr, ssim):
        means = [float(score(noisy(real, amount), real).mean()) for amount in (2, 8, 32)]
        assert means[0] > means[1] > means[2]


def test_a_shift_of_brightness_costs_psnr_more_than_structure() -> None:
    """Wang et al., figure 2: at equal squared error, SSIM tells a shifted mean from destroyed structure."""
    real = (pictures(8, 32, 32).float() / 2 + 64).to(torch.uint8)
    shifted, destroyed = real + 20, noisy(real, 20)
    torch.testing.assert_close(psnr(shifted, real), psnr(destroyed, real), rtol=0.02, atol=0)
    assert float(ssim(shifted, real).min()) > 0.85 > 0.6 > float(ssim(destroyed, real).max())


def test_bytes_and_floats_are_the_same_pictures_whatever_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    real, generated = pictures(5, 16, 16), pictures(5, 16, 16, seed=2)
    floats = real.double() / 127.5 - 1, generated.double() / 127.5 - 1
    torch.testing.assert_close(psnr(*floats), psnr(real, generated))
    torch.testing.assert_close(ssim(*floats), ssim(real, generated))
    whole = ssim(real, generated)
    monkeypatch.setattr("ganworks.scores.ssim._BATCH", 2)
    torch.testing.assert_close(ssim(real, generated), whole)


@pytest.mark.parametrize("score", [psnr, ssim])
def test_what_are_no_pairs_is_refused(score: object) -> None:
    assert callable(score)
    images = torch.zeros(2, 1, 16, 16)
    for broken, message in (
        (images[:1], "no pairs"),
        (images[0], "N×C×H×W"),
        (images + 200, r"scale them to \[-1, 1\]"),
        (images / 0, "finite"),
    ):
        with pytest.raises(GanworksError, match=message):
            score(broken, images)


def test_images_below_the_window_are_refused() -> None:
    with pytest.raises(GanworksError, match="8×16 are smaller than SSIM's 11×11 window"):
        ssim(torch.zeros(1, 1, 8, 16), torch.zeros(1, 1, 8, 16))


@pytest.mark.parametrize("score", [psnr, ssim])
def test_arrays_are_images_too_and_floats_from_0_to_1_are_doubted(score: Callable[..., Tensor]) -> None:
    real, generated = pictures(2, 16, 16), pictures(2, 16, 16, seed=2)
    assert torch.equal(score(generated.numpy(), real.numpy()), score(generated, real))
    with pytest.warns(UserWarning, match=r"no pixel of these images is below 0: they are read as floats in \[-1, 1\]"):
        score(generated.double() / 255, real.double() / 255)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        score(generated.double() / 127.5 - 1, real.double() / 255)
