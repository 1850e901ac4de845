"""How fast the scores are and how far they are from other implementations of the same formulas, on the same features.

Needs scipy, torchmetrics and prdc. Set OMP_NUM_THREADS to choose the threads of all of them alike.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import time
from collections.abc import Callable, Sequence
from typing import Any

import scipy.linalg
import torch
from prdc import compute_prdc
from torch import Tensor
from torch.nn import functional
from torchmetrics.functional.image import peak_signal_noise_ratio, structural_similarity_index_measure
from torchmetrics.image.fid import _compute_fid as torchmetrics_fid
from torchmetrics.image.inception import InceptionScore
from torchmetrics.image.kid import poly_mmd

from benchmarks.report import print_table
from ganworks.scores.density_coverage import density_coverage, expected_coverage
from ganworks.scores.frechet import FeatureStatistics, frechet_distance, frechet_distance_of
from ganworks.scores.inception_score import inception_score
from ganworks.scores.kid import kernel_distance
from ganworks.scores.precision_recall import precision_recall
from ganworks.scores.psnr import psnr
from ganworks.scores.ssim import ssim

Row = tuple[object, ...]


def features(count: int, size: int, seed: int, rank: int | None = None) -> Tensor:
    """Rectified mixtures of Gaussians, correlated and skewed like a network's; or of low rank."""
    draw = torch.Generator().manual_seed(seed)
    mixing = torch.randn(rank or size, size, generator=torch.Generator().manual_seed(99)) / (rank or size) ** 0.5
    rows = torch.randn(count, rank or size, generator=draw) @ mixing + 0.1 * seed
    return rows if rank else rows.relu()


def timed(compute: Callable[[], Any], repeats: int = 3) -> tuple[float, Any]:
    """The least seconds of some repeats, and the result."""
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        result = compute()
        seconds.append(time.perf_counter() - began)
    return min(seconds), result


def by_square_root(mean1: Tensor, cov1: Tensor, mean2: Tensor, cov2: Tensor) -> float:
    """The Fréchet distance as pytorch-fid computes it."""
    root = torch.as_tensor(scipy.linalg.sqrtm((cov1 @ cov2).numpy())).real
    return float((mean1 - mean2).square().sum() + (cov1 + cov2 - 2 * root).trace())


