"""What the Python sources of a bundle import, read once for each content."""

from __future__ import annotations

import functools
import json
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pactwright.deploy.completeness import scanner
from pactwright.deploy.completeness.scanner import TYPED
from pactwright.deploy.errors import BundleError
from pactwright.deploy.interpreters import Interpreter
from pactwright.deploy.manifest import sha256


@dataclass(frozen=True, slots=True)
class Import:
    """One import.

    Attributes:
        line: where it is.
        module: its absolute name.
        name: what is taken from the module; None takes the module itself.
        when: one of the scanner's NOW, LATER, GUARDED, TYPED.
        instead_of: the modules for which it stands in where one of them is missing.
    """

    line: int
    module: str
    name: str | None
    when: str
    instead_of: tuple[str, ...]

    @property
    def target(self) -> str:
        """The dotted name of what is taken."""
        return self.module if self.name is None else f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class Source:
    """One Python source.

    Attributes:
        path: its name in the archive.
        imports: what it imports.
        names: what it binds at its top level.
        is_dynamic: whether it may have names that can't be seen.
        makes_modules: whether it may make modules that no file holds.
        is_lazy: whether it is a package that loads its modules when they are asked for.
        aws: each line and the AWS service that a client is made for there.
        broken: why it can't be read, "" if it can.
    """

    path: str
    imports: tuple[Import, ...]
    names: frozenset[str]
    is_dynamic: bool
    makes_modules: bool
    is_lazy: bool
    aws: tuple[tuple[int, str], ...]
    broken: str

    @property
    def is_package(self) -> bool:
        """Whether modules may be below it."""
        return self.path.rpartition("/")[2] == "__init__.py"

    @property
    def told(self) -> frozenset[str]:
        """The names that it tells type checkers it imports; not those of its own modules."""
        return frozenset(
            each.name
            for each in self.imports
            if each.when == TYPED and each.name and each.module != self.module
        )

    @property
    def tells_all(self) -> bool:
        """Whether it tells type checkers each name that it loads when it is asked for."""
        told = [each.name for each in self.imports if each.when == TYPED]
        return bool(told) and None not in told

    @property
    def module(self) -> str:
        """The name by which it is imported."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def read(archive: Path, interpreter: Interpreter, remembered: Path) -> list[Source]:
    """The sources of an archive, as the Python that will run them reads them.

    Args:
        archive: the zip.
        interpreter: of the runtime's version.
        remembered: the file that keeps what was read, by name and checksum; made if need be, and
            anew for another scanner.

    Raises:
        BundleError: the interpreter can't do it.
    """
    with zipfile.ZipFile(archive) as opened:
        sums = {i.filename: i.CRC for i in opened.infolist() if i.filename.endswith(".py")}
    known = {
        path: kept for path, kept in _remembered(remembered).items() if kept[0] == sums.get(path)
    }
    unknown = [path for path in sums if path not in known]
    if unknown:
        for path, found in _scanned(archive, interpreter, unknown).items():
            known[path] = [sums[path], found]
        unfinished = remembered.with_name(f".{remembered.name}.{archive.stat().st_ino}")
        unfinished.write_text(
            json.dumps({"scanner": _scanner(), "sources": known}), encoding="utf-8"
        )
        unfinished.replace(remembered)
    return [_source(path, known[path][1]) for path in sums]


@functools.cache
def _scanner() -> str:
    """Which scanner this is: what another one has read may be less."""
    return sha256(Path(scanner.__file__))


def _remembered(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict) or content.get("scanner") != _scanner():
        return {}
    known: dict[str, Any] = content["sources"]
    return known


def _scanned(archive: Path, interpreter: Interpreter, paths: list[str]) -> dict[str, Any]:
    command = [interpreter.executable, "-I", "-S", "-W", "ignore", str(scanner.__file__)]
    done = subprocess.run(  # noqa: S603  # the interpreter was found by name, the script is ours
        [*command, str(archive)],
        input="\n".join(paths),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BundleError(f"{archive} can't be read by {interpreter.executable}:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _source(path: str, found: Mapping[str, Any]) -> Source:
    return Source(
        path=path,
        imports=tuple(
            Import(line, module, name, when, tuple(instead_of))
            for line, module, name, when, instead_of in found.get("imports", ())
        ),
        names=frozenset(found.get("names", ())),
        is_dynamic=found.get("is_dynamic", False),
        makes_modules=found.get("makes_modules", False),
        is_lazy=found.get("is_lazy", False),
        aws=tuple((line, service) for line, service in found.get("aws", ())),
        broken=found.get("broken", ""),
    )
