"""How far images are from those that they should be, pixel by pixel; means over everything, also over the batch."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import max_pool2d

from ganworks.errors import GanworksError


def l1(generated: Tensor, real: Tensor) -> Tensor:
    """E |x − x̂| of two N×C×H×W (Isola et al. 2017, arXiv:1611.07004, eq. 3)."""
    require_pairs(generated, real)
    return (real - generated).abs().mean()


def l2(generated: Tensor, real: Tensor) -> Tensor:
    """E (x − x̂)² of two N×C×H×W (Ledig et al. 2017, arXiv:1609.04802, eq. 4)."""
    require_pairs(generated, real)
    return (real - generated).square().mean()


def masked_l2(generated: Tensor, real: Tensor, missing: Tensor, overlap: int = 7, heavier: float = 10.0) -> Tensor:
    """‖M ⊙ (x − x̂)‖² / ‖M‖₁ of the missing pixels, M being 1 (Pathak et al. 2016, arXiv:1604.07379, eq. 1).

    Args:
        generated, real: N×C×H×W.
        missing: N×1×H×W, 1 where the image was cut out and 0 where it was given.
        overlap: pixels around the hole that are judged too, so that it meets what was given (section 3.3).
        heavier: what M is there.

    The mean over images of each one's own; 0 for an image that misses nothing.
    """
    require_pairs(generated, real)
    require_masks(missing, real)
    around = max_pool2d(missing, 2 * overlap + 1, 1, overlap) - missing
    weights = missing + heavier * around
    errors = (weights * (real - generated).square()).mean(1, keepdim=True)
    return (errors.sum((1, 2, 3)) / weights.sum((1, 2, 3)).clamp(min=1)).mean()


def pose_mask_l1(generated: Tensor, real: Tensor, body: Tensor) -> Tensor:
    """E |(x − x̂) ⊙ (1 + M)| of two N×C×H×W, M being N×1×H×W, 1 on the body (Ma et al. 2017, arXiv:1705.09368)."""
    require_pairs(generated, real)
    require_masks(body, real)
    return ((real - generated).abs() * (1 + body)).mean()


def require_pairs(generated: Tensor, real: Tensor) -> None:
    """Raises GanworksError for images of two shapes, which would be broadcast."""
    if generated.shape != real.shape:
        shapes = f"{tuple(generated.shape)} and {tuple(real.shape)}"
        raise GanworksError(f"images of shape {shapes} are no pairs: image i of one belongs to image i of the other")


def require_masks(masks: Tensor, images: Tensor) -> None:
    """Raises GanworksError unless there is one mask of one channel for each image."""
    wanted = (len(images), 1, *images.shape[2:])
    if masks.shape != wanted:
        raise GanworksError(f"masks of shape {tuple(masks.shape)} do not fit these images: they are {wanted}")
