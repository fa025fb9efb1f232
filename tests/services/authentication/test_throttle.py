"""How often somebody may try, counted in the table."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from pactwright.service.dynamodb import Table
from services.authentication.table import AuthenticationTable
from services.authentication.throttle import Limits, Throttle, TooManyAttempts, source_of
from tests.services.doubles import Clock
from tests.services.racing import WRITERS, everything, race

LIMITS = Limits(
    window=300,
    per_account_and_source=3,
    per_account=2,
    per_account_at_first=4,
    per_source=7,
    registrations=5,
)


@pytest.fixture
def throttle(kept: AuthenticationTable, clock: Clock) -> Throttle:
    """With low limits."""
    return Throttle(kept, clock, LIMITS)


def admitted(throttle: Throttle, *attempts: tuple[str, str]) -> int:
    """How many of them it lets through."""
    return sum(let_through(throttle.admit_sign_in, *attempt) for attempt in attempts)


def let_through(admit: Callable[..., None], *of: str) -> bool:
    """Whether it lets this one through."""
    try:
        admit(*of)
    except TooManyAttempts:
        return False
    return True


def test_one_source_has_few_attempts_for_one_account(throttle: Throttle) -> None:
    """Other sources still have theirs."""
    assert admitted(throttle, *[("ines", "a")] * 9) == 3
    assert admitted(throttle, ("ines", "b")) == 1


def test_one_account_has_a_limit_wherever_from(throttle: Throttle) -> None:
    """And one more for first attempts; other accounts have their own."""
    firsts = [("ines", source) for source in "abcdefgh"]

    assert admitted(throttle, *firsts) == 4 + 2
    assert admitted(throttle, *firsts) == 0
    assert admitted(throttle, ("kamau", "z")) == 1


def test_repeated_attempts_leave_the_first_ones_alone(throttle: Throttle) -> None:
    """Somebody in a new place gets in while a few sources guess as often as they may."""
    admitted(throttle, *[("ines", source) for source in "ab" for _ in range(9)])

    assert admitted(throttle, ("ines", "c"), ("ines", "d")) == 2


def test_one_source_has_a_limit_whichever_the_account(throttle: Throttle) -> None:
    """Other sources have their own."""
    assert admitted(throttle, *[(f"user{n}", "a") for n in range(12)]) == 7
    assert admitted(throttle, ("ines", "b")) == 1


def test_refused_attempts_lock_nobody_else_out(throttle: Throttle) -> None:
    """What a source tries beyond its own limits does not use up the account's."""
    admitted(throttle, *[("ines", "a")] * 50)
    admitted(throttle, *[(f"user{n}", "a") for n in range(7)], *[("kamau", "a")] * 50)

    assert admitted(throttle, *[("ines", source) for source in "bcd"]) == 3
    assert admitted(throttle, *[("kamau", source) for source in "bcde"]) == 4


def test_known_source_is_kept_out_by_nobody_else(throttle: Throttle) -> None:
    """It has its own allowance, whatever strangers try, and from its own address at others."""
    throttle.signed_in("ines", "home")
    admitted(throttle, *[("ines", f"bot{n}") for n in range(9)] * 3)
    admitted(throttle, *[(f"user{n}", "home") for n in range(9)])
    assert admitted(throttle, ("ines", "new"), ("kamau", "home")) == 0

    assert admitted(throttle, *[("ines", "home")] * 9) == 3


def test_known_source_uses_up_nothing_of_others(throttle: Throttle) -> None:
    """Neither of the account's nor of its own address's."""
    throttle.signed_in("ines", "home")
    admitted(throttle, *[("ines", "home")] * 9)

    assert admitted(throttle, *[("ines", source) for source in "abcdefgh"]) == 4 + 2
    assert admitted(throttle, *[(f"user{n}", "home") for n in range(12)]) == 7


def test_source_is_known_for_a_time(throttle: Throttle, clock: Clock) -> None:
    """From its last sign-in on, for that account only."""
    bots = [("ines", f"bot{n}") for n in range(9)] * 2
    throttle.signed_in("ines", "home")
    clock.forward(LIMITS.known_for - 1)
    admitted(throttle, *bots)

    assert admitted(throttle, ("ines", "home")) == 1
    clock.forward(1)
    admitted(throttle, *bots)
    assert admitted(throttle, ("ines", "home")) == 0


