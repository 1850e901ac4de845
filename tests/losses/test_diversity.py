"""What answers that are apart are worth, by hand."""

from __future__ import annotations

import pytest
import torch

from ganworks.errors import GanworksError
from ganworks.losses.diversity import mode_seeking


def test_distances_of_answers_are_counted_in_those_of_their_noise() -> None:
    first, second = torch.zeros(3, 2, 2, 2), torch.zeros(3, 2, 2, 2)
    second[:, :, 0, 0] = torch.tensor([0.5, -0.3])
    second[:, :, 1, 1] = 9  # known: it does not count
    missing = torch.tensor([[1.0, 1.0], [0.0, 0.0]]).expand(3, 1, 2, 2).clone()
    missing[2] = 0
    noise, other = torch.zeros(3, 2), torch.tensor([[0.1, -0.3], [2.0, 2.0], [1.0, 1.0]])
    of_one, of_another, of_nothing_missing = 0.4 / 2 / 0.2, 0.4 / 2 / 2, 0
    worth = (of_one + of_another + of_nothing_missing) / 3
    assert mode_seeking(first, second, noise, other, missing).item() == pytest.approx(-worth)


def test_masks_of_other_pictures_are_refused() -> None:
    images, noise = torch.zeros(2, 3, 4, 4), torch.zeros(2, 1)
    with pytest.raises(GanworksError, match="masks of shape"):
        mode_seeking(images, images, noise, noise + 1, torch.ones(2, 1, 4, 5))
