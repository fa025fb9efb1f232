"""Users and the claims to their names, in the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pactwright.service.dynamodb import Table
from pactwright.service.errors import TransactionConflict
from pactwright.service.idempotency import LEASE_SECONDS, Claim, IdempotencyKeys, KeyInUse
from services.authentication.accounts import NoSuchUser, Superseded, UsernameTaken
from services.authentication.records import Session, Token, User
from services.authentication.table import AuthenticationTable
from tests.services.doubles import Chance, Clock
from tests.services.racing import WRITERS, everything, race, unclaimed

if TYPE_CHECKING:
    from tests.services.authentication.conftest import MakeUser


def begin(kept: AuthenticationTable, user: User, name: str = "one") -> Session:
    session = Session(name, user.user_id, user.generation, 2_000_000_000)
    issued = Token(name, "access", "user", 0, 1, "hereabouts", session, user.username)
    kept.begin_session(session, (issued, replace(issued, digest=f"refresh-{name}")))
    return session


def test_added_user_is_found(kept: AuthenticationTable, make_user: MakeUser) -> None:
    """By id and by name, as it was added."""
    user = make_user()
    kept.add_user(user)

    assert kept.get_user(user.user_id) == user
    assert kept.find_user("ines") == user


def test_unknown_user_is_none(kept: AuthenticationTable, make_user: MakeUser) -> None:
    """By id and by name."""
    assert kept.get_user(make_user().user_id) is None
    assert kept.find_user("ines") is None


def test_taken_username_is_refused(
    kept: AuthenticationTable, table: Table, make_user: MakeUser
) -> None:
    """And nothing of the second user is kept."""
    first = make_user()
    kept.add_user(first)

    with pytest.raises(UsernameTaken):
        kept.add_user(make_user())

    assert kept.find_user("ines") == first
    assert len(everything(table)) == 2


def test_one_of_racing_writers_gets_the_username(
    kept: AuthenticationTable, table: Table, make_user: MakeUser
) -> None:
    """The others are told so, and leave nothing behind."""
    users = [make_user() for _ in range(WRITERS)]

    outcomes = race(lambda number: kept.add_user(users[number]))

    assert outcomes.count(None) == 1
    assert {type(o) for o in outcomes if o} <= {UsernameTaken, TransactionConflict}
    assert kept.find_user("ines") == users[outcomes.index(None)]
    assert len(everything(table)) == 2
    assert unclaimed(table, "USERNAME", "username") == []


@pytest.mark.parametrize("registered", [False, True])
def test_user_of_an_outdated_request_is_not_added(
    kept: AuthenticationTable,
    table: Table,
    make_user: MakeUser,
    clock: Clock,
    chance: Chance,
    registered: bool,
) -> None:
    """The request that has taken its key over makes the user: the late one is told to ask again."""
    keys = IdempotencyKeys(table, clock, chance.revision)
    late = keys.claim("register", "key", "ines")
    clock.forward(LEASE_SECONDS)
    next_one = keys.claim("register", "key", "ines")
    assert isinstance(late, Claim)
    assert isinstance(next_one, Claim)
    second = make_user()
    if registered:
        kept.add_user(second, next_one)

    with pytest.raises(KeyInUse):
        kept.add_user(make_user(), late)

    assert kept.find_user("ines") == (second if registered else None)
    assert unclaimed(table, "USERNAME", "username") == []


def test_deleted_user_frees_the_username(
    kept: AuthenticationTable, table: Table, make_user: MakeUser
) -> None:
    """Somebody else can have it, under an id of their own."""
    first, second = make_user(), make_user()
    kept.add_user(first)
    kept.delete_user(first)
    assert everything(table) == []

    kept.add_user(second)

    assert kept.get_user(first.user_id) is None
    assert kept.find_user("ines") == second


def test_deleting_again_takes_nothing_from_the_next_owner(
    kept: AuthenticationTable, make_user: MakeUser
) -> None:
    """A deletion that comes twice is fine, and touches only its own user."""
    first, second = make_user(), make_user()
    kept.add_user(first)
    kept.delete_user(first)
    kept.add_user(second)

    kept.delete_user(first)

    assert kept.find_user("ines") == second


def test_racing_deletion_and_registration_leave_no_orphan(
    kept: AuthenticationTable, table: Table, make_user: MakeUser
) -> None:
    """Whoever comes first, names and users match afterwards."""
    first = make_user()
    others = [make_user() for _ in range(WRITERS)]
    kept.add_user(first)

    race(lambda n: kept.delete_user(first) if n == 0 else kept.add_user(others[n]))

    assert unclaimed(table, "USERNAME", "username") == []
    assert kept.get_user(first.user_id) is None


def test_changed_password_ends_the_other_sessions(
    kept: AuthenticationTable, make_user: MakeUser
) -> None:
    """In one write: the user and the session that asked are in the next generation."""
    user = make_user()
    kept.add_user(user)
    mine, other = begin(kept, user, "mine"), begin(kept, user, "other")

    kept.change_password(user, user.with_password("another hash"), mine)

    assert kept.get_user(user.user_id) == replace(user, password_hash="another hash", generation=2)
    assert kept._live_session(user.user_id, "mine") == replace(mine, generation=2)
    assert kept._live_session(user.user_id, other.session_id) is None


def test_password_of_an_outdated_user_is_not_changed(
    kept: AuthenticationTable, make_user: MakeUser
) -> None:
    """Somebody has changed it in between: their change stays."""
    user = make_user()
    kept.add_user(user)
    mine = begin(kept, user)
    kept.change_password(user, user.with_password("first"), mine)

    with pytest.raises(Superseded):
        kept.change_password(user, user.with_password("second"), mine)

    changed = kept.get_user(user.user_id)
    assert changed is not None
    assert changed.password_hash == "first"


def test_ended_session_changes_no_password(kept: AuthenticationTable, make_user: MakeUser) -> None:
    """The user stays as it was."""
    user = make_user()
    kept.add_user(user)
    mine = begin(kept, user)
    kept.end_session(mine)

    with pytest.raises(NoSuchUser):
        kept.change_password(user, user.with_password("another hash"), mine)

    assert kept.get_user(user.user_id) == user


def test_deleted_user_is_not_brought_back(
    kept: AuthenticationTable, table: Table, make_user: MakeUser
) -> None:
    """A change of password that comes late writes nothing."""
    user = make_user()
    kept.add_user(user)
    mine = begin(kept, user)
    kept.delete_user(user)

    with pytest.raises(NoSuchUser):
        kept.change_password(user, user.with_password("another hash"), mine)

    assert kept.get_user(user.user_id) is None
    assert unclaimed(table, "USERNAME", "username") == []


def test_one_of_racing_changes_wins(kept: AuthenticationTable, make_user: MakeUser) -> None:
    """The generation goes up by exactly one, and the session with it."""
    user = make_user()
    kept.add_user(user)
    mine = begin(kept, user)

    outcomes = race(
        lambda number: kept.change_password(user, user.with_password(f"hash {number}"), mine)
    )

    assert outcomes.count(None) == 1
    winner = outcomes.index(None)
    assert kept.get_user(user.user_id) == user.with_password(f"hash {winner}")
    assert kept._live_session(user.user_id, "one") == replace(mine, generation=2)