def frechet_rows(sizes: Sequence[int], slow: int = 512, repeats: int = 3) -> list[Row]:
    """Seconds and differences by dimension, full rank and low; sets above `slow` are measured once by the others."""
    rows: list[Row] = []
    for size in sizes:
        for kind, rank in (("full rank", None), ("rank D/4", size // 4)):
            first, second = (FeatureStatistics.of(features(2 * size, size, seed, rank)) for seed in (1, 2))
            gaussians = (first.mean, first.covariance, second.mean, second.covariance)
            trace = float(first.covariance.trace() + second.covariance.trace())
            once = 1 if size > slow else repeats
            ours, value = timed(lambda gaussians=gaussians: frechet_distance(*gaussians), repeats)
            root, oracle = timed(lambda gaussians=gaussians: by_square_root(*gaussians), once)
            eigen, other = timed(lambda gaussians=gaussians: float(torchmetrics_fid(*gaussians)), once)
            same = frechet_distance(*gaussians[:2], *gaussians[:2]) / (2 * float(first.covariance.trace()))
            speed = f"{root / ours:.1f}×", f"{eigen / ours:.1f}×"
            # The mark is relative where both covariances have full rank, else of tr: their roots are less exact.
            scale = trace if rank else value
            apart = [f"{abs(value - found) / scale:.0e}" for found in (oracle, other)]
            rows.append((size, kind, ours, root, eigen, *speed, *apart, same))
    return rows


def few_rows(size: int, counts: Sequence[int], repeats: int = 3) -> list[Row]:
    """Seconds for fewer samples than dimensions: from the features, and from their covariances."""
    rows: list[Row] = []
    for count in counts:
        first, second = (features(count, size, seed) for seed in (1, 2))
        gram, value = timed(lambda first=first, second=second: frechet_distance_of(first, second), repeats)
        began = time.perf_counter()
        whole = FeatureStatistics.of(first).distance(FeatureStatistics.of(second))
        full = time.perf_counter() - began
        rows.append((size, count, gram, full, f"{full / gram:.0f}×", f"{abs(value - whole) / whole:.0e}"))
    return rows


def neighbour_rows(count: int, size: int, k: int = 5) -> list[Row]:
    """Precision, recall, density and coverage of two samples of N(0, I), ours, prdc's and as chance would have it."""
    draw = torch.Generator().manual_seed(0)
    fake, real = (torch.randn(count, size, generator=draw) for _ in range(2))
    ours, values = timed(lambda: (*precision_recall(fake, real, k), *density_coverage(fake, real, k)), 1)

    def package() -> Any:
        with contextlib.redirect_stdout(io.StringIO()):
            return compute_prdc(real.numpy(), fake.numpy(), nearest_k=k)

    theirs, found = timed(package, 1)
    expected = ("", "", 1.0, f"{expected_coverage(count, count, k):.5f}")
    return [
        ("ganworks", ours, *(f"{value:.4f}" for value in values)),
        ("prdc", theirs, *(f"{float(found[name]):.4f}" for name in ("precision", "recall", "density", "coverage"))),
        ("expected", "", *expected),
    ]


def kernel_rows(sizes: Sequence[int], count: int, repeats: int = 3) -> list[Row]:
    """The kernel distance of one subset, ours and torchmetrics' on float64 and float32."""
    rows: list[Row] = []
    for size in sizes:
        fake, real = (features(count, size, seed) for seed in (1, 2))
        ours, value = timed(lambda fake=fake, real=real: kernel_distance(fake, real), repeats)
        double, exact = timed(lambda fake=fake, real=real: float(poly_mmd(real.double(), fake.double())), repeats)
        single, rough = timed(lambda fake=fake, real=real: float(poly_mmd(real, fake)), repeats)
        differences = [f"{abs(found - value) / abs(value):.0e}" for found in (exact, rough)]
        rows.append((size, ours, double, single, *differences))
    return rows


def image_rows(count: int = 64, side: int = 64, repeats: int = 3) -> list[Row]:
    """PSNR and SSIM of pairs and the Inception Score of as many class probabilities, ours and torchmetrics'."""
    draw = torch.Generator().manual_seed(0)
    smooth = functional.interpolate(torch.rand(count, 3, 8, 8, generator=draw), side, mode="bilinear")
    real = (255 * smooth).to(torch.uint8)
    made = (real + 8 * torch.randn(real.shape, generator=draw)).clamp(0, 255).to(torch.uint8)
    pair = made.double() / 255, real.double() / 255
    logits = torch.randn(100 * count, 10, generator=draw, dtype=torch.float64)

    def torchmetrics_ssim() -> Tensor:
        _, everywhere = structural_similarity_index_measure(*pair, data_range=1.0, return_full_image=True)
        return everywhere[..., 5:-5, 5:-5].flatten(1).mean(1)  # windows that lie inside, as published

    def torchmetrics_inception_score() -> Tensor:
        oracle = InceptionScore(feature=torch.nn.Identity(), splits=1).set_dtype(torch.float64)
        oracle.update(logits)
        return oracle.compute()[0].view(1)

    ways: dict[str, tuple[Callable[[], Tensor], Callable[[], Tensor]]] = {
        f"psnr of {count} pairs of 3×{side}×{side}": (
            lambda: psnr(made, real),
            lambda: peak_signal_noise_ratio(*pair, data_range=1.0, dim=(1, 2, 3), reduction="none"),
        ),
        f"ssim of {count} pairs of 3×{side}×{side}": (lambda: ssim(made, real), torchmetrics_ssim),
        f"inception score of {len(logits):,}, one split": (
            lambda: torch.tensor([inception_score(logits.softmax(1), splits=1)[0]]),
            torchmetrics_inception_score,
        ),
    }
    rows: list[Row] = []
    for name, (mine, theirs) in ways.items():
        ours, values = timed(mine, repeats)
        oracle, found = timed(theirs, repeats)
        rows.append((name, ours, oracle, f"{float(((values - found) / found).abs().max()):.0e}"))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=(256, 512, 2048))
    parser.add_argument("--count", type=int, default=10_000, help="samples for precision and recall")
    options = parser.parse_args()
    threads = f"{torch.get_num_threads()} thread(s); the least seconds of three."
    print_table(
        "Fréchet distance from two Gaussians",
        [
            *("D", "features", "ours, s", "scipy sqrtm, s", "torchmetrics, s", "× sqrtm", "× torchmetrics"),
            *("difference to sqrtm", "to torchmetrics", "identical / tr"),
        ],
        frechet_rows(options.sizes),
        f"2·D samples; {threads} scipy {scipy.__version__}. Differences are relative to"
        " the distance at full rank, and to tr, tr Σ₁ + tr Σ₂, below it.",
    )
    print_table(
        "Fréchet distance from fewer samples than dimensions",
        ["D", "samples", "from features, s", "from covariances, s", "ratio", "relative difference"],
        few_rows(max(options.sizes), (50, 200, 1000)),
        threads,
    )
    print_table(
        "Precision, recall, density, coverage",
        ["D", "by", "s", "precision", "recall", "density", "coverage"],
        [(size, *row) for size in (128, 1000) for row in neighbour_rows(options.count, size)],
        f"{options.count:,} against {options.count:,} samples of N(0, I), k = 5, once; in 1000 dimensions the prdc"
        " package's own example gives 0.4772, 0.4705, 1.0555, 0.9735. Ours holds 8 MiB of distances at once, prdc all"
        " of them.",
    )
    print_table(
        "Kernel distance of one subset of 1000",
        ["D", "ours, s", "torchmetrics float64, s", "float32, s", "relative difference to float64", "to float32"],
        kernel_rows((64, 512, 2048), 1000),
        threads,
    )
    print_table(
        "Pairs of images, and classes",
        ["score", "ours, s", "torchmetrics float64, s", "largest relative difference"],
        image_rows(),
        f"{threads} LPIPS has no oracle here: torchmetrics' needs torchvision, which has no place in this project.",
    )


if __name__ == "__main__":
    main()
