"""How often somebody may try to sign in, counted in the table."""

from __future__ import annotations

import pytest

from pactwright.service.dynamodb import Table
from services.authentication.table import AuthenticationTable
from services.authentication.throttle import Limits, Throttle, TooManyAttempts
from tests.services.doubles import Clock
from tests.services.racing import everything, race

LIMITS = Limits(window=300, per_account_and_source=3, per_account=5, per_source=7)


@pytest.fixture
def throttle(kept: AuthenticationTable, clock: Clock) -> Throttle:
    """With low limits."""
    return Throttle(kept, clock, LIMITS)


def admitted(throttle: Throttle, *attempts: tuple[str, str]) -> int:
    """How many of them it lets through."""
    count = 0
    for username, source in attempts:
        try:
            throttle.admit(username, source)
        except TooManyAttempts:
            continue
        count += 1
    return count


def test_one_source_has_few_attempts_for_one_account(throttle: Throttle) -> None:
    """Other sources still have theirs."""
    assert admitted(throttle, *[("ines", "a")] * 9) == 3
    assert admitted(throttle, ("ines", "b")) == 1


def test_one_account_has_a_limit_wherever_from(throttle: Throttle) -> None:
    """Other accounts have their own."""
    assert admitted(throttle, *[("ines", source) for source in "abcdefgh"]) == 5
    assert admitted(throttle, ("kamau", "z")) == 1


def test_one_source_has_a_limit_whichever_the_account(throttle: Throttle) -> None:
    """Other sources have their own."""
    assert admitted(throttle, *[(f"user{n}", "a") for n in range(12)]) == 7
    assert admitted(throttle, ("ines", "b")) == 1


def test_refused_attempts_lock_nobody_else_out(throttle: Throttle) -> None:
    """What a source tries beyond its own limit does not use up the account's."""
    admitted(throttle, *[("ines", "a")] * 50)

    assert admitted(throttle, ("ines", "b"), ("ines", "c")) == 2


@pytest.mark.parametrize(
    "attempts",
    [
        [("ines", "a")] * 3,
        [("ines", source) for source in "bcdef"],
        [(f"user{n}", "a") for n in range(7)],
    ],
)
def test_window_ends(throttle: Throttle, clock: Clock, attempts: list[tuple[str, str]]) -> None:
    """For each limit, after the seconds that the refusal tells; at the latest after one window."""
    assert admitted(throttle, *attempts) == len(attempts)
    with pytest.raises(TooManyAttempts) as refusal:
        throttle.admit("ines", "a")
    assert 1 <= refusal.value.retry_after <= LIMITS.window

    clock.forward(refusal.value.retry_after - 1)
    assert admitted(throttle, ("ines", "a")) == 0
    clock.forward(1)

    throttle.admit("ines", "a")


def test_success_forgives_failures(throttle: Throttle) -> None:
    """Of that source for that account."""
    admitted(throttle, *[("ines", "a")] * 3)
    throttle.forgive("ines", "a")

    assert admitted(throttle, ("ines", "a")) == 1


def test_limit_is_exact_under_threads(throttle: Throttle) -> None:
    """However many try at once."""
    counts = race(lambda _: admitted(throttle, ("ines", "a"), ("ines", "a")))

    assert sum(count for count in counts if isinstance(count, int)) == 3


def test_neither_account_nor_address_is_kept(throttle: Throttle, table: Table) -> None:
    """Only hashes are."""
    throttle.admit("ines", "192.0.2.7")

    kept = repr(everything(table))
    assert "ines" not in kept
    assert "192.0.2.7" not in kept
