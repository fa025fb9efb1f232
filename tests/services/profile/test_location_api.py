"""Setting a location by way of the profile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest
import requests

from hereabouts.location import Location, LocationClient
from hereabouts.location.operations import GET_LOCATION
from hereabouts.profile import ProfileClient
from hereabouts.profile.models import (
    ForbiddenProblem,
    LocationInput,
    NotFoundProblem,
    ProfileInput,
    ProfilePatch,
    UnauthenticatedProblem,
)
from pactwright.client import Bearer, FunctionTransport, with_response
from pactwright.client.errors import Forbidden, NotFound, Unauthorized
from pactwright.service import Call
from pactwright.wire import PROBLEM_JSON, ResponseMessage
from services.profile.whereabouts import Locations, Whereabouts
from tests.services.answers import refused
from tests.services.composition import Hereabouts, SignedIn

LISBON = LocationInput(latitude=38.7223, longitude=-9.1393, label="Lisbon")
INES = ProfileInput(handle="ines", display_name="Inês")


@pytest.mark.usefixtures("located")
def test_location_is_set_as_the_user(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn
) -> None:
    """By the location service, with the caller's own token."""
    answer = with_response(client.put_profile_location)(ines.user_id, LISBON)

    assert (answer.status, answer.value.label) == (200, "Lisbon")
    assert client.get_profile(ines.user_id).location == answer.value
    kept = hereabouts.location.client(ines.bearer).get_location(ines.user_id)
    assert (kept.latitude, kept.updated_at) == (38.7223, answer.value.updated_at)
    assert hereabouts.location.told.records[-1].principal == "user"


def test_location_needs_a_profile(hereabouts: Hereabouts) -> None:
    """And it is asked for nothing before that is known."""
    kamau = hereabouts.person("kamau")
    client = hereabouts.profile.client(kamau.bearer)
    calls = hereabouts.to_location.calls

    error = refused(NotFound, lambda: client.put_profile_location(kamau.user_id, LISBON))

    assert isinstance(error.body, NotFoundProblem)
    assert hereabouts.to_location.calls == calls


def test_errors_have_their_types(hereabouts: Hereabouts, client: ProfileClient) -> None:
    """As the document declares them, for every write."""
    someone = hereabouts.chance.uuid()
    unknown = hereabouts.profile.client(Bearer("haat_unknown"))
    operations: list[Callable[[ProfileClient], object]] = [
        lambda c: c.put_profile(someone, INES),
        lambda c: c.patch_profile(someone, ProfilePatch()),
        lambda c: c.delete_profile(someone),
        lambda c: c.put_profile_location(someone, LISBON),
    ]

    for call in operations:
        error = refused(Unauthorized, partial(call, unknown))
        assert isinstance(error.body, UnauthenticatedProblem)
        forbidden = refused(Forbidden, partial(call, client))
        assert isinstance(forbidden.body, ForbiddenProblem)


@pytest.mark.parametrize(
    "body", [{}, {"latitude": 91, "longitude": 0}, {"latitude": 0, "longitude": 0, "label": ""}]
)
def test_invalid_location_is_refused_before_it_is_sent_on(
    hereabouts: Hereabouts, ines: SignedIn, body: dict[str, object]
) -> None:
    """By the one schema that both documents refer to."""
    calls = hereabouts.to_location.calls
    response = hereabouts.profile.send(
        "PUT",
        f"/profiles/{ines.user_id}/location",
        str(body).replace("'", '"'),
        Content_Type="application/json",
        Authorization=f"Bearer {ines.access}",
    )

    assert response.status_code == 422
    assert hereabouts.to_location.calls == calls


@pytest.mark.parametrize(("left", "asked"), [(0.0, 0), (0.4, 0), (5.0, 1)])
def test_location_is_not_asked_for_when_time_is_short(left: float, asked: int) -> None:
    """What is left is kept for the answer."""
    sent: list[str] = []

    def answer(request: requests.PreparedRequest) -> ResponseMessage:
        sent.append(request.path_url)
        problem = NotFoundProblem(request_id="id")
        return ResponseMessage(
            404, {"Content-Type": PROBLEM_JSON}, problem.model_dump_json().encode()
        )

    client = LocationClient(
        "http://location", credentials=Bearer("t"), transport=FunctionTransport(answer)
    )
    call = Call(GET_LOCATION, "id", deadline=left, clock=lambda: 0.0)

    found = Locations(client).find(call, UUID(int=0, version=4))

    assert len(sent) == asked
    assert found == Whereabouts("unknown" if asked else "unavailable")


@pytest.mark.parametrize(
    "answer",
    [
        ResponseMessage(404, {"Content-Type": "text/html"}, b"<h1>Not here</h1>"),
        ResponseMessage(404, {"Content-Type": "application/problem+json"}, b'{"type": "urn:x"}'),
        ResponseMessage(403, {"Content-Type": "application/json"}, b'{"Message": "anonymous"}'),
    ],
)
def test_answer_of_something_else_is_not_the_location_services(answer: ResponseMessage) -> None:
    """Only the service's own word says that there is no location."""
    transport = FunctionTransport(lambda _: answer)
    client = LocationClient("http://location", credentials=Bearer("t"), transport=transport)
    call = Call(GET_LOCATION, "id", deadline=9, clock=lambda: 0.0)

    assert Locations(client).find(call, UUID(int=0, version=4)) == Whereabouts("unavailable")


def test_location_of_somebody_else_is_not_shown() -> None:
    """Whatever the location service answers, it is not taken for this person's."""
    place = Location(
        user_id=UUID(int=1), latitude=1, longitude=2, updated_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    body = place.model_dump_json(exclude_unset=True).encode()
    found = ResponseMessage(200, {"Content-Type": "application/json"}, body)
    transport = FunctionTransport(lambda _: found)
    client = LocationClient("http://location", credentials=Bearer("t"), transport=transport)
    call = Call(GET_LOCATION, "id", deadline=9, clock=lambda: 0.0)

    assert Locations(client).find(call, UUID(int=2)) == Whereabouts("unavailable")
