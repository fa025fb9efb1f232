"""Tokens that services are sent, and authentication knows: the same for all who ask it."""

from __future__ import annotations

from pactwright.contract.pacts import State
from pactwright.contract.verification.provider import Given
from tests.contracts.times import EXPIRES


def a_services_token(
    given: Given, *, token: str, client_id: str, scopes: list[str], audience: list[str]
) -> None:
    """Authentication knows a service's token."""
    known = {"client_id": client_id, "scopes": scopes, "audience": audience, "exp": EXPIRES}
    given.assume("authentication", State("a service token", token=token, **known))


def session(*, token: str, user_id: str, username: str) -> State:
    """How authentication has a user's session."""
    known = {"user_id": user_id, "username": username, "scope": "user", "exp": EXPIRES}
    return State("a session", token=token, **known)
