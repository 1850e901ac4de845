"""Downloading a pinned source package with pip, without running any of its code."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from ganworks.data.catalogue import clients
from ganworks.data.catalogue.clients import UnavailableError
from ganworks.data.catalogue.packages import Package

# pip asks the build backend of a source package for its name before it hands over the file. It is given this one,
# which only answers that: the package's own setup.py is never run, and no backend is installed.
_BACKEND = """
from pathlib import Path

class Backend:
    def get_requires_for_build_wheel(self, settings=None):
        return []

    def prepare_metadata_for_build_wheel(self, folder, settings=None):
        information = Path(folder, "{folder}.dist-info")
        information.mkdir()
        (information / "METADATA").write_text("Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n")
        return information.name

__legacy__ = Backend()
"""
_PIP = (
    "import os, runpy, sys; os.environ.update(PYTHONPATH=sys.argv.pop(1), PIP_USE_PEP517='1');"
    " runpy.run_module('pip', run_name='__main__', alter_sys=True)"
)


class SourcePackage(Package):
    """A package that its registry has as source only (.tar.gz)."""


def download_source(package: SourcePackage, folder: Path, progress: bool) -> Path:
    """The package's file in `folder`, with its checksum verified before it is opened. Raises UnavailableError."""
    clients.require("pip")
    backend, wanted = folder / "backend", folder / "wanted.txt"
    (backend / "setuptools").mkdir(parents=True)
    (backend / "setuptools" / "__init__.py").touch()
    (backend / "setuptools" / "build_meta.py").write_text(
        _BACKEND.format(
            folder=f"{package.name.replace('-', '_')}-{package.version}", name=package.name, version=package.version
        )
    )
    wanted.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
    options = ["-q", "--no-deps", "--no-binary", ":all:", "--no-build-isolation", "--no-cache-dir", "--retries", "1"]
    command = [sys.executable, "-c", _PIP, str(backend), "download", *options, "-d", str(folder), "-r", str(wanted)]
    clients.run_client(command, folder, package, progress)
    files = list(folder.glob("*.tar.gz"))
    if len(files) != 1:
        raise UnavailableError(f"pip left {len(files)} files instead of one")
    if hashlib.sha256(files[0].read_bytes()).hexdigest() != package.sha256:
        raise UnavailableError(f"checksum other than {package.sha256[:12]}…")
    return files[0]
