"""The third-party part of a bundle: what a lock file names, installed from wheels and packed."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from pactwright.deploy import archive
from pactwright.deploy.errors import BundleError

_FORMAT: Final = b"1"  # to be changed with anything below that changes what a layer holds
_DROPPED: Final = re.compile(
    r"bin/|.*(?:^|/)__pycache__/|.*\.dist-info/(?:RECORD|INSTALLER|REQUESTED|direct_url\.json)$"
)
_AWS_MODEL: Final = re.compile(r"(?:botocore|boto3)/data/([^/]+)/")


def install(locks: Sequence[Path], target: Path) -> None:
    """Install what lock files name, with their hashes and from wheels only, into a folder.

    Raises:
        BundleError: pip could not do it; says what pip said.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-input", "--retries", "2", "--no-compile", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--target", str(target)]
    for lock in locks:
        command += ["--requirement", str(lock)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise BundleError(_explanation(locks, done.stderr))


def layer(locks: Sequence[Path], cache: Path, aws: Collection[str] | None = None) -> Path:
    """An archive of the dependencies; made once for each content of the lock files.

    Args:
        locks: requirement files with hashes.
        cache: the folder where layers are kept.
        aws: AWS services whose models botocore keeps; all of them if None.

    Raises:
        BundleError: a lock file can't be read, or see `install`.
    """
    contents = [_content(lock) for lock in locks]
    kept = "*" if aws is None else " ".join(sorted(aws))
    made_for = f"{runtime()} {sysconfig.get_platform()} {kept}".encode()
    key = archive.digest([_FORMAT, made_for, *contents])
    finished = cache / f"{key[:32]}.zip"
    if not finished.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            installed, packed = Path(scratch, "installed"), Path(scratch, "layer.zip")
            install(locks, installed)
            _trim(installed, aws)
            archive.compile_sources(installed)
            archive.append(packed, installed)
            packed.replace(finished)
    return finished


def runtime() -> str:
    """Lambda's name for the interpreter that builds, whose bytecode a bundle holds."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def _content(lock: Path) -> bytes:
    try:
        return lock.read_bytes()
    except OSError as error:
        raise BundleError(f"the lock file {lock} can't be read: {error.strerror}") from error


def _trim(folder: Path, aws: Collection[str] | None) -> None:
    for file in archive.files(folder):
        name = file.relative_to(folder).as_posix()
        model = _AWS_MODEL.match(name)
        if _DROPPED.match(name) or (model and aws is not None and model[1] not in aws):
            file.unlink()


def _explanation(locks: Sequence[Path], output: str) -> str:
    names = " and ".join(str(lock) for lock in locks)
    lines = [line for line in output.splitlines() if line.startswith("ERROR")][-3:]
    said = "\n".join(f"  {line}" for line in lines or output.splitlines()[-3:])
    return (
        f"could not install the dependencies that {names} names. The first build needs the "
        f"package index; later ones do not. pip says:\n{said}"
    )
