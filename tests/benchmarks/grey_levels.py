"""Pictures of ten classes that a classifier learns at once, instead of digits."""

import torch

from ganworks.data.samples import Samples
from ganworks.data.spec import Spec


def grey_levels(count: int, seed: int = 0) -> Samples:
    """8×8 pictures as bright as their class, with a little noise."""
    labels = torch.arange(count) % 10
    noise = torch.randint(0, 6, (count, 1, 8, 8), generator=torch.Generator().manual_seed(seed))
    pictures = (noise + 25 * labels.view(-1, 1, 1, 1)).to(torch.uint8)
    classes = tuple(map(str, range(10)))
    return Samples("levels", Spec((1, 8, 8), classes), pictures.numpy(), labels.numpy(), (), f"{count}-{seed}")
