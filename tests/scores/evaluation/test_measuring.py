"""Scoring from Python: what is compared with what, by which scores, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tests.small import ENGINE, flat, images, labels
from torch import Tensor, nn
from torch.utils.data import TensorDataset

import ganworks
from ganworks.config import DataSettings
from ganworks.data.open import open_samples
from ganworks.errors import GanworksError, UsageError
from ganworks.scores.evaluation import history
from ganworks.scores.evaluation.choice import chosen_scores, default_extractor, default_scores
from ganworks.scores.evaluation.describing import describe
from ganworks.scores.evaluation.protocol import Protocol
from ganworks.scores.evaluation.sources import open_real
from ganworks.scores.evaluation.subject import MOST, Subject, count_of, subject_of
from ganworks.scores.extractors import classifier_training

HERE = "tests.scores.evaluation.test_measuring"


class Rows:
    """Means of the rows; enough to compare with."""

    name = "rows"

    def features(self, images: Tensor) -> Tensor:
        return images.float().mean((1, 3))


class Halves(nn.Module):
    """Without an __init__ of its own: means of the upper and the lower half."""

    def forward(self, images: Tensor) -> Tensor:
        return images.unflatten(2, (2, -1)).mean((1, 3, 4))


class Wide:
    """More dimensions than some sets have samples."""

    name = "wide"

    def features(self, images: Tensor) -> Tensor:
        return images.float().flatten(1)[:, :30]


class Broken:
    """Not numbers."""

    name = "broken"

    def features(self, images: Tensor) -> Tensor:
        return torch.full((len(images), 2), float("nan"))


@pytest.fixture(autouse=True)
def little_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A classifier that is trained in no time."""
    monkeypatch.setattr(classifier_training, "presented", lambda count: 2 * count)


def score(generated: Any, real: Any, **wishes: Any) -> ganworks.scores.evaluation.evaluation.Evaluation:  # type: ignore[name-defined]
    return ganworks.evaluate(generated, real, **{"scores": ["frechet"], "extractor": f"{HERE}:Rows", **wishes})


def test_arrays_tensors_and_datasets_are_alike() -> None:
    real, made = images(60), images(50, seed=1) // 2
    of_arrays = score(made, real)
    assert of_arrays["frechet"] > of_arrays.floor["frechet"] >= 0
    of_tensors = score(torch.from_numpy(made), torch.from_numpy(real))
    assert of_tensors.values == of_arrays.values and of_tensors.protocol == of_arrays.protocol
    of_datasets = score(TensorDataset(torch.from_numpy(made)), TensorDataset(torch.from_numpy(real)))
    assert of_datasets.values == pytest.approx(of_arrays.values)
    same = score(real, real)
    assert same["frechet"] == pytest.approx(0, abs=1e-6)


def test_all_scores_with_the_classes_of_the_real_images() -> None:
    found = ganworks.evaluate(images(160, seed=1), (images(320), labels(320)))
    assert found.protocol.extractor.startswith("classifier-")
    assert {"frechet", "kid", "precision", "density", "inception_score", "total_variation"} <= set(found.values)
    assert set(found.values) == set(found.errors) == set(found.floor) == set(found.ceiling) == set(found.better)
    assert found.notes == ()


def test_what_too_few_samples_cannot_tell_is_left_out_unless_asked_for() -> None:
    found = ganworks.evaluate(images(40, seed=1), images(40), extractor=Wide, scores=None, count=25)
    assert "frechet" not in found.values and "kid" in found.values
    assert any(note.startswith("without frechet: 25 samples do not fill 30 dimensions") for note in found.notes)
    with pytest.raises(GanworksError, match=r"^frechet: 25 samples"):
        score(images(40), images(40), extractor=Wide, count=25)


def test_a_run_is_scored_against_what_is_handed_over(tmp_path: Path) -> None:
    run = ganworks.train("gan", images(64), out=tmp_path / "run", settings={**flat(ENGINE), "training.steps": 1})
    with pytest.raises(UsageError, match="trained on an object from Python: give the data"):
        run.evaluate()
    wishes: dict[str, Any] = {"scores": ["frechet"], "extractor": f"{HERE}:Rows", "count": 32}
    found = run.evaluate(images(64), **wishes)
    assert history.read(tmp_path / "run") == [found.to_dict()]
    assert run.evaluate(images(64), seed=1, **wishes)["frechet"] != found["frechet"]
    saved = run.save(tmp_path / "run.safetensors")
    assert ganworks.evaluate(saved, images(64), **wishes)["frechet"] == found["frechet"]
    assert len(history.read(tmp_path / "run")) == 2
    larger = run.evaluate(images(64, (3, 12, 12)), **wishes)
    assert larger.protocol.digest != found.protocol.digest, "decoded to the run's own shape"


