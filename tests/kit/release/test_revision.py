"""Which commit the sources are of, and whether they are just that."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pactwright.release.errors import ReleaseError
from pactwright.release.records import Revision
from pactwright.release.revision import branch, revision


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"]
    command = ["git", "-C", str(root), *identity, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a project in it, committed."""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    (tmp_path / "pyproject.toml").write_text("[tool.pactwright]\n")
    (tmp_path / ".gitignore").write_text("build\n")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "all of it")
    return tmp_path


def test_a_commit_and_nothing_else(root: Path) -> None:
    """What git is told to ignore does not count."""
    (root / "build").mkdir()
    (root / "build" / "bundle.zip").write_text("")
    found = revision(root, {})

    assert (found.commit, found.dirty, found.is_clean) == (
        git(root, "rev-parse", "HEAD"),
        False,
        True,
    )
    assert branch(root) == "main"


@pytest.mark.parametrize("name", ["pyproject.toml", "new.py"])
def test_what_was_changed_or_added_is_no_commits(root: Path, name: str) -> None:
    """A bundle would hold it."""
    (root / name).write_text("# changed\n")
    git(root, "config", "status.showUntrackedFiles", "no")  # as large repositories do

    assert revision(root, {}).dirty
    assert not revision(root, {}).is_clean


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    """Nothing in it can be told again."""
    git(tmp_path, "init", "--quiet")

    assert revision(tmp_path, {}) == Revision(commit=None, dirty=True)


def test_a_project_that_another_ones_repository_ignores(root: Path) -> None:
    """That commit does not have it."""
    (root / "build" / "inner").mkdir(parents=True)
    (root / "build" / "inner" / "pyproject.toml").write_text("")

    assert revision(root / "build" / "inner", {}).dirty


def test_without_git_codebuild_knows(tmp_path: Path) -> None:
    """Its sources come without their repository; elsewhere nobody knows."""
    told = {"CODEBUILD_RESOLVED_SOURCE_VERSION": "c0ffee"}

    assert revision(tmp_path, told) == Revision(commit="c0ffee", dirty=False)
    assert not revision(tmp_path, {}).is_clean
    assert branch(tmp_path) is None


def test_a_repository_that_git_can_not_read(tmp_path: Path) -> None:
    """It is told, rather than taken for none."""
    (tmp_path / ".git").write_text("gitdir: /nowhere")
    with pytest.raises(ReleaseError, match="can't be told: fatal: not a git repository"):
        revision(tmp_path, {})
