"""What profile relies on of authentication: whose token it was sent."""

from __future__ import annotations

from functools import partial

import pytest

from hereabouts.authentication.models import Introspection
from hereabouts.profile.operations import PUT_PROFILE
from pactwright.contract.recording.recorder import Recorder
from pactwright.service import Principal, Unauthenticated
from services.profile.introspection import authenticator
from tests.contracts.cast import INES, PRINTER, PROFILE, UNKNOWN_TOKEN
from tests.contracts.consumers.introspecting import A_USERS, THE_USER, asking, call
from tests.contracts.times import EXPIRES

pytestmark = pytest.mark.pact("profile", "authentication")

sent = partial(call, PUT_PROFILE)


def test_a_users_token_speaks_for_the_user(pact: Recorder) -> None:
    """Profile learns who the user is, what the token allows and when it ends."""
    token = INES.access_token
    profile = asking(
        pact, PROFILE, authenticator, "the token of a user", token, A_USERS, INES.session()
    )

    assert profile.authenticate(sent(token)) == THE_USER


def test_a_services_token_speaks_for_the_service(pact: Recorder) -> None:
    """A token that is meant for profile, and is no user's, speaks for a service."""
    token = PRINTER.access_token
    answer = Introspection(
        active=True,
        scope="locations:read",
        client_id=PRINTER.client_id,
        exp=EXPIRES,
        sub=PRINTER.client_id,
        aud=["profile"],
    )
    profile = asking(
        pact, PROFILE, authenticator, "the token of a service", token, answer, PRINTER.token
    )

    principal = profile.authenticate(sent(token))

    assert principal == Principal(
        "printer", "service", frozenset({"locations:read"}), "printer", EXPIRES
    )


def test_a_token_for_another_service_speaks_for_nobody(pact: Recorder) -> None:
    """A token that is meant for location only is none for profile."""
    token = PROFILE.access_token
    answer = Introspection(active=True, sub=PROFILE.client_id, aud=["location"])
    profile = asking(
        pact, PROFILE, authenticator, "a token for another service", token, answer, PROFILE.token
    )

    with pytest.raises(Unauthenticated):
        profile.authenticate(sent(token))


def test_an_unknown_token_speaks_for_nobody(pact: Recorder) -> None:
    """Who sends a token that authentication doesn't know is not let in."""
    token, answer = UNKNOWN_TOKEN, Introspection(active=False)
    profile = asking(pact, PROFILE, authenticator, "a token that nobody has", token, answer)

    with pytest.raises(Unauthenticated):
        profile.authenticate(sent(token))
