from __future__ import annotations

import pytest
from tests.small import images

import ganworks
from ganworks.errors import UsageError


@pytest.mark.parametrize("setting", [{"mirror": True}, {"workers": 2}, {"hold_out": 0.1}])
def test_settings_of_a_training_have_no_meaning(setting: dict[str, object]) -> None:
    made, real = (images(40, seed=seed) for seed in (0, 1))
    with pytest.raises(UsageError, match=f"{next(iter(setting))} is for training and has no meaning in an evaluation"):
        ganworks.evaluate(made, real, settings=setting, scores="kid", extractor="classifier")
