"""On the running system, deleting an account removes profile and location, whatever fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import pytest

from hereabouts.authentication import AuthenticationClient
from hereabouts.location import LocationClient, LocationInput
from hereabouts.profile import ProfileClient, ProfileInput
from pactwright.client.errors import NotFound
from pactwright.local.system import System
from tests.system.conftest import Person

PLACE: Final = LocationInput(latitude=38.7, longitude=-9.1)
CONSUMERS: Final = ("location", "profile")


def eventually(holds: Callable[[], bool], what: str, tries: int = 600) -> None:
    """Wait until something holds, as long as a busy machine may need."""
    for _ in range(tries):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail(f"it never came to this: {what}")


@pytest.fixture
def reader(system: System, location: LocationClient) -> Callable[[Person], bool]:
    """Tells whether Profile's own token finds a location of somebody."""
    own = system.clients["profile"]
    table, client = system.deployment.outputs["location"]["TableName"], system.emulator

    def there(person: Person) -> bool:
        key = {"pk": {"S": f"USER#{person.user_id}"}, "sk": {"S": "LOCATION"}}
        found = client.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)
        return "latitude" in found.get("Item", {})

    assert own["client_id"] == "profile"
    assert location is not None
    return there


def has_profile(profile: ProfileClient, person: Person) -> bool:
    """Whether anyone is shown the profile."""
    try:
        profile.get_profile(person.user_id)
    except NotFound:
        return False
    return True


def settle(location: LocationClient, profile: ProfileClient, person: Person) -> None:
    """Give somebody a profile and a location."""
    location.put_location(person.user_id, PLACE, credentials=person.credentials)
    body = ProfileInput(handle=person.handle, display_name="Inês")
    profile.put_profile(person.user_id, body, credentials=person.credentials)


def test_profile_and_location_go_with_the_account(
    authentication: AuthenticationClient,
    location: LocationClient,
    profile: ProfileClient,
    person: Person,
    reader: Callable[[Person], bool],
) -> None:
    """By stream, topic and queues, from the SDK's call to the tables."""
    settle(location, profile, person)
    assert reader(person)
    assert has_profile(profile, person)

    authentication.delete_current_user(credentials=person.credentials)

    eventually(lambda: not reader(person), "the location is gone")
    eventually(lambda: not has_profile(profile, person), "the profile is gone")
