"""What belongs to each picture goes with it, and what fits none is refused before anything is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tests.translators import OnlyTranslates
from torch import Tensor

import ganworks
from ganworks.data.spec import Spec
from ganworks.errors import GanworksError, UsageError
from ganworks.recipes import configure
from ganworks.runs import Run


class Painter(OnlyTranslates):
    """Paints what is missing white, says where somebody's nose is to be, and enlarges."""

    varies = True

    def __init__(self, channels: int = 3) -> None:
        super().__init__(Spec((channels, 8, 8)))
        self.noses: list[list[float]] = []

    def translate(
        self,
        images: Tensor,
        *,
        mask: Tensor | None = None,
        pose: Tensor | None = None,
        age: str | None = None,
        scale: int = 1,
    ) -> Tensor:
        if age == "young":
            raise UsageError("nobody is young")
        if max(images.shape) > 30:
            raise GanworksError("too large for this memory")
        if pose is not None:
            self.noses.append(pose[0, 0].tolist())
        made = images - 2 if mask is None else torch.where(mask == 1, 1, -1).expand_as(images).to(images)
        return made.repeat_interleave(scale, 2).repeat_interleave(scale, 3)


@pytest.fixture
def game() -> Painter:
    return Painter()


@pytest.fixture
def run(game: Painter) -> Run:
    return Run(game, configure("pix2pix"), 0, None)


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, size in (("a.png", (5, 4)), ("b/a.png", (6, 7))):
        draw(tmp_path / "in" / name, np.full((*size, 3), 99, np.uint8))
    return tmp_path / "in"


