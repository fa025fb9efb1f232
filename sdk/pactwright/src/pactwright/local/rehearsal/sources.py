"""The sources as the pipeline gets them: what would be committed, and nothing else."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pactwright.local.rehearsal.errors import RehearsalError


@dataclass(frozen=True, slots=True)
class Source:
    """Sources as an artifact has them.

    Attributes:
        folder: their folder, without that of Git.
        revision: an id of their content.
    """

    folder: Path
    revision: str


def export(root: Path, target: Path) -> Source:
    """Copy a working tree's files, but for those that Git ignores.

    Changes that aren't committed are in it, so that they are rehearsed before; the folder of Git
    itself is not, as in an artifact of CodePipeline. The tree need not be a repository of Git.

    Args:
        root: the working tree.
        target: a folder that isn't there yet.

    Raises:
        RehearsalError: Git can't list the files.
    """
    with tempfile.TemporaryDirectory() as scratch:
        _git(root, scratch, "init", "--quiet")
        _git(root, scratch, "add", "--all")
        listed = _git(root, scratch, "ls-files", "--stage", "-z")
    content = hashlib.sha1(listed, usedforsecurity=False).hexdigest()
    for entry in listed.split(b"\0"):
        if entry:
            name = os.fsdecode(entry.partition(b"\t")[2])
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name, follow_symlinks=False)
    return Source(target, content)


def _git(root: Path, folder: str, *arguments: str) -> bytes:
    command = ["git", f"--git-dir={folder}", f"--work-tree={root}", *arguments]
    try:
        done = subprocess.run(  # noqa: S603  # our own arguments
            command, cwd=root, check=False, capture_output=True
        )
    except OSError as error:
        raise RehearsalError(f"git is needed to list the sources: {error.strerror}") from error
    if done.returncode != 0:
        raise RehearsalError(f"git can't list the sources:\n{done.stderr.decode(errors='replace')}")
    return done.stdout
