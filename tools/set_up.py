"""Make the virtual environment `.venv` and install everything that the other make targets need.

Runs on a bare Python with nothing but its standard library; `tools/install.py` does the rest inside `.venv`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(python: Path) -> bool:
    """Whether an earlier, perhaps interrupted, run left an environment that can install packages."""
    asked = [str(python), "-m", "pip", "--version"]
    return python.exists() and subprocess.run(asked, capture_output=True).returncode == 0


def make_venv() -> None:
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        reason = (made.stdout + made.stderr).strip()
        sys.exit(
            f"set-up: {sys.executable} cannot make a virtual environment: {reason}\n"
            "Install its venv module (Debian, Ubuntu: apt install python3-venv), or name another Python: "
            "make PYTHON=/path/to/python3"
        )


def main() -> int:
    if sys.version_info < OLDEST_PYTHON:
        found, oldest = ".".join(map(str, sys.version_info[:3])), ".".join(map(str, OLDEST_PYTHON))
        sys.exit(f"set-up: Python {found} is too old, {oldest} is needed: make PYTHON=/path/to/python3")
    python = venv_python()
    if not works(python):
        print("set-up: making .venv", flush=True)
        make_venv()
    install = [str(python), "-m", "pip", "install", "--quiet", "--constraint", str(ROOT / "constraints.txt")]
    # The pip that comes with Python 3.11 downloads whole packages where it should only look at them.
    if subprocess.call([*install, "pip", "packaging", "setuptools"], cwd=ROOT):
        return 1
    return subprocess.call([python, ROOT / "tools" / "install.py"], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
