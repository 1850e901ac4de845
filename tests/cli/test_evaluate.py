"""`ganworks evaluate`: any two sets of images, or a run; one table, one line of JSON, nothing unlike compared."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.cli.conftest import Call, draw_photos

from ganworks.cli.commands.evaluate import writing
from ganworks.data.cache import cache_folder
from ganworks.lookup import names
from ganworks.scores.evaluation import history
from ganworks.scores.evaluation.choice import default_scores
from ganworks.scores.extractors import classifier_training, extractor_names
from ganworks.scores.extractors.classifier_network import Classifier
from ganworks.scores.extractors.resizing import MODES

CLASSES = ["--scores", "kid,histogram"]
CHEAP = ["--scores", "frechet,precision-recall,histogram"]


@pytest.fixture(autouse=True)
def little_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A classifier that is trained in no time."""
    monkeypatch.setattr(classifier_training, "presented", lambda count: 6 * count)


@pytest.fixture(scope="session")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real bright and dark squares on noise in two classes; generated ones, noisier."""
    folder = tmp_path_factory.mktemp("arrays")
    for name, count, seed, noise in (("real", 280, 0, 30), ("made", 150, 1, 60)):
        random = np.random.default_rng(seed)
        labels = np.arange(count) * 2 // count  # sorted by class, as folders are
        images = random.normal(100, noise, (count, 8, 8, 1))
        images[:, 2:6, 2:6] += np.where(labels, 80, -80)[:, None, None, None]
        np.savez(folder / f"{name}.npz", images=images.clip(0, 255).astype(np.uint8), labels=labels)
    return folder


def table(text: str) -> dict[str, list[str]]:
    """The rows of the printed table by their score."""
    lines = text.split("\n\n")[0].splitlines()[1:]
    return {line.split()[0]: re.sub(r" ± ", "±", line).split()[1:] for line in lines}


def test_help_names_what_there_is_and_fits_the_screen(call: Call) -> None:
    called = call("evaluate", "--help")
    assert called.code == 0 and max(map(len, called.out.splitlines())) <= 80
    paragraphs = re.findall(r"^([A-Z][\w ]+): ((?:.+\n)+)", called.out, re.M)
    lists = {title: " ".join(text.split()) for title, text in paragraphs}
    assert lists["Scores"].split(", ") == list(names("ganworks.scores", "score"))
    usual, with_classes, modes = re.split("; (?:with classifier|of a known mixture) also ", lists["By default"])
    assert (*usual.split(", "), *with_classes.split(", ")) == default_scores(own_classes=True)
    assert {modes, *usual.split(", ")} == set(default_scores(own_classes=False, mixture=True))
    assert lists["Extractors"].split(";")[0].split(", ") == list(extractor_names())
    assert lists["Resize modes"].split(", ") == list(MODES)


def test_two_arrays(call: Call, arrays: Path) -> None:
    called = call(
        "evaluate", arrays / "made.npz", "--data", arrays / "real.npz", *CHEAP, "--count", 140, "--out", "s.json"
    )
    assert called.code == 0, called.err
    rows = table(called.out)
    assert list(rows) == ["frechet", "precision", "recall", "total_variation", "rarest", "confidence"]
    value, floor, ceiling, better = rows["frechet"]
    assert float(floor) < float(value.split("±")[0]) < float(ceiling) and better == "lower"
    assert float(value.split("±")[1]) > 0
    assert re.search(r"^samples +140 against 140 of real.npz \(train\)$", called.out, re.M)
    assert re.search(r"^floor +two disjoint parts of the real images, 140 against 140$", called.out, re.M)
    assert re.search(r"^extractor +classifier\S*, input at 8×8", called.out, re.M)
    written = json.loads(Path("s.json").read_text())
    assert written["protocol"]["generated"] == written["protocol"]["real"] == 140
    assert f"{written['frechet']:.6f}".startswith(value.split("±")[0][:4])
    assert not Path("scores.jsonl").exists()


def test_a_floor_at_another_size_is_owned_up_to(call: Call, arrays: Path) -> None:
    called = call("evaluate", arrays / "made.npz", "--data", arrays / "real.npz", "--scores", "frechet")
    assert re.search(r"^samples +150 against 150 ", called.out, re.M)
    assert "140 against 140" in called.out and "--count 140 takes as many for all" in called.out


def test_the_other_split_is_the_floor(call: Call, arrays: Path) -> None:
    real, made = (np.load(arrays / f"{name}.npz")["images"] for name in ("real", "made"))
    np.savez("split.npz", x_train=real, x_test=made[:140])
    called = call(
        *["evaluate", "split.npz", "--data", "split.npz", "--scores", "frechet", "--extractor"], "tests_own:network"
    )
    assert called.code == 2 and "cannot import" in called.err
    Path("own_extractor.py").write_text(OWN)
    called = call("evaluate", arrays / "made.npz", "--data", "split.npz", *WITH_OWN)
    assert called.code == 0, called.err
    assert re.search(r"^floor +real against real of the other split \(split.npz\), 140 against 140$", called.out, re.M)


OWN = """
class Means:
    name = "means"

    def features(self, images):
        return images.float().unfold(2, 4, 4).unfold(3, 4, 4).mean((4, 5)).flatten(1)
