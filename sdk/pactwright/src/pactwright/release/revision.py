"""Which state of the sources is at hand."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pactwright.release.errors import ReleaseError
from pactwright.release.records import Revision

CODEBUILD: Final = "CODEBUILD_RESOLVED_SOURCE_VERSION"
"""CodeBuild's name for the commit that it was given the files of (AWS CodeBuild User Guide,
"Environment variables in build environments")."""

_STATUS: Final = ("status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=none")
"""All that differs from the commit, whatever git is configured to leave out."""


def revision(root: Path, environment: Mapping[str, str]) -> Revision:
    """The revision of a project's sources.

    It is git's where the project is in a repository of git's. Files that are not committed count
    as a change, unless git is told to ignore them. Else, it is what CodeBuild says.

    Args:
        root: the project's folder.
        environment: the process's environment variables.

    Raises:
        ReleaseError: git finds a repository, but can't read it.
    """
    if not any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents)):
        return Revision(commit=environment.get(CODEBUILD) or None, dirty=False)
    if not _git(root, "rev-list", "--all", "--max-count=1"):
        return Revision(commit=None, dirty=True)  # nothing is committed yet
    changed = _git(root, *_STATUS, "--", ".")
    tracked = _git(root, "ls-files", "--", "pyproject.toml")  # not so in another one's build folder
    return Revision(commit=_git(root, "rev-parse", "HEAD"), dirty=bool(changed) or not tracked)


def branch(root: Path) -> str | None:
    """The branch that git has checked out; None where it is on none, or there is no git."""
    try:
        return _git(root, "symbolic-ref", "--quiet", "--short", "HEAD") or None
    except ReleaseError:
        return None


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments
            ["git", "-C", str(root), *arguments],  # noqa: S607 - whichever git builds
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise ReleaseError(
            f"the revision of {root} can't be told: git: {error.strerror}"
        ) from error
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        raise ReleaseError(f"the revision of {root} can't be told: {said[0]}")
    return done.stdout.strip()
