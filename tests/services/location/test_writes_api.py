"""Writing locations, as callers see it."""

from __future__ import annotations

import json

import pytest

from hereabouts.location import LocationClient
from hereabouts.location.models import (
    LocationInput,
)
from pactwright.client import with_response
from pactwright.client.errors import (
    NotFound,
    PreconditionFailed,
)
from tests.services.answers import pointers, refused, slug
from tests.services.composition import Hereabouts, SignedIn

LISBON = LocationInput(latitude=38.7223, longitude=-9.1393, label="Lisbon, Portugal", accuracy_m=25)
NAIROBI = LocationInput(latitude=-1.2921, longitude=36.8219)


def test_first_location_is_created(
    hereabouts: Hereabouts, client: LocationClient, ines: SignedIn
) -> None:
    """With the time of the service, a tag, and where it is."""
    answer = with_response(client.put_location)(ines.user_id, LISBON)

    location = answer.value
    assert answer.status == 201
    assert answer.headers["Location"] == str(ines.user_id)
    assert answer.etag
    assert location.user_id == ines.user_id
    assert location.updated_at.timestamp() == hereabouts.clock()
    assert location.model_dump(include=set(LocationInput.model_fields)) == LISBON.model_dump()


def test_next_location_takes_its_place(client: LocationClient, ines: SignedIn) -> None:
    """As a whole: what is left out is not kept. The tag is another."""
    first = with_response(client.put_location)(ines.user_id, LISBON)

    second = with_response(client.put_location)(ines.user_id, NAIROBI)

    assert second.status == 200
    assert "Location" not in second.headers
    assert second.etag != first.etag
    location = client.get_location(ines.user_id)
    assert (location.label, location.accuracy_m) == (None, None)
    assert (location.latitude, location.longitude) == (-1.2921, 36.8219)


def test_decimal_places_are_cut(client: LocationClient, ines: SignedIn) -> None:
    """To about a centimetre, as the document says."""
    exact = LocationInput(latitude=1.23456789012, longitude=-180, accuracy_m=0.129)

    location = client.put_location(ines.user_id, exact)

    assert (location.latitude, location.longitude) == (1.2345679, -180)
    assert location.accuracy_m == 0.13
    assert client.get_location(ines.user_id) == location
    tiny = client.put_location(ines.user_id, LocationInput(latitude=-1e-9, longitude=-1e-9))
    assert (str(tiny.latitude), str(tiny.longitude)) == ("0.0", "0.0")


def test_last_word_counts(hereabouts: Hereabouts, client: LocationClient, ines: SignedIn) -> None:
    """To be where one was is news: without If-Match it is written, with its time."""
    first = with_response(client.put_location)(ines.user_id, LISBON)
    hereabouts.clock.forward(60)

    again = with_response(client.put_location)(ines.user_id, LISBON)

    assert again.etag != first.etag
    assert again.value.updated_at > first.value.updated_at


def test_deleted_location_is_gone(client: LocationClient, ines: SignedIn) -> None:
    """A second deletion succeeds too, but not with If-Match."""
    client.put_location(ines.user_id, LISBON)

    assert with_response(client.delete_location)(ines.user_id).status == 204
    assert with_response(client.delete_location)(ines.user_id).status == 204

    refused(NotFound, lambda: client.get_location(ines.user_id))
    refused(PreconditionFailed, lambda: client.delete_location(ines.user_id, if_match="*"))


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"/latitude", "/longitude"}),
        ({"latitude": 90.0001, "longitude": 0}, {"/latitude"}),
        ({"latitude": 0, "longitude": -180.1}, {"/longitude"}),
        ({"latitude": "38.7", "longitude": 0}, {"/latitude"}),
        ({"latitude": True, "longitude": 0}, {"/latitude"}),
        ({"latitude": 0, "longitude": 0, "label": ""}, {"/label"}),
        ({"latitude": 0, "longitude": 0, "label": " Lisbon"}, {"/label"}),
        ({"latitude": 0, "longitude": 0, "label": "two\nlines"}, {"/label"}),
        ({"latitude": 0, "longitude": 0, "label": "x" * 101}, {"/label"}),
        ({"latitude": 0, "longitude": 0, "label": None}, {"/label"}),
        ({"latitude": 0, "longitude": 0, "accuracy_m": -1}, {"/accuracy_m"}),
        ({"latitude": 0, "longitude": 0, "altitude": 1}, {"/altitude"}),
        ([], {""}),
    ],
)
def test_invalid_location_is_told_place_by_place(
    hereabouts: Hereabouts, ines: SignedIn, body: object, wrong: set[str]
) -> None:
    """And nothing is written."""
    path = f"/locations/{ines.user_id}"
    headers = {"Content_Type": "application/json", "Authorization": f"Bearer {ines.access}"}

    response = hereabouts.location.send("PUT", path, json.dumps(body), **headers)

    assert (response.status_code, slug(response)) == (422, "invalid-request")
    assert pointers(response) == {f"body {pointer}" for pointer in wrong}
    assert hereabouts.location.send("GET", path, **headers).status_code == 404


@pytest.mark.parametrize("body", ['{"latitude": NaN, "longitude": 0}', "{", '{"latitude": 1e999}'])
def test_body_that_is_no_json_is_malformed(
    hereabouts: Hereabouts, ines: SignedIn, body: str
) -> None:
    """400 or 422, never accepted."""
    response = hereabouts.location.send(
        "PUT",
        f"/locations/{ines.user_id}",
        body,
        Content_Type="application/json",
        Authorization=f"Bearer {ines.access}",
    )

    assert response.status_code in (400, 422)


def test_wrong_header_is_told(hereabouts: Hereabouts, ines: SignedIn) -> None:
    """If-None-Match takes nothing but * here."""
    response = hereabouts.location.send(
        "PUT",
        f"/locations/{ines.user_id}",
        LISBON.model_dump_json(),
        Content_Type="application/json",
        Authorization=f"Bearer {ines.access}",
        If_None_Match='"tag"',
    )

    assert response.status_code == 422
    assert pointers(response) == {"header /If-None-Match"}
