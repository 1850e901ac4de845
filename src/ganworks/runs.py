"""A trained generator in the hand: load it, sample it, walk through it, save it as one file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError, safe_open
from torch import Tensor

from ganworks.config import Configuration, DataSettings
from ganworks.data.progress import bar
from ganworks.data.received import alone, received, received_mask
from ganworks.data.spec import Spec
from ganworks.data.standard import original
from ganworks.errors import GanworksError, UsageError, unknown
from ganworks.games.game import Game
from ganworks.games.generation import CHUNK, checked_label, chunks, generate
from ganworks.games.interpolation import Kind, walk
from ganworks.games.translation import shapes, translate, translates, wishes_for
from ganworks.randomness import generator, seeded, stream_seed
from ganworks.recipes import build_game, configure
from ganworks.record.atomic import write_atomically
from ganworks.record.grid import picture
from ganworks.record.run_directory import RunDirectory
from ganworks.training.best import load_best
from ganworks.training.checkpoints import load_newest, save_tensors
from ganworks.training.hardware import resolve_device
from ganworks.training.trainer import below
from ganworks.tree import Tree, merge, validated

if TYPE_CHECKING:
    from ganworks.doctor.diagnosis import Diagnosed
    from ganworks.scores.evaluation.evaluation import Evaluation
    from ganworks.scores.evaluation.wishes import Wishes

FORMAT = "1"


class Run:
    """A trained game with its averaged weights, ready to generate.

    Args:
        game: in eval mode.
        configuration: what it was trained with.
        step: the rounds it has played.
        directory: where it lives, or None for a single file.
    """

    def __init__(
        self, game: Game, configuration: Configuration[Any], step: int, directory: RunDirectory | None
    ) -> None:
        self.game, self.configuration, self.step, self.directory = game, configuration, step, directory

    @property
    def spec(self) -> Spec:
        return self.game.spec

    def generate(
        self, count: int = 64, seed: int = 0, label: int | str | None = None, truncation: float | None = None
    ) -> Tensor:
        """count×C×H×W samples in [−1, 1] on the CPU; sample i depends on `seed` and i alone."""
        return generate(self.game, count, seed, self.label_index(label), truncation)

    def batches(
        self, count: int, seed: int = 0, label: int | str | None = None, truncation: float | None = None
    ) -> Iterable[Tensor]:
        """The samples of `generate` in batches, for more than fit in memory."""
        return chunks(self.game, count, seed, self.label_index(label), truncation)

    def labels(
        self, count: int = 64, seed: int = 0, label: int | str | None = None, truncation: float | None = None
    ) -> Tensor | None:
        """The labels (int64 N) of the samples that `generate` makes of the same arguments; None in a game without."""
        if not self.game.needs_labels:
            return None
        if (index := self.label_index(label)) is not None:
            return torch.full((count,), index)
        drawn = []
        for chunk in range(-(-count // CHUNK)):
            random = generator(seed, "generate", chunk)
            self.game.draw_latents(CHUNK, random, truncation)
            drawn.append(self.game.draw_labels(CHUNK, random))
        return torch.cat([labels for labels in drawn if labels is not None])[:count]

    @torch.no_grad()
    def interpolate(
        self,
        stops: int = 4,
        frames: int = 16,
        seed: int = 0,
        label: int | str | None = None,
        kind: Kind = "spherical",
    ) -> Tensor:
        """(stops·frames)×C×H×W samples on a closed walk through `stops` latents."""
        random = generator(seed, "walk")
        latents = self.game.draw_latents(stops, random)
        if latents.ndim > 2:
            raise UsageError("this run makes pictures of pictures and has no latents to walk through: use apply")
        path = walk(latents, frames, kind)
        labels = self.game.draw_labels(1, random)
        index = self.label_index(label)
        if labels is not None:
            labels = (labels if index is None else torch.tensor([index])).expand(len(path))
        with seeded(stream_seed(seed, "walk/layers"), path.device):
            return original(self.game.generate(path, labels), self.spec)

    def translate(self, images: Any, seed: int = 0, **wishes: Any) -> Any:
        """What becomes of pictures, float N×C×H×W in [−1, 1] on the CPU; of a list a list of C×H×W.

        Args:
            images: of any size: float N×C×H×W in [−1, 1], bytes N×H×W×C or N×C×H×W, or a picture of Pillow, in
                tensors or arrays; or a list of pictures of several sizes.
            seed: of what a translator draws, where it does; each answer depends on its picture and the seed alone.
            wishes: direction, scale, mask (N×1×H×W, 1 where something is missing), age or pose (N×K×3: x and y in
                pixels, visibility), where the recipe knows them; for a list, lists of one each. A mask may be a picture
                of Pillow, white where something is missing.

        Raises UsageError for a run that makes nothing of pictures, unknown wishes and what are no pictures,
        GanworksError for pictures that memory does not hold.
        """
        translates(self.game)
        wishes = {name: tensor_of(wish) for name, wish in wishes.items()}
        if isinstance(images, list | tuple):
            each = [wishes_for(row, len(images), wishes) for row in range(len(images))]
            return [self.translate(alone(image), seed, **own)[0] for image, own in zip(images, each, strict=True)]
        given, _ = shapes(self.game, wishes)
        return translate(self.game, received(images, given[0]), seed, **wishes)

    def label_index(self, label: int | str | None) -> int | None:
        """The index of a label given by number or by name; raises UsageError when the game has no such class."""
        if label is None:
            return None
        if isinstance(label, str) and label in self.spec.classes:
            label = self.spec.classes.index(label)
        elif isinstance(label, str) and self.game.needs_labels and not label.isdigit():
            raise unknown("label", label, self.spec.classes)
        return checked_label(self.game, label)

    def evaluate(
        self,
        data: object = None,
        *,
        seed: int = 0,
        settings: Mapping[str, Any] | None = None,
        **wishes: Unpack[Wishes],
    ) -> Evaluation:
        """Score samples of the run against real ones; a line in the run's `scores.jsonl` keeps what came of it.

        Args:
            data: what to score against, as in `ganworks.train`; by default what the run was trained on, without what
                `data.hold_out` kept from it.
            seed: of the samples.
            settings: of the data, such as ``{"split": "test"}``, where they are not those of the run.
            wishes: scores, count, extractor and others, as in `ganworks.evaluate`.
        """
        from ganworks.scores.evaluation import history
        from ganworks.scores.evaluation.kinds import kind_of
        from ganworks.scores.evaluation.measuring import measure
        from ganworks.scores.evaluation.sources import open_real
        from ganworks.scores.evaluation.subject import Subject
        from ganworks.scores.evaluation.wishes import require_meaningful

        if "device" in wishes:
            wishes["device"] = resolve_device(str(wishes["device"]))
        progress = wishes.get("progress", False)
        require_meaningful(settings)
        given = self.configuration.data
        if data is None and given.source.startswith("python:"):
            raise UsageError("the run was trained on an object from Python: give the data to score against")
        changes = {**(settings or {}), **({"source": str(data)} if isinstance(data, str | Path) else {})}
        wanted = validated(DataSettings, {**given.model_dump(), **changes})
        if data is not None or wanted.split != given.split:  # of which nothing was held out
            wanted = wanted.model_copy(update={"hold_out": 0.0})
        source = None if isinstance(data, str | Path) else data
        real, other = open_real(wanted, source, self.spec, progress)

        def draw(count: int) -> tuple[Tensor, Tensor | None]:
            samples, done = [], 0
            with bar("generating", count, progress) as moved:
                for batch in self.batches(count, seed):
                    samples.append(kind_of(self.spec).stored(batch.cpu()))
                    moved(done := done + len(batch))
            return torch.cat(samples), self.labels(count, seed)

        name = str(self.directory.path) if self.directory else self.configuration.recipe
        subject = Subject(name, self.spec, draw, facts={"step": self.step, "seed": seed})
        found = measure(subject, real, other, split=wanted.split, **wishes)
        if self.directory is not None:
            history.append(self.directory.path, found.to_dict())
        return found

    def diagnose(self) -> list[Diagnosed]:
        """What the doctor finds in the signals of the run: what fails it first, then what is odd; nothing when healthy.

        Raises GanworksError for a run that recorded no signals.
        """
        from ganworks.doctor.diagnosing import diagnose

        return diagnose(recorded_signals(self.directory))

    def save(self, path: Path | str) -> Path:
        """Write weights, spec and configuration as one safetensors file that `load` accepts."""
        path = Path(path)
        if path.suffix != ".safetensors":
            raise UsageError(f"{path}: a shared run is saved as a .safetensors file")
        tensors = {
            f"{name}/{key}": tensor
            for name in self.game.exports
            for key, tensor in getattr(self.game, name).state_dict().items()
        }
        facts = {
            "format": FORMAT,
            "step": str(self.step),
            "spec": json.dumps(self.spec.to_dict()),
            "configuration": json.dumps(self.configuration.model_dump(mode="json")),
        }
        write_atomically(path, lambda temporary: save_tensors(tensors, temporary, {"ganworks": json.dumps(facts)}))
        return path

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        picture(self.generate(64)).save(buffer, "PNG")
        return buffer.getvalue()

    def __repr__(self) -> str:
        shape = "×".join(map(str, self.spec.shape))
        return f"Run({self.configuration.recipe}, {shape}, step {self.step})"


def tensor_of(wish: Any) -> Any:
    """An array as a tensor, a picture of Pillow as a mask that is 1 where it is white, anything else as it is."""
    if isinstance(wish, Image.Image):
        return received_mask(wish)
    return torch.from_numpy(np.ascontiguousarray(wish)) if isinstance(wish, np.ndarray) else wish


def recorded_signals(directory: RunDirectory | None) -> list[dict[str, Any]]:
    """The signals of a run; raises GanworksError where there are none."""
    lines = [] if directory is None else directory.read_signals()
    if lines:
        return lines
    where = "a file saved from a run"
    if directory is not None:
        where = str(directory.path)
        every = configuration_from(directory.read_configuration()).record.signals_every
        if every is not None and (played := directory.read_status()["step"]) < every:
            raise GanworksError(f"{where} holds no signals yet: the first comes after {every} steps, it has {played}")
    raise GanworksError(f"{where} holds no signals: the doctor needs a run trained with record.signals_every")


def load(path: Path | str, warn: Callable[[str], None] = print, parts: Tree | None = None, best: bool = False) -> Run:
    """The run in a directory (at its newest checkpoint, or its `best`) or a shared file.

    `parts` replace those of its configuration.
    Raises a one-line error when there is none or it is damaged.
    """
    path, parts = Path(path), parts or {}
    if path.is_file():
        if best:
            raise UsageError(f"{path} holds one checkpoint: the best is chosen among those of a run's folder")
        return load_file(path, parts)
    directory = RunDirectory(path)
    if not path.exists():
        raise UsageError(f"{path} does not exist; `ganworks runs` lists what is here")
    configuration = configuration_from(merge(directory.read_configuration(), parts))
    game = build_game(configuration, Spec.from_dict(directory.read_spec()))
    step, tensors = load_best(directory, warn) if best else load_newest(directory.checkpoints, warn)
    try:
        game.load_state_dict(below("game/", tensors))
        for name in game.exports:
            getattr(game, name).load_state_dict(below(f"average/{name}.", tensors))
    except RuntimeError as error:
        raise GanworksError(
            f"{path} has weights for other networks than its configuration leads to now: was their class changed,"
            " or an object handed over that has to be handed over again?"
        ) from error
    return Run(game.eval().requires_grad_(False), configuration, step, directory)


def load_file(path: Path, parts: Tree) -> Run:
    """The run in a file that `Run.save` wrote; nothing in it is executed."""
    try:
        with safe_open(path, "pt") as file:
            facts = json.loads((file.metadata() or {})["ganworks"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if facts["format"] != FORMAT:
            raise GanworksError(f"{path} has format {facts['format']}, this ganworks reads {FORMAT}: upgrade ganworks")
        configuration = configuration_from(merge(json.loads(facts["configuration"]), parts))
        game = build_game(configuration, Spec.from_dict(json.loads(facts["spec"])))
        for name in game.exports:
            getattr(game, name).load_state_dict(below(f"{name}/", tensors))
        return Run(game.eval().requires_grad_(False), configuration, int(facts["step"]), None)
    except (SafetensorError, KeyError, ValueError, TypeError, RuntimeError, OSError) as error:
        raise GanworksError(f"{path} is not a run saved by ganworks, or is damaged ({type(error).__name__})") from error


def configuration_from(tree: Tree) -> Configuration[Any]:
    """The configuration that a run stored."""
    if "recipe" not in tree:
        raise UsageError("recipe: missing from the configuration")
    return configure(str(tree["recipe"]), tree)
