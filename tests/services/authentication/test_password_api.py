"""Changing the password, as callers see it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from hereabouts.authentication.models import (
    PasswordChange,
    WrongPasswordProblem,
)
from pactwright.client import with_response
from pactwright.client.errors import (
    Forbidden,
    InvalidRequest,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
)
from services.authentication.throttle import Limits
from tests.services.answers import kind_of, pointers, refused
from tests.services.composition import PASSWORD, Hereabouts, MakeTable
from tests.services.faults import CROSSED, FailingTables
from tests.services.observations import Observation
from tests.services.racing import race

OTHER = "ferries cross to Cacilhas at noon"


def test_changed_password_counts_at_once(hereabouts: Hereabouts) -> None:
    """This session goes on, the others have ended, the old password is worth nothing."""
    mine, other = hereabouts.person("ines"), hereabouts.sign_in("ines")
    client = hereabouts.authentication.client(mine.bearer)

    answer = with_response(client.change_password)(
        PasswordChange(current_password=PASSWORD, new_password=OTHER)
    )

    assert answer.status == 204
    assert client.get_current_user().username == "ines"
    refused(Unauthorized, hereabouts.authentication.client(other.bearer).get_current_user)
    refused(Unauthorized, lambda: hereabouts.sign_in("ines"))
    assert hereabouts.sign_in("ines", OTHER).user_id == mine.user_id


def test_wrong_current_password_changes_nothing(hereabouts: Hereabouts) -> None:
    """It is 403, not 401: the token is good."""
    ines = hereabouts.person("ines")
    body = PasswordChange(current_password="not my password", new_password=OTHER)

    error = refused(
        Forbidden, lambda: hereabouts.authentication.client(ines.bearer).change_password(body)
    )

    assert kind_of(error) == "wrong-password"
    assert isinstance(error.body, WrongPasswordProblem)
    assert "not my password" not in str(error)
    assert OTHER not in str(error)
    assert hereabouts.sign_in("ines").user_id == ines.user_id


def test_guesses_of_the_current_password_are_counted(
    make_hereabouts: Callable[..., Hereabouts],
) -> None:
    """A stolen token is no way to find the password out; afterwards its owner goes on."""
    hereabouts = make_hereabouts(Limits(per_account_and_source=3))
    ines = hereabouts.person("ines")
    client = hereabouts.authentication.client(ines.bearer)
    wrong = PasswordChange(current_password="not my password", new_password=OTHER)
    right = PasswordChange(current_password=PASSWORD, new_password=OTHER)
    for _ in range(3):
        refused(Forbidden, lambda: client.change_password(wrong))
    hereabouts.passwords.verified.clear()

    error = refused(TooManyRequests, lambda: client.change_password(right))

    assert kind_of(error) == "too-many-requests"
    assert hereabouts.passwords.verified == []
    assert error.retry_after is not None
    hereabouts.clock.forward(error.retry_after)
    client.change_password(right)


def test_racing_changes_have_one_winner(hereabouts: Hereabouts) -> None:
    """The others gave a password that was right a moment ago, have ended, or crossed the winner."""
    ines = hereabouts.person("ines")
    clients = [
        hereabouts.authentication.client(hereabouts.sign_in("ines").bearer) for _ in range(8)
    ]
    passwords = [f"{OTHER}, at {n}" for n in range(8)]

    outcomes = race(
        lambda n: clients[n].change_password(
            PasswordChange(current_password=PASSWORD, new_password=passwords[n])
        )
    )

    assert outcomes.count(None) == 1
    assert {type(o) for o in outcomes if o} <= {Forbidden, Unauthorized, ServiceUnavailable}
    winner = passwords[outcomes.index(None)]
    assert hereabouts.sign_in("ines", winner).user_id == ines.user_id


def test_right_password_is_not_called_wrong_when_another_write_crosses(
    make_table: MakeTable, seen: set[Observation]
) -> None:
    """A refresh of the same session, say: nothing is done, and it can be tried again."""
    tables = FailingTables(make_table)
    hereabouts = Hereabouts(tables, seen)
    client = hereabouts.authentication.client(hereabouts.person("ines").bearer)
    change = PasswordChange(current_password=PASSWORD, new_password=OTHER)
    tables.fail("authentication", CROSSED, "transact_write_items", times=1)

    refused(ServiceUnavailable, lambda: client.change_password(change))

    client.change_password(change)


def test_common_new_password_is_refused(hereabouts: Hereabouts) -> None:
    """Its place is the new password's."""
    ines = hereabouts.person("ines")
    body = PasswordChange(current_password=PASSWORD, new_password="passwordpassword")

    error = refused(
        InvalidRequest, lambda: hereabouts.authentication.client(ines.bearer).change_password(body)
    )

    assert kind_of(error) == "common-password"
    assert [e.pointer for e in error.errors] == ["/new_password"]
    assert hereabouts.sign_in("ines").user_id == ines.user_id


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"/current_password", "/new_password"}),
        ({"current_password": "", "new_password": OTHER}, {"/current_password"}),
        ({"current_password": PASSWORD, "new_password": "short"}, {"/new_password"}),
    ],
)
def test_invalid_change_is_told_place_by_place(
    hereabouts: Hereabouts, body: object, wrong: set[str]
) -> None:
    """As for a registration."""
    ines = hereabouts.person("ines")

    response = hereabouts.authentication.send(
        "PUT",
        "/users/me/password",
        json.dumps(body),
        Content_Type="application/json",
        Authorization=f"Bearer {ines.access}",
    )

    assert response.status_code == 422
    assert pointers(response) == {f"body {pointer}" for pointer in wrong}


def test_password_is_changed_by_a_session_only(hereabouts: Hereabouts) -> None:
    """Knowing the password is not enough, nor is an ended session."""
    ines = hereabouts.person("ines")
    client = hereabouts.authentication.client(ines.bearer)
    client.sign_out()
    body = PasswordChange(current_password=PASSWORD, new_password=OTHER)

    error = refused(Unauthorized, lambda: client.change_password(body))

    assert kind_of(error) == "unauthenticated"
    assert hereabouts.sign_in("ines").user_id == ines.user_id
