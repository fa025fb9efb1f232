"""A service as Lambda runs it: one zip with its code, the SDK, the kit and their dependencies."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pactwright
from pactwright.deploy import archive
from pactwright.deploy.dependencies import layer, runtime
from pactwright.deploy.errors import BundleError
from pactwright.deploy.settings import DeploySettings
from pactwright.schema.project import Project, ServiceSettings

LAYERS: Final = ("wire", "client", "service")
"""The layers of the kit that run behind an API; the others build and test."""

_NOT_SHIPPED: Final = frozenset(
    {".yaml", ".in", ".pyc"}  # templates, unlocked requirements, whatever the host compiled
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A finished bundle.

    Attributes:
        service: whose it is.
        path: the zip.
        digest: its SHA-256 in hexadecimal, which is the bundle's identity.
        size: in bytes.
    """

    service: str
    path: Path
    digest: str
    size: int


def bundle(service: str, project: Project, out: Path) -> Bundle:
    """Make a service's bundle for this machine's platform, unless nothing has changed.

    The same inputs give the same bytes. Dependencies are installed once for each content of the
    lock files and kept in `out/layers`, so that a change of code takes about a second.

    Args:
        service: one of the project's.
        project: where the sources are.
        out: the folder for what is built; the bundle goes to `out/SERVICE/bundle.zip`.

    Raises:
        BundleError: there is no such service or no handler, or dependencies can't be installed.
    """
    settings = _service(service, project)
    deploy = DeploySettings.load(project)
    own = settings.path / "requirements.txt"
    locks = [deploy.requirements, *([own] if own.exists() else [])]
    base = layer(locks, out / "layers", deploy.aws)
    sources = dict(_sources(settings, project))
    inputs = archive.digest(
        [base.name.encode(), runtime().encode()]
        + [part for name, file in sources.items() for part in (name.encode(), file.read_bytes())]
    )
    path = out / service / "bundle.zip"
    if not _is_current(path, inputs):
        _build(path, base, sources)
        record = {"inputs": inputs, "digest": _sha256(path)}
        path.with_suffix(".json").write_text(json.dumps(record), encoding="utf-8")
    return Bundle(service, path, _sha256(path), path.stat().st_size)


def _service(service: str, project: Project) -> ServiceSettings:
    settings = project.services.get(service)
    if settings is None:
        names = ", ".join(project.services)
        raise BundleError(f"there is no service {service!r}; this project has {names}")
    if not (settings.path / "handler.py").is_file():
        raise BundleError(f"{settings.path / 'handler.py'} is missing: the function's entry point")
    return settings


def _sources(settings: ServiceSettings, project: Project) -> Iterator[tuple[str, Path]]:
    """Each file of the service, the SDK and the kit, by its name in the bundle."""
    kit = Path(pactwright.__file__).parent
    yield "pactwright/__init__.py", kit / "__init__.py"
    yield "pactwright/py.typed", kit / "py.typed"
    folders = [(f"pactwright/{name}", kit / name) for name in LAYERS]
    folders.append((project.package.replace(".", "/"), project.sdk / project.package))
    folders.append((settings.path.relative_to(project.root).as_posix(), settings.path))
    for name, folder in folders:
        for file in archive.files(folder):
            if file.suffix not in _NOT_SHIPPED:
                yield f"{name}/{file.relative_to(folder).as_posix()}", file


def _is_current(path: Path, inputs: str) -> bool:
    record = path.with_suffix(".json")
    if not (path.is_file() and record.is_file()):
        return False
    expected = {"inputs": inputs, "digest": _sha256(path)}
    return bool(json.loads(record.read_text(encoding="utf-8")) == expected)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _build(path: Path, base: Path, sources: dict[str, Path]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        code, packed = Path(scratch, "code"), Path(scratch, "bundle.zip")
        for name, file in sources.items():
            (code / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, code / name)
        if failures := archive.compile_sources(code):
            raise BundleError(f"the sources can't be compiled:\n{failures}")
        shutil.copyfile(base, packed)
        archive.append(packed, code)
        packed.replace(path)
