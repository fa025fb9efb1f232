"""Profiles while the services behind them fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from hereabouts.authentication.models import RevocationRequest
from hereabouts.profile import ProfileClient
from hereabouts.profile.models import (
    LocationInput,
    LocationUnavailableProblem,
    ProfileInput,
    ProfilePatch,
    UnauthenticatedProblem,
)
from pactwright.client import Basic, with_response
from pactwright.client.errors import ServiceUnavailable, Unauthorized
from pactwright.wire import ResponseMessage
from services.authentication.sessions import ACCESS_SECONDS
from tests.services.answers import kind_of, refused
from tests.services.composition import SECRET, Hereabouts, SignedIn
from tests.services.faults import FAULTS

LISBON = LocationInput(latitude=38.7223, longitude=-9.1393, label="Lisbon")
INES = ProfileInput(handle="ines", display_name="Inês")
OTHER = ProfileInput(handle="other", display_name="Other")

pytestmark = [pytest.mark.any_table, pytest.mark.usefixtures("located")]


@pytest.mark.parametrize("fault", FAULTS)
def test_profile_is_served_without_its_location(
    hereabouts: Hereabouts, anyone: ProfileClient, ines: SignedIn, fault: str
) -> None:
    """Whatever is wrong with the location service; it is said that it can't be told."""
    hereabouts.to_location.fault = FAULTS[fault]

    by_id = with_response(anyone.get_profile)(ines.user_id)

    assert by_id.value.location_status == "unavailable"
    assert by_id.value.location is None
    assert anyone.find_profile("ines") == by_id.value
    assert "Location unavailable just now." in anyone.profile_page("ines")
    assert [item.handle for item in anyone.list_profiles().items] == ["ines"]
    hereabouts.to_location.fault = None
    assert anyone.get_profile(ines.user_id).location_status == "known"


@pytest.mark.parametrize("fault", FAULTS)
def test_profile_is_served_without_authentication(
    hereabouts: Hereabouts, anyone: ProfileClient, ines: SignedIn, fault: str
) -> None:
    """Where it takes a new token of the service's own, and none is to be had."""
    hereabouts.clock.forward(ACCESS_SECONDS)
    hereabouts.to_authentication.fault = FAULTS[fault]

    assert anyone.get_profile(ines.user_id).location_status == "unavailable"

    hereabouts.to_authentication.fault = None
    assert anyone.get_profile(ines.user_id).location_status == "known"


def test_profile_is_written_while_locations_are_away(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn
) -> None:
    """The answer only lacks the location."""
    hereabouts.to_location.fault = FAULTS["refused"]

    put = client.put_profile(ines.user_id, INES)
    patched = client.patch_profile(ines.user_id, ProfilePatch(bio="New."))

    assert put.location_status == patched.location_status == "unavailable"
    assert client.get_profile(ines.user_id).bio == "New."


@pytest.mark.parametrize("fault", FAULTS)
def test_location_that_can_not_be_written_is_503(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn, fault: str
) -> None:
    """With a type of its own and the time to wait."""
    hereabouts.to_location.fault = FAULTS[fault]

    error = refused(ServiceUnavailable, lambda: client.put_profile_location(ines.user_id, LISBON))

    assert kind_of(error) == "location-unavailable"
    assert isinstance(error.body, LocationUnavailableProblem)
    assert error.retry_after == 5
    assert "38.7" not in str(error)


@pytest.mark.parametrize("fault", FAULTS)
def test_token_that_can_not_be_checked_is_503(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn, fault: str
) -> None:
    """In every write; nobody is let in, nobody is told that the token is bad."""
    before = client.get_profile(ines.user_id)
    hereabouts.to_authentication.fault = FAULTS[fault]
    calls: list[Callable[[], object]] = [
        lambda: client.put_profile(ines.user_id, OTHER),
        lambda: client.patch_profile(ines.user_id, ProfilePatch(bio="New.")),
        lambda: client.delete_profile(ines.user_id),
        lambda: client.put_profile_location(ines.user_id, LISBON),
    ]

    for call in calls:
        error = refused(ServiceUnavailable, call)
        assert kind_of(error) == "temporarily-unavailable"
        assert error.retry_after == 2

    hereabouts.to_authentication.fault = None
    assert client.get_profile(ines.user_id) == before


def test_expired_token_of_the_service_is_renewed(
    hereabouts: Hereabouts, anyone: ProfileClient, ines: SignedIn
) -> None:
    """Nobody notices."""
    anyone.get_profile(ines.user_id)
    hereabouts.clock.forward(ACCESS_SECONDS)

    assert anyone.get_profile(ines.user_id).location_status == "known"


def test_revoked_token_of_the_service_is_renewed(
    hereabouts: Hereabouts, anyone: ProfileClient, ines: SignedIn
) -> None:
    """Refused once, it gets another one within the same request."""
    sent: list[str] = []
    forward = hereabouts.location.adapter()

    def overheard(request: requests.PreparedRequest) -> ResponseMessage:
        sent.append(request.headers["Authorization"])
        response = forward.send(request)
        return ResponseMessage(response.status_code, dict(response.headers), response.content)

    hereabouts.to_location.fault = overheard
    anyone.get_profile(ines.user_id)
    body = RevocationRequest(token=sent[-1].removeprefix("Bearer "))
    hereabouts.authentication.client(Basic("profile", SECRET)).revoke_token(body)

    assert anyone.get_profile(ines.user_id).location_status == "known"
    assert len(set(sent)) == 2


def test_token_that_ends_on_the_way_is_401(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn
) -> None:
    """Good when profile asked, revoked when location did."""
    forward = hereabouts.location.adapter()

    def late(request: requests.PreparedRequest) -> ResponseMessage:
        body = RevocationRequest(token=ines.access)
        hereabouts.authentication.client().revoke_token(body)
        response = forward.send(request)
        return ResponseMessage(response.status_code, dict(response.headers), response.content)

    hereabouts.to_location.fault = late

    error = refused(Unauthorized, lambda: client.put_profile_location(ines.user_id, LISBON))

    assert kind_of(error) == "unauthenticated"
    assert isinstance(error.body, UnauthenticatedProblem)
    assert "invalid_token" in error.headers["WWW-Authenticate"]
