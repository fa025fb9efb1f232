"""How often somebody may try to sign in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Counters(Protocol):
    """Counts that survive the process and are exact under concurrency."""

    def increment(self, key: str, limit: int, expires_at: int) -> bool:
        """Count one more, unless the limit is reached; whether it was counted."""
        ...

    def reset(self, key: str) -> None:
        """Begin at none again."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Attempts in one window, by whom they concern.

    A window is short, so that nobody can lock somebody else out for long.

    Attributes:
        window: its length in seconds.
        per_account_and_source: of one source for one account.
        per_account: for one account, wherever from.
        per_source: of one source, whichever the account.
    """

    window: int = 300
    per_account_and_source: int = 10
    per_account: int = 100
    per_source: int = 300


class TooManyAttempts(Exception):
    """It has to wait.

    Attributes:
        retry_after: for how many seconds.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} seconds")
        self.retry_after = retry_after


class Throttle:
    """Lets attempts through up to the limits. An attempt counts when it begins."""

    def __init__(self, counters: Counters, clock: Callable[[], float], limits: Limits) -> None:
        self._counters = counters
        self._clock = clock
        self._limits = limits

    def admit(self, username: str, source: str) -> None:
        """Count an attempt.

        Raises:
            TooManyAttempts: a limit is reached; nothing is told about the account by it.
        """
        now, end = self._window()
        for key, limit in self._keys(username, source, end):
            if not self._counters.increment(key, limit, end):
                raise TooManyAttempts(end - now)

    def forgive(self, username: str, source: str) -> None:
        """Forget this source's failures for an account, once it has signed in."""
        _, end = self._window()
        key, _ = self._keys(username, source, end)[0]
        self._counters.reset(key)

    def _window(self) -> tuple[int, int]:
        """The time, and when its window ends."""
        now = int(self._clock())
        return now, now - now % self._limits.window + self._limits.window

    def _keys(self, username: str, source: str, end: int) -> Sequence[tuple[str, int]]:
        limits = self._limits
        return (
            (_key("both", username, source, str(end)), limits.per_account_and_source),
            (_key("account", username, str(end)), limits.per_account),
            (_key("source", source, str(end)), limits.per_source),
        )


def _key(*parts: str) -> str:
    """A key that tells neither the account nor the address."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
