"""What a finished bundle is: the manifest beside it, by which others find and check it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pactwright.deploy.errors import BundleError

BUNDLE: Final = "bundle.zip"
TEMPLATE: Final = "template.json"
MANIFEST: Final = "bundle.json"
"""The files of a finished build, in a folder `build/SERVICE/PLATFORM/`."""

_TOLD: Final = ("service", "platform", "runtime", "architecture", "digest", "size")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A finished bundle.

    Attributes:
        service: whose it is.
        path: the zip.
        digest: its SHA-256 in hexadecimal, which is the bundle's identity.
        size: in bytes.
        platform: the name of what it was built for: `lambda-arm64`.
        runtime: what Lambda calls the Python that it was built for: `python3.13`.
        architecture: what Lambda calls the processors: `arm64` or `x86_64`.
    """

    service: str
    path: Path
    digest: str
    size: int
    platform: str
    runtime: str
    architecture: str

    @classmethod
    def load(cls, folder: Path) -> Bundle:
        """The bundle that was built into a folder.

        Args:
            folder: such as `build/location/lambda-arm64`.

        Raises:
            BundleError: there is none, or it is not the one that the manifest tells of.
        """
        file = folder / MANIFEST
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            made = cls(path=folder / BUNDLE, **{name: told[name] for name in _TOLD})
            digest = sha256(made.path)
        except (OSError, ValueError, KeyError) as error:
            raise BundleError(
                f"no finished bundle is in {folder}; `pactwright bundle SERVICE` makes one"
            ) from error
        if digest != made.digest:
            raise BundleError(
                f"{made.path} is not the bundle that {file} tells of; `pactwright bundle "
                f"{made.service}` makes it anew"
            )
        return made

    def manifest(self, **further: str) -> str:
        """The manifest's text: all but the path, which is told by where it is."""
        told: dict[str, Any] = {name: asdict(self)[name] for name in _TOLD}
        return json.dumps(told | further, indent=2) + "\n"


def sha256(path: Path) -> str:
    """A file's SHA-256 in hexadecimal.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
