"""Locations while authentication fails: a token that can't be checked lets nobody in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from hereabouts.location.models import LocationInput
from pactwright.client import Bearer
from pactwright.client.errors import ServiceUnavailable, Unauthorized
from pactwright.wire import ResponseMessage
from services.authentication import clients
from services.authentication.records import ServiceClient
from services.authentication.sessions import ACCESS_SECONDS
from tests.services.answers import kind_of, refused
from tests.services.composition import Hereabouts
from tests.services.faults import FAULTS

pytestmark = pytest.mark.any_table

LISBON = LocationInput(latitude=38.7223, longitude=-9.1393)


@pytest.mark.parametrize("fault", FAULTS)
def test_token_that_can_not_be_checked_is_503(hereabouts: Hereabouts, fault: str) -> None:
    """In every operation, with the time to wait; afterwards all is as it was."""
    ines = hereabouts.person("ines")
    client = hereabouts.location.client(ines.bearer)
    before = client.put_location(ines.user_id, LISBON)
    hereabouts.to_authentication.fault = FAULTS[fault]
    calls: list[Callable[[], object]] = [
        lambda: client.get_location(ines.user_id),
        lambda: client.put_location(ines.user_id, LocationInput(latitude=0, longitude=0)),
        lambda: client.delete_location(ines.user_id),
        lambda: client.list_locations(user_id=[ines.user_id]),
    ]

    for call in calls:
        error = refused(ServiceUnavailable, call)
        assert kind_of(error) == "temporarily-unavailable"
        assert error.retry_after == 2

    hereabouts.to_authentication.fault = None
    assert client.get_location(ines.user_id) == before


def test_lost_credentials_of_the_service_are_not_the_callers_fault(
    hereabouts: Hereabouts,
) -> None:
    """Authentication refuses location itself: that is 503, not 401."""
    ines = hereabouts.person("ines")
    client = hereabouts.location.client(ines.bearer)
    for secret in ("new", "newer"):
        clients.register(hereabouts.kept, ServiceClient("location", ()), secret)

    error = refused(ServiceUnavailable, lambda: client.get_location(ines.user_id))

    assert kind_of(error) == "temporarily-unavailable"


def test_answer_is_asked_for_again_after_a_fault(hereabouts: Hereabouts) -> None:
    """An introspection changes nothing, so one lost answer costs nobody anything."""
    ines = hereabouts.person("ines")
    client = hereabouts.location.client(ines.bearer)
    line = hereabouts.to_authentication

    def once(request: requests.PreparedRequest) -> ResponseMessage:
        line.fault = None
        return FAULTS["cut off"](request)

    line.fault = once

    assert client.put_location(ines.user_id, LISBON).latitude == 38.7223
    assert line.calls == 2


@pytest.mark.parametrize("end", ["expiry", "sign-out", "deletion"])
def test_ended_token_is_refused_at_once(hereabouts: Hereabouts, end: str) -> None:
    """For every request is introspected: nothing is remembered."""
    ines = hereabouts.person("ines")
    client = hereabouts.location.client(ines.bearer)
    client.put_location(ines.user_id, LISBON)
    if end == "expiry":
        hereabouts.clock.forward(ACCESS_SECONDS)
    elif end == "sign-out":
        hereabouts.authentication.client(ines.bearer).sign_out()
    else:
        hereabouts.authentication.client(ines.bearer).delete_current_user()

    refused(Unauthorized, lambda: client.get_location(ines.user_id))


def test_every_request_is_introspected(hereabouts: Hereabouts) -> None:
    """Also where the token is not one of ours by its form."""
    ines = hereabouts.person("ines")
    client = hereabouts.location.client(ines.bearer)
    client.put_location(ines.user_id, LISBON)
    client.get_location(ines.user_id)
    refused(
        Unauthorized,
        lambda: hereabouts.location.client(Bearer("x")).get_location(ines.user_id),
    )

    assert hereabouts.to_authentication.calls == 3
