"""Signing in, refreshing, revoking: the rules, on a real table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from pactwright.service import errors
from pactwright.service.dynamodb import Table
from services.authentication.accounts import Accounts, CommonPassword, NoSuchUser, WrongPassword
from services.authentication.passwords import HashParameters, Passwords
from services.authentication.records import User
from services.authentication.registration import Registration
from services.authentication.sessions import (
    ACCESS_SECONDS,
    SESSION_SECONDS,
    InvalidGrant,
    Issued,
    Sessions,
    WrongCredentials,
)
from services.authentication.table import AuthenticationTable
from services.authentication.tokens import digest, kind_of
from tests.services.authentication.issued import refresh_token, works
from tests.services.composition import PASSWORD
from tests.services.doubles import Chance, Clock
from tests.services.running import SOURCE

OTHER = "ferries cross to Cacilhas at noon"


def test_sign_in_issues_two_kinds(sessions: Sessions, user: User, issued: Issued) -> None:
    """An access token that stands for the user, and a refresh token that stands for nothing."""
    found = sessions.introspect(issued.access_token)

    assert kind_of(issued.access_token) == "access"
    assert kind_of(refresh_token(issued)) == "refresh"
    assert found is not None
    assert found.subject == str(user.user_id)
    assert sessions.introspect(refresh_token(issued)) is None


def test_only_hashes_are_kept(kept: AuthenticationTable, user: User, issued: Issued) -> None:
    """Of tokens and of passwords."""
    assert kept.find_token(digest(issued.access_token)) is not None
    assert kept.find_token(issued.access_token) is None
    assert user.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("username", "password"), [("ines", OTHER), ("nobody", PASSWORD), ("", ""), ("INES", PASSWORD)]
)
@pytest.mark.usefixtures("user")
def test_wrong_credentials_are_refused(sessions: Sessions, username: str, password: str) -> None:
    """In one way, whichever of the two is wrong."""
    with pytest.raises(WrongCredentials):
        sessions.sign_in(username, password)


def test_access_token_ends_in_its_second(sessions: Sessions, issued: Issued, clock: Clock) -> None:
    """Expiry is looked at on read, for DynamoDB deletes late."""
    clock.forward(ACCESS_SECONDS - 1)
    assert works(sessions, issued)

    clock.forward(1)

    assert not works(sessions, issued)


def test_session_ends_unless_it_is_refreshed(
    sessions: Sessions, issued: Issued, clock: Clock
) -> None:
    """A refresh token of an expired session gets nothing."""
    clock.forward(SESSION_SECONDS - 1)
    prolonged = sessions.refresh(refresh_token(issued))
    clock.forward(SESSION_SECONDS)

    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(prolonged))


@pytest.mark.parametrize("token", ["", "haat_x", "x" * 500, "hart_" + "0" * 49])
def test_made_up_token_stands_for_nothing(sessions: Sessions, token: str) -> None:
    """It is neither refreshed, nor introspected, nor revoked."""
    with pytest.raises(InvalidGrant):
        sessions.refresh(token)
    assert sessions.introspect(token) is None
    sessions.revoke(token)


def test_access_token_refreshes_nothing(sessions: Sessions, issued: Issued) -> None:
    """Each kind is for its own use."""
    with pytest.raises(InvalidGrant):
        sessions.refresh(issued.access_token)


def test_revoked_access_token_ends_alone(sessions: Sessions, issued: Issued) -> None:
    """The session goes on (RFC 7009 section 2.1)."""
    sessions.revoke(issued.access_token)

    assert not works(sessions, issued)
    assert works(sessions, sessions.refresh(refresh_token(issued)))


def test_revoked_refresh_token_ends_its_session(sessions: Sessions, issued: Issued) -> None:
    """The access token with it."""
    sessions.revoke(refresh_token(issued))

    assert not works(sessions, issued)


def test_changed_password_ends_all_other_sessions(
    sessions: Sessions, accounts: Accounts, issued: Issued
) -> None:
    """At once; the one that changed it goes on, and can be refreshed."""
    mine = sessions.sign_in("ines", PASSWORD)
    assert mine.record.session is not None

    accounts.change_password(mine.record.session, PASSWORD, OTHER)

    assert works(sessions, mine)
    assert works(sessions, sessions.refresh(refresh_token(mine)))
    assert not works(sessions, issued)
    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(issued))
    with pytest.raises(WrongCredentials):
        sessions.sign_in("ines", PASSWORD)
    assert works(sessions, sessions.sign_in("ines", OTHER))


def test_password_is_changed_only_by_who_knows_it(accounts: Accounts, issued: Issued) -> None:
    """And only to one that is not common."""
    assert issued.record.session is not None

    with pytest.raises(WrongPassword):
        accounts.change_password(issued.record.session, OTHER, PASSWORD)
    with pytest.raises(CommonPassword):
        accounts.change_password(issued.record.session, PASSWORD, "ines" * 5)


def test_deletion_ends_everything(
    sessions: Sessions,
    accounts: Accounts,
    registration: Registration,
    user: User,
    issued: Issued,
) -> None:
    """All tokens at once, and the username is free; a second deletion is fine."""
    accounts.delete(user.user_id)
    accounts.delete(user.user_id)

    assert not works(sessions, issued)
    with pytest.raises(InvalidGrant):
        sessions.refresh(refresh_token(issued))
    with pytest.raises(NoSuchUser):
        accounts.get(user.user_id)
    assert registration.register("ines", PASSWORD, source=SOURCE).user_id != user.user_id
    assert not works(sessions, issued)


STRONGER = HashParameters(time_cost=2, memory_cost=16, parallelism=1)


def renewing(kept: AuthenticationTable, clock: Clock, chance: Chance) -> Sessions:
    return Sessions(kept, kept, Passwords(STRONGER), clock, chance.random_bytes)


def test_hash_is_renewed_at_sign_in(
    sessions: Sessions, kept: AuthenticationTable, user: User, issued: Issued, clock: Clock
) -> None:
    """Once the parameters have changed, and once only; sessions go on, and the password is it."""
    stronger = renewing(kept, clock, Chance(2))

    signed_in = stronger.sign_in("ines", PASSWORD)

    renewed = kept.get_user(user.user_id)
    assert renewed is not None
    assert "m=16,t=2," in renewed.password_hash
    assert renewed == replace(user, password_hash=renewed.password_hash)
    assert works(sessions, issued)
    assert works(sessions, signed_in)
    stronger.sign_in("ines", PASSWORD)
    assert kept.get_user(user.user_id) == renewed


def test_hash_is_not_renewed_by_a_wrong_password(
    kept: AuthenticationTable, user: User, clock: Clock
) -> None:
    """Nor where the parameters are the same."""
    with pytest.raises(WrongCredentials):
        renewing(kept, clock, Chance(2)).sign_in("ines", OTHER)

    assert kept.get_user(user.user_id) == user


def test_password_that_is_changed_meanwhile_stays_changed(
    kept: AuthenticationTable, user: User
) -> None:
    """A renewed hash of the old one comes too late; nor does it bring a deleted user back."""
    changed = replace(user, password_hash="another")
    kept.renew_hash(user, "another")
    kept.renew_hash(user, "too late")
    assert kept.get_user(user.user_id) == changed

    kept.delete_user(changed)
    kept.renew_hash(changed, "too late")

    assert kept.get_user(user.user_id) is None


class Throttled(AuthenticationTable):
    """A table that has no time for hashes."""

    def renew_hash(self, user: User, password_hash: str) -> None:
        """Ask for it where there is no table."""
        missing = AuthenticationTable(Refusing(self._table._client, self._table.name))
        missing.renew_hash(user, password_hash)


class Refusing(Table):
    """A table that is asked more than it takes."""

    def _call(self, operation: str, **request: Any) -> Mapping[str, Any]:
        raise errors.Throttled(f"{operation} on {request['TableName']}")


def test_sign_in_goes_on_where_the_hash_can_not_be_renewed(
    kept: AuthenticationTable, table: Table, user: User, clock: Clock
) -> None:
    """The next one does it."""
    busy = Throttled(table)
    issued = renewing(busy, clock, Chance(2)).sign_in("ines", PASSWORD)
    assert issued.refresh_token
    assert kept.get_user(user.user_id) == user

    renewing(kept, clock, Chance(3)).sign_in("ines", PASSWORD)

    assert kept.get_user(user.user_id) != user
