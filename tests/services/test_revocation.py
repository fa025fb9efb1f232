"""How long a token still works once it has ended: not for one request more, at any service.

Nobody keeps what an introspection said: each request that carries a token has it looked up anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
import requests

from hereabouts.authentication.models import PasswordChange, RevocationRequest
from hereabouts.location.models import LocationInput
from hereabouts.profile import models as profiles
from pactwright.client import Basic
from pactwright.client.errors import Unauthorized
from pactwright.wire import ResponseMessage
from services.authentication import items
from services.authentication.sessions import ACCESS_SECONDS
from tests.services.answers import refused
from tests.services.composition import PASSWORD, SECRET, Hereabouts, SignedIn

pytestmark = pytest.mark.any_table

PLACE: Final = LocationInput(latitude=1.5, longitude=2.5)
ELSEWHERE: Final = LocationInput(latitude=40.0, longitude=50.0)
SHOWN: Final = profiles.LocationInput(latitude=1.5, longitude=2.5)
MOVED: Final = profiles.LocationInput(latitude=40.0, longitude=50.0)


def used_twice(hereabouts: Hereabouts, person: SignedIn) -> None:
    """Somebody has stolen the refresh token, and both have used it."""
    for _ in range(2):
        body = f"grant_type=refresh_token&refresh_token={person.refresh}"
        kind = "application/x-www-form-urlencoded"
        hereabouts.authentication.send("POST", "/oauth2/token", body, Content_Type=kind)


ENDS: Final[dict[str, Callable[[Hereabouts, SignedIn], Any]]] = {
    "revoked": lambda here, it: here.authentication.client().revoke_token(
        RevocationRequest(token=it.access)
    ),
    "session revoked": lambda here, it: here.authentication.client().revoke_token(
        RevocationRequest(token=it.refresh)
    ),
    "signed out": lambda here, it: here.authentication.client(it.bearer).sign_out(),
    "password changed": lambda here, it: here.authentication.client(
        here.sign_in(it.username).bearer
    ).change_password(
        PasswordChange(current_password=PASSWORD, new_password=f"another {PASSWORD}")
    ),
    "refresh token used twice": used_twice,
    "account deleted": lambda here, it: here.authentication.client(
        here.sign_in(it.username).bearer
    ).delete_current_user(),
    "expired": lambda here, _: here.clock.forward(ACCESS_SECONDS),
}
"""What ends an access token, while other services know it."""


@pytest.fixture
def ines(hereabouts: Hereabouts) -> SignedIn:
    """Somebody whose token all services have just let in."""
    ines = hereabouts.person("ines")
    profile = profiles.ProfileInput(handle="ines", display_name="Inês")
    hereabouts.profile.client(ines.bearer).put_profile(ines.user_id, profile)
    hereabouts.profile.client(ines.bearer).put_profile_location(ines.user_id, SHOWN)
    hereabouts.location.client(ines.bearer).get_location(ines.user_id)
    hereabouts.authentication.client(ines.bearer).get_current_user()
    return ines


@pytest.mark.parametrize("end", ENDS)
def test_the_next_request_is_refused(hereabouts: Hereabouts, ines: SignedIn, end: str) -> None:
    """At each service, directly and by way of another one, however the token ended."""
    ENDS[end](hereabouts, ines)

    location, profile = hereabouts.location.client(ines.bearer), hereabouts.profile
    refused(Unauthorized, hereabouts.authentication.client(ines.bearer).get_current_user)
    refused(Unauthorized, lambda: location.get_location(ines.user_id))
    refused(Unauthorized, lambda: location.put_location(ines.user_id, ELSEWHERE))
    by_profile = profile.client(ines.bearer)
    refused(Unauthorized, lambda: by_profile.put_profile_location(ines.user_id, MOVED))
    refused(Unauthorized, lambda: by_profile.delete_profile(ines.user_id))


def test_every_request_asks(hereabouts: Hereabouts, ines: SignedIn) -> None:
    """Once at each service that it passes."""
    line = hereabouts.to_authentication
    location = hereabouts.location.client(ines.bearer)
    before = line.calls

    for _ in range(3):
        location.get_location(ines.user_id)
    assert line.calls == before + 3

    hereabouts.profile.client(ines.bearer).put_profile_location(ines.user_id, SHOWN)
    assert line.calls == before + 5


@pytest.mark.parametrize("end", ["revoked", "signed out", "account deleted"])
def test_token_that_ends_between_two_services_writes_nothing(
    hereabouts: Hereabouts, ines: SignedIn, end: str
) -> None:
    """Profile has let it in and hands it on: location looks for itself."""
    way = hereabouts.to_location

    def ended_meanwhile(request: requests.PreparedRequest) -> Any:
        way.fault = None
        ENDS[end](hereabouts, ines)
        return way.send(request)

    way.fault = ended_meanwhile
    client = hereabouts.profile.client(ines.bearer)
    refused(Unauthorized, lambda: client.put_profile_location(ines.user_id, MOVED))

    assert way.fault is None
    shown = hereabouts.profile.client().get_profile(ines.user_id)
    assert shown.location is not None
    assert shown.location.latitude == PLACE.latitude


def test_profile_s_own_token_works_for_no_request_more(
    hereabouts: Hereabouts, ines: SignedIn
) -> None:
    """Though profile keeps it: location refuses it, and profile gets another one."""
    profile, sent = hereabouts.profile.client(), list[str]()
    way = hereabouts.to_location

    def noting(request: requests.PreparedRequest) -> Any:
        sent.append(str(request.headers["Authorization"]))
        way.fault = None
        try:
            return way.send(request)
        finally:
            way.fault = noting

    way.fault = noting
    assert profile.get_profile(ines.user_id).location_status == "known"
    own = sent[-1].removeprefix("Bearer ")
    issued_to = hereabouts.authentication.client(Basic("profile", SECRET))
    issued_to.revoke_token(RevocationRequest(token=own))

    shown = profile.get_profile(ines.user_id)

    assert shown.location_status == "known"
    assert sent[-2] == f"Bearer {own}"
    assert sent[-1] not in sent[:-1]


def test_profile_s_own_token_ends_with_its_client(hereabouts: Hereabouts, ines: SignedIn) -> None:
    """With the client that it was issued to; profiles are served without a location then."""
    profile = hereabouts.profile.client()
    assert profile.get_profile(ines.user_id).location_status == "known"

    hereabouts.authentication.table.delete(items.client_key("profile"))

    assert profile.get_profile(ines.user_id).location_status == "unavailable"


def test_what_an_introspection_can_not_say_lets_nobody_in(
    hereabouts: Hereabouts, ines: SignedIn
) -> None:
    """No earlier answer stands in for one that is missing now."""
    hereabouts.to_authentication.fault = lambda _: ResponseMessage(503, {}, b"")

    answer = hereabouts.location.send(
        "GET", f"/locations/{ines.user_id}", Authorization=f"Bearer {ines.access}"
    )

    assert answer.status_code == 503
