"""What a git repository has at a revision, as files."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from pactwright.release.comparison.errors import ComparisonError

_SUFFIXES: Final = (".yaml", ".yml", ".json", ".toml")
"""What documents, pacts and settings end in; nothing else is taken out of a revision."""

_FILE: Final = "blob"
_PLAIN: Final = ("100644", "100755")


class Repository:
    """The repository that a folder is in.

    Args:
        folder: any folder in its working tree.
        workspace: an empty folder, to put files of revisions in.
        program: git's name.
    """

    def __init__(self, folder: Path, workspace: Path, program: str = "git") -> None:
        self._folder = folder
        self._workspace = workspace
        self._program = program
        self._made: dict[str, Path] = {}

    @property
    def is_reachable(self) -> bool:
        """Whether git is installed."""
        return shutil.which(self._program) is not None

    def commit(self, revision: str) -> str | None:
        """The commit that a revision names; None where it names none.

        Nothing does where there is no repository, or no git.
        """
        if not revision or revision.startswith("-") or not self.is_reachable:
            return None
        name = f"{revision}^{{commit}}"
        found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        return found.stdout.decode().strip() if found.returncode == 0 else None

    @property
    def prefix(self) -> PurePosixPath:
        """Where in the repository the folder is."""
        return PurePosixPath(self._demand("rev-parse", "--show-prefix").decode().strip() or ".")

    @property
    def top(self) -> Path:
        """The folder of the working tree."""
        return Path(self._demand("rev-parse", "--show-toplevel").decode().strip())

    def files(self, commit: str) -> Path:
        """A folder with what the repository has at a commit: documents, pacts and settings.

        Raises:
            ComparisonError: git can't tell.
        """
        if commit not in self._made:
            root = self._workspace / commit
            entries = list(self._entries(commit))
            for path, content in zip(
                (path for path, _ in entries),
                self._contents([name for _, name in entries]),
                strict=True,
            ):
                file = root / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            self._made[commit] = root
        return self._made[commit]

    def _entries(self, commit: str) -> Iterator[tuple[str, str]]:
        listing = self._demand("ls-tree", "-r", "-z", "--full-tree", commit)
        for line in listing.decode("utf-8", "surrogateescape").split("\0"):
            meta, _, path = line.partition("\t")
            mode, kind, name = [*meta.split(), "", "", ""][:3]
            if kind == _FILE and mode in _PLAIN and path.endswith(_SUFFIXES):
                yield path, name

    def _contents(self, names: Sequence[str]) -> Iterator[bytes]:
        asked = "".join(f"{name}\n" for name in names).encode()
        output = self._demand("cat-file", "--batch", given=asked)
        position = 0
        for _ in names:
            end = output.index(b"\n", position)
            size = int(output[position:end].split()[-1])
            yield output[end + 1 : end + 1 + size]
            position = end + 1 + size + 1

    def _demand(self, *arguments: str, given: bytes = b"") -> bytes:
        found = self._run(*arguments, given=given)
        if found.returncode:
            reason = found.stderr.decode(errors="replace").strip()
            raise ComparisonError(f"git {arguments[0]} failed: {reason}")
        return found.stdout

    def _run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [self._program, "-C", str(self._folder), *arguments]
        return subprocess.run(command, input=given, capture_output=True, check=False)  # noqa: S603
