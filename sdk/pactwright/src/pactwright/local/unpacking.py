"""A bundle is unpacked once, for all that run it. Runs in the emulator's process.

ministack 1.5.33 unpacks a function's archive anew for each worker, which takes over a second of the
emulator's only interpreter; a few requests at once, or a new version under load, stand in line for
that. Here workers share one folder of each archive. (On Lambda, code can't be written to either.)
"""

from __future__ import annotations

import hashlib
import importlib
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any, Final

_lock: Final = threading.Lock()


def extend() -> None:
    """Let the emulator, which must be importable, unpack by `_Archive`."""
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    runtime.zipfile = _Module()


class _Module:
    """The module zipfile, with another archive."""

    def __getattr__(self, name: str) -> Any:
        return _Archive if name == "ZipFile" else getattr(zipfile, name)


class _Archive(zipfile.ZipFile):
    """An archive whose content is shared by all who unpack all of it to a new folder."""

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        """Make the folder, which is empty, lead to what was unpacked before."""
        if path is None or members is not None or any(Path(path).iterdir()):
            super().extractall(path, members, pwd)
            return
        with _lock:
            shared = self._shared()
        Path(path).rmdir()
        Path(path).symlink_to(shared, target_is_directory=True)

    def _shared(self) -> Path:
        with Path(str(self.filename)).open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        finished = Path(tempfile.gettempdir(), "unpacked", digest)
        if not finished.exists():
            finished.parent.mkdir(exist_ok=True)
            unfinished = tempfile.mkdtemp(dir=finished.parent)
            command = [sys.executable, "-I", "-m", "zipfile", "-e", str(self.filename), unfinished]
            subprocess.run(command, check=True)  # noqa: S603  # meanwhile, requests are answered
            os.replace(unfinished, finished)  # noqa: PTH105  # a folder, whole or not at all
        return finished
