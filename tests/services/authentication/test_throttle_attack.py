"""An account under attack for hours: how much is guessed, and whom it keeps out for how long."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.authentication.throttle import Limits, Throttle, TooManyAttempts
from tests.services.authentication.counting import CountersInMemory
from tests.services.doubles import START, Clock

LIMITS = Limits()
ACCOUNT = "ines"
HOURS = 2


class Attacked:
    """An account, and sources that try it as often as they may."""

    def __init__(self, sources: int) -> None:
        self.clock = Clock(START - START % LIMITS.window)
        self.throttle = Throttle(CountersInMemory(), self.clock, LIMITS)
        self.guesses = 0
        self._sources = [f"198.18.{n // 256}.{n % 256}" for n in range(sources)]

    def admits(self, address: str) -> bool:
        """Whether somebody may try from there now."""
        return self.wait(address) == 0

    def wait(self, address: str) -> int:
        """For how many seconds somebody there has to wait; 0 is that the attempt was counted."""
        try:
            self.throttle.admit_sign_in(ACCOUNT, address)
        except TooManyAttempts as refusal:
            return refusal.retry_after
        return 0

    def strike(self) -> None:
        """All sources guess until each is refused."""
        for source in self._sources:
            while self.admits(source):
                self.guesses += 1

    def windows(self) -> Iterable[int]:
        """Hours of it: one strike as each window begins."""
        for window in range(HOURS * 3600 // LIMITS.window):
            self.strike()
            yield window
            self.clock.forward(LIMITS.window)


@pytest.mark.parametrize("sources", [1, 20, 200, 1500])
def test_known_source_is_never_kept_out(sources: int) -> None:
    """At no moment of the attack, however many take part."""
    attacked = Attacked(sources)
    attacked.throttle.signed_in(ACCOUNT, "192.0.2.7")

    assert all(attacked.admits("192.0.2.7") for _ in attacked.windows())


@pytest.mark.parametrize("sources", [1, 20, 200, 999])
def test_new_source_is_let_in_at_first(sources: int) -> None:
    """As long as fewer sources attack than first attempts are let through in a window."""
    attacked = Attacked(sources)

    assert all(attacked.admits(f"203.0.113.{n % 250}") for n in attacked.windows())


def test_new_source_gets_in_once_a_large_attack_ends() -> None:
    """Within the window, by the second that it was told."""
    attacked = Attacked(1500)
    waits = [attacked.wait(f"203.0.113.{n}") for n in attacked.windows()]
    assert all(0 < wait <= LIMITS.window for wait in waits)

    attacked.strike()
    attacked.clock.forward(17)
    wait = attacked.wait("203.0.113.7")
    assert 0 < wait <= LIMITS.window
    attacked.clock.forward(wait)

    assert attacked.admits("203.0.113.7")


@pytest.mark.parametrize(
    ("sources", "in_a_window"),
    [(1, 10), (20, 20 + 100), (1000, 1000 + 100), (1500, 1000 + 100)],
)
def test_guesses_are_bounded(sources: int, in_a_window: int) -> None:
    """By window, however many take part and for however long."""
    attacked = Attacked(sources)

    windows = sum(1 for _ in attacked.windows())

    assert attacked.guesses == windows * in_a_window


def test_at_the_edge_of_a_window_twice_as_many_are_let_through() -> None:
    """One second before, and one after, each its own; never more in the length of a window."""
    attacked = Attacked(0)
    attacked.clock.forward(LIMITS.window - 1)
    before = sum(attacked.admits("198.18.0.1") for _ in range(50))
    assert attacked.wait("198.18.0.1") == 1
    attacked.clock.forward(1)

    after = sum(attacked.admits("198.18.0.1") for _ in range(50))

    assert (before, after) == (LIMITS.per_account_and_source,) * 2
    assert attacked.wait("198.18.0.1") == LIMITS.window


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 15)), min_size=1, max_size=12))
def test_what_is_told_is_true(steps: list[tuple[int, int]]) -> None:
    """Whatever was tried before: a refused source is let in after those seconds, not earlier."""
    attacked = Attacked(0)
    times: list[float] = []
    for seconds, attempts in steps:
        attacked.clock.forward(seconds)
        times += [attacked.clock.now for _ in range(attempts) if attacked.admits("198.18.0.1")]
        wait = attacked.wait("198.18.0.1")
        while wait == 0:
            times.append(attacked.clock.now)
            wait = attacked.wait("198.18.0.1")
        attacked.clock.forward(wait - 1)
        assert attacked.wait("198.18.0.1") == 1
        attacked.clock.forward(1)
        assert attacked.admits("198.18.0.1")
        times.append(attacked.clock.now)

    most = max(sum(t <= each < t + LIMITS.window for each in times) for t in times)
    assert most <= 2 * LIMITS.per_account_and_source
