"""The miniature project of the folder beside: one service calls another, which has a table."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pactwright.local.installation import Installation, installed
from pactwright.local.proxy import Exchange
from pactwright.local.system import System, running
from pactwright.schema.project import Project


@dataclass
class Miniature:
    """The miniature system, running, and what was seen of it."""

    system: System
    seen: list[Exchange] = field(default_factory=list)

    def url(self, path: str) -> str:
        """The URL of a path whose first segment names the service."""
        return self.system.urls[path.split("/")[1]] + path


def copy_project(root: Path, lock: Path, caches: Path) -> Project:
    """Copy the miniature project to a folder that is not there yet.

    What takes long to build and depends on nothing in the project is shared between copies.
    """
    shutil.copytree(Path(__file__).with_name("miniature"), root)
    shutil.copy(lock, root / "functions" / "requirements.txt")
    (root / "build").mkdir()
    for cached in (caches / "layers", caches / "linted", installed(caches).packages.parent):
        cached.mkdir(parents=True, exist_ok=True)
        (root / "build" / cached.name).symlink_to(cached)
    return Project.load(root)


@pytest.fixture(scope="session")
def caches(request: pytest.FixtureRequest) -> Path:
    """What stays from run to run: the installed emulator, the layers of dependencies."""
    return request.config.rootpath / "build"


@pytest.fixture(scope="session")
def installation(caches: Path) -> Installation:
    """The emulator."""
    return installed(caches)


@pytest.fixture(scope="session")
def lock(request: pytest.FixtureRequest) -> Path:
    """The lock file of the services."""
    return request.config.rootpath / "services" / "requirements.txt"


@pytest.fixture
def project(tmp_path: Path, lock: Path, caches: Path) -> Project:
    """The miniature project, to be changed at will."""
    return copy_project(tmp_path / "miniature", lock, caches)


@pytest.fixture(scope="session")
def miniature(
    tmp_path_factory: pytest.TempPathFactory, lock: Path, caches: Path
) -> Iterator[Miniature]:
    """The miniature system, running."""
    project = copy_project(tmp_path_factory.mktemp("project") / "miniature", lock, caches)
    seen: list[Exchange] = []
    with running(project, observe=seen.append) as system:
        yield Miniature(system, seen)
