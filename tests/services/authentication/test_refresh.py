"""Refreshing tokens: each refresh token once, or the whole family ends; on a real table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pactwright.service.dynamodb import Table
from pactwright.service.errors import TransactionConflict
from services.authentication.records import Rotation, Session, Token, User
from services.authentication.sessions import InvalidGrant, InvalidScope, Issued, Sessions
from services.authentication.table import AuthenticationTable
from tests.services.authentication.issued import refresh_token, works
from tests.services.composition import PASSWORD
from tests.services.doubles import Chance, Clock, CountedPasswords
from tests.services.racing import race


def test_refresh_gives_new_tokens(sessions: Sessions, issued: Issued) -> None:
    """Both are new, and the access token of before works until it expires."""
    refreshed = sessions.refresh(refresh_token(issued))

    assert works(sessions, refreshed)
    assert works(sessions, issued)
    assert refreshed.refresh_token not in (None, issued.refresh_token)


def test_spent_refresh_token_ends_its_family(sessions: Sessions, issued: Issued) -> None:
    """Whoever stole it, and whoever it was stolen from."""
    refreshed = sessions.refresh(refresh_token(issued))

    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(issued))

    assert not works(sessions, issued)
    assert not works(sessions, refreshed)
    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(refreshed))


def test_family_ends_alone(sessions: Sessions, issued: Issued) -> None:
    """The user's other sessions go on."""
    other = sessions.sign_in("ines", PASSWORD)
    sessions.refresh(refresh_token(issued))
    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(issued))

    assert works(sessions, other)


def test_racing_refreshes_get_one_pair_and_end_the_family(
    sessions: Sessions, issued: Issued
) -> None:
    """Two holders of one token: one of them is a thief, and nobody can tell which."""
    outcomes = race(lambda _: sessions.refresh(refresh_token(issued)))

    winners = [outcome for outcome in outcomes if isinstance(outcome, Issued)]
    losers = {type(outcome) for outcome in outcomes if not isinstance(outcome, Issued)}
    assert len(winners) <= 1
    assert losers <= {InvalidGrant, TransactionConflict}
    assert InvalidGrant in losers
    assert not any(works(sessions, each) for each in [*winners, issued])


class Overtaken(AuthenticationTable):
    """A table in which, between the reading of a refresh token and its use, another uses it."""

    def __init__(self, table: Table, another: Callable[[], object]) -> None:
        super().__init__(table)
        self._another = another

    def rotate(
        self, spent: Token, session: Session, issued: tuple[Token, Token], how: Rotation
    ) -> None:
        """Let the other go first."""
        self._another()
        super().rotate(spent, session, issued, how)


def test_overtaken_refresh_ends_the_family(
    sessions: Sessions, table: Table, passwords: CountedPasswords, clock: Clock, issued: Issued
) -> None:
    """It found the token unspent, but came too late: the winner's tokens end with it."""
    winners: list[Issued] = []
    token = refresh_token(issued)
    kept = Overtaken(table, lambda: winners.append(sessions.refresh(token)))
    slow = Sessions(kept, kept, passwords, clock, Chance(2).random_bytes)

    with pytest.raises(InvalidGrant):
        slow.refresh(token)

    assert [works(sessions, each) for each in [*winners, issued]] == [False, False]


def test_refresh_goes_on_in_the_session_that_has_changed_the_password(
    sessions: Sessions,
    kept: AuthenticationTable,
    table: Table,
    passwords: CountedPasswords,
    clock: Clock,
    issued: Issued,
    user: User,
) -> None:
    """The change came between: the session is live, so its token is no invalid grant."""
    session = issued.record.session
    assert session is not None
    changes = [lambda: kept.change_password(user, user.with_password("another hash"), session)]
    overtaken = Overtaken(table, lambda: changes.pop()() if changes else None)
    slow = Sessions(overtaken, overtaken, passwords, clock, Chance(2).random_bytes)

    refreshed = slow.refresh(refresh_token(issued))

    assert works(sessions, refreshed)
    assert works(sessions, issued)


def test_refresh_is_refused_in_a_session_that_a_changed_password_has_ended(
    sessions: Sessions,
    kept: AuthenticationTable,
    table: Table,
    passwords: CountedPasswords,
    clock: Clock,
    issued: Issued,
    user: User,
) -> None:
    """The change came between, in another session."""
    other = sessions.sign_in(user.username, PASSWORD).record.session
    assert other is not None
    overtaken = Overtaken(
        table, lambda: kept.change_password(user, user.with_password("another hash"), other)
    )
    slow = Sessions(overtaken, overtaken, passwords, clock, Chance(2).random_bytes)

    with pytest.raises(InvalidGrant):
        slow.refresh(refresh_token(issued))


@pytest.mark.parametrize("scope", [None, "", "user"])
def test_refresh_may_ask_for_what_was_granted(
    sessions: Sessions, issued: Issued, scope: str | None
) -> None:
    """Or for nothing in particular (RFC 6749 section 6)."""
    assert sessions.refresh(refresh_token(issued), scope).record.scope == "user"


def test_refresh_gets_no_more_than_was_granted(sessions: Sessions, issued: Issued) -> None:
    """And the token is not spent by asking."""
    with pytest.raises(InvalidScope):
        sessions.refresh(refresh_token(issued), "user locations:read")

    assert works(sessions, sessions.refresh(refresh_token(issued)))


def test_spent_token_ends_its_family_whatever_it_asks_for(
    sessions: Sessions, issued: Issued
) -> None:
    """A scope that can't be had hides no reuse."""
    refreshed = sessions.refresh(refresh_token(issued))

    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(issued), "user locations:read")

    assert not works(sessions, refreshed)
