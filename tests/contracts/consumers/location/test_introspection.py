"""What location relies on of authentication: whose token it was sent."""

from __future__ import annotations

from functools import partial
from typing import Final

import pytest

from hereabouts.authentication.models import Introspection
from hereabouts.location.operations import GET_LOCATION
from pactwright.contract.recording.recorder import Recorder
from pactwright.service import Principal, Unauthenticated
from services.location.introspection import authenticator
from tests.contracts.cast import INES, LOCATION, PROFILE, UNKNOWN_TOKEN, WEATHER
from tests.contracts.consumers.introspecting import A_USERS, THE_USER, asking, call
from tests.contracts.times import EXPIRES

pytestmark = pytest.mark.pact("location", "authentication")

sent = partial(call, GET_LOCATION)

A_SERVICES: Final = Introspection(
    active=True,
    scope="locations:read",
    client_id=PROFILE.client_id,
    exp=EXPIRES,
    sub=PROFILE.client_id,
    aud=["location"],
)


def test_a_users_token_speaks_for_the_user(pact: Recorder) -> None:
    """Location learns who the user is, what the token allows and when it ends."""
    token = INES.access_token
    location = asking(
        pact, LOCATION, authenticator, "the token of a user", token, A_USERS, INES.session()
    )

    assert location.authenticate(sent(token)) == THE_USER


def test_a_services_token_speaks_for_the_service(pact: Recorder) -> None:
    """A token that is meant for location, and is no user's, speaks for a service."""
    token = PROFILE.access_token
    location = asking(
        pact, LOCATION, authenticator, "the token of a service", token, A_SERVICES, PROFILE.token
    )

    principal = location.authenticate(sent(token))

    assert principal == Principal(
        "profile", "service", frozenset({"locations:read"}), "profile", EXPIRES
    )


def test_a_token_for_another_service_speaks_for_nobody(pact: Recorder) -> None:
    """A token that is meant for another service is none for location, whatever its scope."""
    token, answer = WEATHER.access_token, Introspection(active=False)
    location = asking(
        pact, LOCATION, authenticator, "a token for another service", token, answer, WEATHER.token
    )

    with pytest.raises(Unauthenticated):
        location.authenticate(sent(token))


def test_an_unknown_token_speaks_for_nobody(pact: Recorder) -> None:
    """Who sends a token that authentication doesn't know is not let in."""
    token, answer = UNKNOWN_TOKEN, Introspection(active=False)
    location = asking(pact, LOCATION, authenticator, "a token that nobody has", token, answer)

    with pytest.raises(Unauthenticated):
        location.authenticate(sent(token))