@pytest.mark.parametrize("own", [Rows, Rows(), Halves, Halves()])
def test_an_extractor_may_be_handed_over(own: Any) -> None:
    made, real = images(50, seed=1), images(60)
    kind = own if isinstance(own, type) else type(own)
    by_path = score(made, real, extractor=f"{HERE}:{kind.__name__}")
    found = score(made, real, extractor=own)
    assert found.values == by_path.values and found.protocol == by_path.protocol
    assert found.protocol.resize == ("their own size" if kind is Halves else "the extractor's own size")


def test_a_run_takes_an_extractor_that_is_handed_over(tmp_path: Path) -> None:
    run = ganworks.train("gan", images(64), out=tmp_path / "run", settings={**flat(ENGINE), "training.steps": 1})
    found = run.evaluate(images(64), extractor=Halves(), scores=["frechet"], count=32)
    assert found.protocol.extractor == score(images(50), images(60), extractor=Halves).protocol.extractor


@pytest.mark.parametrize("own", [3, "", dict])
def test_what_is_no_extractor_is_one_line(own: Any) -> None:
    with pytest.raises(GanworksError, match="extractor"):
        score(images(20), images(40), extractor=own)


def test_numbers_of_one_protocol_are_compared_in_standard_errors() -> None:
    one, two = (score(images(120, seed=seed), images(120)) for seed in (1, 2))
    (before, sigmas) = one.against(two)["frechet"]
    assert before == two["frechet"]
    noise = ((one.errors["frechet"] or 0) ** 2 + (two.errors["frechet"] or 0) ** 2) ** 0.5
    assert sigmas == pytest.approx((one["frechet"] - before) / noise)
    with pytest.raises(UsageError, match=r"cannot be compared: digest \(\S+ there, \S+ here\)$"):
        one.against(score(images(120, seed=1), images(120, seed=3)))


def test_what_cannot_be_compared_is_said_in_one_line() -> None:
    one = score(images(60, seed=1), images(60))
    line = one.to_dict()
    assert one.against(one)["frechet"] == (one["frechet"], 0.0)
    few = score(images(30, seed=1), images(60), count=30)
    assert few.errors["frechet"] is None and few.against(few)["frechet"] == (few["frechet"], 0.0)
    assert np.isnan(few.against({**few.to_dict(), "frechet": 1e9})["frechet"][1]), "nothing tells how far"
    with pytest.raises(UsageError, match=r"^there has none of the scores frechet: "):
        one.against({"kid": 1.0, "protocol": line["protocol"]}, "there")
    for without in ({"frechet": 1.0}, {"frechet": 1.0, "protocol": None}):
        with pytest.raises(UsageError, match=r"^there tells no protocol: [^:]+$"):
            one.against(without, "there")


def test_values_of_another_definition_are_left_out_or_refused() -> None:
    one = score(images(60, seed=1), images(60), scores=["frechet", "kid"])
    assert one.to_dict()["versions"] == {"frechet": 1, "kid": 2}
    before = {**one.to_dict(), "versions": {"frechet": 1, "kid": 1}}
    assert list(one.against(before)) == ["frechet"]
    without = {name: value for name, value in one.to_dict().items() if name != "versions"}
    assert list(one.against(without)) == ["frechet"], "written before definitions were told"
    alone = {**without, "frechet": None}
    del alone["frechet"]
    with pytest.raises(UsageError, match=r"^there has kid by another definition: compute them there anew$"):
        one.against(alone, "there")
    with pytest.raises(UsageError, match="kid by another definition"):
        score(images(60, seed=1), images(60), scores=["kid"], against=alone)


def test_what_is_said_of_scores_is_kept_with_them() -> None:
    found = score(images(60, seed=1), images(60), count=50)
    assert found.notes and found.to_dict()["notes"] == list(found.notes)
    json.dumps(found.to_dict())


class Dear(Rows):
    """Not to be asked for anything."""

    name = "dear"

    def features(self, images: Tensor) -> Tensor:
        raise AssertionError("described in vain")


