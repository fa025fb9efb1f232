"""What is installed, here and in bundles, is what was pinned, by its hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import ROOT

LOCKS = sorted(
    file
    for pattern in ("requirements.lock", "services/**/requirements.txt", "**/*-requirements.txt")
    for file in ROOT.glob(pattern)
    if not {".venv", ".tox", "build"} & set(file.relative_to(ROOT).parts)
)


def pins(lock: Path) -> list[str]:
    """Each requirement of a lock, on one line."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    return [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]


def test_there_are_locks_for_all_that_is_installed() -> None:
    """The developers', each bundle's, the emulator's, the runtime's, the template scanner's."""
    assert len(LOCKS) >= 6


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_everything_is_pinned_with_its_hashes(lock: Path) -> None:
    """A release that was changed afterwards is not installed."""
    found = pins(lock)

    assert found
    assert [pin for pin in found if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_pip_is_told_to_look_at_hashes() -> None:
    """By make and by tox."""
    assert "--require-hashes" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--require-hashes" in (ROOT / "tox.ini").read_text(encoding="utf-8")
