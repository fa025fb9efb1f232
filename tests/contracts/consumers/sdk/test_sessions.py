"""What callers rely on to sign in and out."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hereabouts.authentication import AuthenticationClient, models
from hereabouts.authentication.operations import (
    CHANGE_PASSWORD,
    DELETE_CURRENT_USER,
    GET_CURRENT_USER,
    SIGN_IN,
    SIGN_OUT,
)
from pactwright.client.errors import InvalidRequest, TooManyRequests, Unauthorized
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import Recorder, only
from pactwright.wire import Operation
from tests.contracts.cast import INES, NOBODY, too_many_attempts
from tests.contracts.consumers.calls import call, named, refused

pytestmark = pytest.mark.pact("sdk", "authentication")

CREDENTIALS: Final = models.Credentials(username=INES.username, password=INES.password)
CHANGE: Final = models.PasswordChange(
    current_password=INES.password, new_password="funiculars climb to Bica at dusk"
)


def test_signing_in(pact: Recorder) -> None:
    """Who signs in gets an access token, what renews it, and their own id."""
    tokens = models.Tokens(
        access_token=INES.access_token,
        expires_in=900,
        refresh_token=INES.refresh_token,
        scope="user",
        user_id=INES.user_id,
    )
    pact.expect("a sign-in", SIGN_IN, body=CREDENTIALS, given=[INES.account], answer=tokens)
    client = pact.client(AuthenticationClient)

    assert client.sign_in(CREDENTIALS) == tokens


@pytest.mark.parametrize(
    ("given", "who"),
    [([], "somebody who is unknown"), ([INES.account], "somebody with a wrong password")],
    ids=["unknown", "wrong"],
)
def test_signing_in_in_vain(pact: Recorder, given: list[State], who: str) -> None:
    """An unknown user and a wrong password are refused alike."""
    body = models.Credentials(username=INES.username, password="not what it was")
    pact.expect(
        f"a sign-in of {who}",
        SIGN_IN,
        body=body,
        given=given,
        status=401,
        answer=only(models.InvalidCredentialsProblem, "type"),
    )
    client = pact.client(AuthenticationClient)

    with refused(Unauthorized, "invalid-credentials"):
        client.sign_in(body)


def test_signing_in_with_nothing(pact: Recorder) -> None:
    """Who leaves out the username is told which value is wrong."""
    body = models.Credentials.model_construct(username="", password=INES.password)
    wrong = only(models.FieldError, pointer="/username")
    pact.expect(
        "a sign-in without a username",
        SIGN_IN,
        body=body,
        status=422,
        answer=only(models.InvalidRequestProblem, "type", errors=[wrong]),
    )
    client = pact.client(AuthenticationClient)

    with refused(InvalidRequest, "invalid-request") as raised:
        client.sign_in(body)
    assert [error.pointer for error in raised.value.errors] == ["/username"]


def test_signing_in_after_too_many_attempts(pact: Recorder) -> None:
    """Who has guessed too often is told how long to wait."""
    pact.expect(
        "a sign-in after too many attempts",
        SIGN_IN,
        body=CREDENTIALS,
        given=[INES.account, too_many_attempts(INES.username)],
        status=429,
        answer=only(models.TooManyRequestsProblem, "type"),
        headers={"Retry-After": "30"},
    )
    client = pact.client(AuthenticationClient)

    with refused(TooManyRequests, "too-many-requests") as raised:
        client.sign_in(CREDENTIALS)
    assert raised.value.retry_after == 30


def test_signing_out(pact: Recorder) -> None:
    """Who is signed in can end the session."""
    given = [INES.session()]
    pact.expect("a sign-out", SIGN_OUT, given=given, credentials=INES.bearer)
    client = pact.client(AuthenticationClient, credentials=INES.bearer)

    client.sign_out()


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        (GET_CURRENT_USER, {}),
        (DELETE_CURRENT_USER, {}),
        (CHANGE_PASSWORD, {"body": CHANGE}),
        (SIGN_OUT, {}),
    ],
    ids=named,
)
def test_a_token_that_nobody_has(
    pact: Recorder, operation: Operation[Any], arguments: dict[str, Any]
) -> None:
    """What is for users is for nobody without a token that works."""
    pact.expect(
        f"{operation.name} with a token that nobody has",
        operation,
        **arguments,
        credentials=NOBODY,
        status=401,
        answer=only(models.UnauthenticatedProblem, "type"),
    )
    client = pact.client(AuthenticationClient, credentials=NOBODY)

    with refused(Unauthorized, "unauthenticated"):
        call(client, operation, **arguments)
