"""What profile relies on of authentication: whose token it was sent."""

from __future__ import annotations

import pytest

from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication.models import Introspection, IntrospectionRequest
from hereabouts.authentication.operations import INTROSPECT_TOKEN
from hereabouts.profile.operations import PUT_PROFILE
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import Recorder
from pactwright.service import Call, Principal, Unauthenticated
from pactwright.service.bearer import BearerAuthenticator
from services.profile.introspection import authenticator
from tests.contracts.cast import INES, PROFILE, UNKNOWN_TOKEN
from tests.contracts.times import EXPIRES, ISSUED

pytestmark = pytest.mark.pact("profile", "authentication")


def call(token: str) -> Call:
    return Call(PUT_PROFILE, "the-request", headers={"authorization": f"Bearer {token}"})


def asking(
    pact: Recorder, what: str, token: str, answer: Introspection, *given: State
) -> BearerAuthenticator:
    """Profile's own authenticator, which is about to ask for a token."""
    pact.expect(
        what,
        INTROSPECT_TOKEN,
        body=IntrospectionRequest(token=token),
        given=[PROFILE.registered, *given],
        credentials=PROFILE.basic,
        answer=answer,
    )
    client = pact.client(AuthenticationClient, credentials=PROFILE.basic)
    return authenticator(client, lambda: ISSUED)


def test_a_users_token_speaks_for_the_user(pact: Recorder) -> None:
    """Profile learns who the user is, what the token allows and when it ends."""
    answer = Introspection(
        active=True,
        scope="user",
        client_id="hereabouts",
        username=INES.username,
        exp=EXPIRES,
        sub=str(INES.user_id),
    )
    profile = asking(pact, "the token of a user", INES.access_token, answer, INES.session())

    principal = profile.authenticate(call(INES.access_token))

    assert principal == Principal(
        str(INES.user_id), "user", frozenset({"user"}), "hereabouts", EXPIRES
    )


def test_a_token_for_another_service_speaks_for_nobody(pact: Recorder) -> None:
    """A token that is meant for location only is none for profile."""
    answer = Introspection(active=True, sub=PROFILE.client_id, aud=["location"])
    token = PROFILE.access_token
    profile = asking(pact, "a token for another service", token, answer, PROFILE.token)

    with pytest.raises(Unauthenticated):
        profile.authenticate(call(token))


def test_an_unknown_token_speaks_for_nobody(pact: Recorder) -> None:
    """Who sends a token that authentication doesn't know is not let in."""
    profile = asking(pact, "a token that nobody has", UNKNOWN_TOKEN, Introspection(active=False))

    with pytest.raises(Unauthenticated):
        profile.authenticate(call(UNKNOWN_TOKEN))
