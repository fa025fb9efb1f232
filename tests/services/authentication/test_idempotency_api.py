"""Registering with an Idempotency-Key, as callers see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
import requests

from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication.models import (
    InvalidRegistrationProblem,
    NewUser,
    PasswordChange,
    RegistrationConflictProblem,
    User,
)
from pactwright.client import Clock, FunctionTransport, with_response
from pactwright.client.errors import (
    Conflict,
    InvalidRequest,
    ServiceUnavailable,
    TooManyRequests,
)
from pactwright.service.idempotency import LEASE_SECONDS, LIFE_SECONDS, IdempotencyKeys
from pactwright.wire import ResponseMessage
from services.authentication.registration import SCOPE
from services.authentication.throttle import Limits
from tests.services.answers import kind_of, pointers, refused, slug
from tests.services.composition import PASSWORD, Hereabouts
from tests.services.racing import WRITERS, everything, race, unclaimed

KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
INES = NewUser(username="ines", password=PASSWORD)
OTHER = "ferries cross to Cacilhas at noon"


@pytest.fixture
def client(hereabouts: Hereabouts) -> AuthenticationClient:
    """Of nobody in particular."""
    return hereabouts.authentication.client()


def users(hereabouts: Hereabouts) -> list[str]:
    items = everything(hereabouts.authentication.table)
    return [item["username"] for item in items if item["sk"] == "USER"]


def test_repetition_is_told_of_the_first_account(
    hereabouts: Hereabouts, client: AuthenticationClient
) -> None:
    """With the same status, user and place; nothing is created or hashed again."""
    first = with_response(client.register_user)(INES, idempotency_key=KEY)
    hereabouts.clock.forward(3600)

    again = with_response(client.register_user)(INES, idempotency_key=KEY)

    assert (again.status, again.value) == (201, first.value)
    assert again.headers["Location"] == first.headers["Location"]
    assert users(hereabouts) == ["ines"]
    assert hereabouts.passwords.hashed == 1


@pytest.mark.parametrize(
    "body",
    [NewUser(username="ines", password=OTHER), NewUser(username="kamau", password=PASSWORD)],
    ids=["other password", "other name"],
)
def test_key_of_another_request_is_refused(
    hereabouts: Hereabouts, client: AuthenticationClient, body: NewUser
) -> None:
    """And tells nothing of that request."""
    user = client.register_user(INES, idempotency_key=KEY)

    error = refused(InvalidRequest, partial(client.register_user, body, idempotency_key=KEY))

    assert kind_of(error) == "idempotency-key-reused"
    assert isinstance(error.body, InvalidRegistrationProblem)
    assert [(e.location, e.pointer) for e in error.errors] == [("header", "/Idempotency-Key")]
    assert str(user.user_id) not in error.body.model_dump_json()
    assert users(hereabouts) == ["ines"]


def test_another_key_is_another_request(hereabouts: Hereabouts) -> None:
    """As is one without a key: each finds the name taken."""
    headers = {"Content_Type": "application/json"}
    body = INES.model_dump_json()
    keys = [{"Idempotency_Key": KEY}, {"Idempotency_Key": KEY.upper()}, {}]

    answers = [
        hereabouts.authentication.send("POST", "/users", body, **headers, **key) for key in keys
    ]

    assert [answer.status_code for answer in answers] == [201, 409, 409]
    assert {slug(answer) for answer in answers[1:]} == {"username-taken"}


@pytest.mark.parametrize(
    "key",
    [
        "8e03978e-40d5-43e8-bc93-6894a57f9324",
        '"too-short"',
        f'"{"x" * 65}"',
        '"an inner space here"',
        '"a-quote-\\"-inside-of-it"',
        'W/"8e03978e-40d5-43e8-bc93-6894a57f9324"',
        f"{KEY}, {KEY}",
        '"8e03978e-40d5-43e8-bc93-6894a57f9324";a=1',
        "",
    ],
)
def test_malformed_key_is_told(hereabouts: Hereabouts, key: str) -> None:
    """Nothing is done by halves: no account without the promise that was asked for."""
    response = hereabouts.authentication.send(
        "POST",
        "/users",
        INES.model_dump_json(),
        Content_Type="application/json",
        Idempotency_Key=key,
    )

    assert (response.status_code, slug(response)) == (422, "invalid-request")
    assert pointers(response) == {"header /Idempotency-Key"}
    assert users(hereabouts) == []


def test_refusal_is_not_kept(hereabouts: Hereabouts, client: AuthenticationClient) -> None:
    """It has changed nothing, so a repetition is decided anew: the name may be free by then."""
    kamau = hereabouts.person("kamau")
    body = NewUser(username="kamau", password=OTHER)
    for _ in range(2):
        error = refused(Conflict, lambda: client.register_user(body, idempotency_key=KEY))
        assert kind_of(error) == "username-taken"
        assert error.retry_after is None
    hereabouts.authentication.client(kamau.bearer).delete_current_user()

    assert client.register_user(body, idempotency_key=KEY).user_id != kamau.user_id


def test_common_password_uses_no_key_up(
    hereabouts: Hereabouts, client: AuthenticationClient
) -> None:
    """The request can be put right with the same key."""
    body = NewUser(username="ines", password="password-password-1")
    refused(InvalidRequest, lambda: client.register_user(body, idempotency_key=KEY))
    assert everything(hereabouts.authentication.table) == []

    assert client.register_user(INES, idempotency_key=KEY).username == "ines"


def test_request_at_work_is_a_conflict_until_its_lease_ends(
    hereabouts: Hereabouts, client: AuthenticationClient
) -> None:
    """Retry-After says when; then the repetition does the work, once."""
    keys = IdempotencyKeys(hereabouts.authentication.table, hereabouts.clock, lambda: "gone")
    keys.claim(SCOPE, KEY, "ines")

    error = refused(Conflict, lambda: client.register_user(INES, idempotency_key=KEY))

    assert kind_of(error) == "idempotency-key-in-use"
    assert isinstance(error.body, RegistrationConflictProblem)
    assert error.retry_after == LEASE_SECONDS
    hereabouts.clock.forward(LEASE_SECONDS)
    made = client.register_user(INES, idempotency_key=KEY)
    assert client.register_user(INES, idempotency_key=KEY) == made
    assert users(hereabouts) == ["ines"]


def test_repetitions_are_no_way_around_the_throttle(
    make_hereabouts: Callable[..., Hereabouts],
) -> None:
    """Who knows a key may try no more passwords by it than by signing in."""
    hereabouts = make_hereabouts(Limits(per_account_and_source=3))
    client = hereabouts.authentication.client()
    client.register_user(INES, idempotency_key=KEY)
    guess = NewUser(username="ines", password=OTHER)
    for _ in range(3):
        refused(InvalidRequest, lambda: client.register_user(guess, idempotency_key=KEY))
    checked = len(hereabouts.passwords.verified)

    error = refused(TooManyRequests, lambda: client.register_user(guess, idempotency_key=KEY))

    assert error.retry_after
    assert len(hereabouts.passwords.verified) == checked


def test_nothing_more_is_kept_of_the_password(
    hereabouts: Hereabouts, client: AuthenticationClient
) -> None:
    """With a key, what is kept is the user's hash and no other trace of what was sent."""
    client.register_user(INES, idempotency_key=KEY)

    kept = [i for i in everything(hereabouts.authentication.table) if "IDEMPOTENCY#" in i["pk"]]

    assert [set(item) for item in kept] == [
        {"pk", "sk", "holder", "subject", "expires_at", "result"}
    ]
    assert kept[0]["subject"] == "ines"


