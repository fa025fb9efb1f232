"""Whether a bundle is complete: it has all that its function needs, and runs where it is to run."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import botocore

from pactwright.deploy.completeness import binaries, bytecode, imports, sources
from pactwright.deploy.completeness.imports import Own
from pactwright.deploy.completeness.sources import Source
from pactwright.deploy.dependencies import Target
from pactwright.deploy.errors import BundleError

__all__ = ["Own", "check"]

LARGEST_ZIP: Final = 50 * 1024 * 1024
"""Bytes of the largest archive that Lambda takes directly (AWS, "Lambda quotas")."""
LARGEST_UNPACKED: Final = 250 * 1024 * 1024
"""Bytes of the largest that it unpacks."""

_SHOWN: Final = 20
_UNWANTED: Final = re.compile(
    r"(?:.*/)?(?:(?:tests|\.[^/]+|[^/]*\.egg-info)/|(?:conftest\.py|direct_url\.json)$)"
)


def check(archive: Path, target: Target, own: Own, remembered: Path) -> None:
    """Check a bundle.

    Every import is followed from the service's modules (`imports.reached` says how), every compiled
    file is looked at, every source has its bytecode, nothing is there that only builds or tests,
    botocore has the models of the services that are asked for by name, and the size is one that
    Lambda takes.

    Args:
        archive: the bundle.
        target: what it was made for.
        own: what of it is the project's.
        remembered: a file that keeps what sources import, so that each is read once.

    Raises:
        BundleError: something is missing or wrong; names all of it.
    """
    with zipfile.ZipFile(archive) as opened:
        unpacked = sum(entry.file_size for entry in opened.infolist())
        files = {name: opened.read(name) for name in opened.namelist()}
    found = [*sizes(archive.stat().st_size, unpacked), *_unwanted(files)]
    read = sources.read(archive, target.interpreter, remembered)
    unreadable = {each.path for each in read if each.broken}
    python = {
        name: content
        for name, content in files.items()
        if name.endswith((".py", ".pyc")) and name not in unreadable
    }
    found += bytecode.faults(python, target.interpreter)
    if target.platform.is_lambda:
        compiled = {name: each for name, each in files.items() if each[:4] == binaries.MAGIC}
        found += binaries.faults(compiled, target.platform, target.interpreter)
    reached, missing = imports.reached(read, files, own, target.interpreter)
    found += [*missing, *_models((e for e in reached if e.module in own), files)]
    if found:
        more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        lines = "\n".join(f"  {each}" for each in [*found[:_SHOWN], *more])
        raise BundleError(f"the bundle of {own.service} can't run as it is:\n{lines}")


def sizes(packed: int, unpacked: int) -> Iterator[str]:
    """What is too large for Lambda, one line for each.

    Args:
        packed: bytes of the archive.
        unpacked: bytes of what is in it.
    """
    if packed > LARGEST_ZIP:
        yield f"it has {packed} bytes; Lambda takes {LARGEST_ZIP}"
    if unpacked > LARGEST_UNPACKED:
        yield f"unpacked it has {unpacked} bytes; Lambda takes {LARGEST_UNPACKED}"


def _unwanted(files: Iterable[str]) -> Iterator[str]:
    for name in files:
        if _UNWANTED.match(name):
            yield f"{name} only builds or tests, or tells where that was done"


def _models(reached: Iterable[Source], files: Mapping[str, bytes]) -> Iterator[str]:
    """AWS services whose clients are made, and whose models botocore lacks."""
    if "botocore/__init__.py" not in files:
        return
    services = {each.name for each in (Path(botocore.__file__).parent / "data").iterdir()}
    held = {name.split("/")[2] for name in files if name.startswith("botocore/data/")}
    for source in reached:
        for line, service in source.aws:
            if service in services - held:
                yield (
                    f"{source.path}:{line} makes a client of {service}, whose model is left out: "
                    "name it in `aws` of [tool.pactwright.deploy]"
                )
