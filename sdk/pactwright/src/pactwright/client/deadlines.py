"""Time: the clocks a client goes by, how long it waits, and until when."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from pactwright.client.errors import ArgumentError
from pactwright.wire import deadlines


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Where a client takes the time from.

    Attributes:
        monotonic: seconds that never jump; for deadlines.
        wall: seconds since 1970; for dates in header fields and expiry of tokens.
        sleep: waits that many seconds.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeout:
    """How long to wait, in seconds; None waits for ever.

    Attributes:
        connect: for a connection.
        read: for the provider's next bytes.
        total: for the whole call, retries and the waits between them included.

    Raises:
        ArgumentError: a number is not above zero.
    """

    connect: float | None = 3.0
    read: float | None = 10.0
    total: float | None = 30.0

    def __post_init__(self) -> None:
        for seconds in (self.connect, self.read, self.total):
            if seconds is not None and not seconds > 0:
                raise ArgumentError(f"a timeout is above zero seconds, not {seconds}")

    @classmethod
    def of(cls, value: Timeout | float | None) -> Timeout:
        """A number of seconds stands for each of the three; None waits for ever."""
        if isinstance(value, Timeout):
            return value
        return cls(connect=value, read=value, total=value)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time after which there is no use in going on."""

    clock: Clock
    at: float = math.inf

    @classmethod
    def after(cls, clock: Clock, *seconds: float | None) -> Deadline:
        """The earliest of the times from now that are given, and of that of what it is done for."""
        span = min((span for span in seconds if span is not None), default=math.inf)
        return cls(clock, clock.monotonic() + min(span, deadlines.left()))

    @property
    def remaining(self) -> float:
        """Seconds that are left, 0 when it has passed; infinite without a deadline."""
        return max(0.0, self.at - self.clock.monotonic())

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return self.clock.monotonic() >= self.at

    def limit(self, seconds: float | None) -> float | None:
        """A span of time, cut to what is left; None where there is no end to either.

        It is never zero, which a socket would take for "don't wait at all".
        """
        left = min(self.remaining, math.inf if seconds is None else seconds)
        return None if math.isinf(left) else max(left, 0.001)
