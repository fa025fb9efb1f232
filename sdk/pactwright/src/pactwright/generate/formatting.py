"""Formatting by ruff, the same on every machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

LINE_LENGTH: Final = 100


class FormattingError(Exception):
    """Generated source is no Python, which is a fault of the kit; or there is no ruff."""


def format_sources(sources: Mapping[PurePosixPath, str]) -> Mapping[PurePosixPath, str]:
    """Format modules. No settings of the project or of the user are looked at.

    Raises:
        FormattingError: a source is not valid Python, or ruff is not installed.
    """
    with TemporaryDirectory() as folder:
        for path, source in sources.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source, encoding="utf-8", newline="\n")
        _run_ruff(folder)
        return {path: Path(folder, path).read_text(encoding="utf-8") for path in sources}


def _run_ruff(folder: str) -> None:
    command = [
        *(sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--quiet"),
        *("--line-length", str(LINE_LENGTH), "--target-version", "py311", "."),
    ]
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise FormattingError(f"ruff cannot format what was generated: {done.stderr.strip()}")
