"""Whether compiled modules can be loaded where a bundle runs.

Source: the ELF specification's "Symbol versioning" for what a library asks of others; PEP 600 for
why the C library's version decides; PEP 3149 for the tags in modules' names.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from pactwright.deploy.interpreters import Interpreter
from pactwright.deploy.platforms import MACHINES, Architecture, Platform, newest_glibc

MAGIC: Final = b"\x7fELF"

_MACHINES: Final[dict[str, Architecture]] = {"EM_AARCH64": "arm64", "EM_X86_64": "x86_64"}
_GLIBC: Final = re.compile(r"GLIBC_(\d+)\.(\d+)(?:\.\d+)?")
_TAG: Final = re.compile(r"[^.]+\.(?:(?P<tag>[^.]+)\.)?so")
# What Amazon Linux has of the libraries that PEP 599 lets a wheel rely on.
_SYSTEM: Final = re.compile(
    r"(?:lib(?:c|m|dl|rt|pthread|util|nsl|resolv|gcc_s|stdc\+\+)|ld-linux-[\w-]+)\.so\.\d+"
)


def faults(
    files: Mapping[str, bytes], platform: Platform, interpreter: Interpreter
) -> Iterator[str]:
    """What is wrong with compiled files, one line for each fault.

    Args:
        files: those of a bundle that are compiled, by name.
        platform: of Lambda, what they have to run on.
        interpreter: of the version that loads them.
    """
    libraries = {name.rpartition("/")[2] for name in files}
    for name, content in files.items():
        try:
            found = list(_of(ELFFile(io.BytesIO(content)), platform, interpreter, libraries))
        except (ELFError, ValueError, KeyError, AttributeError, UnicodeDecodeError) as error:
            found = [f"is damaged: {error or type(error).__name__}"]
        yield from (f"{name} {each}" for each in (*found, *_tagged(name, platform, interpreter)))


def _of(
    elf: Any, platform: Platform, interpreter: Interpreter, libraries: Collection[str]
) -> Iterator[str]:
    architecture = _MACHINES.get(elf["e_machine"], elf["e_machine"])
    if architecture != platform.architecture:
        yield f"is for {architecture} processors, not for {platform.architecture}"
    allowed = newest_glibc(interpreter.runtime)
    newest = max(_versions(elf), default=(0, 0))
    if newest > allowed:
        yield (
            f"needs glibc {newest[0]}.{newest[1]}; {interpreter.runtime} on Lambda has "
            f"{allowed[0]}.{allowed[1]}"
        )
    for tag in _dynamic(elf):
        kind = tag.entry.d_tag
        if kind == "DT_NEEDED" and not (_SYSTEM.fullmatch(tag.needed) or tag.needed in libraries):
            yield f"needs {tag.needed}, which neither the bundle nor Lambda has"
        path = {"DT_RPATH": "rpath", "DT_RUNPATH": "runpath"}.get(kind)
        if path is not None and not getattr(tag, path).startswith("$ORIGIN"):
            yield f"looks for libraries in {getattr(tag, path)}, a path of where it was built"


def _versions(elf: Any) -> Iterable[tuple[int, int]]:
    """The versions of the C library that a file's symbols are of."""
    for section in elf.iter_sections():
        if section["sh_type"] == "SHT_GNU_verneed":
            for _, versions in section.iter_versions():
                for version in versions:
                    if matched := _GLIBC.fullmatch(version.name):
                        yield int(matched[1]), int(matched[2])


def _dynamic(elf: Any) -> Iterator[Any]:
    for section in elf.iter_sections():
        if section["sh_type"] == "SHT_DYNAMIC":
            yield from section.iter_tags()


def _tagged(name: str, platform: Platform, interpreter: Interpreter) -> Iterator[str]:
    """Whether an import finds a module by its name."""
    folder, _, file = name.rpartition("/")
    matched = _TAG.fullmatch(file)
    if matched is None or folder.endswith(".libs"):
        return  # a library that modules need, not a module
    version = interpreter.abi.removeprefix("cp")
    expected = f"cpython-{version}-{MACHINES[platform.architecture]}-linux-gnu"
    if matched["tag"] not in (None, "abi3", expected):
        yield f"is not found by {interpreter.runtime} on {platform.name}, which asks for {expected}"
