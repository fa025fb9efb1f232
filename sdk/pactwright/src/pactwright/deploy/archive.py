"""Zip archives that are the same bytes whenever and by whomever they are made."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

TASK_ROOT: Final = "/var/task"
"""Where Lambda unpacks an archive; tracebacks name files below it."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o100644
_UNIX: Final = 3


def append(archive: Path, folder: Path) -> None:
    """Add a folder's files to an archive, sorted by name; makes the archive if there is none."""
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED, compresslevel=6) as opened:
        for file in files(folder):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _EPOCH)
            entry.external_attr = _MODE << 16
            entry.create_system = _UNIX
            entry.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(entry, file.read_bytes())


def files(folder: Path) -> list[Path]:
    """Every file below a folder, in the order of their POSIX names."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def compile_sources(folder: Path, executable: str = sys.executable) -> str:
    """Put bytecode beside the Python sources below a folder; returns what can't be compiled.

    Args:
        folder: where the sources are.
        executable: the Python that makes it, and of whose minor version the one that runs it is.

    It is of the unchecked-hash kind (PEP 552), the only one that survives a zip without being
    written anew at each cold start, and it is made in a fresh interpreter with a fixed hash seed
    and nothing but its standard library, so that it comes out the same each time.
    """
    command = [executable, "-S", "-m", "compileall", "-q", "-j", "1"]
    command += ["--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", TASK_ROOT]
    others = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = others | {"PYTHONHASHSEED": "0"}
    done = subprocess.run(  # noqa: S603  # our own interpreter, our own arguments
        [*command, str(folder)], check=False, env=environment, capture_output=True, text=True
    )
    return done.stdout if done.returncode else ""


def digest(parts: Iterable[bytes]) -> str:
    """SHA-256 over parts, each preceded by its length, in hexadecimal."""
    result = hashlib.sha256()
    for part in parts:
        result.update(len(part).to_bytes(8, "big"))
        result.update(part)
    return result.hexdigest()
