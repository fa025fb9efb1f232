"""Signing in, refreshing and asking while others refresh, the password changes or the account goes.

Once with another's whole work put between any two steps of the table, and once with threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import pytest

from pactwright.service.dynamodb import Table
from pactwright.service.errors import Transient
from services.authentication.accounts import Accounts, NoSuchUser, WrongPassword
from services.authentication.records import Session
from services.authentication.registration import Registration
from services.authentication.sessions import InvalidGrant, Issued, Sessions, WrongCredentials
from services.authentication.table import AuthenticationTable
from services.authentication.tokens import digest
from tests.services.authentication.issued import refresh_token, works
from tests.services.composition import PASSWORD
from tests.services.doubles import Chance, Clock, CountedPasswords
from tests.services.racing import race
from tests.services.running import SOURCE

OTHER: Final = "ferries cross to Cacilhas at noon"
KEY: Final = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
STEPS: Final = 8
"""More than any of the operations takes."""
ENDED: Final = (InvalidGrant, WrongCredentials, WrongPassword, NoSuchUser, Transient)


class Interrupted(Table):
    """A table in which, before one of its calls, something else happens."""

    def __init__(self, table: Table, before: int, event: Callable[[], object]) -> None:
        super().__init__(table._client, table.name)
        self._left = before
        self._event = event

    def _call(self, operation: str, **request: Any) -> Mapping[str, Any]:
        if self._left == 0:
            self._event()
        self._left -= 1
        return super()._call(operation, **request)


@dataclass
class Person:
    """Somebody with a session to race about, and one of their own."""

    name: str
    raced: Issued
    own: Issued
    gained: list[Issued] = field(default_factory=list)

    @property
    def session(self) -> Session:
        assert self.own.record.session is not None
        return self.own.record.session


Act = Callable[[Person, Sessions, Accounts], object]


def refresh(person: Person, sessions: Sessions, accounts: Accounts) -> None:
    del accounts
    person.gained.append(sessions.refresh(refresh_token(person.raced)))


def refresh_with_key(person: Person, sessions: Sessions, accounts: Accounts) -> None:
    del accounts
    person.gained.append(sessions.refresh(refresh_token(person.raced), key=KEY))


def sign_in(person: Person, sessions: Sessions, accounts: Accounts) -> None:
    del accounts
    person.gained.append(sessions.sign_in(person.name, PASSWORD))


def change_password(person: Person, sessions: Sessions, accounts: Accounts) -> None:
    del sessions
    accounts.change_password(person.session, PASSWORD, OTHER)


def delete(person: Person, sessions: Sessions, accounts: Accounts) -> None:
    del sessions
    accounts.delete(person.session.user_id)


def sign_out(person: Person, sessions: Sessions, accounts: Accounts) -> None:
    del accounts
    assert person.raced.record.session is not None
    sessions.sign_out(person.raced.record.session)


def introspect(person: Person, sessions: Sessions, accounts: Accounts) -> None:
    del accounts
    assert works(sessions, person.own)


@pytest.fixture
def make_person(registration: Registration, sessions: Sessions) -> Callable[[], Person]:
    """Makes people, each with two sessions."""
    names = (f"ines{number}" for number in range(100))

    def make() -> Person:
        name = next(names)
        registration.register(name, PASSWORD, source=SOURCE)
        return Person(name, sessions.sign_in(name, PASSWORD), sessions.sign_in(name, PASSWORD))

    return make


@pytest.fixture
def interleaved(
    make_person: Callable[[], Person],
    table: Table,
    passwords: CountedPasswords,
    clock: Clock,
    sessions: Sessions,
    accounts: Accounts,
) -> Callable[[Act, Act], Iterator[tuple[Person, list[Exception]]]]:
    """Does one thing, and before each of its steps, in turn, another; what came of it."""

    def run(slow: Act, quick: Act) -> Iterator[tuple[Person, list[Exception]]]:
        for step in range(STEPS):
            person, refusals = make_person(), list[Exception]()
            done: list[None] = []

            def event(person: Person = person, done: list[None] = done) -> None:
                done.append(None)
                quick(person, sessions, accounts)

            kept = AuthenticationTable(Interrupted(table, step, event))
            others = Sessions(kept, kept, passwords, clock, Chance(step + 2).random_bytes)
            try:
                slow(person, others, Accounts(kept, passwords))
            except ENDED as refusal:
                refusals.append(refusal)
            if not done:
                return
            yield person, refusals
        raise AssertionError("it takes more steps than were looked at")

    return run


Interleaved = Callable[[Act, Act], Iterator[tuple[Person, list[Exception]]]]


def live(sessions: Sessions, kept: AuthenticationTable, person: Person) -> list[Issued]:
    """Of the tokens to race about, those that can still be used for anything, each once."""
    every = {each.access_token: each for each in (person.raced, *person.gained)}.values()
    return [each for each in every if works(sessions, each) or unspent(kept, each)]


def unspent(kept: AuthenticationTable, issued: Issued) -> bool:
    found = kept.find_token(digest(refresh_token(issued)))
    return found is not None and found.spent is None


@pytest.mark.parametrize("quick", [refresh, refresh_with_key])
@pytest.mark.parametrize("slow", [refresh, refresh_with_key])
def test_refreshes_at_any_step_of_another(
    interleaved: Interleaved, sessions: Sessions, kept: AuthenticationTable, slow: Act, quick: Act
) -> None:
    """The session ends, unless both are the same request: then both get one pair of tokens."""
    steps = 0
    for person, refusals in interleaved(slow, quick):
        steps += 1
        if slow is quick is refresh_with_key:
            assert not refusals
            assert len({each.refresh_token for each in person.gained}) == 1
            assert sum(unspent(kept, each) for each in live(sessions, kept, person)) == 1
        else:
            assert [type(refusal) for refusal in refusals] == [InvalidGrant]
            assert live(sessions, kept, person) == []
        assert works(sessions, person.own)
    assert steps >= 3


@pytest.mark.parametrize("slow", [refresh, refresh_with_key, sign_in])
@pytest.mark.parametrize("quick", [change_password, delete])
def test_password_or_account_goes_at_any_step(
    interleaved: Interleaved, sessions: Sessions, kept: AuthenticationTable, slow: Act, quick: Act
) -> None:
    """Whatever was won before, in between or after: nothing works but the session that did it."""
    steps = 0
    for person, _ in interleaved(slow, quick):
        steps += 1
        assert live(sessions, kept, person) == []
        assert works(sessions, person.own) is (quick is change_password)
    assert steps >= 3


@pytest.mark.parametrize("slow", [refresh, refresh_with_key])
def test_session_ends_at_any_step_of_a_refresh(
    interleaved: Interleaved, sessions: Sessions, kept: AuthenticationTable, slow: Act
) -> None:
    """It does not come back."""
    for person, refusals in interleaved(slow, sign_out):
        assert [type(refusal) for refusal in refusals] == [InvalidGrant]
        assert live(sessions, kept, person) == []


@pytest.mark.parametrize("quick", [refresh, sign_in])
@pytest.mark.parametrize("slow", [change_password, delete])
def test_others_win_tokens_at_any_step_of_it(
    interleaved: Interleaved, sessions: Sessions, kept: AuthenticationTable, slow: Act, quick: Act
) -> None:
    """And lose them when it is done."""
    for person, refusals in interleaved(slow, quick):
        assert not refusals
        assert live(sessions, kept, person) == []
        assert works(sessions, person.own) is (slow is change_password)


def test_session_that_changes_the_password_works_throughout(interleaved: Interleaved) -> None:
    """Whoever asks about it meanwhile, at whichever step."""
    assert sum(not refusals for _, refusals in interleaved(introspect, change_password)) >= 2


def refreshed(sessions: Sessions, token: str, key: str | None, number: int) -> Issued:
    del number
    return sessions.refresh(token, key=key)


@pytest.mark.parametrize("key", [None, KEY])
def test_racing_refreshes_leave_one_refresh_token_or_none(
    make_person: Callable[[], Person],
    sessions: Sessions,
    kept: AuthenticationTable,
    key: str | None,
) -> None:
    """With threads: without a key, a refusal leaves nothing; with one, all get the same pair."""
    for _ in range(2):
        person = make_person()
        token = refresh_token(person.raced)
        outcomes = race(partial(refreshed, sessions, token, key))
        person.gained = [outcome for outcome in outcomes if isinstance(outcome, Issued)]
        refusals = [outcome for outcome in outcomes if isinstance(outcome, Exception)]

        assert all(isinstance(refusal, InvalidGrant | Transient) for refusal in refusals)
        assert len({each.refresh_token for each in person.gained}) <= 1
        assert sum(unspent(kept, each) for each in live(sessions, kept, person)) <= 1
        if any(isinstance(refusal, InvalidGrant) for refusal in refusals):
            assert key is None
            assert live(sessions, kept, person) == []


@pytest.mark.parametrize("ending", [change_password, delete])
def test_nothing_won_in_a_race_outlives_it(
    make_person: Callable[[], Person],
    sessions: Sessions,
    accounts: Accounts,
    kept: AuthenticationTable,
    ending: Act,
) -> None:
    """With threads that sign in, refresh and ask while the password changes or the account goes."""
    acts: tuple[Act, ...] = (ending, sign_in, refresh, sign_in, introspect, sign_in, sign_in)
    for _ in range(2):
        person = make_person()

        def act(number: int, person: Person = person) -> None:
            if number == 0:
                until_done(lambda: ending(person, sessions, accounts))
            else:
                with suppress(*ENDED, AssertionError):
                    acts[number](person, sessions, accounts)

        assert race(act, len(acts)) == [None] * len(acts)
        assert live(sessions, kept, person) == []
        assert works(sessions, person.own) is (ending is change_password)


def until_done(act: Callable[[], object]) -> None:
    """Again while other transactions are in the way, as a client would after a 503 or a 403."""
    for _ in range(50):
        try:
            act()
        except (Transient, WrongPassword):
            continue
        return
    raise AssertionError("it was never done")
