"""Programs in environments of their own, apart from the project's, whose libraries they pin."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import tempfile
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pactwright.deploy import interpreters
from pactwright.deploy.dependencies import Target, install
from pactwright.deploy.interpreters import Interpreter
from pactwright.deploy.platforms import host
from pactwright.deploy.scratch import alone
from pactwright.local.errors import LocalError

REQUIREMENTS: Final = Path(__file__).with_name("emulator-requirements.txt")
"""Lock file of the emulator and what it needs."""

RUNTIME_REQUIREMENTS: Final = Path(__file__).with_name("runtime-requirements.txt")
"""Lock file of Lambda's runtime."""

_RUNTIME_EMULATOR: Final = "samcli/local/rapid/aws-lambda-rie-{}"


@dataclass(frozen=True, slots=True)
class Installation:
    """An installed emulator.

    Attributes:
        interpreter: a Python without any package, which runs the functions too.
        packages: the folder of the emulator and its libraries.
    """

    interpreter: Path
    packages: Path


@dataclass(frozen=True, slots=True)
class RuntimeInstallation:
    """An installed runtime of Lambda.

    Attributes:
        interpreter: a Python without any package.
        packages: the folder of AWS's runtime interface client.
        emulator: the program that emulates Lambda's runtime interface.
    """

    interpreter: Path
    packages: Path
    emulator: Path


def installed(build: Path, progress: Callable[[str], object] = lambda _: None) -> Installation:
    """The emulator; installed first if it is not there in this version.

    Args:
        build: the folder for what is built.
        progress: called with a line if there is something to install.

    Raises:
        BundleError: it can't be installed, for example for want of a network.
    """

    def make(home: Path) -> None:
        venv.create(home, with_pip=False, symlinks=True)
        install([REQUIREMENTS], home / "packages")

    python = interpreters.current().runtime
    home = _home(build, "emulator", REQUIREMENTS.read_bytes() + python.encode())
    finished = Installation(home / "bin" / "python", home / "packages")
    _once(home, finished.interpreter, make, lambda: progress("installing the AWS emulator (once)"))
    return finished


def installed_runtime(
    build: Path, runtime: str | None = None, progress: Callable[[str], object] = lambda _: None
) -> RuntimeInstallation:
    """Lambda's runtime; installed first if it is not there in this version.

    Args:
        build: the folder for what is built.
        runtime: such as `python3.13`; that of the Python that runs this by default.
        progress: called with a line if there is something to install.

    Raises:
        BundleError: it can't be installed, for example for want of a network.
        LocalError: it is for Linux only, and this is none.
    """
    if platform.system() != "Linux":
        raise LocalError(f"Lambda's own runtime is for Linux only, and this is {platform.system()}")
    target = Target(host(), interpreters.find(runtime))
    inputs = RUNTIME_REQUIREMENTS.read_bytes() + target.described().encode()
    home = _home(build, "runtime", inputs)
    finished = RuntimeInstallation(home / "bin" / "python", home / "packages", home / "rie")
    _once(
        home,
        finished.interpreter,
        lambda made: _install_runtime(made, target),
        lambda: progress("installing Lambda's runtime (once)"),
    )
    return finished


def _install_runtime(home: Path, target: Target) -> None:
    _make_bare(home, target.interpreter)
    packages = home / "packages"
    install([RUNTIME_REQUIREMENTS], packages, target)
    emulator = packages / _RUNTIME_EMULATOR.format(target.platform.architecture)
    emulator.rename(home / "rie")
    (home / "rie").chmod(0o755)
    for unused in packages.glob("samcli"):
        shutil.rmtree(unused)


def _make_bare(home: Path, interpreter: Interpreter) -> None:
    """Make an environment without any package, of another Python than this one perhaps."""
    command = [interpreter.executable, "-I", "-m", "venv", "--without-pip", str(home)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise LocalError(f"{interpreter.executable} can't make an environment:\n{done.stderr}")


def _home(build: Path, name: str, inputs: bytes) -> Path:
    return build / f"{name}-{hashlib.sha256(inputs).hexdigest()[:12]}"


def _once(
    home: Path, interpreter: Path, make: Callable[[Path], object], announce: Callable[[], object]
) -> None:
    """Make an environment whole, unless it is there; another process may be at it."""
    name = home.name.partition("-")[0]
    with alone(home.parent / f"{name}.lock"):
        if (home / "packages").is_dir() and interpreter.exists():
            return
        announce()
        shutil.rmtree(home, ignore_errors=True)  # its Python was removed from the machine
        with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
            made = Path(scratch, name)
            make(made)
            made.rename(home)
