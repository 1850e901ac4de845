"""`ganworks interpolate`: walks as animations and strips."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from tests.cli.conftest import Call


def test_an_animation_loops_through_all_frames(call: Call, image_run: Path) -> None:
    called = call("interpolate", image_run, "--out", "walk.gif", "--stops", "3", "--frames", "5")
    assert called.code == 0, called.err
    with Image.open("walk.gif") as walk:
        assert walk.n_frames == 15
        assert walk.size == (256, 256)
        assert walk.info["loop"] == 0


def test_a_strip_has_a_row_for_each_leg(call: Call, image_run: Path) -> None:
    for kind in ("linear", "spherical"):
        words = ("--out", f"{kind}.png", "--stops", "2", "--frames", "6", "--kind", kind)
        assert call("interpolate", image_run, *words).code == 0
    strip = Image.open("linear.png")
    columns, rows = 6 * 10 + 2, 2 * 10 + 2
    assert strip.width * rows == strip.height * columns
    assert Path("linear.png").read_bytes() != Path("spherical.png").read_bytes()


def test_a_conditional_run_walks_within_a_label(call: Call, labelled_run: Path) -> None:
    assert call("interpolate", labelled_run, "--out", "dogs.png", "--label", "dogs").code == 0
    assert call("interpolate", labelled_run, "--out", "x.png", "--label", "dgos").code == 2


def test_points_walk_into_a_cloud_only(call: Call, points_run: Path) -> None:
    assert call("interpolate", points_run, "--out", "walk.png").code == 0
    called = call("interpolate", points_run, "--out", "walk.gif")
    assert called.code == 2
    assert "end --out in .png" in called.err
