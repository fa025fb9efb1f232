"""How often somebody may try to sign in, to change a password or to register.

Counts are kept for a window of time, and an attempt counts when it begins, so that however many
race, as many as the limit says get through. What is counted, for a sign-in, is what one source
tries at one account, what it tries at all, and what is tried at one account from wherever: the last
of these is what somebody else could use up, so it concerns strangers only.

A source from which somebody has signed in to the account before is no stranger. It has its own
allowance for that account, which nobody else can touch (NIST SP 800-63B section 3.2.2, "Rate
Limiting", which names this way to keep attackers from locking people out; OWASP, "Device Cookies").
And of strangers, each one's first attempt in a window has an allowance apart from the repeated
ones: a person in a new place who knows the password gets in while others guess.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Protocol


class Counters(Protocol):
    """Counts and marks that survive the process; counts are exact under concurrency."""

    def increment(self, key: str, limit: int, expires_at: int) -> int | None:
        """Count one more, unless the limit is reached; how many it are now, None where it is."""
        ...

    def reset(self, key: str) -> None:
        """Begin at none again."""
        ...

    def mark(self, key: str, expires_at: int) -> None:
        """Set a mark, or keep it longer."""
        ...

    def is_marked(self, key: str, now: int) -> bool:
        """Whether the mark is set, and has not expired."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Attempts in one window, by whom they concern.

    A window is short, so that nobody can lock somebody else out for long.

    Attributes:
        window: its length in seconds.
        per_account_and_source: of one source for one account; of one session at its password.
        per_account: for one account, from all strangers together.
        per_account_at_first: beside these, for the first of each stranger.
        per_source: of one source, whichever the account, where it is a stranger.
        known_for: for how many seconds after a sign-in a source is no stranger to the account.
        registrations: accounts that one source may ask for in one window of registration.
        registration_window: the length of that in seconds.
    """

    window: int = 300
    per_account_and_source: int = 10
    per_account: int = 100
    per_account_at_first: int = 1000
    per_source: int = 300
    known_for: int = 30 * 24 * 60 * 60
    registrations: int = 60
    registration_window: int = 60 * 60


class TooManyAttempts(Exception):
    """It has to wait.

    Attributes:
        retry_after: for how many seconds.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} seconds")
        self.retry_after = retry_after


class Throttle:
    """Lets attempts through up to the limits.

    Args:
        counters: where counts are kept.
        clock: seconds since the epoch.
        limits: the limits.
    """

    def __init__(self, counters: Counters, clock: Callable[[], float], limits: Limits) -> None:
        self._counters = counters
        self._clock = clock
        self._limits = limits

    def admit_sign_in(self, account: str, address: str) -> None:
        """Count an attempt to sign in.

        Whether there is such an account makes no difference, in what is told nor in what is done.

        Args:
            account: the name that is tried.
            address: the IP address that it is tried from, as the gateway saw it.

        Raises:
            TooManyAttempts: a limit is reached.
        """
        limits, source = self._limits, source_of(address)
        known = self._counters.is_marked(_key("known", account, source), int(self._clock()))
        tried = self._count(limits.per_account_and_source, "pair", account, source)
        if known:
            return
        self._count(limits.per_source, "source", source)
        if tried > 1 or not self._counts(limits.per_account_at_first, "first", account):
            self._count(limits.per_account, "account", account)

    def signed_in(self, account: str, address: str) -> None:
        """Forget a source's failures for an account: it is no stranger there from now on."""
        source = source_of(address)
        self._forget("pair", account, source)
        until = int(self._clock()) + self._limits.known_for
        self._counters.mark(_key("known", account, source), until)

    def admit_password_change(self, session: str) -> None:
        """Count an attempt of a session to change its user's password.

        Whoever has stolen one session guesses at that one's expense: its owner, with another one,
        is not kept from changing the password.

        Raises:
            TooManyAttempts: the limit is reached.
        """
        self._count(self._limits.per_account_and_source, "session", session)

    def changed_password(self, session: str) -> None:
        """Forget a session's failures."""
        self._forget("session", session)

    def admit_registration(self, address: str) -> None:
        """Count a registration, whatever becomes of it: that a username is taken tells something.

        Raises:
            TooManyAttempts: the limit is reached.
        """
        window = self._limits.registration_window
        limit, source = self._limits.registrations, source_of(address)
        self._count(limit, "registration", source, window=window)

    def _count(self, limit: int, *parts: str, window: int | None = None) -> int:
        now, end = self._window(window or self._limits.window)
        count = self._counters.increment(_key(*parts, str(end)), limit, end)
        if count is None:
            raise TooManyAttempts(end - now)
        return count

    def _counts(self, limit: int, *parts: str) -> bool:
        try:
            self._count(limit, *parts)
        except TooManyAttempts:
            return False
        return True

    def _forget(self, *parts: str) -> None:
        _, end = self._window(self._limits.window)
        self._counters.reset(_key(*parts, str(end)))

    def _window(self, seconds: int) -> tuple[int, int]:
        """The time, and when its window ends."""
        now = int(self._clock())
        return now, now - now % seconds + seconds


def source_of(address: str) -> str:
    """What counts as one source: an IPv4 address, or the 64 bits that an IPv6 network is given.

    A household or a rented server has all addresses of a /64, and could use a new one each time.

    Args:
        address: an IP address; what is none stands for itself.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), 64), strict=False))


def _key(*parts: str) -> str:
    """A key that tells neither the account nor the address."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
