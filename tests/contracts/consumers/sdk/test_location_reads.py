"""What callers rely on to learn where users are."""

from __future__ import annotations

import pytest

from hereabouts.location import LocationClient, models
from hereabouts.location.operations import GET_LOCATION, LIST_LOCATIONS
from pactwright.client import with_response
from pactwright.client.errors import Forbidden, NotFound, NotModified
from pactwright.contract.recording.recorder import Recorder, only
from tests.contracts.cast import AT_SEA, INES, KAMAU, LISBON, PROFILE
from tests.contracts.consumers.calls import refused
from tests.contracts.consumers.places import places
from tests.contracts.roles import Place
from tests.contracts.times import LOCATED, moment

pytestmark = pytest.mark.pact("sdk", "location")


def located(place: Place) -> models.Location:
    return models.Location(user_id=INES.user_id, **place.given, updated_at=moment(LOCATED))


@places
def test_ones_own_location(pact: Recorder, place: Place, which: str) -> None:
    """A user learns where they are as they have set it, and the entity tag of it."""
    pact.expect(
        f"a user's own location, {which}",
        GET_LOCATION,
        user_id=INES.user_id,
        given=[INES.signed_in, INES.at(place)],
        credentials=INES.bearer,
        answer=located(place),
        headers={"ETag": INES.etag},
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    answer = with_response(client.get_location)(INES.user_id)

    assert answer.value == located(place)
    assert answer.etag == INES.etag


def test_a_users_location_for_a_service(pact: Recorder) -> None:
    """A service that may read locations learns where any user is."""
    pact.expect(
        "a user's location for a service",
        GET_LOCATION,
        user_id=INES.user_id,
        given=[PROFILE.signed_in, INES.at(AT_SEA)],
        credentials=PROFILE.bearer,
        answer=located(AT_SEA),
    )
    client = pact.client(LocationClient, credentials=PROFILE.bearer)

    assert client.get_location(INES.user_id) == located(AT_SEA)


def test_a_location_that_has_not_changed(pact: Recorder) -> None:
    """Who has the current copy is told so, with its entity tag."""
    pact.expect(
        "a location of which the caller has the current copy",
        GET_LOCATION,
        user_id=INES.user_id,
        if_none_match=INES.etag,
        given=[INES.signed_in, INES.at(LISBON)],
        credentials=INES.bearer,
        status=304,
        headers={"ETag": INES.etag},
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    with pytest.raises(NotModified) as raised:
        client.get_location(INES.user_id, if_none_match=INES.etag)
    assert raised.value.etag == INES.etag


def test_a_location_that_there_is_not(pact: Recorder) -> None:
    """Of a user who has set no location there is none."""
    pact.expect(
        "the location of a user who has none",
        GET_LOCATION,
        user_id=INES.user_id,
        given=[INES.signed_in],
        credentials=INES.bearer,
        status=404,
        answer=only(models.NotFoundProblem, "type"),
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    with refused(NotFound, "not-found"):
        client.get_location(INES.user_id)


def test_somebody_elses_location(pact: Recorder) -> None:
    """A user may not learn where others are."""
    pact.expect(
        "the location of somebody else",
        GET_LOCATION,
        user_id=KAMAU.user_id,
        given=[INES.signed_in, KAMAU.at(LISBON)],
        credentials=INES.bearer,
        status=403,
        answer=only(models.ForbiddenProblem, "type"),
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    with refused(Forbidden, "forbidden"):
        client.get_location(KAMAU.user_id)


@places
def test_the_locations_of_several_users(pact: Recorder, place: Place, which: str) -> None:
    """A service learns where users are; those without a location are left out."""
    pact.expect(
        f"the locations of two users, one of whom has one, {which}",
        LIST_LOCATIONS,
        user_id=[INES.user_id, KAMAU.user_id],
        given=[PROFILE.signed_in, INES.at(place)],
        credentials=PROFILE.bearer,
        answer=models.LocationList(locations=[located(place)]),
    )
    client = pact.client(LocationClient, credentials=PROFILE.bearer)

    found = client.list_locations(user_id=[INES.user_id, KAMAU.user_id])

    assert found.locations == [located(place)]


def test_several_locations_for_a_user(pact: Recorder) -> None:
    """A user's token doesn't have the scope that it takes to learn where others are."""
    pact.expect(
        "the locations of several users for a user",
        LIST_LOCATIONS,
        user_id=[INES.user_id],
        given=[INES.signed_in],
        credentials=INES.bearer,
        status=403,
        answer=only(models.ForbiddenProblem, "type"),
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    with refused(Forbidden, "forbidden"):
        client.list_locations(user_id=[INES.user_id])
