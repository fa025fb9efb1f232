"""A service as Lambda runs it: one zip with its code, the SDK, the kit and their dependencies."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pactwright
from pactwright.deploy import archive, interpreters
from pactwright.deploy.completeness import Own, check
from pactwright.deploy.dependencies import Target, layer
from pactwright.deploy.errors import BundleError
from pactwright.deploy.manifest import BUNDLE, MANIFEST, TEMPLATE, Bundle, sha256
from pactwright.deploy.platforms import Platform, host
from pactwright.deploy.scratch import alone, scratch, write
from pactwright.deploy.settings import DeploySettings
from pactwright.schema.project import Project, ServiceSettings

__all__ = ["Bundle", "bundle"]

LAYERS: Final = ("wire", "client", "service")
"""The layers of the kit that run behind an API; the others build and test."""

_NOT_SHIPPED: Final = frozenset(
    {".yaml", ".in", ".pyc"}  # templates, unlocked requirements, whatever the host compiled
)
_TESTS: Final = frozenset({"tests", "conftest.py"})
_LICENCES: Final = ("LICENSE*", "LICENCE*", "COPYING*", "NOTICE*")


def bundle(
    service: str,
    project: Project,
    out: Path,
    *,
    platform: Platform | None = None,
    runtime: str | None = None,
    template: str | None = None,
) -> Bundle:
    """Make a service's bundle, unless nothing has changed since it was made.

    The same inputs give the same bytes. Dependencies are installed once for each content of the
    lock files and kept in `out/layers`, so that a change of code takes about a second. Builds of
    the same bundle wait for each other; one that is interrupted leaves no manifest, and none of it
    is taken for finished.

    Args:
        service: one of the project's.
        project: where the sources are.
        out: the folder for what is built; the bundle goes to `out/SERVICE/PLATFORM/`.
        platform: what it is for; this machine's by default.
        runtime: such as `python3.13`; that of the Python that runs this by default.
        template: the text of the service's rendered template, which is put beside it.

    Raises:
        BundleError: there is no handler, dependencies can't be installed, the
            runtime's interpreter is not on this machine, or what came out is not complete.
    """
    settings = settings_of(service, project)
    target = Target(platform or host(), interpreters.find(runtime))
    folder = out / service / target.platform.name
    with alone(folder.with_name(f".{folder.name}.lock")):
        base, sources = _layer(settings, project, out, target), dict(_sources(settings, project))
        inputs = archive.digest([base.name.encode(), *_contents(sources)])
        further = {
            "python": target.interpreter.version,
            "zlib": zlib.ZLIB_RUNTIME_VERSION,
            "inputs": inputs,
        }
        if not _is_current(folder, further, template):
            _build(folder, target, base, sources, _own(settings, project))
            _finish(folder, _described(service, folder, target), further, template)
        return Bundle.load(folder)


def _layer(settings: ServiceSettings, project: Project, out: Path, target: Target) -> Path:
    deploy = DeploySettings.load(project)
    own = settings.path / "requirements.txt"
    locks = [deploy.requirements, *([own] if own.exists() else [])]
    return layer(locks, out / "layers", target, deploy.aws)


def settings_of(service: str, project: Project) -> ServiceSettings:
    """A service's settings.

    Raises:
        BundleError: it has no handler.
        ProjectError: the project has no such service.
    """
    settings = project.service(service)
    if not (settings.path / "handler.py").is_file():
        raise BundleError(f"{settings.path / 'handler.py'} is missing: the function's entry point")
    return settings


def _sources(settings: ServiceSettings, project: Project) -> Iterator[tuple[str, Path]]:
    """Each file of the service, the SDK and the kit, by its name in the bundle."""
    kit = Path(pactwright.__file__).parent
    for name in ("__init__.py", "py.typed", "LICENSE"):
        yield f"pactwright/{name}", kit / name
    folders = [(f"pactwright/{name}", kit / name) for name in LAYERS]
    folders.append((_path(project.package), project.sdk / _path(project.package)))
    folders.append((settings.path.relative_to(project.root).as_posix(), settings.path))
    for name, folder in folders:
        for file in archive.files(folder):
            if _is_shipped(file.relative_to(folder)):
                yield f"{name}/{file.relative_to(folder).as_posix()}", file
    yield from _licences(project)


def _path(package: str) -> str:
    return package.replace(".", "/")


def _is_shipped(file: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.parts)
    return not (hidden or file.suffix in _NOT_SHIPPED or _TESTS & set(file.parts))


def _licences(project: Project) -> Iterator[tuple[str, Path]]:
    """The project's own, and the SDK's where that has another folder for them."""
    sdk = project.sdk / _path(project.package)
    for folder in (sdk.parent, *sdk.parent.parents):
        if folder == project.root:
            break
        for pattern in _LICENCES:
            for file in sorted(folder.glob(pattern)):
                yield f"{_path(project.package)}/{file.name}", file
    for pattern in _LICENCES:
        for file in sorted(project.root.glob(pattern)):
            yield file.name, file


def _contents(sources: Mapping[str, Path]) -> Iterator[bytes]:
    for name, file in sources.items():
        yield name.encode()
        yield file.read_bytes()


def _is_current(folder: Path, further: Mapping[str, str], template: str | None) -> bool:
    try:
        made = Bundle.load(folder)
        told = (folder / MANIFEST).read_text(encoding="utf-8")
        rendered = (folder / TEMPLATE).read_text(encoding="utf-8") if template else None
    except (BundleError, OSError):
        return False
    return told == made.manifest(**further) and rendered == template


def _own(settings: ServiceSettings, project: Project) -> Own:
    package = settings.path.relative_to(project.root).as_posix().replace("/", ".")
    optional = DeploySettings.load(project).optional_imports
    return Own(package, (project.package, "pactwright"), optional)


def _build(folder: Path, target: Target, base: Path, sources: dict[str, Path], own: Own) -> None:
    (folder / MANIFEST).unlink(missing_ok=True)  # from here on, nothing is finished
    with scratch(folder / ".unfinished") as unfinished:
        code, packed = unfinished / "code", unfinished / BUNDLE
        for name, file in sources.items():
            (code / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, code / name)
        if failures := archive.compile_sources(code, target.interpreter.executable):
            raise BundleError(f"the sources can't be compiled:\n{failures}")
        shutil.copyfile(base, packed)
        archive.append(packed, code)
        check(packed, target, own, base.with_suffix(".json"))
        packed.replace(folder / BUNDLE)


def _described(service: str, folder: Path, target: Target) -> Bundle:
    path, platform = folder / BUNDLE, target.platform
    about = (platform.name, target.interpreter.runtime, platform.architecture)
    return Bundle(service, path, sha256(path), path.stat().st_size, *about)


def _finish(folder: Path, made: Bundle, further: Mapping[str, str], template: str | None) -> None:
    """Put template and manifest beside the bundle, the manifest last."""
    if template is not None:
        write(folder / TEMPLATE, template)
    write(folder / MANIFEST, made.manifest(**further))
