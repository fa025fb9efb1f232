"""The third-party part of a bundle: what a lock file names, installed from wheels and packed."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import tempfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pactwright.deploy import archive, interpreters
from pactwright.deploy.errors import BundleError
from pactwright.deploy.interpreters import Interpreter
from pactwright.deploy.locks import environment, narrowed
from pactwright.deploy.platforms import Platform
from pactwright.deploy.scratch import alone, scratch

_FORMAT: Final = b"3"  # to be changed with anything below that changes what a layer holds
# Programs, tests, and what tells of the installation rather than of what is installed; of AWS's
# libraries also the examples, which only their documentation shows.
_DROPPED: Final = re.compile(
    r"""bin/
    |(?:.*/)?(?:__pycache__|tests)/
    |.*\.dist-info/(?:RECORD|INSTALLER|REQUESTED|direct_url\.json)$
    |boto3/examples/
    |botocore/data/.*/examples-1\.json$""",
    re.VERBOSE,
)
_AWS_MODEL: Final = re.compile(r"(?:botocore|boto3)/data/([^/]+)/")


@dataclass(frozen=True, slots=True)
class Target:
    """What dependencies are installed for.

    Attributes:
        platform: what they run on.
        interpreter: whose bytecode they get, and whose wheels they come from.
    """

    platform: Platform
    interpreter: Interpreter

    @property
    def runs_here(self) -> bool:
        """Whether pip need not be told: they are for the Python that runs this."""
        return not self.platform.is_lambda and self.interpreter == interpreters.current()

    def described(self) -> str:
        """All that changes what is installed, its bytecode, or how that is packed."""
        machine = "" if self.platform.is_lambda else sysconfig.get_platform()
        return (
            f"{self.platform.name} {machine} {self.interpreter.version} {zlib.ZLIB_RUNTIME_VERSION}"
        )


def install(locks: Sequence[Path], folder: Path, target: Target | None = None) -> None:
    """Install what lock files name, with their hashes and from wheels only, into a folder.

    Args:
        locks: requirement files with hashes.
        folder: it need not be there yet.
        target: what it is for; the Python that runs this by default.

    Raises:
        BundleError: a lock file can't be read, or pip could not do it; says what pip said.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-input", "--retries", "2", "--no-compile", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--target", str(folder)]
    with tempfile.TemporaryDirectory() as copies:
        given = list(locks)
        if target is not None and not target.runs_here:
            command += _wheels(target)
        if target is not None and target.platform.is_lambda:
            given = list(_narrowed(locks, target, Path(copies)))
        for lock in given:
            command += ["--requirement", str(lock)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise BundleError(_explanation(locks, done.stderr))


def layer(
    locks: Sequence[Path], cache: Path, target: Target, aws: Collection[str] | None = None
) -> Path:
    """An archive of the dependencies; made once for each content of the lock files.

    Args:
        locks: requirement files with hashes.
        cache: the folder where layers are kept.
        target: what they are for.
        aws: AWS services whose models botocore keeps; all of them if None.

    Raises:
        BundleError: a lock file can't be read, or see `install`.
    """
    contents = [_content(lock) for lock in locks]
    kept = "*" if aws is None else " ".join(sorted(aws))
    made_for = f"{target.described()} {kept}".encode()
    key = archive.digest([_FORMAT, made_for, *contents])
    finished = cache / f"{key[:32]}.zip"
    if finished.exists():
        return finished
    with alone(cache / f".{key[:32]}.lock"):
        if not finished.exists():  # nobody else has just made it
            _make(finished, locks, target, aws)
    return finished


def _make(
    finished: Path, locks: Sequence[Path], target: Target, aws: Collection[str] | None
) -> None:
    with scratch(finished.with_name(f".{finished.stem}")) as unfinished:
        installed, packed = unfinished / "installed", unfinished / "layer.zip"
        install(locks, installed, target)
        _trim(installed, aws)
        archive.compile_sources(installed, target.interpreter.executable)
        archive.append(packed, installed)
        packed.replace(finished)


def _wheels(target: Target) -> Iterator[str]:
    """Options of pip for wheels of another platform or interpreter than its own."""
    yield from ("--implementation", "cp", "--python-version", target.interpreter.minor)
    yield from ("--abi", target.interpreter.abi)
    for tag in target.platform.tags(target.interpreter.runtime):
        yield from ("--platform", tag)


def _narrowed(locks: Sequence[Path], target: Target, folder: Path) -> Iterator[Path]:
    """Copies of lock files, with what applies to the target only."""
    where = environment(target.platform, target.interpreter)
    for number, lock in enumerate(locks):
        copy = folder / f"{number}.txt"
        copy.write_text(narrowed(_content(lock).decode("utf-8"), where), encoding="utf-8")
        yield copy


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