@pytest.mark.parametrize("event", ["password changed", "account deleted"])
def test_key_does_not_outlive_what_it_was_told_by(
    hereabouts: Hereabouts, client: AuthenticationClient, event: str
) -> None:
    """A repetition can't be told from another request any more; it makes no second account."""
    client.register_user(INES, idempotency_key=KEY)
    mine = hereabouts.authentication.client(hereabouts.sign_in("ines").bearer)
    if event == "password changed":
        mine.change_password(PasswordChange(current_password=PASSWORD, new_password=OTHER))
    else:
        mine.delete_current_user()
    before = users(hereabouts)

    error = refused(InvalidRequest, lambda: client.register_user(INES, idempotency_key=KEY))

    assert kind_of(error) == "idempotency-key-reused"
    assert users(hereabouts) == before


def test_key_is_forgotten_after_a_day(hereabouts: Hereabouts, client: AuthenticationClient) -> None:
    """As the document says; the username still is one person's."""
    client.register_user(INES, idempotency_key=KEY)
    hereabouts.clock.forward(LIFE_SECONDS)

    error = refused(Conflict, lambda: client.register_user(INES, idempotency_key=KEY))

    assert kind_of(error) == "username-taken"


def test_racing_repetitions_make_one_account(
    hereabouts: Hereabouts, client: AuthenticationClient
) -> None:
    """Each is told of it, or to come back."""
    outcomes = race(lambda _: client.register_user(INES, idempotency_key=KEY))

    made = {outcome.user_id for outcome in outcomes if isinstance(outcome, User)}
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(made) == 1
    assert {kind_of(e) for e in errors if isinstance(e, Conflict)} <= {"idempotency-key-in-use"}
    assert {type(e) for e in errors} <= {Conflict, ServiceUnavailable}
    assert client.register_user(INES, idempotency_key=KEY).user_id in made
    assert users(hereabouts) == ["ines"]
    assert unclaimed(hereabouts.authentication.table, "USERNAME", "username") == []


