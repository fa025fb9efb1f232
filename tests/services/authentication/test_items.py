"""Records survive the way into the table and out of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pactwright.service.items import from_attributes, to_attributes
from services.authentication import items
from services.authentication.records import ServiceClient, Session, Token, User

MOMENTS = st.datetimes(timezones=st.just(UTC), max_value=datetime(9999, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
SECONDS = st.integers(0, 2**40)
TEXTS = st.text(max_size=20)
USERS = st.builds(User, created_at=MOMENTS, generation=st.integers(1, 10**9))
SESSIONS = st.builds(Session, expires_at=SECONDS, generation=st.integers(1, 10**9))
TOKENS = st.builds(
    Token,
    issued_at=SECONDS,
    expires_at=SECONDS,
    session=st.none() | SESSIONS,
    username=st.none() | TEXTS,
    audience=st.lists(TEXTS).map(tuple),
    spent=st.none(),
)
CLIENTS = st.builds(
    ServiceClient, secrets=st.lists(TEXTS).map(tuple), audience=st.lists(TEXTS).map(tuple)
)


def through(item: dict[str, Any]) -> dict[str, Any]:
    return from_attributes(to_attributes(item))


@given(USERS)
def test_user_round_trips(user: User) -> None:
    """With each of its fields."""
    assert items.user(through(items.user_item(user))) == user


@given(TOKENS)
def test_token_round_trips(token: Token) -> None:
    """Its session is looked up apart."""
    assert items.token(through(items.token_item(token)), token.session) == token


@given(CLIENTS)
def test_client_round_trips(client: ServiceClient) -> None:
    """With both of its secrets' hashes."""
    assert items.client(through(items.client_item(client))) == client
