from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pactwright.client import Basic
from pactwright.service.dynamodb import Table
from pactwright.service.idempotency import IdempotencyKeys
from services.authentication.accounts import Accounts
from services.authentication.records import User
from services.authentication.registration import Registration
from services.authentication.sessions import Issued, Sessions
from services.authentication.table import AuthenticationTable
from services.authentication.throttle import Limits, Throttle
from tests.services.composition import PASSWORD, Hereabouts, MakeTable
from tests.services.doubles import START, Chance, Clock, CountedPasswords
from tests.services.running import SOURCE

MakeUser = Callable[..., User]


@pytest.fixture
def table(make_table: MakeTable) -> Table:
    """The service's table, empty."""
    return make_table("authentication")


@pytest.fixture
def kept(table: Table) -> AuthenticationTable:
    """What the service keeps."""
    return AuthenticationTable(table)


@pytest.fixture
def passwords() -> CountedPasswords:
    """Cheap hashes."""
    return CountedPasswords()


@pytest.fixture
def accounts(kept: AuthenticationTable, passwords: CountedPasswords) -> Accounts:
    """People's accounts."""
    return Accounts(kept, passwords)


@pytest.fixture
def registration(
    table: Table,
    kept: AuthenticationTable,
    passwords: CountedPasswords,
    clock: Clock,
    chance: Chance,
) -> Registration:
    """How they are made."""
    keys = IdempotencyKeys(table, clock, chance.revision)
    throttle = Throttle(kept, clock, Limits())
    return Registration(kept, keys, passwords, throttle, clock, chance.uuid)


@pytest.fixture
def sessions(
    kept: AuthenticationTable, passwords: CountedPasswords, clock: Clock, chance: Chance
) -> Sessions:
    """Their sessions."""
    return Sessions(kept, kept, passwords, clock, chance.random_bytes)


@pytest.fixture
def make_user(chance: Chance) -> MakeUser:
    """Makes users that nobody keeps yet."""

    def make(username: str = "ines") -> User:
        created_at = datetime.fromtimestamp(START, UTC)
        return User(chance.uuid(), username, "a hash", created_at)

    return make


@pytest.fixture
def service(hereabouts: Hereabouts) -> Basic:
    """The credentials of a service that may read locations."""
    return hereabouts.service_client("profile", "locations:read", audience=("location",))


@pytest.fixture
def user(registration: Registration) -> User:
    """A registered user."""
    return registration.register("ines", PASSWORD, source=SOURCE)


@pytest.fixture
def issued(sessions: Sessions, user: User) -> Issued:
    """The tokens of a first sign-in."""
    return sessions.sign_in(user.username, PASSWORD)
