"""A project of two services, and its providers in this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pactwright.contract.verification.deployed import Deployed
from pactwright.contract.verification.environment import Environment
from pactwright.local.emulator import Emulator, emulator
from pactwright.local.installation import installed
from pactwright.schema import Project
from tests.kit.contract.verification import deployment, provided
from tests.kit.contract.verification.shelves import folder, original, project

__all__ = ["folder", "original", "project"]


@pytest.fixture
def shelf(project: Project) -> Iterator[Environment]:
    """The provider that calls another, ready to be replayed on."""
    with provided.environment(project, "shelf") as ready:
        yield ready


@pytest.fixture(scope="session")
def started(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Emulator]:
    """An emulator of AWS, without tables."""
    installation = installed(request.config.rootpath / "build")
    with emulator(installation, tmp_path_factory.mktemp("emulator") / "log") as running:
        yield running


@pytest.fixture(scope="session")
def database(started: Emulator) -> Any:
    """A client of its DynamoDB."""
    return started.client("dynamodb")


@pytest.fixture
def deployed(project: Project, started: Emulator, database: Any) -> Iterator[Deployed]:
    """The project's providers behind proxies, as if they were deployed."""
    with deployment.deployed(project, started, database) as site:
        yield site