def draw(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def half(height: int, width: int) -> np.ndarray:
    """White in its upper half."""
    return np.repeat(np.arange(height) < height // 2, width).reshape(height, width).astype(np.uint8) * 255


def painted(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))[..., 0]


def test_masks_are_found_by_name_whatever_their_suffix(run: Run, pictures: Path) -> None:
    draw(Path("masks/a.bmp"), half(5, 4))
    draw(Path("masks/b/a.png"), np.stack([half(6, 7)] * 3, 2))
    ganworks.apply(run, pictures, "out", mask="masks")
    assert np.array_equal(painted(Path("out/a.png")), half(5, 4))
    assert np.array_equal(painted(Path("out/b/a.png")), half(6, 7))


def test_masks_and_poses_may_be_arrays(run: Run, game: Painter) -> None:
    mask, pose = half(5, 4)[None, None] / 255, np.full((1, 17, 3), 2.0)
    made = run.translate([torch.zeros(3, 5, 4), torch.zeros(3, 5, 4)], mask=[mask, 1 - mask], pose=pose)
    assert np.array_equal(made[0][0] == 1, mask[0, 0]) and np.array_equal(made[1][0] == 1, 1 - mask[0, 0])
    assert game.noses == [[2, 2, 2]] * 2


def test_one_mask_serves_all_pictures_of_its_size(run: Run, pictures: Path) -> None:
    draw(Path("mask.png"), half(5, 4))
    done = ganworks.apply(run, pictures / "a.png", "out", mask="mask.png")
    assert done.written == (Path("out/a.png"),) and done.broken == ()
    assert np.array_equal(painted(Path("out/a.png")), half(5, 4))
    with pytest.raises(UsageError, match=r"mask\.png is 5×4 and b/a\.png is 6×7: make them of one size"):
        ganworks.apply(run, pictures, "second", mask="mask.png")
    assert not Path("second").exists()


@pytest.mark.parametrize(
    ("masks", "said"),
    [
        ({}, "nowhere does not exist"),
        ({"a.png": (5, 4)}, "no mask for 1 of 2 pictures, first 'b/a.png'"),
        ({"a.png": (5, 4), "a.bmp": (5, 4), "b/a.png": (6, 7)}, "'a.bmp' and 'a.png': which"),
        ({"a.png": (5, 4), "b/a.png": (7, 6)}, "is 7×6 and b/a.png is 6×7"),
    ],
)
def test_masks_that_do_not_fit(run: Run, pictures: Path, masks: dict[str, tuple[int, int]], said: str) -> None:
    for name, size in masks.items():
        draw(Path("masks") / name, half(*size))
    with pytest.raises(GanworksError, match=said):
        ganworks.apply(run, pictures, "out", mask="masks" if masks else "nowhere")
    assert not Path("out").exists()


def test_a_mask_that_is_no_picture(run: Run, pictures: Path) -> None:
    Path("mask.png").write_text("nothing")
    with pytest.raises(GanworksError, match=r"the mask mask\.png cannot be read \(not an image"):
        ganworks.apply(run, pictures, "out", mask="mask.png")


def test_each_picture_has_its_pose_or_all_have_one(game: Painter, run: Run, pictures: Path) -> None:
    one, other = ([[x, 2, 2]] * 17 for x in (1, 5))
    Path("poses.json").write_text(json.dumps({"a.png": one, "b/a.png": other}))
    ganworks.apply(run, pictures, "out", pose="poses.json")
    assert game.noses == [[1, 2, 2], [5, 2, 2]]
    Path("pose.json").write_text(json.dumps({"anybody": other}))
    ganworks.apply(run, pictures, "all", pose="pose.json")
    assert game.noses[2:] == [[5, 2, 2]] * 2
    Path("poses.json").write_text(json.dumps({"a.png": one, "c.png": other}))
    with pytest.raises(GanworksError, match=r"no keypoints for 1 of 2 pictures: b/a\.png"):
        ganworks.apply(run, pictures, "none", pose="poses.json")
    assert not Path("none").exists()


def test_transparency_is_enlarged_with_its_picture(run: Run, pictures: Path) -> None:
    opacity = np.linspace(0, 255, 6 * 4).reshape(6, 4).astype(np.uint8)
    draw(pictures / "clear.webp", np.dstack([np.zeros((6, 4, 3), np.uint8), opacity]))
    ganworks.apply(run, pictures / "clear.webp", "out", scale=2)
    made = Image.open("out/clear.webp")
    assert (made.mode, made.size) == ("RGBA", (8, 12))
    shrunk = np.asarray(made.getchannel("A").reduce(2), int)
    assert abs(shrunk - opacity).max() <= 16 and abs(shrunk - opacity).mean() <= 4


def test_a_network_that_paints_transparency_is_believed(pictures: Path) -> None:
    draw(pictures / "photo.jpg", np.full((4, 4, 3), 200, np.uint8))
    run = Run(Painter(channels=4), configure("pix2pix"), 0, None)
    ganworks.apply(run, pictures / "photo.jpg", "out")
    assert np.asarray(Image.open("out/photo.png")).reshape(-1, 4)[0].tolist() == [0, 0, 0, 0]


def test_a_grey_network_writes_grey(pictures: Path) -> None:
    run = Run(Painter(channels=1), configure("pix2pix"), 0, None)
    ganworks.apply(run, pictures / "a.png", "out")
    assert Image.open("out/a.png").mode == "L"


def test_a_grey_network_keeps_transparency(pictures: Path) -> None:
    draw(pictures / "clear.png", np.full((5, 4, 4), 100, np.uint8))
    ganworks.apply(Run(Painter(channels=1), configure("pix2pix"), 0, None), pictures / "clear.png", "out")
    made = Image.open("out/clear.png")
    assert made.mode == "LA" and np.asarray(made.getchannel("A")).tolist() == [[100] * 4] * 5


def test_a_picture_that_cannot_be_translated_is_skipped(run: Run, pictures: Path) -> None:
    draw(pictures / "large.png", np.zeros((31, 4, 3), np.uint8))
    done = ganworks.apply(run, pictures, "out")
    assert [(broken.name, broken.reason) for broken in done.broken] == [("large.png", "too large for this memory")]
    assert len(done.written) == 2
    with pytest.raises(GanworksError, match=r"large\.png: too large for this memory"):
        ganworks.apply(run, pictures / "large.png", "second")


def test_what_looks_like_the_picture_on_white_is_as_it_was_where_nothing_changed(pictures: Path) -> None:
    """Networks see transparency on white, which is not put there twice."""
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (8, 8, 4), dtype=np.uint8)
    draw(pictures / "clear.png", pixels)

    class Leaves(Painter):
        def translate(self, images: Tensor, *, mask: Tensor | None = None) -> Tensor:  # type: ignore[override]
            made = images.clone()
            made[..., :4] *= 0.9
            return made

    ganworks.apply(Run(Leaves(), configure("pix2pix"), 0, None), pictures / "clear.png", "out")
    made = np.asarray(Image.open("out/clear.png"))
    assert np.array_equal(made[:, 4:], pixels[:, 4:]) and np.array_equal(made[..., 3], pixels[..., 3])

    def on_white(image: np.ndarray) -> np.ndarray:
        opaque = image[..., 3:] / 255
        return np.asarray(image[..., :3] * opaque + 255 * (1 - opaque))

    wanted = 0.9 * (on_white(pixels)[:, :4] - 127.5) + 127.5
    least = 255 * (1 - pixels[:, :4, 3:] / 255)  # what shines through
    assert np.abs(on_white(made)[:, :4] - np.clip(wanted, least, None)).max() < 2


def test_colour_profiles_are_kept(run: Run, pictures: Path) -> None:
    Image.new("RGB", (4, 5)).save(pictures / "a.png", icc_profile=b"a profile")
    ganworks.apply(run, pictures / "a.png", "out")
    assert Image.open("out/a.png").info["icc_profile"] == b"a profile"


@pytest.mark.parametrize(("mode", "kept"), [("P", True), ("LA", False), ("CMYK", False)])
def test_a_profile_of_other_colours_is_not_kept(run: Run, pictures: Path, mode: str, kept: bool) -> None:
    name = "a.jpg" if mode == "CMYK" else "a.png"
    Image.new(mode, (4, 5)).save(pictures / name, icc_profile=b"a profile")
    ganworks.apply(run, pictures / name, "out")
    assert ("icc_profile" in Image.open(f"out/{name}").info) == kept


