"""The Pythons of this machine: bytecode is made by the very minor version that will run it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Final

from pactwright.deploy.errors import BundleError

_RUNTIME: Final = re.compile(r"python3\.(\d{1,2})")
_OLDEST_MINOR: Final = 11
_ANSWERS_WITHIN: Final = 20.0
_ABOUT: Final = """\
import importlib.util, json, platform, sys
print(json.dumps({
    "name": sys.implementation.name,
    "version": platform.python_version(),
    "magic": importlib.util.MAGIC_NUMBER.hex(),
    "standard_library": sorted(sys.stdlib_module_names),
}))
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A CPython that is installed on this machine.

    Attributes:
        executable: how to start it.
        version: such as `3.13.1`.
        magic: what its bytecode begins with.
        standard_library: the names of its top-level modules.
    """

    executable: str
    version: str
    magic: bytes
    standard_library: frozenset[str]

    @property
    def minor(self) -> str:
        """Its major and minor version: `3.13`."""
        return ".".join(self.version.split(".")[:2])

    @property
    def runtime(self) -> str:
        """What Lambda calls it: `python3.13`."""
        return f"python{self.minor}"

    @property
    def abi(self) -> str:
        """What the tags of wheels call it: `cp313`."""
        return f"cp{self.minor.replace('.', '')}"


def current() -> Interpreter:
    """The one that runs this."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Interpreter(sys.executable, version, MAGIC_NUMBER, sys.stdlib_module_names)


def find(runtime: str | None, environment: Mapping[str, str] = os.environ) -> Interpreter:
    """The Python that makes bytecode for a runtime of Lambda.

    It is the one that runs this if that is of the runtime's minor version; otherwise one on the
    PATH, or else the newest that pyenv has.

    Args:
        runtime: such as `python3.13`; None is that of the Python that runs this.
        environment: has PATH, and PYENV_ROOT where pyenv is not in the home folder.

    Raises:
        BundleError: it is no runtime, or no such Python is here.
    """
    own = current()
    if runtime is None or runtime == own.runtime:
        return own
    named = _RUNTIME.fullmatch(runtime)
    if named is None or int(named[1]) < _OLDEST_MINOR:
        raise BundleError(f"{runtime!r} is no runtime: give python3.{_OLDEST_MINOR} or a later one")
    for candidate in _candidates(runtime, environment):
        found = _asked(candidate)
        if found is not None and found.runtime == runtime:
            return found
    raise BundleError(
        f"the runtime {runtime} needs its own interpreter, which makes the bytecode: no {runtime} "
        f"is on the PATH or under pyenv. Install one (`pyenv install {runtime[6:]}`), or leave "
        f"--runtime out to build for {own.runtime}"
    )


def _candidates(runtime: str, environment: Mapping[str, str]) -> Iterator[str]:
    on_path = shutil.which(runtime, path=environment.get("PATH", os.defpath))
    if on_path is not None:
        yield on_path
    home = environment.get("PYENV_ROOT") or Path(environment.get("HOME", ""), ".pyenv")
    versions = Path(home, "versions").glob(f"{runtime.removeprefix('python')}.*/bin/python")
    yield from (str(each) for each in sorted(versions, key=_patch, reverse=True))


def _patch(executable: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", executable.parts[-3]))


@lru_cache
def _asked(executable: str) -> Interpreter | None:
    """What an interpreter says of itself; None if it does not work, as pyenv's shims may not."""
    try:
        done = subprocess.run(  # noqa: S603  # looked for by its name
            [executable, "-I", "-c", _ABOUT],
            check=True,
            capture_output=True,
            timeout=_ANSWERS_WITHIN,
        )
        about = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if about["name"] != "cpython":
        return None
    magic, names = bytes.fromhex(about["magic"]), frozenset(about["standard_library"])
    return Interpreter(executable, about["version"], magic, names)
