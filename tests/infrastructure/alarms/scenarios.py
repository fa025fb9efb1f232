"""Faults, and which alarms each of them is to raise: those, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.infrastructure.alarms.traffic import NOON, Fault, Minute

ALL: Final = frozenset({"authentication", "location", "profile"})


@dataclass(frozen=True)
class Scenario:
    """A fault of a service.

    Attributes:
        fault: what it does to each of its minutes.
        length: for how many minutes it lasts.
        raises: the alarms, by their logical ids, that tell of it.
        begin: the minute of the day at which it begins.
        services: those that it can happen to.
    """

    name: str
    fault: Fault
    length: int
    raises: frozenset[str]
    begin: int
    services: frozenset[str]


def every(number: int, fault: Fault) -> Fault:
    """The fault in one of so many minutes only."""

    def sometimes(minute: Minute) -> None:
        if minute.at % number == 0:
            fault(minute)

    return sometimes


def share(name: str, part: float) -> Fault:
    """A share of the requests, at least one of them."""

    def of_requests(minute: Minute) -> None:
        setattr(minute, name, min(minute.requests, max(1, round(minute.requests * part))))

    return of_requests


def some(name: str, number: int) -> Fault:
    """A number, whatever the traffic."""
    return lambda minute: setattr(minute, name, number)


def slow(milliseconds: int, part: float) -> Fault:
    """A share of the requests takes so long."""

    def slowed(minute: Minute) -> None:
        minute.slow[milliseconds] = max(1, round(minute.requests * part))

    return slowed


def both(*faults: Fault) -> Fault:
    """Several at once."""

    def all_of_them(minute: Minute) -> None:
        for fault in faults:
            fault(minute)

    return all_of_them


def guessing(attempts: int) -> Fault:
    """Somebody tries passwords, beside those who sign in."""

    def guessed(minute: Minute) -> None:
        minute.requests += attempts
        minute.sign_ins += attempts
        minute.denied += attempts

    return guessed


def all_of(name: str) -> Fault:
    """Every request."""
    return share(name, 1)


_PROFILE: Final = frozenset({"profile"})
_AUTHENTICATION: Final = frozenset({"authentication"})
_OTHERS: Final = ALL - _AUTHENTICATION
_SILENCE: Final = 150
_NIGHT: Final = 5 * 60
_MORNING: Final = 9 * 60

_HOT_READS: Final = both(some("throttled_reads", 9), some("hot_reads", 9))
_HOT_WRITES: Final = both(some("throttled_writes", 9), some("hot_writes", 9))
_TIMEOUTS: Final = both(slow(10_000, 0.1), share("crashed", 0.1))


def _scenarios() -> Iterator[Scenario]:
    def fault(
        name: str,
        of: Fault,
        length: int,
        raises: str,
        begin: int = NOON,
        services: frozenset[str] = ALL,
    ) -> Scenario:
        return Scenario(name, of, length, frozenset(raises.split()), begin, services)

    # What the table refuses.
    yield fault("one throttled read", some("throttled_reads", 1), 1, "ReadThrottles")
    yield fault("one throttled write", some("throttled_writes", 1), 1, "WriteThrottles")
    yield fault("reads throttled for long", some("throttled_reads", 40), 30, "ReadThrottles")
    again = every(3, some("throttled_writes", 2))
    yield fault("writes throttled now and then", again, 30, "WriteThrottles")
    silent = some("throttled_reads", 3)
    yield fault("reads throttled without a request", silent, 2, "ReadThrottles", _SILENCE)
    yield fault("a hot key is read", _HOT_READS, 10, "ReadThrottles KeyRangeThrottles")
    yield fault("a hot key is written", _HOT_WRITES, 10, "WriteThrottles KeyRangeThrottles")
    index = some("throttled_index_reads", 5)
    yield fault("index reads throttled", index, 5, "IndexReadThrottles", services=_PROFILE)
    index = some("throttled_index_writes", 5)
    yield fault("index writes throttled", index, 5, "IndexWriteThrottles", services=_PROFILE)

    # What requests end with.
    yield fault("one crash", some("crashed", 1), 1, "AliasErrors")
    fifth = share("crashed", 0.2)
    yield fault("a fifth crashes", fifth, 15, "AliasErrors GatewayErrors FastBurn SlowBurn")
    yield fault("a canary of a tenth fails", share("failed", 0.1), 5, "GatewayErrors")
    tenth = share("crashed", 0.1)
    yield fault("a canary of a tenth crashes", tenth, 5, "GatewayErrors AliasErrors")
    yield fault("three in a hundred fail", share("failed", 0.03), 32, "FastBurn")
    hundredth = share("failed", 0.01)
    yield fault("one in a hundred fails for hours", hundredth, 330, "SlowBurn", _MORNING)
    outage = "GatewayErrors FastBurn SlowBurn"
    yield fault("all fails", all_of("failed"), 20, outage)
    yield fault("all fails at night", all_of("failed"), 40, outage, _NIGHT)

    # How long they take.
    yield fault("a dependency is slow", slow(4_000, 0.05), 15, "Latency")
    yield fault("near the timeout", slow(9_000, 0.05), 15, "Latency Duration")
    late = "Latency Duration AliasErrors GatewayErrors FastBurn"
    yield fault("timeouts", _TIMEOUTS, 10, late)

    # What Lambda refuses, and what it could not deliver.
    yield fault("little concurrency is left", some("concurrent", 900), 10, "Concurrency")
    yield fault("Lambda refuses a few", share("refused", 0.02), 2, "FunctionThrottles")
    refusals = "FunctionThrottles GatewayErrors FastBurn"
    yield fault("Lambda refuses a fifth", share("refused", 0.2), 5, refusals)
    yield fault("a dead letter waits", some("waiting", 1), 60, "DeadLetterArrivals")
    yield fault("a dead letter is lost", some("lost", 1), 1, "DeadLettersLost")

    # What deleted users have left.
    age = some("untold", 400_000)
    yield fault("deletions wait in the stream", age, 30, "DeletionsAge", services=_AUTHENTICATION)
    age = some("unhandled", 400)
    yield fault("deletions wait in the queue", age, 30, "AccountEventsAge", services=_OTHERS)

    # What somebody tries.
    attack = guessing(60)
    yield fault("guessed passwords", attack, 20, "SignInFailures", services=_AUTHENTICATION)


SCENARIOS: Final = tuple(_scenarios())
