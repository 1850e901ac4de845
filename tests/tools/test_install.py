"""The set-up never lets pip download CUDA packages onto a machine without a GPU."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from tools.install import CONSTRAINTS, cuda_requirements, pinned, refusal, resolve

CUDA_TORCH = [
    "filelock",
    'nvidia-cudnn-cu13==9.2; python_version >= "3"',
    "triton==3.7.1",
    "cuda-toolkit==13",
]


def report(requirements: list[str]) -> dict[str, object]:
    return {"install": [{"metadata": {"name": "torch", "version": "2.13.0", "requires_dist": requirements}}]}


def test_a_cuda_build_is_refused_without_a_gpu_and_the_refusal_says_what_to_do() -> None:
    reason = refusal(report(CUDA_TORCH), gpu=False)
    assert reason is not None
    for part in ("torch 2.13.0", "nvidia-cudnn-cu13, triton, cuda-toolkit", "TORCH_INDEX=URL", "no NVIDIA"):
        assert part in reason


def test_a_gpu_takes_what_pip_resolves() -> None:
    assert refusal(report(CUDA_TORCH), gpu=True) is None


def test_a_cpu_build_is_accepted() -> None:
    assert refusal(report(["filelock", "sympy>=1.13", 'optree; extra == "optree"']), gpu=False) is None


def test_torch_that_is_installed_already_is_accepted() -> None:
    assert refusal({"install": []}, gpu=False) is None


def test_requirements_of_other_platforms_and_extras_do_not_count() -> None:
    assert cuda_requirements(['nvidia-nccl-cu13; sys_platform == "tos"', 'triton; extra == "compile"']) == []
    assert cuda_requirements(["NVIDIA_cublas.cu13"]) == ["nvidia-cublas-cu13"]


def test_everything_the_package_and_its_checks_name_is_pinned() -> None:
    project = tomllib.loads((CONSTRAINTS.parent / "pyproject.toml").read_text())
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for requirement in named:
        name = requirement.split(">=")[0]
        assert pinned(name, CONSTRAINTS.read_text()), name


def make_wheel(folder: Path, name: str, version: str, requires: str = "") -> None:
    info = f"{name}-{version}.dist-info"
    needed = f"Requires-Dist: {requires}\n" if requires else ""
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needed}"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return tmp_path


def test_pip_itself_tells_a_cuda_build_whose_packages_it_never_fetches(offline: Path) -> None:
    """The CUDA package exists nowhere: had pip looked for it, resolving would have failed."""
    make_wheel(offline, "fake_torch", "1.0", "nvidia-does-not-exist==1.0")
    found = resolve(["--no-deps", "fake_torch==1.0"])
    assert "nvidia-does-not-exist" in (refusal(found, gpu=False) or "")


def test_a_torch_that_no_index_has_is_said_in_one_line(offline: Path) -> None:
    with pytest.raises(SystemExit, match="pip cannot find fake_torch==2"):
        resolve(["--no-deps", "fake_torch==2.0"])


def test_an_old_python_is_refused_with_what_to_do() -> None:
    script = "import sys; sys.version_info = (3, 9, 1); from tools.set_up import main; main()"
    command, root = [sys.executable, "-c", script], CONSTRAINTS.parent
    old = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert old.returncode == 1
    assert "Python 3.9.1 is too old, 3.11 is needed: make PYTHON=" in old.stderr
