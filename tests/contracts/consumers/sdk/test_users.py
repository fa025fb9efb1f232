"""What callers rely on of people's accounts."""

from __future__ import annotations

from typing import Final

import pytest

from hereabouts import PROBLEM_TYPES
from hereabouts.authentication import AuthenticationClient, models
from hereabouts.authentication.operations import (
    DELETE_CURRENT_USER,
    GET_CURRENT_USER,
    REGISTER_USER,
)
from pactwright.client import with_response
from pactwright.client.errors import Conflict, InvalidRequest, TooManyRequests
from pactwright.contract.recording.recorder import Recorder, only
from tests.contracts.cast import INES, KAMAU, TOO_MANY_REGISTRATIONS
from tests.contracts.consumers.calls import refused
from tests.contracts.times import moment

pytestmark = pytest.mark.pact("sdk", "authentication")

REGISTRATION: Final = models.NewUser(username=INES.username, password=INES.password)
KEY: Final = '"1f0c9f6a-5b7e-4d0e-8a39-6b1f6f5f0c11"'
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


def test_registering_after_too_many_registrations(pact: Recorder) -> None:
    """Who has registered too often from one address is told how long to wait."""
    pact.expect(
        "a registration after too many",
        REGISTER_USER,
        body=REGISTRATION,
        given=[TOO_MANY_REGISTRATIONS],
        status=429,
        answer=only(models.TooManyRequestsProblem, "type"),
        headers={"Retry-After": "30"},
    )
    client = pact.client(AuthenticationClient)

    with refused(TooManyRequests, "too-many-requests") as raised:
        client.register_user(REGISTRATION)
    assert raised.value.retry_after == 30


def test_registering_under_a_name_that_is_taken(pact: Recorder) -> None:
    """A username belongs to one user only."""
    pact.expect(
        "a registration under a username that is taken",
        REGISTER_USER,
        body=REGISTRATION,
        given=[INES.account],
        status=409,
        answer=only(models.RegistrationConflictProblem, type=PROBLEM_TYPES + "username-taken"),
    )
    client = pact.client(AuthenticationClient)

    with refused(Conflict, "username-taken"):
        client.register_user(REGISTRATION)


def test_registering_again_with_the_same_key(pact: Recorder) -> None:
    """A repetition of the request that has made an account is told of that account."""
    pact.expect(
        "a registration that is repeated",
        REGISTER_USER,
        body=REGISTRATION,
        idempotency_key=KEY,
        given=[INES.account, INES.registered_with(KEY)],
        answer=USER,
        headers={"Location": "users/me"},
    )
    client = pact.client(AuthenticationClient)

    answer = with_response(client.register_user)(REGISTRATION, idempotency_key=KEY)

    assert answer.value == USER
    assert answer.headers["Location"] == "users/me"


def test_registering_somebody_else_with_the_same_key(pact: Recorder) -> None:
    """A key belongs to one request, and says so where another one has it."""
    body = models.NewUser(username=KAMAU.username, password=KAMAU.password)
    pact.expect(
        "a registration with the key of another one",
        REGISTER_USER,
        body=body,
        idempotency_key=KEY,
        given=[INES.account, INES.registered_with(KEY)],
        status=422,
        answer=only(
            models.InvalidRegistrationProblem,
            type=PROBLEM_TYPES + "idempotency-key-reused",
            errors=[only(models.FieldError, location="header", pointer="/Idempotency-Key")],
        ),
    )
    client = pact.client(AuthenticationClient)

    with refused(InvalidRequest, "idempotency-key-reused") as raised:
        client.register_user(body, idempotency_key=KEY)
    assert [(e.location, e.pointer) for e in raised.value.errors] == [
        ("header", "/Idempotency-Key")
    ]


def test_registering_while_the_same_request_is_at_work(pact: Recorder) -> None:
    """Who repeats a request too early is told when to come back."""
    pact.expect(
        "a registration that is at work already",
        REGISTER_USER,
        body=REGISTRATION,
        idempotency_key=KEY,
        given=[INES.registering_with(KEY)],
        status=409,
        answer=only(
            models.RegistrationConflictProblem, type=PROBLEM_TYPES + "idempotency-key-in-use"
        ),
        headers={"Retry-After": "15"},
    )
    client = pact.client(AuthenticationClient)

    with refused(Conflict, "idempotency-key-in-use") as raised:
        client.register_user(REGISTRATION, idempotency_key=KEY)
    assert raised.value.retry_after == 15


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
