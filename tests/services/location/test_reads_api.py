"""Reading locations, as callers see it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest

from hereabouts.location import LocationClient
from hereabouts.location.models import (
    ForbiddenProblem,
    InvalidRequestProblem,
    LocationInput,
    NotFoundProblem,
    UnauthenticatedProblem,
)
from pactwright.client import Bearer, with_response
from pactwright.client.errors import (
    Forbidden,
    NotFound,
    NotModified,
    Unauthorized,
)
from tests.services.answers import kind_of, pointers, refused, slug
from tests.services.composition import Hereabouts, SignedIn

LISBON = LocationInput(latitude=38.7223, longitude=-9.1393, label="Lisbon, Portugal", accuracy_m=25)
NAIROBI = LocationInput(latitude=-1.2921, longitude=36.8219)


def test_location_is_told_to_owner_and_reader(
    client: LocationClient, reader: LocationClient, ines: SignedIn
) -> None:
    """The same, and no shared cache may keep it."""
    put = with_response(client.put_location)(ines.user_id, LISBON)

    for each in (client, reader):
        answer = with_response(each.get_location)(ines.user_id)
        assert answer.value == put.value
        assert answer.etag == put.etag
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_current_copy_is_not_sent_again(client: LocationClient, ines: SignedIn) -> None:
    """For its tag, weak or strong, in a list, or any."""
    etag = with_response(client.put_location)(ines.user_id, LISBON).etag
    assert etag is not None

    for tags in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        error = refused(
            NotModified,
            partial(client.get_location, ines.user_id, if_none_match=tags),
        )
        assert error.etag == etag
        assert error.headers["Cache-Control"] == "private, no-cache"
        assert error.response is not None
        assert error.response.body == b""
    for tags in ('"other"', "no tag", etag.strip('"')):
        assert client.get_location(ines.user_id, if_none_match=tags).latitude == 38.7223


def test_missing_location_is_not_found(reader: LocationClient) -> None:
    """As any id that nobody has."""
    nobody = UUID(int=0, version=4)

    error = refused(NotFound, lambda: reader.get_location(nobody))

    assert kind_of(error) == "not-found"
    assert isinstance(error.body, NotFoundProblem)


def test_several_locations_are_told_at_once(
    hereabouts: Hereabouts, client: LocationClient, reader: LocationClient, ines: SignedIn
) -> None:
    """Those that there are."""
    kamau = hereabouts.person("kamau")
    client.put_location(ines.user_id, LISBON)
    hereabouts.location.client(kamau.bearer).put_location(kamau.user_id, NAIROBI)
    nobody = [hereabouts.chance.uuid() for _ in range(98)]

    answer = with_response(reader.list_locations)(user_id=[ines.user_id, kamau.user_id, *nobody])

    found = {location.user_id: location.latitude for location in answer.value.locations}
    assert found == {ines.user_id: 38.7223, kamau.user_id: -1.2921}
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?user_id=",
        "?user_id=ines",
        f"?user_id={UUID(int=1)}&user_id={UUID(int=1)}",
        "?" + "&".join(f"user_id={UUID(int=n)}" for n in range(101)),
    ],
)
def test_invalid_list_of_users_is_refused(hereabouts: Hereabouts, query: str) -> None:
    """None, no ids, one twice, or too many."""
    token = hereabouts.service_token("reader", "locations:read", audience=("location",))
    response = hereabouts.location.send(
        "GET", f"/locations{query}", Authorization=bearer_header(token)
    )

    assert (response.status_code, slug(response)) == (422, "invalid-request")
    assert all(pointer.startswith("query /user_id") for pointer in pointers(response))
    assert InvalidRequestProblem.model_validate_json(response.content).errors


def bearer_header(token: Bearer) -> str:
    assert isinstance(token._token, str)
    return f"Bearer {token._token}"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("user_id", ["ines", "0", "%00", "..%2f..", "a" * 300])
def test_malformed_id_is_not_found(
    hereabouts: Hereabouts, ines: SignedIn, method: str, user_id: str
) -> None:
    """As an id that nobody has."""
    body = LISBON.model_dump_json() if method == "PUT" else None
    response = hereabouts.location.send(
        method,
        f"/locations/{user_id}",
        body,
        Content_Type="application/json",
        Authorization=f"Bearer {ines.access}",
    )

    assert (response.status_code, slug(response)) == (404, "not-found")


def test_errors_have_their_types(hereabouts: Hereabouts, client: LocationClient) -> None:
    """As the document declares them, for every operation."""
    unknown = hereabouts.location.client(Bearer("haat_unknown"))
    someone = hereabouts.chance.uuid()
    operations = [
        lambda c: c.get_location(someone),
        lambda c: c.put_location(someone, LISBON),
        lambda c: c.delete_location(someone),
        lambda c: c.list_locations(user_id=[someone]),
    ]

    for call in operations:
        error = refused(Unauthorized, partial(call, unknown))
        assert isinstance(error.body, UnauthenticatedProblem)
        assert (
            error.headers["WWW-Authenticate"] == 'Bearer realm="hereabouts", error="invalid_token"'
        )
        forbidden = refused(Forbidden, partial(call, client))
        assert isinstance(forbidden.body, ForbiddenProblem)
