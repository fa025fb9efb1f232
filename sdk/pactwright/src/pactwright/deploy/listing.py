"""What a bundle holds, for people: how much of it is whose."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_METADATA = ".dist-info"


@dataclass(frozen=True, slots=True)
class Part:
    """A top-level package of a bundle, or one file.

    Attributes:
        name: of the package; of the file, with its path.
        files: how many it has.
        size: of all of them, unpacked, in bytes.
    """

    name: str
    files: int
    size: int


def packages(archive: Path) -> list[Part]:
    """A bundle's top-level packages, the largest first.

    A module without a package counts with its bytecode; licences and other metadata of
    distributions are one part.
    """
    sizes: dict[str, list[int]] = defaultdict(list)
    for each in files(archive):
        sizes[_package(each.name)].append(each.size)
    parts = [Part(name, len(each), sum(each)) for name, each in sizes.items()]
    return sorted(parts, key=lambda part: (-part.size, part.name))


def files(archive: Path) -> list[Part]:
    """A bundle's files, by name."""
    with zipfile.ZipFile(archive) as opened:
        found = [Part(entry.filename, 1, entry.file_size) for entry in opened.infolist()]
    return sorted(found, key=lambda part: part.name)


def table(parts: list[Part]) -> Iterator[str]:
    """Lines of a table, with a last one for the sum."""
    total = Part("in all, unpacked", sum(p.files for p in parts), sum(p.size for p in parts))
    for part in (*parts, total):
        yield f"{part.size:>12,} bytes {part.files:>6} files  {part.name}"


def _package(file: str) -> str:
    top, _, below = file.partition("/")
    if top.endswith(_METADATA):
        return f"*{_METADATA}"
    if top == "__pycache__":
        return below.partition(".")[0]
    return top.removesuffix(".py")