def test_scores_of_another_protocol_are_refused_before_anything_is_described(tmp_path: Path) -> None:
    made, real = images(60, seed=1), images(60)
    earlier = score(made, real, count=30)
    (tmp_path / "earlier.json").write_text(json.dumps(earlier.to_dict()))
    for against in (earlier, earlier.to_dict(), tmp_path / "earlier.json", str(tmp_path / "earlier.json")):
        where = tmp_path / "earlier.json" if isinstance(against, Path | str) else "the other"
        with pytest.raises(
            UsageError, match=rf"^{where} was measured by another protocol .*: generated \(30 there, 40"
        ):
            score(made, real, extractor=Dear, count=40, against=against)
        with pytest.raises(UsageError, match=r"cannot be compared: extractor \(rows there, dear here\)$"):
            score(made, real, extractor=Dear, count=30, against=against)
        with pytest.raises(UsageError, match=r"has none of the scores kid: compute them there too$"):
            score(made, real, scores="kid", count=30, against=against)
    again = score(made, real, count=30, against=tmp_path / "earlier.json")
    assert again.against() == again.against(earlier) == {"frechet": (earlier["frechet"], 0.0)}
    with pytest.raises(UsageError, match="nothing to compare with"):
        earlier.against()


def test_an_extractor_is_not_made_for_what_cannot_be_compared() -> None:
    earlier = score(images(60, seed=1), images(60), count=30)
    with pytest.raises(UsageError, match="digest"):
        score(images(60, seed=1), images(60, seed=2), count=30, extractor=lambda: pytest.fail("made"), against=earlier)


def test_a_run_is_compared_with_what_it_scored_before(tmp_path: Path) -> None:
    run = ganworks.train("gan", images(64), out=tmp_path / "run", settings={**flat(ENGINE), "training.steps": 1})
    wishes: dict[str, Any] = {"scores": ["frechet"], "extractor": Rows, "count": 32}
    before = run.evaluate(images(64), **wishes)
    found = run.evaluate(images(64), seed=1, against=tmp_path / "run", **wishes)
    assert found.against()["frechet"][0] == before["frechet"] != found["frechet"]


def test_one_score_that_fails_does_not_lose_the_others() -> None:
    wishes: dict[str, Any] = {"extractor": Wide, "count": 25}
    found = score(images(40, seed=1), images(40), scores=["frechet", "kid"], **wishes)
    assert list(found.values) == ["kid"] and set(found.better) == {"kid"}
    assert list(found.failed) == ["frechet"]
    with pytest.raises(GanworksError, match=r"^frechet: 25 samples do not fill"):
        found["frechet"]
    with pytest.raises(UsageError, match="unknown score 'kdi': did you mean 'kid'"):
        found["kdi"]
    assert score(images(40, seed=1), images(40), scores=None, **wishes).failed == {}


def test_what_was_decided_in_decoding_is_noted(tmp_path: Path) -> None:
    for name in ("made", "real"):
        (tmp_path / name).mkdir()
        for index, pixels in enumerate(images(24, seed=len(name))):
            size = (8, 8) if name == "real" or index % 2 else (10, 10)
            Image.fromarray(pixels[0]).resize(size).save(tmp_path / name / f"{index}.png")
    found = score(tmp_path / "made", tmp_path / "real", count=20)
    assert any(re.search("made: images of several or large sizes become 8×8", note) for note in found.notes), (
        found.notes
    )


@pytest.mark.parametrize("field", ["extractor", "resize", "digest", "split", "generated", "real", "version"])
def test_every_field_of_a_protocol_counts_but_the_name(field: str) -> None:
    protocol = Protocol("classifier", "8×8", "photos", "0" * 64, "train", 10, 20)
    protocol.require_same({**protocol.to_dict(), "data": "elsewhere"}, "there")
    with pytest.raises(UsageError, match=rf"^there was measured by another protocol .*: {field} \("):
        protocol.require_same({**protocol.to_dict(), field: "another"}, "there")


def test_how_many_are_compared() -> None:
    few, some, many = (open_samples(DataSettings(), source=np.zeros((n, 2, 2), np.uint8)) for n in (20, 50, 30_000))
    generator = Subject("run", few.spec, lambda count: (torch.empty(0), None))
    assert count_of(None, generator, some, None) == 25, "a floor of the same size"
    assert count_of(None, generator, some, few) == 20
    assert count_of(None, generator, many, None) == MOST == 10_000
    assert count_of(None, subject_of(few), some, None) == 20
    assert count_of(None, subject_of(some), some, None) == 50, "all there are"
    assert count_of(27, generator, some, None) == 27
    assert type(count_of(np.int64(27), generator, some, None)) is int, "as JSON can hold it"
    for count in (19, 1, 0, -3):
        with pytest.raises(UsageError, match=f"at least 20, not {count}$"):
            count_of(count, generator, some, None)
    with pytest.raises(UsageError, match="array has 20 samples, fewer than the 21 asked for"):
        count_of(21, subject_of(few), some, None)
    two = subject_of(open_samples(DataSettings(), source=np.zeros((2, 2, 2), np.uint8)))
    with pytest.raises(GanworksError, match="array has 2 samples: fewer than 20 have no score"):
        count_of(None, two, some, None)