def test_what_is_painted_into_a_transparent_hole_can_be_seen(run: Run, pictures: Path) -> None:
    hole = half(5, 4) == 255
    clear = np.full((5, 4, 4), 255, np.uint8)
    clear[hole, 3] = 0  # white as what is painted, which is no sign that it was there before
    clear[4, 0, 3] = 100
    draw(pictures / "a.png", clear)
    draw(Path("mask.png"), half(5, 4))
    ganworks.apply(run, pictures / "a.png", "out", mask="mask.png")
    alpha = np.asarray(Image.open("out/a.png"))[..., 3]
    assert (alpha[hole] == 255).all() and np.array_equal(alpha[~hole], clear[~hole, 3])


def test_masks_are_never_written_over(run: Run, pictures: Path) -> None:
    draw(Path("masks/a.png"), half(5, 4))
    draw(Path("masks/b/a.png"), half(6, 7))
    with pytest.raises(UsageError, match=r"masks/a.png is needed for that and would be written over"):
        ganworks.apply(run, pictures, "masks", mask="masks", overwrite=True)
    assert np.array_equal(np.asarray(Image.open("masks/a.png")), half(5, 4))


def test_strokes_on_transparency_are_a_mask(run: Run, pictures: Path) -> None:
    draw(Path("mask.png"), np.dstack([np.full((5, 4, 3), 255, np.uint8), half(5, 4)]))
    ganworks.apply(run, pictures / "a.png", "out", mask="mask.png")
    assert np.array_equal(painted(Path("out/a.png")), half(5, 4))


@pytest.mark.parametrize(("value", "said"), [(1, "has no white"), (255, "has nothing but white")])
def test_masks_of_nothing_and_of_everything(run: Run, pictures: Path, value: int, said: str) -> None:
    draw(Path("mask.png"), np.full((5, 4), value, np.uint8))
    with pytest.raises(GanworksError, match=said):
        ganworks.apply(run, pictures / "a.png", "out", mask="mask.png")


def test_what_cannot_be_meant_for_one_picture_skips_it(run: Run, pictures: Path) -> None:
    class Small(Painter):
        def translate(self, images: Tensor) -> Tensor:  # type: ignore[override]
            if images.shape[2] < 6:
                raise UsageError("too small")
            return images

    done = ganworks.apply(Run(Small(), configure("pix2pix"), 0, None), pictures, "out")
    assert [(broken.name, broken.reason) for broken in done.broken] == [("a.png", "too small")]
    assert done.written == (Path("out/b/a.png"),)


def test_a_picture_for_which_there_is_no_memory_is_skipped(pictures: Path) -> None:
    class Large(Painter):
        def translate(self, images: Tensor) -> Tensor:  # type: ignore[override]
            if images.shape[2] < 6:
                raise RuntimeError("DefaultCPUAllocator: not enough memory")
            return images

    done = ganworks.apply(Run(Large(), configure("pix2pix"), 0, None), pictures, "out")
    assert [broken.name for broken in done.broken] == ["a.png"] and "more memory" in done.broken[0].reason


def test_a_picture_of_pillow_is_a_mask(run: Run) -> None:
    made = run.translate(torch.zeros(1, 3, 5, 4), mask=Image.fromarray(half(5, 4)))
    assert np.array_equal(made[0, 0].numpy() == 1, half(5, 4) == 255)


def test_strokes_on_transparency_are_a_mask_of_pillow_too(run: Run) -> None:
    strokes = Image.fromarray(np.dstack([np.full((5, 4, 3), 255, np.uint8), half(5, 4)]))
    made = run.translate(torch.zeros(1, 3, 5, 4), mask=strokes)
    assert np.array_equal(made[0, 0].numpy() == 1, half(5, 4) == 255)


@pytest.mark.parametrize("wish", [{"mask": "mask.png"}, {"pose": [1]}, {"age": 1.7}, {"scale": "4"}])
def test_wishes_of_another_kind_are_told(run: Run, wish: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(wish))} is to be a .*, not a "):
        run.translate(torch.zeros(1, 3, 5, 4), **wish)


def test_a_wish_that_no_picture_can_have_ends_it(run: Run, pictures: Path) -> None:
    with pytest.raises(UsageError, match="nobody is young"):
        ganworks.apply(run, pictures, "out", age="young")
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("wishes", "said"),
    [({"direction": "b2a"}, "cannot be asked for direction"), ({"variants": 0}, "variants must be at least 1")],
)
def test_wishes_that_are_not_known(run: Run, pictures: Path, wishes: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        ganworks.apply(run, pictures, "out", **wishes)


def test_pictures_of_five_channels_are_none(pictures: Path) -> None:
    with pytest.raises(UsageError, match="5 channels cannot be written"):
        ganworks.apply(Run(Painter(channels=5), configure("pix2pix"), 0, None), pictures, "out")


def test_a_full_disk_leaves_no_part_of_a_picture(run: Run, pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> int:
        path.open("wb").write(data[:9])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(GanworksError, match="No space left on device"):
        ganworks.apply(run, pictures, "out")
    assert list(Path("out").iterdir()) == []
