"""What callers rely on to set their location by way of their profile."""

from __future__ import annotations

import pytest

from hereabouts import PROBLEM_TYPES
from hereabouts.profile import ProfileClient, models
from hereabouts.profile.operations import PUT_PROFILE_LOCATION
from pactwright.client.errors import ServiceUnavailable
from pactwright.contract.recording.recorder import Recorder, only
from tests.contracts.cast import AT_SEA, INES, LOCATION_AWAY
from tests.contracts.consumers.calls import refused
from tests.contracts.consumers.places import named_places
from tests.contracts.roles import Place
from tests.contracts.times import WRITTEN, moment

pytestmark = pytest.mark.pact("sdk", "profile")


@named_places
def test_a_location(pact: Recorder, place: Place, which: str) -> None:
    """A user sets where they are, and gets what the profile shows of it."""
    body = models.LocationInput(**place.given)
    kept = models.ProfileLocation(**place.shown, updated_at=moment(WRITTEN))
    pact.expect(
        f"a user's location, {which}",
        PUT_PROFILE_LOCATION,
        user_id=INES.user_id,
        body=body,
        given=[INES.signed_in, INES.profile],
        credentials=INES.bearer,
        answer=kept,
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    assert client.put_profile_location(INES.user_id, body) == kept


def test_a_location_that_can_not_be_written_now(pact: Recorder) -> None:
    """While locations can't be written, a user is told when to try again."""
    body = models.LocationInput(**AT_SEA.given)
    problem = PROBLEM_TYPES + "location-unavailable"
    pact.expect(
        "a user's location while location can't be reached",
        PUT_PROFILE_LOCATION,
        user_id=INES.user_id,
        body=body,
        given=[INES.signed_in, INES.profile, LOCATION_AWAY],
        credentials=INES.bearer,
        status=503,
        answer=only(models.LocationUnavailableProblem, type=problem),
        headers={"Retry-After": "5"},
    )
    client = pact.client(ProfileClient, credentials=INES.bearer)

    with refused(ServiceUnavailable, "location-unavailable") as raised:
        client.put_profile_location(INES.user_id, body)
    assert raised.value.retry_after == 5