def test_the_other_split_is_found_where_there_is_one(tmp_path: Path) -> None:
    np.savez(tmp_path / "two.npz", x_train=images(20), x_test=images(10, seed=1))
    np.save(tmp_path / "one.npy", images(20))
    for split, count, others in (("train", 20, 10), ("test", 10, 20)):
        real, other = open_real(DataSettings(source=str(tmp_path / "two.npz"), split=split))  # type: ignore[arg-type]
        assert len(real) == count and other is not None and len(other) == others
    assert open_real(DataSettings(source=str(tmp_path / "one.npy")))[1] is None
    idx = bytes([0, 0, 8, 3]) + np.array([20, 8, 8], ">i4").tobytes() + images(20).tobytes()
    (tmp_path / "one-images-idx3-ubyte").write_bytes(idx)
    real, other = open_real(DataSettings(source=str(tmp_path / "one-images-idx3-ubyte")))
    assert len(real) == 20 and other is None
    assert open_real(DataSettings(), images(20))[1] is None
    assert open_real(DataSettings(source="fashion-10k"))[1] is None


def test_the_classifier_describes_what_has_classes() -> None:
    sources = (images(20), labels(20)), (images(20), np.zeros(20, int)), images(20)
    found = [default_extractor(open_samples(DataSettings(), source=source)) for source in sources]
    assert found == ["classifier", "efficientnet-lite0", "efficientnet-lite0"]


def test_every_default_score_exists() -> None:
    for case in ((True, False), (False, False), (False, True)):
        assert set(chosen_scores(default_scores(*case)) or ()) == set(default_scores(*case))
    with pytest.raises(UsageError, match="unknown score 'fid'"):
        chosen_scores(["fid"])


def test_scores_are_named_in_a_list_or_in_one_word() -> None:
    for wanted in ("frechet, kid", ["frechet", " kid "], "frechet,,kid,"):
        assert list(chosen_scores(wanted) or ()) == ["frechet", "kid"]
    for wanted in ("", ",", [], [" "]):
        with pytest.raises(UsageError, match=r"^scores names none: leave it out, or name some of .*frechet, "):
            score(images(20), images(20), scores=wanted)


@pytest.mark.parametrize("count", [100.0, "100", True])
def test_a_count_is_a_whole_number(count: Any) -> None:
    with pytest.raises(UsageError, match=f"^count must be a whole number of at least 20, not {count!r}$"):
        score(images(20), images(20), count=count)


def test_nothing_that_is_asked_for_is_passed_over(tmp_path: Path) -> None:
    run = ganworks.train("gan", images(64), out=tmp_path / "run", settings={**flat(ENGINE), "training.steps": 1})
    with pytest.raises(UsageError, match=r"best is of a run's folder: ganworks.load\(path, best=True\)"):
        score(run, images(64), best=True)
    for wish in ({"best": True}, {"seed": -1}, {"seed": 3}):
        with pytest.raises(UsageError, match=f"{next(iter(wish))} is for runs, which ndarray is not: leave it out"):
            score(images(20), images(20), **wish)
    with pytest.raises(UsageError, match=r"run\.safetensors holds one checkpoint"):
        score(run.save(tmp_path / "run.safetensors"), images(64), best=True)
    with pytest.raises(UsageError, match="nothing to score: "):
        score(None, images(20))
    for generated in (run, images(64)):
        with pytest.raises(UsageError, match="unknown device 'tpu'"):
            score(generated, images(64), device="tpu")
        if not torch.cuda.is_available():
            with pytest.raises(UsageError, match="there is no cuda device here"):
                score(generated, images(64), device="cuda")


def test_what_cannot_be_scored_is_refused() -> None:
    with pytest.raises(UsageError, match="inception-score needs class probabilities, which rows does not give"):
        score(images(20), images(20), scores=["inception-score"])
    with pytest.raises(GanworksError, match="broken gives features that are NaN or infinite: check its weights"):
        describe(torch.from_numpy(images(20)), None, Broken())
    with pytest.raises(UsageError, match="unknown argument of evaluate 'wieghts': did you mean 'weights'"):
        score(images(20), images(20), wieghts="file")
    with pytest.raises(UsageError, match="resolutoin"):
        score(images(20), images(20), settings={"resolutoin": 8})
