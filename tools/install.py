"""Install torch, then ganworks with exactly the pins of constraints.txt, into the Python that runs this.

Where no NVIDIA GPU is seen, CUDA packages (gigabytes that nothing could use) are never downloaded: the
metadata of the torch that pip would take is read first, and set-up stops if that torch needs them.
`TORCH_INDEX=URL` names the index that torch, and only torch, is taken from.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
CUDA_PREFIXES = ("nvidia-", "cuda-", "triton", "pytorch-triton")


def pinned(name: str, constraints: str) -> str:
    """The requirement `name==version` of a constraints file's text."""
    lines = [line for line in constraints.splitlines() if "==" in line]
    return next(line for line in lines if canonicalize_name(line.split("==")[0]) == canonicalize_name(name))


def has_nvidia_gpu() -> bool:
    return shutil.which("nvidia-smi") is not None or Path("/dev/nvidia0").exists()


def cuda_requirements(requirements: Iterable[str]) -> list[str]:
    """The requirements of a package, as its metadata writes them, that would bring CUDA here."""
    parsed = [Requirement(text) for text in requirements]
    needed = [r for r in parsed if r.marker is None or r.marker.evaluate({"extra": ""})]
    return [canonicalize_name(r.name) for r in needed if canonicalize_name(r.name).startswith(CUDA_PREFIXES)]


def refusal(report: dict[str, Any], gpu: bool) -> str | None:
    """Why the torch that pip reports must not be installed here, or None when it may."""
    if gpu or not report["install"]:
        return None
    metadata = report["install"][0]["metadata"]
    cuda = cuda_requirements(metadata.get("requires_dist", []))
    if not cuda:
        return None
    return (
        f"set-up stopped before downloading torch {metadata['version']}: it needs {len(cuda)} CUDA packages "
        f"({', '.join(cuda[:3])}, ...), gigabytes of no use here, since this machine shows no NVIDIA GPU.\n"
        "Name the index of PyTorch's CPU builds, as pytorch.org/get-started/locally shows it for "
        "'Compute Platform: CPU':\n    make TORCH_INDEX=URL ..."
    )


def pip(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "pip", "install", *map(str, arguments)]


def resolve(arguments: list[str]) -> dict[str, Any]:
    """What `pip install ARGUMENTS` would install, read from package metadata without downloading packages."""
    look = ["--dry-run", "--quiet", "--report", "-", "--use-feature=fast-deps"]
    asked = subprocess.run(pip(*look, *arguments), capture_output=True, text=True)
    if asked.returncode:
        sys.exit(f"{asked.stderr}set-up: pip cannot find {arguments[-1]} for this Python and machine.")
    report: dict[str, Any] = json.loads(asked.stdout)
    return report


def main() -> int:
    index = os.environ.get("TORCH_INDEX")
    source = ["--index-url", index] if index else []
    torch = [*source, "--no-deps", pinned("torch", CONSTRAINTS.read_text())]
    if reason := refusal(resolve(torch), has_nvidia_gpu()):
        print(reason, file=sys.stderr)
        return 1
    print(f"set-up: installing {torch[-1]}", flush=True)
    if subprocess.call(pip("--quiet", *torch)):
        return 1
    print("set-up: installing ganworks and what its checks need", flush=True)
    package = pip("--quiet", "--no-build-isolation", "--constraint", CONSTRAINTS, "--editable", ROOT, "--group", "dev")
    return subprocess.call(package, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
