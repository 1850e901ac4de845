"""The typed configuration tree: YAML in, YAML out, nothing unknown accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Settings(BaseModel):
    """A node of the tree: immutable, refusing keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


Positive = Annotated[int, Field(ge=1)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, lt=1)]


class DataSettings(Settings):
    """What to train on, and how a picture becomes a C×H×W tensor in [-1, 1]."""

    source: str = Field("fashion-10k", description="folder, .zip, .npz/.npy, IDX file or catalogue name")
    input: str | None = Field(
        None,
        description="what is translated: a second source, the left or right half of pictures that hold both,"
        " or made of the source: edges, grey, downsample:4, mask, blur:2, noise:25",
    )
    paired: bool = Field(True, description="the input belongs to the source picture by picture")
    keypoints: str | None = Field(
        None,
        description="JSON or CSV file of poses, in the source's folder or elsewhere: what is translated is then another"
        " picture of the same person",
    )
    ages: str | None = Field(
        None,
        description="age classes as labels, such as 0-18,19-29,30-39,40-49,50-59,60+, of ages in file names like"
        " UTKFace's or in data.people",
    )
    people: str | None = Field(
        None, description="CSV file of filename,age[,identity], in the source's folder or elsewhere"
    )
    split: Literal["train", "test", "all"] = Field("train", description="part of a source that has splits")
    resolution: Positive | None = Field(None, description="height (and width) in pixels; by default the data's own")
    width: Positive | None = Field(None, description="width in pixels when it differs from resolution")
    channels: Literal["auto", "grey", "rgb", "rgba"] = Field("auto", description="colour mode to decode to")
    fit: Literal["crop", "pad", "stretch"] = Field("crop", description="how another aspect ratio is made to fit")
    alpha: Literal["white", "keep"] = Field("white", description="composite transparency on white, or keep it")
    mirror: bool = Field(False, description="flip half of the images left to right, at random")
    jitter: Annotated[int, Field(ge=0)] = Field(0, description="pixels that images grow before a random crop")
    hold_out: Share = Field(0.0, description="share kept from training, for the doctor to see what D knows by heart")
    broken: Annotated[float, Field(ge=0, le=1)] = Field(0.01, description="share of broken files that is an error")
    workers: Annotated[int, Field(ge=0)] = Field(0, description="loader processes, for a torch Dataset")


class Optimiser(Settings):
    """What every optimiser is told."""

    decay: Rate = Field(1.0, description="power of what training.schedule leaves of its rate: 2 falls faster")


class Adam(Optimiser):
    """Kingma & Ba 2015; decoupled weight decay when `weight_decay` is set (AdamW)."""

    name: Literal["adam"] = "adam"
    lr: Rate = Field(2e-4, description="learning rate")
    betas: tuple[Share, Share] = Field((0.5, 0.999), description="decay of the two moments")
    eps: Rate = Field(1e-8, description="added to the denominator")
    weight_decay: NotNegative = Field(0.0, description="decoupled weight decay")


class RMSprop(Optimiser):
    """Tieleman & Hinton 2012."""

    name: Literal["rmsprop"] = "rmsprop"
    lr: Rate = Field(5e-5, description="learning rate")
    alpha: Share = Field(0.99, description="decay of the squared gradient's mean")
    eps: Rate = Field(1e-8, description="added to the denominator")


class SGD(Optimiser):
    """Stochastic gradient descent."""

    name: Literal["sgd"] = "sgd"
    lr: Rate = Field(1e-2, description="learning rate")
    momentum: Share = Field(0.0, description="heavy-ball momentum")


OptimiserSettings = Annotated[Adam | RMSprop | SGD, Field(discriminator="name")]


class Schedule(Settings):
    """A factor on every learning rate, in absolute steps, so that a longer run does not change the past."""

    warmup: Annotated[int, Field(ge=0)] = Field(0, description="steps of linear rise from 0")
    decay_from: Annotated[int, Field(ge=0)] | None = Field(None, description="step at which the decay begins")
    decay_to: Positive | None = Field(None, description="step at which the decay ends")
    shape: Literal["linear", "cosine", "exponential"] = Field("linear", description="how the rates fall in between")
    floor: Annotated[float, Field(ge=0, le=1)] = Field(0.0, description="factor after the decay")

    @model_validator(mode="after")
    def _both_ends(self) -> Schedule:
        if (self.decay_from is None) != (self.decay_to is None):
            raise ValueError("decay_from and decay_to belong together")
        if self.decay_from is not None and self.decay_to is not None and self.decay_from >= self.decay_to:
            raise ValueError("decay_from must come before decay_to")
        if self.shape == "exponential" and not self.floor:
            raise ValueError("an exponential fall never comes to 0: set floor to what it comes to, for example 0.01")
        return self


