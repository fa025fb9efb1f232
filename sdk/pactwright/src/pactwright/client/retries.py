"""When a request is sent again, and after how long a wait.

Sources: RFC 9110 sections 9.2.2 (idempotent methods) and 10.2.3 (Retry-After); AWS Architecture
Blog, "Exponential Backoff And Jitter" (full jitter); AWS SDKs Reference Guide, "Retry behavior"
(the budget).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from pactwright.client.deadlines import Deadline
from pactwright.client.errors import (
    ArgumentError,
    ConnectError,
    ConnectionLost,
    ProtocolError,
    ReadTimeout,
    TransportError,
)
from pactwright.wire import ResponseMessage

_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_UNCERTAIN: Final = (ReadTimeout, ConnectionLost, ProtocolError)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """What is tried again.

    A request of one of the methods is sent again when no answer came or when its status is one of
    `statuses`; so is one with an Idempotency-Key. Any other only when it certainly never reached
    the provider, or when the caller says that it is idempotent.

    A conditional request that is sent again may meet its own effect. A provider may then answer a
    PUT with If-Match as done, for what is wanted is there (RFC 9110 section 13.1.1). Of one that
    doesn't, 412 may tell of a success whose answer was lost: read the resource to know. So it is
    with every PUT with If-None-Match, which must be answered with 412 (section 13.1.2), and with a
    DELETE with If-Match: after that, the resource is gone.

    Attributes:
        attempts: how many times a request is sent at most; 1 is never again.
        backoff: seconds; the longest first wait. Each wait is random between 0 and a limit that
            doubles every time.
        longest_backoff: seconds; where the doubling ends.
        longest_retry_after: seconds; a provider that asks for a longer wait is not asked again.
        statuses: which answers are worth another attempt.
        methods: which requests may be sent again whatever became of them.
        budget: how many retries a client may make beyond one per ten calls that go well, so that
            a provider in trouble isn't hammered.
    """

    attempts: int = 3
    backoff: float = 0.1
    longest_backoff: float = 5.0
    longest_retry_after: float = 20.0
    statuses: frozenset[int] = frozenset({429, 502, 503, 504})
    methods: frozenset[str] = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})
    budget: int = 20

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ArgumentError(f"a request is sent at least once, not {self.attempts} times")
        if min(self.backoff, self.longest_backoff, self.longest_retry_after, self.budget) < 0:
            raise ArgumentError("waits and the budget of a RetryPolicy can't be below zero")

    def wait(self, attempt: int, random: float) -> float:
        """Seconds to wait after an attempt.

        Args:
            attempt: 1 for the first.
            random: from 0 up to 1.
        """
        doubled = self.backoff * 2.0 ** min(attempt - 1, 64)
        return random * min(self.longest_backoff, doubled)


NO_RETRIES: Final = RetryPolicy(attempts=1)
"""Sends a request once."""


class RetryBudget:
    """Tokens: a retry takes one, a call that goes well gives back a tenth. Safe for threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = float(capacity)
        self._tokens = float(capacity)
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take a token; False where there is none left."""
        with self._lock:
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True

    def give(self) -> None:
        """Note that a call went well."""
        if self._tokens < self._capacity:
            with self._lock:
                self._tokens = min(self._capacity, self._tokens + 0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """The retries of one call.

    Attributes:
        keyed: whether it carries an Idempotency-Key. Then 409 with Retry-After says that an earlier
            attempt is still at work, and is worth another one.
    """

    policy: RetryPolicy
    budget: RetryBudget
    deadline: Deadline
    idempotent: bool
    random: Callable[[], float]
    keyed: bool = False

    def wait_after(self, attempt: int, outcome: ResponseMessage | TransportError) -> float | None:
        """Seconds to wait before the next attempt; None where there is none to be."""
        if attempt >= self.policy.attempts or not self._worthwhile(outcome):
            return None
        wait = self.policy.wait(attempt, self.random())
        if isinstance(outcome, ResponseMessage):
            asked = retry_after(outcome, self.deadline.clock.wall()) or 0.0
            if asked > self.policy.longest_retry_after:
                return None
            wait += asked
        if wait >= self.deadline.remaining or not self.budget.take():
            return None
        return wait

    def note(self, message: ResponseMessage) -> None:
        """Note a call's answer: one that needs no retry gives the budget something back."""
        if message.status not in self.policy.statuses:
            self.budget.give()

    def _worthwhile(self, outcome: ResponseMessage | TransportError) -> bool:
        if isinstance(outcome, ConnectError):
            return True
        if not self.idempotent:
            return False
        if isinstance(outcome, ResponseMessage):
            return outcome.status in self.policy.statuses or self._is_at_work(outcome)
        return isinstance(outcome, _UNCERTAIN)

    def _is_at_work(self, message: ResponseMessage) -> bool:
        return self.keyed and message.status == 409 and message.header("retry-after") is not None


def retry_after(message: ResponseMessage, now: float) -> float | None:
    """Seconds that an answer asks to wait: Retry-After as a number or as a date.

    A date counts from the answer's own Date, so that the two clocks need not agree.

    Args:
        message: the answer.
        now: seconds since 1970, for an answer without a date of its own.

    Returns:
        0 or more; None where the answer asks for nothing that can be understood.
    """
    text = (message.header("retry-after") or "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    until = _timestamp(text)
    if until is None:
        return None
    return max(0.0, until - (_timestamp(message.header("date")) or now))


def _timestamp(text: str | None) -> float | None:
    try:
        found = parsedate_to_datetime(text or "")
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
