"""Signing in and out, as callers see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from hereabouts.authentication.models import (
    Credentials,
    InvalidCredentialsProblem,
    TokenRequest,
    TooManyRequestsProblem,
)
from pactwright.client import with_response
from pactwright.client.errors import BadRequest, StatusError, TooManyRequests, Unauthorized
from services.authentication.throttle import Limits
from tests.services.answers import kind_of, pointers, refused
from tests.services.composition import PASSWORD, Hereabouts
from tests.services.racing import race

WRONG = "ferries cross to Cacilhas at noon"


def told(error: StatusError) -> dict[str, object]:
    """Everything that an answer tells, but the id of its request."""
    assert error.response is not None
    document: dict[str, object] = json.loads(error.response.body)
    headers = {n: v for n, v in error.headers.items() if "request" not in n.lower()}
    return {**document, "request_id": "", **headers}


def test_session_begins_with_tokens(hereabouts: Hereabouts) -> None:
    """Which no cache may keep."""
    user_id = hereabouts.register("ines")
    client = hereabouts.authentication.client()

    answer = with_response(client.sign_in)(Credentials(username="ines", password=PASSWORD))

    tokens = answer.value
    assert (answer.status, tokens.user_id, tokens.scope) == (201, user_id, "user")
    assert (tokens.token_type, tokens.expires_in) == ("Bearer", 900)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Location"] == "sessions/current"


def test_unknown_user_and_wrong_password_can_not_be_told_apart(hereabouts: Hereabouts) -> None:
    """By no word or header, and not by the work that is done."""
    hereabouts.register("ines")
    hashed, work = hereabouts.passwords.hashed, hereabouts.passwords.verified
    work.clear()

    wrong = refused(Unauthorized, lambda: hereabouts.sign_in("ines", WRONG))
    assert work == [False]
    unknown = refused(Unauthorized, lambda: hereabouts.sign_in("nobody", WRONG))

    assert work == [False, False]
    assert hereabouts.passwords.hashed == hashed
    assert told(wrong) == told(unknown)
    assert kind_of(wrong) == "invalid-credentials"
    assert isinstance(wrong.body, InvalidCredentialsProblem)
    assert wrong.headers["WWW-Authenticate"] == 'Bearer realm="hereabouts"'
    assert WRONG not in str(told(wrong))


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"/username", "/password"}),
        ({"username": "", "password": ""}, {"/username", "/password"}),
        ({"username": "x" * 101, "password": "x" * 129}, {"/username", "/password"}),
        ({"username": "ines", "password": PASSWORD, "remember": True}, {"/remember"}),
    ],
)
def test_invalid_credentials_are_told_place_by_place(
    hereabouts: Hereabouts, body: object, wrong: set[str]
) -> None:
    """What can't be anybody's is not looked up."""
    response = hereabouts.authentication.send(
        "POST", "/sessions", json.dumps(body), Content_Type="application/json"
    )

    assert response.status_code == 422
    assert pointers(response) == {f"body {pointer}" for pointer in wrong}
    assert hereabouts.passwords.verified == []


def test_who_tries_too_often_has_to_wait(
    make_hereabouts: Callable[..., Hereabouts],
) -> None:
    """Even with the right password, for as long as the answer says; nothing is hashed meanwhile."""
    hereabouts = make_hereabouts(Limits(per_account_and_source=3))
    hereabouts.register("ines")
    for _ in range(3):
        refused(Unauthorized, lambda: hereabouts.sign_in("ines", WRONG))
    hereabouts.passwords.verified.clear()

    error = refused(TooManyRequests, lambda: hereabouts.sign_in("ines"))

    assert kind_of(error) == "too-many-requests"
    assert isinstance(error.body, TooManyRequestsProblem)
    assert hereabouts.passwords.verified == []
    assert error.retry_after is not None
    hereabouts.clock.forward(error.retry_after)
    assert hereabouts.sign_in("ines").username == "ines"


def test_unknown_account_is_throttled_alike(make_hereabouts: Callable[..., Hereabouts]) -> None:
    """Or else its absence could be told."""
    hereabouts = make_hereabouts(Limits(per_account_and_source=1))
    hereabouts.register("ines")
    for name in ("ines", "nobody"):
        refused(Unauthorized, partial(hereabouts.sign_in, name, WRONG))

    known = refused(TooManyRequests, lambda: hereabouts.sign_in("ines", WRONG))
    unknown = refused(TooManyRequests, lambda: hereabouts.sign_in("nobody", WRONG))

    assert told(known) == told(unknown)


def test_other_sources_are_let_in(make_hereabouts: Callable[..., Hereabouts]) -> None:
    """Nobody can lock somebody else out from afar."""
    hereabouts = make_hereabouts(Limits(per_account_and_source=1))
    hereabouts.register("ines")
    refused(Unauthorized, lambda: hereabouts.sign_in("ines", WRONG))
    refused(TooManyRequests, lambda: hereabouts.sign_in("ines"))

    elsewhere = hereabouts.authentication.client(source="198.51.100.7")

    assert elsewhere.sign_in(Credentials(username="ines", password=PASSWORD)).scope == "user"


def test_success_forgives_earlier_failures(make_hereabouts: Callable[..., Hereabouts]) -> None:
    """Whoever knows the password may mistype it anew."""
    hereabouts = make_hereabouts(Limits(per_account_and_source=2))
    hereabouts.register("ines")

    for _ in range(4):
        refused(Unauthorized, lambda: hereabouts.sign_in("ines", WRONG))
        hereabouts.sign_in("ines")


def test_racing_guesses_are_counted_exactly(make_hereabouts: Callable[..., Hereabouts]) -> None:
    """As many are checked as the limit says."""
    hereabouts = make_hereabouts(Limits(per_account_and_source=5))
    hereabouts.register("ines")

    outcomes = race(lambda _: hereabouts.sign_in("ines", WRONG))

    assert sum(isinstance(outcome, Unauthorized) for outcome in outcomes) == 5
    assert sum(isinstance(outcome, TooManyRequests) for outcome in outcomes) == 3
    assert hereabouts.passwords.verified == [False] * 5


def test_signed_out_session_has_ended(hereabouts: Hereabouts) -> None:
    """With its refresh token; other sessions go on."""
    ines, elsewhere = hereabouts.person("ines"), hereabouts.sign_in("ines")
    client = hereabouts.authentication.client(ines.bearer)

    assert with_response(client.sign_out)().status == 204

    assert kind_of(refused(Unauthorized, client.sign_out)) == "unauthenticated"
    request = TokenRequest(grant_type="refresh_token", refresh_token=ines.refresh)
    refused(BadRequest, lambda: hereabouts.authentication.client().issue_token(request))
    other = hereabouts.authentication.client(elsewhere.bearer)
    assert other.get_current_user().username == "ines"
