"""Where records are kept: objects that are written once, by many at a time, and never changed."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from pactwright.release.errors import RecordError, StoreError

S3: Final = "s3://"

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""What a URL begins with, or was meant to: `s3:/bucket` is no folder."""


class Store(Protocol):
    """Objects by name. A name is a path of POSIX's kind, relative to the store."""

    def add(self, name: str, content: bytes) -> None:
        """Write an object; nothing happens where just that is there already.

        Raises:
            RecordError: another content has that name.
            StoreError: it can't be written.
        """
        ...

    def names(self, folder: str) -> Sequence[str]:
        """The names of all objects below a folder, sorted; none where there is no such folder.

        Raises:
            StoreError: they can't be listed.
        """
        ...

    def read(self, name: str) -> bytes:
        """An object's content.

        Raises:
            StoreError: it can't be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """Records as files of a folder.

    Attributes:
        root: that folder; made with the first record.
    """

    root: Path

    def __str__(self) -> str:
        return str(self.root)

    def add(self, name: str, content: bytes) -> None:
        """Write a file whole: a reader finds all of it or nothing.

        Raises:
            RecordError: another content has that name.
            StoreError: it can't be written.
        """
        file = self.root / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.root, prefix=".unfinished-") as scratch:
                written = Path(scratch, "record")
                written.write_bytes(content)
                _publish(written, file)
        except OSError as error:
            raise StoreError(f"{file} can't be written: {error.strerror}") from error

    def names(self, folder: str) -> Sequence[str]:
        """The names of all files below a folder.

        Raises:
            StoreError: they can't be listed.
        """
        top = self.root / folder
        try:
            # not by Path.rglob, to which what can't be read is empty
            tree = list(os.walk(top, onerror=_raised, followlinks=True))
        except NotADirectoryError as error:
            raise StoreError(f"{self.root} is no folder: records are files of one") from error
        except OSError as error:
            if isinstance(error, FileNotFoundError) and error.filename == str(top):
                return []
            raise StoreError(f"{error.filename} can't be listed: {error.strerror}") from error
        found = (Path(place, name) for place, _, names in tree for name in names)
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    def read(self, name: str) -> bytes:
        """A file's content.

        Raises:
            StoreError: it can't be read.
        """
        try:
            return (self.root / name).read_bytes()
        except OSError as error:
            raise StoreError(f"{self.root / name} can't be read: {error.strerror}") from error


def _raised(error: OSError) -> None:
    raise error


def _publish(written: Path, file: Path) -> None:
    """Give a file its name, unless that is taken: one step, which only one of many writers does."""
    try:
        os.link(written, file)
    except FileExistsError:
        if file.read_bytes() != written.read_bytes():
            raise RecordError(f"{file} is there already, and says something else") from None


def opened(where: str, root: Path) -> Store:
    """The store at some place.

    Args:
        where: `s3://BUCKET/PREFIX`, or a folder.
        root: what a relative folder is relative to.

    Raises:
        StoreError: it is no such place.
    """
    if not where.startswith(S3):
        if _SCHEME.match(where):
            raise StoreError(f"records can't be kept in {where}: give a folder or s3://…")
        base = root if root == Path() else root.resolve()  # to be told from wherever
        return Folder(base / where)
    from pactwright.release.bucket import Bucket  # noqa: PLC0415 - boto3 takes 0.3 s

    return Bucket.at(where)
