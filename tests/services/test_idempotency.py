"""Idempotency keys in a table: claimed once, completed with the work."""

from __future__ import annotations

import pytest

from pactwright.service.dynamodb import Put, Table
from pactwright.service.errors import TransactionCancelled, Unavailable
from pactwright.service.idempotency import (
    LEASE_SECONDS,
    LIFE_SECONDS,
    Claim,
    Completed,
    IdempotencyKeys,
    KeyInUse,
    KeyReused,
)
from tests.services.composition import MakeTable
from tests.services.doubles import Chance, Clock
from tests.services.faults import TRANSIENT, FailingTables
from tests.services.racing import everything, race

KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
WORK = {"pk": "WORK", "sk": "WORK"}


@pytest.fixture
def tables(make_table: MakeTable) -> FailingTables:
    """Tables that can be made to fail."""
    return FailingTables(make_table)


@pytest.fixture
def table(tables: FailingTables) -> Table:
    """An empty table."""
    return tables("authentication")


@pytest.fixture
def keys(table: Table, clock: Clock, chance: Chance) -> IdempotencyKeys:
    """The keys in it."""
    return IdempotencyKeys(table, clock, chance.revision)


def claimed(keys: IdempotencyKeys, subject: str = "ines") -> Claim:
    """A new claim to the key."""
    claim = keys.claim("make", KEY, subject)
    assert isinstance(claim, Claim)
    return claim


def done(table: Table, claim: Claim, result: str = "what was made") -> None:
    """Do the work."""
    table.transact([Put({**WORK, "by": claim.holder}), claim.completed(result)])


def test_completed_key_tells_what_was_done(table: Table, keys: IdempotencyKeys) -> None:
    """To every repetition; nothing is done again."""
    done(table, claimed(keys))

    assert [keys.claim("make", KEY, "ines") for _ in range(2)] == [Completed("what was made")] * 2


def test_keys_of_other_scopes_and_other_keys_are_others(keys: IdempotencyKeys) -> None:
    """What was claimed here is free there."""
    claimed(keys)

    assert isinstance(keys.claim("make else", KEY, "ines"), Claim)
    assert isinstance(keys.claim("make", KEY.upper(), "ines"), Claim)


def test_key_itself_is_not_kept(table: Table, keys: IdempotencyKeys) -> None:
    """Who reads the table can't repeat the request."""
    done(table, claimed(keys))

    assert KEY.strip('"') not in str(everything(table))


def test_claimed_key_is_in_use_for_its_lease(keys: IdempotencyKeys, clock: Clock) -> None:
    """And says for how much longer."""
    claimed(keys)
    clock.forward(LEASE_SECONDS - 4)

    with pytest.raises(KeyInUse) as refused:
        keys.claim("make", KEY, "ines")

    assert refused.value.headers == {"Retry-After": "4"}


@pytest.mark.parametrize("state", ["claimed", "lapsed", "completed"])
def test_key_of_another_subject_is_refused(
    table: Table, keys: IdempotencyKeys, clock: Clock, state: str
) -> None:
    """Whatever has become of it."""
    claim = claimed(keys)
    if state == "completed":
        done(table, claim)
    if state == "lapsed":
        clock.forward(LEASE_SECONDS)

    with pytest.raises(KeyReused):
        keys.claim("make", KEY, "kamau")


def test_lapsed_claim_is_taken_over_and_comes_too_late(
    table: Table, keys: IdempotencyKeys, clock: Clock
) -> None:
    """Its holder may only have been slow: then all of its work is cancelled."""
    first = claimed(keys)
    clock.forward(LEASE_SECONDS)
    second = claimed(keys)

    with pytest.raises(TransactionCancelled):
        done(table, first)
    assert table.get(WORK) is None
    done(table, second, "by the second")

    with pytest.raises(TransactionCancelled):
        done(table, first)
    assert keys.claim("make", KEY, "ines") == Completed("by the second")


def test_released_key_is_free_at_once(keys: IdempotencyKeys) -> None:
    """For any subject: nothing was done with it."""
    keys.release(claimed(keys))

    claimed(keys, "kamau")


def test_release_takes_nothing_from_others(
    table: Table, keys: IdempotencyKeys, clock: Clock
) -> None:
    """Neither from who has taken over, nor what was done."""
    first = claimed(keys)
    clock.forward(LEASE_SECONDS)
    second = claimed(keys)

    keys.release(first)
    with pytest.raises(KeyInUse):
        keys.claim("make", KEY, "ines")
    done(table, second)
    keys.release(second)

    assert keys.claim("make", KEY, "ines") == Completed("what was made")


def test_key_is_forgotten_after_its_life(table: Table, keys: IdempotencyKeys, clock: Clock) -> None:
    """Also while DynamoDB has not deleted it yet; not a second earlier."""
    done(table, claimed(keys))
    clock.forward(LIFE_SECONDS - 1)
    assert keys.claim("make", KEY, "ines") == Completed("what was made")
    clock.forward(1)

    claimed(keys, "kamau")


@pytest.mark.parametrize("lapsed", [False, True])
def test_one_of_racing_requests_gets_the_key(
    keys: IdempotencyKeys, clock: Clock, lapsed: bool
) -> None:
    """A new one as well as one whose holder is gone."""
    if lapsed:
        claimed(keys)
        clock.forward(LEASE_SECONDS)

    outcomes = race(lambda _: keys.claim("make", KEY, "ines"))

    assert sum(isinstance(outcome, Claim) for outcome in outcomes) == 1
    assert {type(o) for o in outcomes} == {Claim, KeyInUse}


def test_claim_whose_answer_is_lost_is_given_up(
    tables: FailingTables, keys: IdempotencyKeys
) -> None:
    """The caller is told to come back, and need not wait for the lease's end."""
    tables.fail("authentication", TRANSIENT["timeout"], "put_item", times=1)

    with pytest.raises(Unavailable):
        keys.claim("make", KEY, "ines")

    claimed(keys)


def test_claim_that_can_not_be_given_up_ends_with_its_lease(
    tables: FailingTables, keys: IdempotencyKeys, clock: Clock
) -> None:
    """Giving it up is no reason to fail for who has failed already."""
    claim = claimed(keys)
    tables.fail("authentication", TRANSIENT["timeout"])
    keys.release(claim)
    tables.fail("authentication", None)

    with pytest.raises(KeyInUse):
        keys.claim("make", KEY, "ines")
    clock.forward(LEASE_SECONDS)
    claimed(keys)
