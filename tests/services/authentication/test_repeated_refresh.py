"""A refresh whose answer was lost is repeated with its Idempotency-Key; on a real table."""

from __future__ import annotations

import pytest

from pactwright.client.errors import BadRequest
from pactwright.service.dynamodb import Table
from services.authentication.sessions import REPEAT_SECONDS, InvalidGrant, Issued, Sessions
from services.authentication.tokens import digest
from tests.services.answers import refused
from tests.services.authentication.issued import refresh_token, works
from tests.services.authentication.oauth import refreshing
from tests.services.composition import Hereabouts
from tests.services.doubles import Clock
from tests.services.racing import everything

KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
OTHER = '"0c1d2e3f-40d5-43e8-bc93-6894a57f9324"'


def test_repetition_gets_the_same_tokens(sessions: Sessions, issued: Issued, clock: Clock) -> None:
    """One pair, not two; and it says how long the access token still lives."""
    first = sessions.refresh(refresh_token(issued), key=KEY)
    clock.forward(REPEAT_SECONDS - 1)

    again = sessions.refresh(refresh_token(issued), key=KEY)

    assert (again.access_token, again.refresh_token) == (first.access_token, first.refresh_token)
    assert again.record.expires_at == first.record.expires_at
    assert again.record.issued_at == first.record.issued_at + REPEAT_SECONDS - 1
    assert works(sessions, sessions.refresh(refresh_token(again)))


@pytest.mark.parametrize("first", [KEY, None])
@pytest.mark.parametrize("second", [OTHER, None])
def test_another_request_ends_the_family(
    sessions: Sessions, issued: Issued, first: str | None, second: str | None
) -> None:
    """Who stole the token does not know the key that its owner made."""
    refreshed = sessions.refresh(refresh_token(issued), key=first)

    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(issued), key=second)

    assert not works(sessions, refreshed)
    assert not works(sessions, issued)


def test_request_for_more_is_no_repetition(sessions: Sessions, issued: Issued) -> None:
    """What has spent the token did not ask for it, or it would have been refused."""
    first = sessions.refresh(refresh_token(issued), key=KEY)

    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(issued), "user locations:read", key=KEY)

    assert not works(sessions, first)


def test_repetition_comes_too_late(sessions: Sessions, issued: Issued, clock: Clock) -> None:
    """After a minute a repetition is a use of a spent token as any other."""
    refreshed = sessions.refresh(refresh_token(issued), key=KEY)
    clock.forward(REPEAT_SECONDS)

    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(issued), key=KEY)

    assert not works(sessions, refreshed)


def test_answer_that_was_used_is_not_given_again(sessions: Sessions, issued: Issued) -> None:
    """Its refresh token is spent: who repeats the request is not who got the answer."""
    refreshed = sessions.refresh(refresh_token(issued), key=KEY)
    following = sessions.refresh(refresh_token(refreshed))

    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(issued), key=KEY)

    assert not works(sessions, following)


def test_ended_session_is_not_gone_on_with(sessions: Sessions, issued: Issued) -> None:
    """A repetition brings nothing back."""
    refreshed = sessions.refresh(refresh_token(issued), key=KEY)
    sessions.revoke(refresh_token(refreshed))

    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(issued), key=KEY)


def test_what_is_kept_gives_no_tokens(sessions: Sessions, issued: Issued, table: Table) -> None:
    """Neither tokens nor keys: hashes of them, and a salt."""
    refreshed = sessions.refresh(refresh_token(issued), key=KEY)

    kept = repr(everything(table))
    for secret in (KEY, KEY.strip('"'), refreshed.access_token, refresh_token(refreshed)):
        assert secret not in kept
    assert digest(refreshed.access_token) in kept


def test_same_key_gives_other_tokens_for_another_token(sessions: Sessions, issued: Issued) -> None:
    """A client that always sends one key gets new tokens all the same."""
    first = sessions.refresh(refresh_token(issued), key=KEY)
    second = sessions.refresh(refresh_token(first), key=KEY)

    tokens = {first.access_token, first.refresh_token, second.access_token, second.refresh_token}
    assert len(tokens) == 4


def test_endpoint_takes_the_key(hereabouts: Hereabouts) -> None:
    """As the generated client sends it; without the same one the session ends."""
    client, ines = hereabouts.authentication.client(), hereabouts.person("ines")
    first = client.issue_token(refreshing(ines.refresh), idempotency_key=KEY)
    hereabouts.clock.forward(10)
    again = client.issue_token(refreshing(ines.refresh), idempotency_key=KEY)

    assert again.refresh_token == first.refresh_token
    assert again.expires_in == first.expires_in - 10
    refused(BadRequest, lambda: client.issue_token(refreshing(ines.refresh)))
    refused(BadRequest, lambda: client.issue_token(refreshing(first.refresh_token)))
