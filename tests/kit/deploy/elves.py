"""Compiled files made by hand: just enough of ELF to tell what they need of a system."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

AARCH64 = 183
X86_64 = 62

_SECTION = "<IIQQQQIIQQ"
_STRINGS, _DYNAMIC, _NEEDS = 3, 6, 0x6FFFFFFE
_NEEDED, _RUNPATH = 1, 29


class _Strings:
    def __init__(self) -> None:
        self.content = b"\0"

    def add(self, text: str) -> int:
        place = len(self.content)
        self.content += text.encode() + b"\0"
        return place


def elf(
    machine: int = AARCH64,
    *,
    needed: Sequence[str] = ("libc.so.6",),
    versions: Mapping[str, Sequence[str]] | None = None,
    runpath: str | None = None,
) -> bytes:
    """A shared object of 64 bits.

    Args:
        machine: the processor's number.
        needed: the libraries that it needs.
        versions: for each of them, the versions of symbols that it needs.
        runpath: where it looks for libraries.
    """
    strings = _Strings()
    asked = {"libc.so.6": ["GLIBC_2.17"]} if versions is None else versions
    needs = _verneed(asked, strings)
    tags = [(_NEEDED, strings.add(name)) for name in needed]
    tags += [(_RUNPATH, strings.add(runpath))] if runpath is not None else []
    dynamic = b"".join(struct.pack("<qQ", *tag) for tag in (*tags, (0, 0)))
    names = _Strings()
    sections = [
        (names.add(".dynstr"), _STRINGS, strings.content, 0, 0),
        (names.add(".gnu.version_r"), _NEEDS, needs, 1, len(asked)),
        (names.add(".dynamic"), _DYNAMIC, dynamic, 1, 0),
        (names.add(".shstrtab"), _STRINGS, b"", 0, 0),
    ]
    sections[-1] = (*sections[-1][:2], names.content, 0, 0)
    return _assembled(machine, sections)


def _verneed(versions: Mapping[str, Sequence[str]], strings: _Strings) -> bytes:
    entries = b""
    for number, (library, asked) in enumerate(versions.items(), start=1):
        step = 0 if number == len(versions) else 16 + 16 * len(asked)
        entries += struct.pack("<HHIII", 1, len(asked), strings.add(library), 16, step)
        for last, version in enumerate(asked, start=1):
            following = 0 if last == len(asked) else 16
            entries += struct.pack("<IHHII", 0, 0, 2, strings.add(version), following)
    return entries


def _assembled(machine: int, sections: Sequence[tuple[int, int, bytes, int, int]]) -> bytes:
    body, headers = b"", [struct.pack(_SECTION, *[0] * 10)]
    for name, kind, content, link, info in sections:
        size = (name, kind, 0, 0, 64 + len(body), len(content), link, info, 1, 0)
        headers.append(struct.pack(_SECTION, *size))
        body += content
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    about = (3, machine, 1, 0, 0, 64 + len(body), 0, 64, 56, 0, 64, len(headers), len(headers) - 1)
    return ident + struct.pack("<HHIQQQIHHHHHH", *about) + body + b"".join(headers)
