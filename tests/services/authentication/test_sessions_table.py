"""Sessions, their tokens, and service clients, in the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pytest

from pactwright.service.dynamodb import Table
from pactwright.service.errors import TransactionConflict
from services.authentication.records import Rotation, Session, Token, User
from services.authentication.sessions import SessionEnded, TokenSpent
from services.authentication.table import AuthenticationTable
from tests.services.doubles import START
from tests.services.racing import everything, race

if TYPE_CHECKING:
    from tests.services.authentication.conftest import MakeUser

NOW = int(START)
HOW = Rotation(NOW, "salt")


@pytest.fixture
def user(kept: AuthenticationTable, make_user: MakeUser) -> User:
    """A user who is kept."""
    user = make_user()
    kept.add_user(user)
    return user


@pytest.fixture
def session(user: User) -> Session:
    """A session of the user's, not begun yet."""
    return Session("a-session", user.user_id, user.generation, NOW + 3600)


def token(session: Session, digest: str, kind: Literal["access", "refresh"] = "access") -> Token:
    return Token(digest, kind, "user", NOW, NOW + 900, "hereabouts", session, "ines")


def pair(session: Session, name: str = "") -> tuple[Token, Token]:
    return token(session, f"access{name}"), token(session, f"refresh{name}", "refresh")


def test_tokens_of_a_session_are_found(kept: AuthenticationTable, session: Session) -> None:
    """As they were issued, with their session."""
    issued = pair(session)
    kept.begin_session(session, issued)

    assert (kept.find_token("access"), kept.find_token("refresh")) == issued
    assert kept.find_token("unknown") is None


def test_session_of_an_older_generation_does_not_begin(
    kept: AuthenticationTable, table: Table, session: Session
) -> None:
    """The password has changed since it was checked; nothing is written."""
    before = everything(table)
    older = replace(session, generation=0)

    with pytest.raises(SessionEnded):
        kept.begin_session(older, pair(older))

    assert everything(table) == before


def test_session_of_a_deleted_user_does_not_begin(
    kept: AuthenticationTable, table: Table, user: User, session: Session
) -> None:
    """Nothing is written."""
    kept.delete_user(user)

    with pytest.raises(SessionEnded):
        kept.begin_session(session, pair(session))

    assert everything(table) == []


def test_deletion_ends_all_tokens_at_once(
    kept: AuthenticationTable, user: User, session: Session
) -> None:
    """Of every session, without touching any of them."""
    another = replace(session, session_id="another")
    kept.begin_session(session, pair(session))
    kept.begin_session(another, pair(another, "2"))

    kept.delete_user(user)

    digests = ("access", "refresh", "access2", "refresh2")
    assert [kept.find_token(digest) for digest in digests] == [None] * 4


def test_rotation_spends_the_token_and_prolongs_the_session(
    kept: AuthenticationTable, session: Session
) -> None:
    """The old refresh token is marked, the new ones are found."""
    _, refresh = issued = pair(session)
    kept.begin_session(session, issued)
    longer = replace(session, expires_at=NOW + 7200)

    kept.rotate(refresh, longer, pair(longer, "2"), HOW)

    assert kept.find_token("refresh") == replace(refresh, spent=HOW, session=longer)
    assert (kept.find_token("access2"), kept.find_token("refresh2")) == pair(longer, "2")


def test_spent_token_is_not_rotated(
    kept: AuthenticationTable, table: Table, session: Session
) -> None:
    """And what was to take its place is not kept."""
    _, refresh = issued = pair(session)
    kept.begin_session(session, issued)
    kept.rotate(refresh, session, pair(session, "2"), HOW)
    before = everything(table)

    with pytest.raises(TokenSpent):
        kept.rotate(refresh, session, pair(session, "3"), HOW)

    assert everything(table) == before


@pytest.mark.parametrize("end", ["session", "password", "user"])
def test_token_of_an_ended_session_is_not_rotated(
    kept: AuthenticationTable, user: User, session: Session, end: str
) -> None:
    """However it ended: it stays ended, and the token unspent."""
    _, refresh = issued = pair(session)
    kept.begin_session(session, issued)
    if end == "session":
        kept.end_session(session)
    elif end == "user":
        kept.delete_user(user)
    else:
        mine = replace(session, session_id="mine")
        kept.begin_session(mine, pair(mine, "m"))
        kept.change_password(user, user.with_password("another"), mine)

    with pytest.raises(SessionEnded):
        kept.rotate(refresh, session, pair(session, "2"), HOW)

    assert kept.find_token("access2") is None
    assert kept.find_token("refresh") is None


def test_one_of_racing_rotations_wins(
    kept: AuthenticationTable, table: Table, session: Session
) -> None:
    """One pair of new tokens is kept, whoever tries."""
    _, refresh = issued = pair(session)
    kept.begin_session(session, issued)

    outcomes = race(lambda number: kept.rotate(refresh, session, pair(session, str(number)), HOW))

    assert outcomes.count(None) == 1
    assert {type(o) for o in outcomes if o} <= {TokenSpent, TransactionConflict}
    tokens = [item for item in everything(table) if item["pk"].startswith("TOKEN#")]
    assert len(tokens) == 4


def test_ended_session_takes_its_tokens_along(kept: AuthenticationTable, session: Session) -> None:
    """Both of them; and it may end twice."""
    kept.begin_session(session, pair(session))

    kept.end_session(session)
    kept.end_session(session)

    assert kept.find_token("access") is None
    assert kept.find_token("refresh") is None


def test_deleted_token_ends_alone(kept: AuthenticationTable, session: Session) -> None:
    """The others of its session go on; and it may be deleted twice."""
    kept.begin_session(session, pair(session))

    kept.delete_token("access")
    kept.delete_token("access")

    assert kept.find_token("access") is None
    assert kept.find_token("refresh") is not None


def test_expired_token_is_found(kept: AuthenticationTable, session: Session) -> None:
    """DynamoDB deletes late: whoever asks has to look at the expiry."""
    access, refresh = pair(session)
    kept.begin_session(session, (replace(access, expires_at=1), refresh))

    found = kept.find_token("access")
    assert found is not None
    assert found.expires_at == 1


def test_what_ends_says_when(kept: AuthenticationTable, table: Table, session: Session) -> None:
    """Sessions, tokens and counts carry the attribute that DynamoDB deletes by; users don't."""
    kept.begin_session(session, pair(session))
    kept.increment("key", 1, NOW)

    lasting = {item["sk"] for item in everything(table) if "expires_at" not in item}
    assert lasting == {"USER", "USERNAME"}
