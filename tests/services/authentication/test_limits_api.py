"""How often somebody may try, as callers see it, and from where they are taken to come."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication.models import Credentials, NewUser, PasswordChange
from pactwright.client.errors import Conflict, TooManyRequests, Unauthorized
from services.authentication.throttle import Limits
from tests.services.answers import kind_of, refused, slug
from tests.services.composition import PASSWORD, Hereabouts
from tests.services.racing import race

WRONG = "ferries cross to Cacilhas at noon"
OTHER = "a boat across the wide river"


def register(client: AuthenticationClient, username: str) -> None:
    """Register somebody."""
    client.register_user(NewUser(username=username, password=PASSWORD))


def sign_in(client: AuthenticationClient, username: str, password: str = PASSWORD) -> None:
    """Sign somebody in."""
    client.sign_in(Credentials(username=username, password=password))


def test_who_registers_too_often_has_to_wait(make_hereabouts: Callable[..., Hereabouts]) -> None:
    """As long as the answer says; a name that was taken counts, for it tells something."""
    hereabouts = make_hereabouts(Limits(registrations=3))
    client = hereabouts.authentication.client()
    register(client, "ines")
    refused(Conflict, partial(register, client, "ines"))
    register(client, "kamau")

    error = refused(TooManyRequests, partial(register, client, "aiko"))

    assert kind_of(error) == "too-many-requests"
    assert error.retry_after is not None
    hereabouts.clock.forward(error.retry_after - 1)
    refused(TooManyRequests, partial(register, client, "aiko"))
    hereabouts.clock.forward(1)
    register(client, "aiko")


def test_whether_a_name_is_taken_is_not_told_beyond_the_limit(
    make_hereabouts: Callable[..., Hereabouts],
) -> None:
    """Or else names could be tried without end."""
    hereabouts = make_hereabouts(Limits(registrations=1))
    client = hereabouts.authentication.client()
    register(client, "ines")

    taken = refused(TooManyRequests, partial(register, client, "ines"))
    free = refused(TooManyRequests, partial(register, client, "aiko"))

    assert taken.problem is not None
    assert free.problem is not None
    assert taken.problem.detail == free.problem.detail


def test_racing_registrations_are_counted_exactly(
    make_hereabouts: Callable[..., Hereabouts],
) -> None:
    """As many accounts come of it as the limit says."""
    hereabouts = make_hereabouts(Limits(registrations=3))
    client = hereabouts.authentication.client()

    outcomes = race(lambda n: register(client, f"user{n}"))

    assert sum(outcome is None for outcome in outcomes) == 3
    assert sum(isinstance(outcome, TooManyRequests) for outcome in outcomes) == 5


def test_known_source_gets_in_while_others_guess(
    make_hereabouts: Callable[..., Hereabouts],
) -> None:
    """And a new one does, once the window has ended that others used up."""
    limits = Limits(per_account_and_source=5, per_account=3, per_account_at_first=3)
    hereabouts = make_hereabouts(limits)
    home = hereabouts.authentication.client(source="192.0.2.7")
    register(home, "ines")
    sign_in(home, "ines")
    for n in range(5):
        bot = hereabouts.authentication.client(source=f"198.18.0.{n}")
        refused(Unauthorized, partial(sign_in, bot, "ines", WRONG))

    new = hereabouts.authentication.client(source="203.0.113.9")
    error = refused(TooManyRequests, partial(sign_in, new, "ines"))

    sign_in(home, "ines")
    assert error.retry_after is not None
    hereabouts.clock.forward(error.retry_after)
    sign_in(new, "ines")


def test_stolen_session_keeps_nobody_from_changing_the_password(
    make_hereabouts: Callable[..., Hereabouts],
) -> None:
    """Its guesses are its own; the owner, in another session, ends it."""
    hereabouts = make_hereabouts(Limits(per_account_and_source=2))
    stolen, own = hereabouts.person("ines"), hereabouts.sign_in("ines")
    thief = hereabouts.authentication.client(stolen.bearer)
    guess = PasswordChange(current_password=WRONG, new_password=OTHER)
    for _ in range(2):
        with pytest.raises(Exception, match="wrong"):
            thief.change_password(guess)
    refused(TooManyRequests, lambda: thief.change_password(guess))

    right = PasswordChange(current_password=PASSWORD, new_password=OTHER)
    hereabouts.authentication.client(own.bearer).change_password(right)

    refused(Unauthorized, thief.get_current_user)


@pytest.mark.parametrize(
    "header",
    [
        "X_Forwarded_For",
        "Forwarded",
        "X_Real_IP",
        "True_Client_IP",
        "CF_Connecting_IP",
        "X_Client_IP",
        "X_Cluster_Client_IP",
        "Client_IP",
    ],
)
def test_no_header_makes_another_source(
    make_hereabouts: Callable[..., Hereabouts], header: str
) -> None:
    """Whoever sends one: a source is the address that the gateway was called from."""
    hereabouts = make_hereabouts(Limits(per_account_and_source=2))
    body = json.dumps({"username": "ines", "password": WRONG})

    answers = [
        hereabouts.authentication.send(
            "POST",
            "/sessions",
            body,
            Content_Type="application/json",
            **{header: f"for=198.18.0.{n}" if header == "Forwarded" else f"198.18.0.{n}"},
        )
        for n in range(4)
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 429, 429]
    assert slug(answers[3]) == "too-many-requests"
    assert int(answers[3].headers["Retry-After"]) >= 1


def test_an_ipv6_network_is_one_source(make_hereabouts: Callable[..., Hereabouts]) -> None:
    """Whatever address of its 64 bits is used; the next network is another."""
    hereabouts = make_hereabouts(Limits(per_account_and_source=2))
    statuses = []
    for address in ("2001:db8::1", "2001:db8::2", "2001:db8::ffff:3", "2001:db8:0:1::1"):
        client = hereabouts.authentication.client(source=address)
        kind = TooManyRequests if address == "2001:db8::ffff:3" else Unauthorized
        statuses.append(refused(kind, partial(sign_in, client, "ines", WRONG)).status)

    assert statuses == [401, 401, 429, 401]