def test_racing_requests_with_one_key_make_one_account(
    hereabouts: Hereabouts, client: AuthenticationClient
) -> None:
    """However many names they ask for."""
    bodies = [NewUser(username=f"user-{n}", password=PASSWORD) for n in range(WRITERS)]

    outcomes = race(lambda n: client.register_user(bodies[n], idempotency_key=KEY))

    made = [outcome.username for outcome in outcomes if isinstance(outcome, User)]
    assert len(made) == 1
    assert users(hereabouts) == made


def test_client_s_own_retry_after_a_lost_answer_makes_one_account(hereabouts: Hereabouts) -> None:
    """The caller notices nothing: 201, and one user."""
    adapter = hereabouts.authentication.adapter()
    sent: list[requests.PreparedRequest] = []

    def lossy(request: requests.PreparedRequest) -> ResponseMessage | requests.Response:
        sent.append(request)
        response = adapter.send(request)
        if len(sent) == 1:
            assert response.status_code == 201
            raise ConnectionResetError(104, "Connection reset by peer")
        return response

    client = AuthenticationClient(
        "http://authentication",
        transport=FunctionTransport(lossy),
        clock=Clock(sleep=lambda _: None),
    )

    answer = with_response(client.register_user)(INES)

    assert (answer.status, answer.attempts) == (201, 2)
    assert len({request.headers["Idempotency-Key"] for request in sent}) == 1
    assert users(hereabouts) == ["ines"]
    signed_in = hereabouts.sign_in("ines")
    assert signed_in.user_id == answer.value.user_id


def test_answer_is_the_same_for_clients_without_the_sdk(hereabouts: Hereabouts) -> None:
    """Two plain requests with one key."""
    answers = [
        hereabouts.authentication.send(
            "POST",
            "/users",
            INES.model_dump_json(),
            Content_Type="application/json",
            Idempotency_Key=KEY,
        )
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    first, second = (json.loads(answer.content) for answer in answers)
    assert first == second
    assert UUID(first["user_id"])
