"""Accounts, as callers see them."""

from __future__ import annotations

import json

import pytest

from hereabouts.authentication.models import (
    InvalidRegistrationProblem,
    NewUser,
    RegistrationConflictProblem,
)
from pactwright.client import with_response
from pactwright.client.errors import (
    Conflict,
    InvalidRequest,
    ServiceUnavailable,
    Unauthorized,
)
from tests.services.answers import kind_of, pointers, refused, slug
from tests.services.composition import PASSWORD, Hereabouts
from tests.services.racing import race, unclaimed

OTHER = "ferries cross to Cacilhas at noon"


def test_registered_user_is_answered(hereabouts: Hereabouts) -> None:
    """With an id and a time, where to find it, and no password."""
    client = hereabouts.authentication.client()
    body = NewUser(username="ines-almeida", password=PASSWORD)

    answer = with_response(client.register_user)(body)

    assert (answer.status, answer.value.username) == (201, "ines-almeida")
    assert answer.value.created_at.timestamp() == hereabouts.clock()
    assert answer.headers["Location"] == "users/me"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.request_id


def test_taken_username_is_a_conflict(hereabouts: Hereabouts) -> None:
    """With a type of its own."""
    hereabouts.register("ines")

    error = refused(Conflict, lambda: hereabouts.register("ines", OTHER))

    assert kind_of(error) == "username-taken"
    assert isinstance(error.body, RegistrationConflictProblem)
    assert OTHER not in str(error)


def test_racing_registrations_have_one_winner(hereabouts: Hereabouts) -> None:
    """Nobody gets a 500, and no name is claimed by nobody."""
    client = hereabouts.authentication.client()
    body = NewUser(username="ines", password=PASSWORD)

    outcomes = race(lambda _: client.register_user(body))

    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(outcomes) - len(errors) == 1
    assert {type(error) for error in errors} <= {Conflict, ServiceUnavailable}
    assert unclaimed(hereabouts.authentication.table, "USERNAME", "username") == []


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"/username", "/password"}),
        ({"username": "in", "password": PASSWORD}, {"/username"}),
        ({"username": "Ines", "password": PASSWORD}, {"/username"}),
        ({"username": "9ines", "password": PASSWORD}, {"/username"}),
        ({"username": "ines\n", "password": PASSWORD}, {"/username"}),
        ({"username": "i" * 31, "password": PASSWORD}, {"/username"}),
        ({"username": None, "password": PASSWORD}, {"/username"}),
        ({"username": 7, "password": PASSWORD}, {"/username"}),
        ({"username": "ines", "password": "fourteen chars"}, {"/password"}),
        ({"username": "ines", "password": "x" * 129}, {"/password"}),
        ({"username": "ines", "password": PASSWORD, "admin": True}, {"/admin"}),
        ([], {""}),
        ("ines", {""}),
    ],
)
def test_invalid_account_is_told_place_by_place(
    hereabouts: Hereabouts, body: object, wrong: set[str]
) -> None:
    """And nothing that was sent is repeated."""
    response = hereabouts.authentication.send(
        "POST", "/users", json.dumps(body), Content_Type="application/json"
    )

    assert (response.status_code, slug(response)) == (422, "invalid-request")
    assert pointers(response) == {f"body {pointer}" for pointer in wrong}
    assert PASSWORD not in response.text
    assert "fourteen" not in response.text


@pytest.mark.parametrize("password", ["ines-ines-ines-ines", "Password1234567!", "a" * 15])
def test_common_password_is_refused(hereabouts: Hereabouts, password: str) -> None:
    """With a type and a place of its own, and without repeating it."""
    error = refused(InvalidRequest, lambda: hereabouts.register("ines", password))

    assert kind_of(error) == "common-password"
    assert isinstance(error.body, InvalidRegistrationProblem)
    assert [(e.location, e.pointer) for e in error.errors] == [("body", "/password")]
    assert password not in str(error)


def test_user_sees_who_it_is(hereabouts: Hereabouts) -> None:
    """And nobody may keep the answer without asking again."""
    ines = hereabouts.person("ines")

    answer = with_response(hereabouts.authentication.client(ines.bearer).get_current_user)()

    assert (answer.value.user_id, answer.value.username) == (ines.user_id, "ines")
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_deleted_account_is_gone_at_once(hereabouts: Hereabouts) -> None:
    """With all its tokens; the name is free for others, under another id."""
    ines, elsewhere = hereabouts.person("ines"), hereabouts.sign_in("ines")
    client = hereabouts.authentication.client(ines.bearer)

    assert with_response(client.delete_current_user)().status == 204

    for session in (ines, elsewhere):
        again = hereabouts.authentication.client(session.bearer)
        assert kind_of(refused(Unauthorized, again.get_current_user)) == "unauthenticated"
        refused(Unauthorized, again.delete_current_user)
    refused(Unauthorized, lambda: hereabouts.sign_in("ines"))
    assert hereabouts.person("ines").user_id != ines.user_id
    refused(Unauthorized, client.get_current_user)
