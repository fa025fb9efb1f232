"""What the emulator runs is unpacked once."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from pactwright.local.unpacking import sharing


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of one file."""
    file = tmp_path / "code.zip"
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("folder/handler.py", "handler = 1")
    return file


def unpack(archive: Path, target: Path, kind: type[zipfile.ZipFile]) -> Path:
    """Unpack all of a copy to a new folder, as a worker does."""
    target.mkdir()
    copy = Path(shutil.copy(archive, f"{target}.zip"))
    with kind(copy) as opened:
        opened.extractall(target)
    assert not copy.exists()
    return target


def test_an_archive_is_unpacked_once_for_all(archive: Path, tmp_path: Path) -> None:
    """Each has all of it, in the same folder."""
    kind = sharing(tmp_path / "cache")

    first, second = (unpack(archive, tmp_path / name, kind) for name in "ab")

    assert (first / "folder" / "handler.py").read_text() == "handler = 1"
    assert first.resolve() == second.resolve()
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_another_content_is_another_folder(archive: Path, tmp_path: Path) -> None:
    """Whatever the archive's name is."""
    kind = sharing(tmp_path / "cache")
    first = unpack(archive, tmp_path / "a", kind)
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("folder/handler.py", "handler = 2")

    second = unpack(archive, tmp_path / "b", kind)

    assert (first / "folder" / "handler.py").read_text() == "handler = 1"
    assert (second / "folder" / "handler.py").read_text() == "handler = 2"


def test_what_is_added_to_a_folder_is_not_shared(archive: Path, tmp_path: Path) -> None:
    """It would show in all others."""
    target = tmp_path / "a"
    target.mkdir()
    (target / "own").touch()

    with sharing(tmp_path / "cache")(archive) as opened:
        opened.extractall(target)

    assert (target / "folder" / "handler.py").exists()
    assert not (tmp_path / "cache").exists()