"""
WITH_OWN = ["--scores", "frechet", "--extractor", "own_extractor:Means"]


def test_folders_of_any_order_are_scored_with_an_extractor_of_ones_own(call: Call, arrays: Path) -> None:
    Path("own_extractor.py").write_text(OWN)
    for name in ("real", "made"):
        Path(name).mkdir()
        for index, pixels in enumerate(np.load(arrays / f"{name}.npz")["images"]):
            Image.fromarray(pixels[..., 0]).save(f"{name}/{index:03d}.png")
    of_folders = call("evaluate", "made", "--data", "real", *WITH_OWN, "--out", "a.json")
    assert of_folders.code == 0, of_folders.err
    call("evaluate", arrays / "made.npz", "--data", arrays / "real.npz", *WITH_OWN, "--out", "b.json")
    folders, files = (json.loads(Path(name).read_text()) for name in ("a.json", "b.json"))
    assert folders["frechet"] == pytest.approx(files["frechet"], rel=1e-9)
    assert folders["protocol"]["extractor"] == "means"


def test_a_run_keeps_its_scores_and_is_scored_like_its_pictures(call: Call, image_run: Path) -> None:
    run = shutil.copytree(image_run, "run")
    words = ["evaluate", "run", "--data", draw_photos(Path("photos"), 24), *CLASSES, "--count", 20]
    first = call(*words)
    assert first.code == 0, first.err
    again = call(*words, "--against", "run")
    assert again.code == 0, again.err
    one, two = history.read(Path(run))
    assert {key: one[key] for key in one if key != "time"} == {key: two[key] for key in two if key != "time"}
    assert one["step"] == 2 and one["seed"] == 0 and set(one["floor"]) == set(one["ceiling"]) == set(one["errors"])
    assert table(again.out)["confidence"][-2:] == ["+0.0", "s.e."]
    call("generate", "run", "--count", 20, "--out", "made")
    made = call(
        "evaluate", "made", "--data", "photos", "--count", 20, "--data.resolution", 8, *CLASSES, "--against", "run"
    )
    assert made.code == 0, made.err
    assert table(made.out)["confidence"][:4] == table(first.out)["confidence"][:4]


def test_other_protocols_are_not_compared(call: Call, arrays: Path) -> None:
    made, real = arrays / "made.npz", arrays / "real.npz"
    assert call("evaluate", made, "--data", real, *CHEAP, "--count", 130, "--out", "a.json").code == 0
    called = call("evaluate", made, "--data", real, *CHEAP, "--count", 140, "--against", "a.json")
    assert called.code == 2
    assert called.err.count("\n") == 1 and called.out == ""
    assert "generated (130 there, 140 here), real (130 there, 140 here)" in called.err and "extractor" not in called.err


def test_real_images_are_described_once(call: Call, arrays: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    features = Classifier.features
    monkeypatch.setattr(Classifier, "features", lambda self, images: seen.append(len(images)) or features(self, images))
    words = ["evaluate", arrays / "made.npz", "--data", arrays / "real.npz", "--scores", "frechet", "--count", 135]
    assert call(*words).code == 0
    assert sum(seen) == 4 + 270 + 135 + 135, "a probe, real, generated, shuffled"
    seen.clear()
    first = call(*words).out
    assert sum(seen) == 4 + 135, "a probe, generated"
    for file in (cache_folder() / "features").glob("*/features.safetensors"):
        file.write_bytes(b"damaged")
    assert call(*words).out == first
    # Changed content is other content.
    pixels = {**np.load(arrays / "real.npz")}
    pixels["images"][0, 0, 0] ^= 255
    np.savez("real.npz", **pixels)
    seen.clear()
    assert call(*words[:3], "real.npz", *words[4:]).code == 0
    assert sum(seen) == 4 + 270 + 135 + 135


def test_one_score_that_fails_is_told_below_the_others(call: Call, arrays: Path) -> None:
    words = ["evaluate", arrays / "made.npz", "--data", arrays / "real.npz", "--count", 100]
    called = call(*words, "--scores", "frechet,kid,ndb", "--out", "s.json")
    assert called.code == 1 and called.err.count("\n") == 1
    assert "frechet: 100 samples do not fill 128 dimensions" in called.err and "; ndb: " in called.err
    assert list(table(called.out)) == ["kid"] and json.loads(Path("s.json").read_text())["kid"] is not None
    other = call(*words, "--scores", "histogram", "--against", "s.json")
    assert other.code == 2 and "s.json has none of the scores total_variation, rarest, confidence" in other.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("evaluate {made}", "name the real ones with --data"),
        ("evaluate {made} --data {real} --scores frechte", "did you mean 'frechet'"),
        ("evaluate {made} --data {real} --count 200", "made.npz has 150 samples, fewer than the 200 asked for"),
        ("evaluate {made} --data {real} --extractor inceptoin", "did you mean 'inception'"),
        ("evaluate {made} --data {real} --extractor tests_own:network", "cannot import"),
        ("evaluate {made} --data {real} --scores frechet --count 100", "frechet: 100 samples do not fill"),
        ("evaluate {made} --data {real} --count 4", "count must be a whole number of at least 20, not 4"),
        ("evaluate two.npy --data {real}", "two.npy has 2 samples: fewer than 20 have no score"),
        ("evaluate one.npy --data {real}", "one.npy holds 1 sample"),
        ("evaluate wide.npy --data {real}", "wide.npy holds images of 1×8×10 and real.npz images of 1×8×8"),
        ("evaluate {made} --data plain.npy --extractor classifier", "plain.npy has no labels"),
        ("evaluate ring.npy --data {real}", "ring.npy holds points"),
        ("evaluate nowhere/ --data {real}", "no file or folder 'nowhere/'"),
        ("evaluate {made} --data {real} --against one.npy", "one.npy"),
        ("evaluate {made} --data {real} --training.steps 4", "--training.steps has no meaning here"),
        ("evaluate {made} --data {real} --data.mirror true", "--data.mirror has no meaning here"),
        ("evaluate {made} --data {real} --data.workers 2", "--data.workers has no meaning here"),
        ("evaluate {made} --data {real} --out scores.csv", "scores are written as .json"),
        ("evaluate {made} --data {real} --best --count 0", "at least 1"),
        ("evaluate {made} --data {real} --best", "best is for runs, which "),
        ("evaluate {made} --data {real} --seed -1", "seed is for runs, which "),
        ("evaluate {made} --data {real} --scores ,", "scores names none"),
        ("evaluate {made} --data {real} --device tpu", "unknown device 'tpu'"),
    ],
)
def test_mistakes_are_one_line(call: Call, arrays: Path, words: str, message: str) -> None:
    random = np.random.default_rng(0)
    np.save("one.npy", random.integers(0, 255, (1, 8, 8), np.uint8))
    np.save("two.npy", random.integers(0, 255, (2, 8, 8), np.uint8))
    np.save("wide.npy", random.integers(0, 255, (20, 8, 10), np.uint8))
    np.save("plain.npy", random.integers(0, 255, (20, 8, 8), np.uint8))
    np.save("ring.npy", random.normal(size=(20, 2)))
    called = call(*words.format(made=arrays / "made.npz", real=arrays / "real.npz").split())
    assert called.code in (1, 2) and called.out == ""
    assert called.err.count("\n") == 1 and message in called.err, called.err


@pytest.mark.parametrize(
    ("value", "error", "scale", "written"),
    [
        (7e-9, 3e-9, [1e-9], ["7.0e-09", "3.0e-09", "1.0e-09"]),
        (3.0177, 0.184, [0.58], ["3.02", "0.18", "0.58"]),
        (8.0, 0.0, [8.0, 7.0], ["8", "0", "8", "7"]),
        (8.0, 0.31, [8.0], ["8.00", "0.31", "8.00"]),
        (0.0, 0.0, [1.0], ["0.0000", "0.0000", "1.0000"]),
        (0.25, None, [None], ["0.2500", "-", "-"]),
    ],
)
def test_numbers_of_any_size_are_written(
    value: float, error: float | None, scale: list[float | None], written: list[str]
) -> None:
    write = writing(value, error, scale)
    assert [write(value), write(error), *map(write, scale)] == written


def test_a_run_of_points_is_scored_by_its_modes(call: Call, points_run: Path) -> None:
    run = shutil.copytree(points_run, "run")
    called = call("evaluate", run, "--count", 500)
    assert called.code == 0, called.err
    rows = table(called.out)
    assert next(iter(rows)) == "captured" and float(rows["captured"][1]) == 8 and "frechet" in rows
    assert re.search(r"^extractor +coordinates, input at the scale of the real points$", called.out, re.M)
    assert re.search(r"^ceiling +real points, each coordinate permuted among them, 500 against 500$", called.out, re.M)
    assert history.read(Path(run))[-1]["captured"] == float(rows["captured"][0].split("±")[0])
