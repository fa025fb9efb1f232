"""What location relies on of authentication: whose token it was sent."""

from __future__ import annotations

import pytest

from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication.models import Introspection, IntrospectionRequest
from hereabouts.authentication.operations import INTROSPECT_TOKEN
from hereabouts.location.operations import GET_LOCATION
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import Recorder
from pactwright.service import Call, Principal, Unauthenticated
from pactwright.service.bearer import BearerAuthenticator
from services.location.introspection import authenticator
from tests.contracts.cast import INES, LOCATION, PROFILE, UNKNOWN_TOKEN
from tests.contracts.times import EXPIRES, ISSUED

pytestmark = pytest.mark.pact("location", "authentication")


def call(token: str) -> Call:
    return Call(GET_LOCATION, "the-request", headers={"authorization": f"Bearer {token}"})


def asking(
    pact: Recorder, what: str, token: str, answer: Introspection, *given: State
) -> BearerAuthenticator:
    """Location's own authenticator, which is about to ask for a token."""
    pact.expect(
        what,
        INTROSPECT_TOKEN,
        body=IntrospectionRequest(token=token),
        given=[LOCATION.registered, *given],
        credentials=LOCATION.basic,
        answer=answer,
    )
    client = pact.client(AuthenticationClient, credentials=LOCATION.basic)
    return authenticator(client, lambda: ISSUED)


def test_a_users_token_speaks_for_the_user(pact: Recorder) -> None:
    """Location learns who the user is, what the token allows and when it ends."""
    answer = Introspection(
        active=True,
        scope="user",
        client_id="hereabouts",
        username=INES.username,
        exp=EXPIRES,
        sub=str(INES.user_id),
    )
    location = asking(pact, "the token of a user", INES.access_token, answer, INES.session())

    principal = location.authenticate(call(INES.access_token))

    assert principal == Principal(
        str(INES.user_id), "user", frozenset({"user"}), "hereabouts", EXPIRES
    )


def test_a_services_token_speaks_for_the_service(pact: Recorder) -> None:
    """A token that is meant for location, and is no user's, speaks for a service."""
    answer = Introspection(
        active=True,
        scope="locations:read",
        client_id=PROFILE.client_id,
        exp=EXPIRES,
        sub=PROFILE.client_id,
        aud=["location"],
    )
    location = asking(pact, "the token of a service", PROFILE.access_token, answer, PROFILE.token)

    principal = location.authenticate(call(PROFILE.access_token))

    assert principal == Principal(
        "profile", "service", frozenset({"locations:read"}), "profile", EXPIRES
    )


def test_an_unknown_token_speaks_for_nobody(pact: Recorder) -> None:
    """Who sends a token that authentication doesn't know is not let in."""
    location = asking(pact, "a token that nobody has", UNKNOWN_TOKEN, Introspection(active=False))

    with pytest.raises(Unauthenticated):
        location.authenticate(call(UNKNOWN_TOKEN))
