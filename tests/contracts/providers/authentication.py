"""How authentication's states are made so."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication.messages import USER_DELETED
from pactwright.client import Bearer
from pactwright.contract.verification.provider import Composition, Given, Occasion, Provider
from pactwright.local.inprocess import Handler
from pactwright.service.dynamodb import Table
from pactwright.service.idempotency import Claim, IdempotencyKeys
from services.authentication import clients, items
from services.authentication.application import build
from services.authentication.passwords import ONLY_FOR_TESTING, Passwords
from services.authentication.records import FIRST_PARTY, ServiceClient, Session, Token, User
from services.authentication.registration import SCOPE
from services.authentication.table import AuthenticationTable
from services.authentication.throttle import Limits, Throttle
from services.authentication.tokens import digest
from tests.contracts.times import EXPIRES, ISSUED

ISSUER: Final = "https://authentication.hereabouts.example"
PASSWORDS: Final = Passwords(ONLY_FOR_TESTING)
LIMITS: Final = Limits()
HERE: Final = "127.0.0.1"
"""Where verification asks from."""


def compose(composition: Composition) -> Handler:
    """The service as its handler composes it."""
    return build(
        composition.table,
        composition.topic,
        issuer=lambda _: ISSUER,
        clock=time.time,
        random_bytes=secrets.token_bytes,
        new_id=uuid4,
        passwords=PASSWORDS,
        limits=LIMITS,
    )


PROVIDER: Final = Provider("authentication", compose=compose, topic="AccountEventsTopicArn")


@PROVIDER.publishes(USER_DELETED)
def deleting(occasion: Occasion, *, token: str) -> None:
    """Whose token it is deletes the account, as people do."""
    with occasion.client(AuthenticationClient, credentials=Bearer(token)) as client:
        client.delete_current_user()


@PROVIDER.state("a user")
def a_user(
    given: Given, *, user_id: UUID, username: str, password: str, created_at: datetime
) -> None:
    """Somebody has registered."""
    user = User(user_id, username, PASSWORDS.hash(password), created_at)
    AuthenticationTable(given.table).add_user(user)


@PROVIDER.state("a registration at work")
def a_registration_at_work(given: Given, *, username: str, key: str) -> None:
    """A request with a key has begun."""
    _claim(given.table, username, key)


def _claim(table: Table, username: str, key: str) -> Claim:
    claim = IdempotencyKeys(table, time.time, secrets.token_hex).claim(SCOPE, key, username)
    assert isinstance(claim, Claim)
    return claim


@PROVIDER.state("a user registered with a key")
def a_user_registered_with_a_key(given: Given, *, user_id: UUID, username: str, key: str) -> None:
    """The request that made an account had a key."""
    given.table.transact([_claim(given.table, username, key).completed(str(user_id))])


@PROVIDER.state("a session")
def a_session(
    given: Given,
    *,
    user_id: UUID,
    username: str,
    token: str,
    scope: str,
    exp: int,
    refresh_token: str | None = None,
) -> None:
    """A user, who has registered with whatever password, is signed in."""
    kept = AuthenticationTable(given.table)
    if kept.get_user(user_id) is None:
        registered = datetime.fromtimestamp(ISSUED, UTC)
        kept.add_user(User(user_id, username, PASSWORDS.hash(token), registered))
    session = Session(user_id.hex, user_id, generation=1, expires_at=EXPIRES)
    access = Token(
        digest=digest(token),
        kind="access",
        scope=scope,
        issued_at=ISSUED,
        expires_at=exp,
        client_id=FIRST_PARTY,
        session=session,
        username=username,
    )
    refresh = digest(refresh_token or f"what renews {token}")
    kept.begin_session(session, (access, replace(access, digest=refresh, kind="refresh")))


@PROVIDER.state("a service client")
def a_service_client(
    given: Given, *, client_id: str, secret: str, scopes: list[str], audience: list[str]
) -> None:
    """A service can authenticate itself."""
    wanted = ServiceClient(client_id, (), frozenset(scopes), tuple(audience))
    clients.register(AuthenticationTable(given.table), wanted, secret)


@PROVIDER.state("a service token")
def a_service_token(
    given: Given, *, token: str, client_id: str, scopes: list[str], audience: list[str], exp: int
) -> None:
    """A service, which is known, has a token of its own."""
    kept = AuthenticationTable(given.table)
    if kept.get_client(client_id) is None:
        client = ServiceClient(client_id, (), frozenset(scopes), tuple(audience))
        kept.replace_client(None, client)
    issued = Token(
        digest=digest(token),
        kind="access",
        scope=" ".join(scopes),
        issued_at=ISSUED,
        expires_at=exp,
        client_id=client_id,
        audience=tuple(audience),
    )
    kept.add_token(issued)


@PROVIDER.state("too many attempts")
def too_many_attempts(given: Given, *, account: str) -> None:
    """All attempts for an account are used up, in this window and in the next one."""
    for spent in _spent(given.table, LIMITS.window):
        spent.admit_sign_in(account, "somewhere else")


@PROVIDER.state("too many changes of the password")
def too_many_changes(given: Given, *, user_id: UUID) -> None:
    """A user's session has used up its attempts, in this window and in the next one."""
    for spent in _spent(given.table, LIMITS.window):
        spent.admit_password_change(user_id.hex)


@PROVIDER.state("too many registrations")
def too_many_registrations(given: Given) -> None:
    """Whoever asks from this machine has used up its attempts, in this window and in the next."""
    for spent in _spent(given.table, LIMITS.registration_window):
        spent.admit_registration(HERE)


def _spent(table: Table, window: int) -> Iterator[Throttle]:
    """Throttles that use up what they count, first attempts and repeated ones."""
    for later in (0, window):
        for tried in (1, 2):
            yield Throttle(_Spent(table, tried), _in(later), LIMITS)


def _in(seconds: int) -> Callable[[], float]:
    return lambda: time.time() + seconds


class _Spent(AuthenticationTable):
    """Counters of which each is far beyond its limit as soon as it counts.

    Args:
        table: where they are kept.
        tried: how many they say it is.
    """

    def __init__(self, table: Table, tried: int) -> None:
        super().__init__(table)
        self._kept = table
        self._tried = tried

    def increment(self, key: str, limit: int, expires_at: int) -> int | None:
        """Count beyond the limit, also of a service that has a higher one."""
        attempts = limit * 1_000_000
        self._kept.put({**items.counter_key(key), "attempts": attempts, "expires_at": expires_at})
        return self._tried
