"""Services' own tokens and secrets: the rules, on a real table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.authentication import clients
from services.authentication.records import ServiceClient
from services.authentication.sessions import InvalidScope, Sessions, UnauthorizedClient
from services.authentication.table import AuthenticationTable


def test_service_gets_what_it_may(sessions: Sessions, kept: AuthenticationTable) -> None:
    """All of its scopes, or fewer; never more, and none when it has none."""
    client = ServiceClient("profile", (), frozenset({"b", "a"}), ("location",))
    kept.replace_client(None, client)

    assert sessions.issue_to(client).record.scope == "a b"
    assert sessions.issue_to(client, "b").record.scope == "b"
    for scope in ("c", "a c"):
        with pytest.raises(InvalidScope):
            sessions.issue_to(client, scope)
    with pytest.raises(UnauthorizedClient):
        sessions.issue_to(replace(client, scopes=frozenset()))


def test_service_token_has_an_audience_and_no_refresh_token(
    sessions: Sessions, kept: AuthenticationTable
) -> None:
    """It speaks for the service."""
    client = ServiceClient("profile", (), frozenset({"a"}), ("location",))
    kept.replace_client(None, client)
    issued = sessions.issue_to(client)

    found = sessions.introspect(issued.access_token)
    assert issued.refresh_token is None
    assert found is not None
    assert (found.subject, found.audience, found.username) == ("profile", ("location",), None)


def test_two_secrets_of_a_service_are_valid(kept: AuthenticationTable) -> None:
    """While one takes the other's place; a third ends the first."""
    wanted = ServiceClient("profile", (), frozenset({"a"}))
    for secret in ("first", "second", "second", "third"):
        clients.register(kept, wanted, secret)

    valid = [s for s in ("first", "second", "third") if clients.authenticate(kept, "profile", s)]
    assert valid == ["second", "third"]
    assert clients.authenticate(kept, "unknown", "first") is None
