"""What a run computes on and in, resolved once from the settings and stored in the run."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext

import torch

from ganworks.allocation import keep_freed_memory
from ganworks.config import TrainingSettings
from ganworks.errors import UsageError


def resolve(settings: TrainingSettings, of_images: bool) -> TrainingSettings:
    """The settings with every `auto` replaced by what this machine has; never by how long the run will be."""
    device = resolve_device(settings.device)
    precision = settings.precision
    if precision == "auto":
        # On points a cast costs more than the arithmetic it speeds up.
        precision = "bf16" if of_images and is_bf16_native(device) else "fp32"
    return settings.model_copy(
        update={
            "device": device.type if device.index is None else str(device),
            "precision": precision,
            # Convolutions are most of a CPU step and compiling does not speed those up.
            "compile": settings.compile if settings.compile != "auto" else "on" if device.type == "cuda" else "off",
            "threads": settings.threads or max(1, available_cores() // settings.devices),
        }
    )


def resolve_device(name: str) -> torch.device:
    """The device called `name`; raises UsageError when this machine has none."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise UsageError(f"unknown device {name!r}: valid: auto, cpu, cuda, cuda:N, mps") from None
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not present.get(device.type, False):
        raise UsageError(f"there is no {device.type} device here: use --device cpu or auto")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise UsageError(f"{name} does not exist: this machine has {torch.cuda.device_count()} CUDA device(s)")
    return device


def is_bf16_native(device: torch.device) -> bool:
    """Whether bf16 arithmetic is in the hardware rather than emulated."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type == "cpu":
        capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
        return any(
            capabilities.get(name, False) for name in ("amx_bf16", "amx_tile", "avx512_bf16", "arm_bf16", "bf16")
        )
    return False


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def autocast(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """The context in which losses are computed."""
    return torch.autocast(device.type, torch.bfloat16) if precision == "bf16" else nullcontext()


def prepare(settings: TrainingSettings) -> torch.device:
    """Apply the process-wide settings of a resolved configuration."""
    device = resolve_device(settings.device)
    torch.set_num_threads(settings.threads or available_cores())
    if settings.deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(settings.deterministic)
    if device.type == "cpu":
        keep_freed_memory()
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = not settings.deterministic
        torch.set_float32_matmul_precision("high")
    return device
