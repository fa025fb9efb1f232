"""The emulator's own environment, apart from the project's: it pins its libraries exactly."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pactwright.deploy import interpreters
from pactwright.deploy.dependencies import install

REQUIREMENTS: Final = Path(__file__).with_name("emulator-requirements.txt")
"""Lock file of the emulator and what it needs."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An installed emulator.

    Attributes:
        interpreter: a Python without any package, which runs the functions too.
        packages: the folder of the emulator and its libraries.
    """

    interpreter: Path
    packages: Path


def installed(build: Path, progress: Callable[[str], object] = lambda _: None) -> Installation:
    """The emulator; installed first if it is not there in this version.

    Args:
        build: the folder for what is built.
        progress: called with a line if there is something to install.

    Raises:
        BundleError: it can't be installed, for example for want of a network.
    """
    version = hashlib.sha256(
        REQUIREMENTS.read_bytes() + interpreters.current().runtime.encode()
    ).hexdigest()[:12]
    home = build / f"emulator-{version}"
    finished = Installation(home / "bin" / "python", home / "packages")
    build.mkdir(parents=True, exist_ok=True)
    with (build / "emulator.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be at it
        if not (finished.packages.is_dir() and finished.interpreter.exists()):
            progress("installing the AWS emulator (once)")
            shutil.rmtree(home, ignore_errors=True)  # its Python was removed from the machine
            _install(home)
    return finished


def _install(home: Path) -> None:
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        made = Path(scratch, "emulator")
        venv.create(made, with_pip=False, symlinks=True)
        install([REQUIREMENTS], made / "packages")
        made.rename(home)
