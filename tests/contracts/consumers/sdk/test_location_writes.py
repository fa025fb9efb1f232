"""What callers rely on to say where they are."""

from __future__ import annotations

from typing import Any

import pytest

from hereabouts.location import LocationClient, models
from hereabouts.location.operations import DELETE_LOCATION, PUT_LOCATION
from pactwright.client import with_response
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import Recorder, only
from tests.contracts.cast import INES, LISBON, NEW
from tests.contracts.consumers.places import HERE, places
from tests.contracts.roles import Place
from tests.contracts.times import WRITTEN, moment

pytestmark = pytest.mark.pact("sdk", "location")


@places
def test_the_first_location(pact: Recorder, place: Place, which: str) -> None:
    """A user who sets a location for the first time is told where it is, and its entity tag."""
    body = models.LocationInput(**place.given)
    kept = models.Location(user_id=INES.user_id, **place.given, updated_at=moment(WRITTEN))
    pact.expect(
        f"the first location of a user, {which}",
        PUT_LOCATION,
        user_id=INES.user_id,
        body=body,
        given=[INES.signed_in],
        credentials=INES.bearer,
        status=201,
        answer=kept,
        headers={"ETag": NEW, "Location": str(INES.user_id)},
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    answer = with_response(client.put_location)(INES.user_id, body)

    assert answer.value == kept
    assert answer.etag == NEW
    assert answer.headers["Location"] == str(INES.user_id)


@places
def test_the_next_location(pact: Recorder, place: Place, which: str) -> None:
    """The next location takes the place of the one before, and has another entity tag."""
    body = models.LocationInput(**place.given)
    kept = models.Location(user_id=INES.user_id, **place.given, updated_at=moment(WRITTEN))
    pact.expect(
        f"the next location of a user, {which}",
        PUT_LOCATION,
        user_id=INES.user_id,
        body=body,
        given=[INES.signed_in, INES.at(LISBON)],
        credentials=INES.bearer,
        answer=kept,
        headers={"ETag": NEW},
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    answer = with_response(client.put_location)(INES.user_id, body)

    assert answer.value == kept
    assert answer.etag == NEW


@pytest.mark.parametrize(
    ("condition", "given", "status", "what"),
    [
        ({"if_none_match": "*"}, [], 201, "not there yet"),
        ({"if_match": INES.etag}, [INES.at(LISBON)], 200, "still the same"),
    ],
    ids=["new", "same"],
)
def test_a_location_that_is_as_demanded(
    pact: Recorder, condition: dict[str, Any], given: list[State], status: int, what: str
) -> None:
    """Who demands that there is no location, or the same as before, sets it if that is so."""
    pact.expect(
        f"a location that is set if it is {what}",
        PUT_LOCATION,
        user_id=INES.user_id,
        body=HERE,
        **condition,
        given=[INES.signed_in, *given],
        credentials=INES.bearer,
        status=status,
        answer=only(models.Location, user_id=INES.user_id),
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    assert client.put_location(INES.user_id, HERE, **condition).user_id == INES.user_id


@pytest.mark.parametrize(
    ("given", "condition", "what"),
    [
        ([INES.at(LISBON)], {}, "a location"),
        ([INES.at(LISBON)], {"if_match": INES.etag}, "a location that is still the same"),
        ([], {}, "a location that there is not"),
    ],
    ids=["there", "same", "gone"],
)
def test_deleting(pact: Recorder, given: list[State], condition: dict[str, Any], what: str) -> None:
    """Afterwards there is no location, whether there was one or not."""
    pact.expect(
        f"the deletion of {what}",
        DELETE_LOCATION,
        user_id=INES.user_id,
        **condition,
        given=[INES.signed_in, *given],
        credentials=INES.bearer,
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    client.delete_location(INES.user_id, **condition)
