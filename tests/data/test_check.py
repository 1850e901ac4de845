import numpy as np

from ganworks.config import DataSettings
from ganworks.data.check import check
from ganworks.data.open import open_samples


def test_a_clean_set_has_no_warnings() -> None:
    report = check(open_samples(DataSettings()))
    assert report.count == 10_000 and report.shape == (1, 28, 28) and report.channels == "grey"
    assert set(report.balance.values()) == {1000} and report.duplicates == 0
    assert (report.low, report.high) == (0, 255) and report.warnings == ()


def test_troubles_are_counted_and_said(picture) -> None:
    for number in range(30):
        folder = picture(f"a/{number}.png", seed=number)
    picture("a/copy.png", seed=7)
    picture("b/rare.png", seed=100)
    (folder / "a" / "bad.png").write_text("no")
    report = check(open_samples(DataSettings(source=str(folder), broken=1)))
    assert report.count == 32 and report.balance == {"a": 31, "b": 1} and report.duplicates == 1
    assert [file.name for file in report.broken] == ["a/bad.png"]
    said = "; ".join(report.warnings)
    for part in ("only 32 samples", "1 of 32 samples are exact duplicates", "class b (1)", "1 broken"):
        assert part in said


def test_points_have_no_channels() -> None:
    report = check(open_samples(DataSettings(), source=np.arange(8.0).reshape(4, 2)))
    assert report.channels == "" and (report.low, report.high) == (0, 7)