@pytest.mark.parametrize(
    "attempts",
    [
        [("ines", "a")] * 3,
        [("ines", source) for source in "bcdefg"],
        [(f"user{n}", "a") for n in range(7)],
    ],
)
def test_window_ends(throttle: Throttle, clock: Clock, attempts: list[tuple[str, str]]) -> None:
    """For each limit, after the seconds that the refusal tells; at the latest after one window."""
    assert admitted(throttle, *attempts) == len(attempts)
    with pytest.raises(TooManyAttempts) as refusal:
        throttle.admit_sign_in("ines", "a")
    assert 1 <= refusal.value.retry_after <= LIMITS.window

    clock.forward(refusal.value.retry_after - 1)
    assert admitted(throttle, ("ines", "a")) == 0
    clock.forward(1)

    throttle.admit_sign_in("ines", "a")


def test_success_forgives_failures(throttle: Throttle) -> None:
    """Of that source for that account."""
    admitted(throttle, *[("ines", "a")] * 3)
    throttle.signed_in("ines", "a")

    assert admitted(throttle, ("ines", "a")) == 1


def test_password_is_guessed_at_the_session_s_expense(throttle: Throttle) -> None:
    """Another session of the same user still changes it, and so does this one after a success."""
    assert sum(let_through(throttle.admit_password_change, "stolen") for _ in range(9)) == 3
    assert let_through(throttle.admit_password_change, "own")

    throttle.changed_password("stolen")
    assert let_through(throttle.admit_password_change, "stolen")


def test_registrations_are_counted_by_source(throttle: Throttle, clock: Clock) -> None:
    """For an hour at most, to the second that the refusal tells."""
    assert sum(let_through(throttle.admit_registration, "a") for _ in range(9)) == 5
    assert let_through(throttle.admit_registration, "b")
    with pytest.raises(TooManyAttempts) as refusal:
        throttle.admit_registration("a")
    assert 1 <= refusal.value.retry_after <= LIMITS.registration_window

    clock.forward(refusal.value.retry_after - 1)
    assert not let_through(throttle.admit_registration, "a")
    clock.forward(1)
    assert let_through(throttle.admit_registration, "a")


@pytest.mark.parametrize(
    ("limits", "of", "expected"),
    [
        ({"per_account_and_source": 9}, lambda _: ("ines", "a"), 9),
        ({"per_account_at_first": 9, "per_account": 1}, lambda n: ("ines", f"source {n}"), 10),
        ({"per_account_at_first": 1, "per_account": 9}, lambda n: ("ines", f"{n % 4}"), 10),
        ({"per_source": 9}, lambda n: (f"user {n}", "a"), 9),
    ],
)
def test_each_limit_is_exact_under_threads(
    kept: AuthenticationTable,
    clock: Clock,
    limits: dict[str, int],
    of: Callable[[int], tuple[str, str]],
    expected: int,
) -> None:
    """Of all that race, as many are let through as it says."""
    names = ("per_account_and_source", "per_account", "per_account_at_first", "per_source")
    throttle = Throttle(kept, clock, Limits(**{**dict.fromkeys(names, 1000), **limits}))
    number = count()

    counts = race(lambda _: admitted(throttle, *(of(next(number)) for _ in range(4))))

    assert sum(each for each in counts if isinstance(each, int)) == expected


def test_registrations_are_exact_under_threads(throttle: Throttle) -> None:
    """As the others are."""
    outcomes = race(lambda _: let_through(throttle.admit_registration, "a"))

    assert len(outcomes) == WRITERS
    assert sum(outcome is True for outcome in outcomes) == 5


def test_neither_account_nor_address_is_kept(throttle: Throttle, table: Table) -> None:
    """Only hashes are, and each with its end."""
    throttle.admit_sign_in("ines", "192.0.2.7")
    throttle.signed_in("ines", "192.0.2.7")
    throttle.admit_registration("192.0.2.7")

    items = everything(table)
    assert items
    assert all(item["expires_at"] > 0 for item in items)
    assert "ines" not in repr(items)
    assert "192.0.2.7" not in repr(items)


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_source_is_a_network_of_one_hand(address: str, source: str) -> None:
    """An IPv6 network of 64 bits, whatever address of it; an IPv4 address, however written."""
    assert source_of(address) == source
