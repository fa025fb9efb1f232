"""Fixtures: the project of two services, for whichever tests verify it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pactwright.schema import Project
from tests.kit.contract.verification import provided


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, to be copied."""
    return provided.make_project(tmp_path_factory.mktemp("original") / "shelves").root


@pytest.fixture
def project(original: Path, tmp_path: Path) -> Iterator[Project]:
    """The project, to be changed at will."""
    shutil.copytree(original, tmp_path / "shelves")
    with provided.importable(Project.load(tmp_path / "shelves")) as made:
        yield made


@pytest.fixture
def folder(project: Project) -> Path:
    """Where its pacts are."""
    return project.root / "contracts" / "pacts"
