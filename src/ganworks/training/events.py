"""TensorBoard event files, for those who want them (`pip install ganworks[tensorboard]`)."""

from __future__ import annotations

from pathlib import Path

from ganworks.doctor.diagnosis import Diagnosed
from ganworks.errors import UsageError


class EventWriter:
    """Writes every logged number as a scalar."""

    def __init__(self, folder: Path) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise UsageError("record.tensorboard needs the extra: pip install 'ganworks[tensorboard]'") from None
        self.writer = SummaryWriter(str(folder))

    def alarm(self, step: int, found: Diagnosed) -> None:
        self.writer.add_text("doctor", f"{found.name} since step {found.since}: {found.meaning}", step)

    def watch(self, step: int, metrics: dict[str, float]) -> None:
        for name, value in metrics.items():
            self.writer.add_scalar(name, value, step)
        self.writer.flush()