class Averaging(Settings):
    """The exponential moving average of the weights that are exported."""

    decay: Annotated[float, Field(ge=0, lt=1)] = Field(0.999, description="per step; 0 exports the live weights")
    warmup: bool = Field(True, description="follow closely at first: decay at most (1 + t) / (10 + t)")


DEFAULT_STEPS = 10_000
"""Of a training that was given neither steps nor a duration."""


class TrainingSettings(Settings):
    """How the game is played: a step is one round."""

    steps: Positive | None = Field(None, description="stop after this many steps; 10000 without a duration either")
    duration: Annotated[float, Field(gt=0)] | None = Field(None, description="stop after this many seconds")
    batch_size: Positive = Field(64, description="samples in a batch, over all devices and parts")
    seed: int = Field(0, description="of every random stream")
    play: Literal["alternating", "simultaneous"] = Field(
        "alternating", description="each turn sees the others' last move, or all move at once"
    )
    optimisers: dict[str, OptimiserSettings] = Field(
        {"generator": Adam(), "discriminator": Adam()}, description="by the name of the turn"
    )
    schedule: Schedule = Field(Schedule(), description="of all learning rates")
    average: Averaging = Field(Averaging(), description="of the exported weights")
    accumulate: Positive = Field(1, description="parts that a batch is cut into, to save memory")
    clip_gradients: Rate | None = Field(None, description="largest gradient norm of a turn")
    device: str = Field("auto", description="auto, cpu, cuda, cuda:N or mps")
    devices: Positive = Field(1, description="processes, one device each")
    precision: Literal["auto", "fp32", "bf16"] = Field("auto", description="auto takes bf16 where it is native")
    compile: Literal["auto", "on", "off"] = Field("auto", description="torch.compile; auto compiles on a GPU")
    threads: Positive | None = Field(None, description="CPU threads; by default all cores")
    deterministic: bool = Field(False, description="deterministic kernels, for exact resuming on a GPU")
    on_failure: Literal["warn", "stop", "remedy"] = Field(
        "warn", description="when the doctor finds that it fails: say so, stop, or go back and apply a remedy"
    )
    remedies: Positive = Field(2, description="how often a remedy is tried")
    start_from: str | None = Field(None, description="run or file whose weights to start from")

    @model_validator(mode="before")
    @classmethod
    def _some_end(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and given.get("steps") is None and given.get("duration") is None:
            return {**given, "steps": DEFAULT_STEPS}
        return given


class RecordSettings(Settings):
    """What is written during training, and when (in steps)."""

    log_every: Positive = Field(50, description="steps between lines of metrics.jsonl")
    signals_every: Positive | None = Field(50, description="steps between lines of signals.jsonl; null for none")
    sample_every: Positive = Field(500, description="steps between sample grids")
    samples: Positive = Field(64, description="samples in a grid")
    checkpoint_every: Positive = Field(1000, description="steps between checkpoints")
    evaluate_every: Positive | None = Field(None, description="steps between scores, of which the best is kept")
    evaluate_samples: Annotated[int, Field(ge=2)] = Field(2000, description="samples that are scored")
    keep: Annotated[int, Field(ge=2)] = Field(2, description="checkpoints kept")
    tensorboard: bool = Field(False, description="write TensorBoard event files too")


GameSettings = TypeVar("GameSettings", bound=Settings)


class Configuration(Settings, Generic[GameSettings]):
    """Everything that decides a run."""

    recipe: str = Field(description="the recipe it began from")
    data: DataSettings = Field(DataSettings(), description="what to train on")
    game: GameSettings = Field(description="the family's own settings")
    training: TrainingSettings = Field(TrainingSettings(), description="how it is played")
    record: RecordSettings = Field(RecordSettings(), description="what is written")
