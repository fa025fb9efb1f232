"""A bundle is unpacked once, for all that run it. Runs in the emulator's process.

ministack 1.5.33 unpacks a function's archive anew for each worker, which takes over a second of the
emulator's only interpreter; a few requests at once, or a new version under load, stand in line for
that. Here workers share one folder of each archive, and keep no copy of the archive itself. (On
Lambda, code can't be written to either.)
"""

from __future__ import annotations

import hashlib
import importlib
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any


def extend() -> None:
    """Let the emulator, which must be importable, unpack what it runs so."""
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    runtime.zipfile = _Module(sharing(Path(tempfile.gettempdir(), "unpacked")))


class _Module:
    """The module zipfile, with another archive."""

    def __init__(self, archive: type[zipfile.ZipFile]) -> None:
        self.ZipFile = archive

    def __getattr__(self, name: str) -> Any:
        return getattr(zipfile, name)


def sharing(cache: Path) -> type[zipfile.ZipFile]:
    """Archives whose content is shared by all who unpack all of it to a new folder.

    Args:
        cache: the folder for what is unpacked.
    """
    lock = threading.Lock()

    class Archive(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            """Make the folder, if it is empty, lead to what was unpacked; the archive goes."""
            if path is None or members is not None or any(Path(path).iterdir()):
                super().extractall(path, members, pwd)
                return
            copy = Path(str(self.filename))  # which a worker made for nothing but this
            with lock:
                shared = _unpacked(copy, cache)
            copy.unlink()
            Path(path).rmdir()
            Path(path).symlink_to(shared, target_is_directory=True)

    return Archive


def _unpacked(archive: Path, cache: Path) -> Path:
    with archive.open("rb") as opened:
        finished = cache / hashlib.file_digest(opened, "sha256").hexdigest()
    if not finished.exists():
        cache.mkdir(exist_ok=True)
        unfinished = tempfile.mkdtemp(dir=cache)
        command = [sys.executable, "-I", "-m", "zipfile", "-e", str(archive), unfinished]
        subprocess.run(command, check=True)  # noqa: S603  # meanwhile, requests are answered
        Path(unfinished).replace(finished)  # whole or not at all
    return finished
