from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from hereabouts.profile import ProfileClient
from hereabouts.profile.models import LocationInput, ProfileInput
from pactwright.service.dynamodb import Table
from services.profile.records import Person
from services.profile.table import SHARDS, ProfileTable
from tests.services.composition import Hereabouts, MakeTable, SignedIn
from tests.services.doubles import Chance
from tests.services.profile.people import NOW, MakePerson


@pytest.fixture
def ines(hereabouts: Hereabouts) -> SignedIn:
    """A user."""
    return hereabouts.person("ines")


@pytest.fixture
def client(hereabouts: Hereabouts, ines: SignedIn) -> ProfileClient:
    """With the user's token."""
    return hereabouts.profile.client(ines.bearer)


@pytest.fixture
def anyone(hereabouts: Hereabouts) -> ProfileClient:
    """Without a token."""
    return hereabouts.profile.client()


@pytest.fixture
def table(make_table: MakeTable) -> Table:
    """The service's table, empty."""
    return make_table("profile")


@pytest.fixture(scope="module")
def executor() -> Iterator[ThreadPoolExecutor]:
    """Threads for the reads of a page."""
    with ThreadPoolExecutor(SHARDS) as threads:
        yield threads


@pytest.fixture
def kept(table: Table, executor: ThreadPoolExecutor) -> ProfileTable:
    """What the service keeps."""
    return ProfileTable(table, executor)


@pytest.fixture
def make_person(chance: Chance) -> MakePerson:
    """Makes people who are not kept yet."""

    def make(handle: str = "ines", created_at: datetime = NOW) -> Person:
        return Person(
            chance.uuid(), handle, "Inês", created_at, created_at, chance.revision(), "Hello."
        )

    return make


@pytest.fixture
def located(client: ProfileClient, ines: SignedIn) -> None:
    """The user has a profile with a location, from when all was well."""
    client.put_profile(ines.user_id, ProfileInput(handle="ines", display_name="Inês"))
    place = LocationInput(latitude=38.7223, longitude=-9.1393, label="Lisbon")
    client.put_profile_location(ines.user_id, place)
