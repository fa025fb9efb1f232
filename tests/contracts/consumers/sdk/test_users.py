"""What callers rely on of people's accounts."""

from __future__ import annotations

from typing import Final

import pytest

from hereabouts.authentication import AuthenticationClient, models
from hereabouts.authentication.operations import (
    DELETE_CURRENT_USER,
    GET_CURRENT_USER,
    REGISTER_USER,
)
from pactwright.client import with_response
from pactwright.client.errors import Conflict
from pactwright.contract.recording.recorder import Recorder, only
from tests.contracts.cast import INES
from tests.contracts.consumers.calls import refused
from tests.contracts.times import moment

pytestmark = pytest.mark.pact("sdk", "authentication")

REGISTRATION: Final = models.NewUser(username=INES.username, password=INES.password)
USER: Final = models.User(
    user_id=INES.user_id, username=INES.username, created_at=moment(INES.created_at)
)


def test_registering(pact: Recorder) -> None:
    """Who registers gets an id, and is told where the account is."""
    pact.expect(
        "a registration",
        REGISTER_USER,
        body=REGISTRATION,
        answer=USER,
        headers={"Location": "users/me"},
    )
    client = pact.client(AuthenticationClient)

    answer = with_response(client.register_user)(REGISTRATION)

    assert answer.value == USER
    assert answer.headers["Location"] == "users/me"


def test_registering_under_a_name_that_is_taken(pact: Recorder) -> None:
    """A username belongs to one user only."""
    pact.expect(
        "a registration under a username that is taken",
        REGISTER_USER,
        body=REGISTRATION,
        given=[INES.account],
        status=409,
        answer=only(models.RegistrationConflictProblem, "type"),
    )
    client = pact.client(AuthenticationClient)

    with refused(Conflict, "username-taken"):
        client.register_user(REGISTRATION)


def test_the_signed_in_user(pact: Recorder) -> None:
    """Who is signed in learns whose token it is."""
    pact.expect(
        "the user who is signed in",
        GET_CURRENT_USER,
        given=[INES.account, INES.session()],
        credentials=INES.bearer,
        answer=USER,
    )
    client = pact.client(AuthenticationClient, credentials=INES.bearer)

    assert client.get_current_user() == USER


def test_leaving(pact: Recorder) -> None:
    """Who is signed in can delete the account."""
    pact.expect(
        "a user who leaves",
        DELETE_CURRENT_USER,
        given=[INES.session()],
        credentials=INES.bearer,
    )
    client = pact.client(AuthenticationClient, credentials=INES.bearer)

    client.delete_current_user()
