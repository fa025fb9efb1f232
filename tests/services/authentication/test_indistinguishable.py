"""What can be told of an account by trying it: nothing in the answer, nothing in the work done.

The work is what takes time: hashes of passwords, and requests of the table, each of its kind and in
its order. It is that which is looked at, not the clock: many attempts at accounts that there are
and that there are not, in random order and from several sources, and what each has led to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random
from typing import Final
from uuid import UUID

import pytest
from argon2 import extract_parameters

from hereabouts.authentication.models import Credentials
from pactwright.client.errors import StatusError
from pactwright.service.dynamodb import Table
from services.authentication import items
from services.authentication.passwords import OWASP, Passwords
from services.authentication.records import User
from services.authentication.sessions import Sessions, WrongCredentials
from services.authentication.table import AuthenticationTable
from services.authentication.throttle import Limits
from tests.services.asked import Asked, listening
from tests.services.composition import PASSWORD, Hereabouts
from tests.services.databases import Database
from tests.services.doubles import Chance, Clock, CountedPasswords

pytestmark = pytest.mark.any_table

WRONG: Final = "ferries cross to Cacilhas at noon"
LIMITS: Final = Limits(per_account_and_source=3, per_account=4, per_account_at_first=2)
ACCOUNTS: Final = 4
SOURCES: Final = 4
ATTEMPTS: Final = 4

Observation = tuple[object, ...]
Seen = defaultdict[str, Counter[Observation]]
"""What was observed of accounts that there are, and of those that there are not; how often."""


@pytest.fixture
def asked(database: Database) -> Iterator[Asked]:
    """What the service asks of its table."""
    with listening(database.client) as found:
        yield found


def observed(hereabouts: Hereabouts, asked: Asked, username: str, source: str) -> Observation:
    """Everything that an attempt with a wrong password leads to, but the id of its request."""
    client = hereabouts.authentication.client(source=source)
    asked.names.clear()
    hereabouts.passwords.verified.clear()
    with pytest.raises(StatusError) as refusal:
        client.sign_in(Credentials(username=username, password=WRONG))
    error = refusal.value
    assert error.response is not None
    headers = {n.lower(): v for n, v in error.headers.items() if "request" not in n.lower()}
    request_id = error.headers["X-Request-Id"].encode()
    return (
        error.status,
        error.response.body.replace(request_id, b""),
        tuple(sorted(headers.items())),
        tuple(asked.names),
        tuple(hereabouts.passwords.verified),
    )


def test_accounts_that_there_are_not_are_as_those_that_there_are(
    make_hereabouts: Callable[..., Hereabouts], asked: Asked
) -> None:
    """Wrong password, too many attempts from one source and locked by others: all are alike."""
    hereabouts = make_hereabouts(LIMITS)
    chance = Random(7)  # noqa: S311 - reproducible
    for n in range(ACCOUNTS):
        hereabouts.register(f"there-is-{n}")
    orders = [chance.sample(range(SOURCES), SOURCES) * ATTEMPTS for _ in range(ACCOUNTS)]
    attempts = [
        (kind, f"{kind}-{n}", f"198.18.{n}.{source}", step)
        for n, order in enumerate(orders)
        for step, source in enumerate(order)
        for kind in ("there-is", "isnt-any")
    ]
    attempts.sort(key=lambda each: (each[3], chance.random()))

    seen: Seen = defaultdict(Counter)
    for kind, username, source, step in attempts:
        seen[kind][step, *observed(hereabouts, asked, username, source)] += 1

    assert seen["there-is"] == seen["isnt-any"]
    assert sum(seen["there-is"].values()) == ACCOUNTS * SOURCES * ATTEMPTS
    assert {each[1] for each in seen["there-is"]} == {401, 429}
    work = {(each[4], each[5]) for each in seen["there-is"]}
    assert len({names for names, _ in work}) >= 4  # at first, again, and refused by each limit


class HastyTable(AuthenticationTable):
    """Finds nobody faster than somebody."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._items = table

    def find_user(self, username: str) -> User | None:
        claim = self._items.get(items.username_key(username), consistent=True)
        return self.get_user(UUID(claim["user_id"])) if claim else None


class HastyPasswords(CountedPasswords):
    """Hashes nothing for nobody."""

    def verify(self, stored: str | None, password: str) -> bool:
        return stored is not None and super().verify(stored, password)


@pytest.mark.parametrize(
    ("make_table_of", "make_passwords", "alike"),
    [
        (AuthenticationTable, CountedPasswords, True),
        (HastyTable, CountedPasswords, False),
        (AuthenticationTable, HastyPasswords, False),
    ],
)
def test_work_that_is_left_out_is_seen(
    table: Table,
    clock: Clock,
    chance: Chance,
    asked: Asked,
    make_table_of: Callable[[Table], AuthenticationTable],
    make_passwords: Callable[[], CountedPasswords],
    alike: bool,
) -> None:
    """By the requests of the table, and by the hashes."""
    kept, passwords = make_table_of(table), make_passwords()
    sessions = Sessions(kept, kept, passwords, clock, chance.random_bytes)
    created = AuthenticationTable(table)
    created.add_user(_user(chance, "ines", passwords))

    work = []
    for username in ("ines", "nobody"):
        asked.names.clear()
        passwords.verified.clear()
        with pytest.raises(WrongCredentials):
            sessions.sign_in(username, WRONG)
        work.append((tuple(asked.names), tuple(passwords.verified)))

    assert (work[0] == work[1]) is alike


def test_the_hash_for_nobody_costs_what_everybody_s_does() -> None:
    """In passes, memory and lanes, in production's own parameters."""
    passwords = Passwords()

    nobody = extract_parameters(passwords._nobody)

    assert nobody == extract_parameters(passwords.hash(PASSWORD))
    costs = (nobody.time_cost, nobody.memory_cost, nobody.parallelism)
    assert costs == (OWASP.time_cost, OWASP.memory_cost, OWASP.parallelism)


def _user(chance: Chance, username: str, passwords: Passwords) -> User:
    return User(chance.uuid(), username, passwords.hash(PASSWORD), datetime(2026, 1, 1, tzinfo=UTC))
