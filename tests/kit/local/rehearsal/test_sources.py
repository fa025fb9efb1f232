"""The sources that a rehearsal begins with are those that would be committed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.sources import export


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "inner").mkdir(parents=True)
    (root / ".gitignore").write_text("build/\n*.pyc\n")
    (root / "inner" / "ä b.txt").write_text("text")
    (root / "run").write_text("#!/bin/sh\n")
    (root / "run").chmod(0o755)
    (root / "build").mkdir()
    (root / "build" / "made").write_text("made")
    (root / "inner" / "x.pyc").write_text("made")
    return root


def names(folder: Path) -> set[str]:
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}


def test_what_is_ignored_stays_behind(tree: Path, tmp_path: Path) -> None:
    """And files keep their modes; no repository is needed."""
    source = export(tree, tmp_path / "out")

    assert names(source.folder) == {".gitignore", "inner/ä b.txt", "run"}
    assert (source.folder / "run").stat().st_mode & 0o111
    assert not (tree / ".git").exists()


def test_a_repository_stays_behind_untouched(tree: Path, tmp_path: Path) -> None:
    """As in an artifact of CodePipeline; what isn't committed yet is taken along."""
    subprocess.run(["git", "init", "--quiet", tree], check=True)  # noqa: S603, S607
    before = names(tree / ".git")

    source = export(tree, tmp_path / "out")

    assert ".git" not in {each.name for each in source.folder.iterdir()}
    assert "run" in names(source.folder)
    assert names(tree / ".git") == before


def test_the_id_follows_the_content(tree: Path, tmp_path: Path) -> None:
    """The same for the same files."""
    first = export(tree, tmp_path / "1")
    second = export(tree, tmp_path / "2")
    (tree / "run").write_text("#!/bin/sh\ntrue\n")
    third = export(tree, tmp_path / "3")

    assert first.revision == second.revision != third.revision
    assert len(first.revision) == 40


def test_no_sources_are_told(tmp_path: Path) -> None:
    """With what Git said."""
    with pytest.raises(RehearsalError, match="git"):
        export(tmp_path / "nowhere", tmp_path / "out")
