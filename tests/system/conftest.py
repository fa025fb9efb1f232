"""The whole system, run once for all tests of this folder: real stacks, in the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from hereabouts.authentication import AuthenticationClient, Credentials, NewUser
from hereabouts.location import LocationClient
from hereabouts.profile import ProfileClient
from pactwright.client import Basic, Bearer
from pactwright.local.system import System, running
from pactwright.schema.project import Project

ROOT = Path(__file__).parents[2]
PASSWORD = "tram 28 climbs to Graça"


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in."""

    user_id: UUID
    username: str
    token: str

    @property
    def handle(self) -> str:
        return self.username.replace("-", "_")

    @property
    def credentials(self) -> Bearer:
        return Bearer(self.token)


@pytest.fixture(scope="session")
def project() -> Project:
    return Project.load(ROOT)


@pytest.fixture(scope="session")
def system(project: Project) -> Iterator[System]:
    with running(project) as started:
        yield started


@pytest.fixture(scope="session")
def authentication(system: System) -> Iterator[AuthenticationClient]:
    client = system.clients["profile"]
    credentials = Basic(client["client_id"], client["client_secret"])
    with AuthenticationClient(system.urls["authentication"], credentials=credentials) as made:
        yield made


@pytest.fixture(scope="session")
def location(system: System) -> Iterator[LocationClient]:
    with LocationClient(system.urls["location"]) as made:
        yield made


@pytest.fixture(scope="session")
def profile(system: System) -> Iterator[ProfileClient]:
    with ProfileClient(system.urls["profile"]) as made:
        yield made


@pytest.fixture
def person(authentication: AuthenticationClient) -> Person:
    """Somebody new."""
    username = f"p-{uuid4().hex[:12]}"
    user = authentication.register_user(NewUser(username=username, password=PASSWORD))
    tokens = authentication.sign_in(Credentials(username=username, password=PASSWORD))
    return Person(user.user_id, username, tokens.access_token)
