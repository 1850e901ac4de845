"""What is refused before anything is computed."""

from __future__ import annotations

import pytest

from ganworks.data.spec import Spec
from ganworks.errors import GanworksError
from ganworks.scores.evaluation.describing import require_pictures


def test_points_are_told_of_the_scores_for_them() -> None:
    with pytest.raises(
        GanworksError, match=r"^ring holds points: .* call ganworks\.scores\.mixture_modes from Python$"
    ):
        require_pictures("ring", Spec((2,)))
    require_pictures("photos", Spec((3, 8, 8)))
