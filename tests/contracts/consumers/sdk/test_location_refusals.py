"""What callers rely on where a request about locations is refused."""

from __future__ import annotations

from typing import Any

import pytest

from hereabouts.location import LocationClient, models
from hereabouts.location.operations import (
    DELETE_LOCATION,
    GET_LOCATION,
    LIST_LOCATIONS,
    PUT_LOCATION,
)
from pactwright.client.errors import (
    Forbidden,
    InvalidRequest,
    PreconditionFailed,
    Unauthorized,
)
from pactwright.contract.recording.recorder import Recorder, only
from pactwright.wire import Operation
from tests.contracts.cast import INES, KAMAU, LISBON, NOBODY, STALE, WEATHER
from tests.contracts.consumers.calls import call, named, refused
from tests.contracts.consumers.places import HERE

pytestmark = pytest.mark.pact("sdk", "location")

writes = pytest.mark.parametrize(
    ("operation", "arguments"), [(PUT_LOCATION, {"body": HERE}), (DELETE_LOCATION, {})], ids=named
)


@pytest.mark.parametrize(
    ("operation", "arguments", "what"),
    [
        (PUT_LOCATION, {"body": HERE, "if_match": STALE}, "that has changed meanwhile"),
        (PUT_LOCATION, {"body": HERE, "if_none_match": "*"}, "that must not be there yet"),
        (DELETE_LOCATION, {"if_match": STALE}, "that has changed meanwhile"),
    ],
)
def test_a_location_that_is_not_as_demanded(
    pact: Recorder, operation: Operation[Any], arguments: dict[str, Any], what: str
) -> None:
    """A write that demands another state than there is writes nothing."""
    pact.expect(
        f"{operation.name} of a location {what}",
        operation,
        user_id=INES.user_id,
        **arguments,
        given=[INES.signed_in, INES.at(LISBON)],
        credentials=INES.bearer,
        status=412,
        answer=only(models.PreconditionFailedProblem, "type"),
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    with refused(PreconditionFailed, "precondition-failed"):
        call(client, operation, user_id=INES.user_id, **arguments)


def test_a_place_that_there_is_not(pact: Recorder) -> None:
    """Who sets a latitude beyond the pole is told which value is wrong."""
    body = models.LocationInput.model_construct(latitude=90.5, longitude=0.5)
    wrong = only(models.FieldError, location="body", pointer="/latitude")
    pact.expect(
        "a location beyond the pole",
        PUT_LOCATION,
        user_id=INES.user_id,
        body=body,
        given=[INES.signed_in],
        credentials=INES.bearer,
        status=422,
        answer=only(models.InvalidRequestProblem, "type", errors=[wrong]),
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    with refused(InvalidRequest, "invalid-request") as raised:
        client.put_location(INES.user_id, body)
    assert [(e.location, e.pointer) for e in raised.value.errors] == [("body", "/latitude")]


@writes
def test_somebody_elses_location(
    pact: Recorder, operation: Operation[Any], arguments: dict[str, Any]
) -> None:
    """A user writes their own location only."""
    pact.expect(
        f"{operation.name} of somebody else's location",
        operation,
        user_id=KAMAU.user_id,
        **arguments,
        given=[INES.signed_in, KAMAU.at(LISBON)],
        credentials=INES.bearer,
        status=403,
        answer=only(models.ForbiddenProblem, "type"),
    )
    client = pact.client(LocationClient, credentials=INES.bearer)

    with refused(Forbidden, "forbidden"):
        call(client, operation, user_id=KAMAU.user_id, **arguments)


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        (LIST_LOCATIONS, {"user_id": [INES.user_id]}),
        (GET_LOCATION, {"user_id": INES.user_id}),
    ],
    ids=named,
)
def test_a_token_for_another_service(
    pact: Recorder, operation: Operation[Any], arguments: dict[str, Any]
) -> None:
    """A token that is meant for another service opens nothing, though it has the scope."""
    pact.expect(
        f"{operation.name} with a token for another service",
        operation,
        **arguments,
        given=[WEATHER.signed_in, INES.at(LISBON)],
        credentials=WEATHER.bearer,
        status=401,
        answer=only(models.UnauthenticatedProblem, "type"),
    )
    client = pact.client(LocationClient, credentials=WEATHER.bearer)

    with refused(Unauthorized, "unauthenticated"):
        call(client, operation, **arguments)


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        (LIST_LOCATIONS, {"user_id": [INES.user_id]}),
        (GET_LOCATION, {"user_id": INES.user_id}),
        (PUT_LOCATION, {"user_id": INES.user_id, "body": HERE}),
        (DELETE_LOCATION, {"user_id": INES.user_id}),
    ],
    ids=named,
)
def test_a_token_that_nobody_has(
    pact: Recorder, operation: Operation[Any], arguments: dict[str, Any]
) -> None:
    """Locations are private: nothing is told or written without a token that works."""
    pact.expect(
        f"{operation.name} with a token that nobody has",
        operation,
        **arguments,
        given=[INES.at(LISBON)],
        credentials=NOBODY,
        status=401,
        answer=only(models.UnauthenticatedProblem, "type"),
    )
    client = pact.client(LocationClient, credentials=NOBODY)

    with refused(Unauthorized, "unauthenticated"):
        call(client, operation, **arguments)
