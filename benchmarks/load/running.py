"""Runs users at once, and tells what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from typing import Final
from uuid import uuid4

import requests

from benchmarks.load.journal import Meter
from benchmarks.load.people import FLOOR, Services
from benchmarks.load.users import User
from hereabouts.authentication import AuthenticationClient
from hereabouts.location import LocationClient
from hereabouts.profile import ProfileClient
from pactwright.client import Timeout
from pactwright.local.proxy import Proxy

MOST_USERS: Final = 50
"""One source may register 60 accounts in an hour."""

_PATIENCE: Final = Timeout(connect=10, read=35, total=120)
"""More than the front waits for a function: what fails is told by the services."""

Fault = Callable[[threading.Event], None]
"""Puts something in the way for a while, and ends when it is told that the run has."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done.

    Attributes:
        users: at once.
        loops: things that each of them does.
        seconds: after which nobody begins anything more.
        seed: of what each does.
    """

    users: int
    loops: int
    seconds: float
    seed: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.users <= MOST_USERS:
            raise ValueError(f"there are from 1 to {MOST_USERS} users, not {self.users}")


class Load:
    """Users on a system.

    Args:
        urls: where each service is.
        plan: how much is done.
    """

    def __init__(self, urls: Mapping[str, str], plan: Plan) -> None:
        self._urls = urls
        self._plan = plan
        self._meter = Meter()
        self._users: list[User] = []
        self._seconds = 0.0
        self._read_back = 0

    @property
    def lost(self) -> list[str]:
        """Writes that were acknowledged and are not there, in words."""
        return [lost for user in self._users for lost in user.journal.lost]

    @property
    def errors(self) -> Mapping[str, int]:
        """How many requests failed in which way."""
        return self._meter.errors

    def run(self, faults: Sequence[Fault] = ()) -> None:
        """Let all users do what they do, with faults in the way; then read back what they wrote."""
        with ExitStack() as stack:
            services = self._connected(stack)
            threads = stack.enter_context(ThreadPoolExecutor(self._plan.users + len(faults)))
            run_id, until = uuid4().hex[:6], time.monotonic() + self._plan.seconds
            self._users = [
                User(f"load-{run_id}-{n}", services, self._meter, self._chance(n))
                for n in range(self._plan.users)
            ]
            ended, started = threading.Event(), time.monotonic()
            disturbing = [threads.submit(fault, ended) for fault in faults]
            living = [threads.submit(user.live, self._plan.loops, until) for user in self._users]
            for each in living:
                each.exception()  # waits
            ended.set()
            for done in (*disturbing, *living):
                done.result()
            self._seconds = time.monotonic() - started
            self._read_back = sum(threads.map(User.read_back, self._users))

    def _chance(self, number: int) -> Random:
        return Random(self._plan.seed + number)  # noqa: S311 - reproducible

    def _connected(self, stack: ExitStack) -> Services:
        urls, session = self._urls, stack.enter_context(requests.Session())
        session.trust_env = False
        return Services(
            stack.enter_context(AuthenticationClient(urls["authentication"], timeout=_PATIENCE)),
            stack.enter_context(LocationClient(urls["location"], timeout=_PATIENCE)),
            stack.enter_context(ProfileClient(urls["profile"], timeout=_PATIENCE)),
            lambda: session.get(
                f"{urls['authentication']}/.well-known/oauth-authorization-server", timeout=30
            ),
        )

    def report(self) -> Iterator[str]:
        """What came of it, line by line."""
        plan, meter = self._plan, self._meter
        acknowledged = sum(user.journal.acknowledged for user in self._users)
        yield (
            f"{plan.users} users, {meter.requests} requests in {self._seconds:.0f} s, "
            f"{meter.requests / max(self._seconds, 0.001):.0f} a second"
        )
        yield f"writes acknowledged: {acknowledged}; states read back at the end: {self._read_back}"
        yield f"writes lost: {len(self.lost)}"
        yield from (f"  {lost}" for lost in self.lost)
        yield f"errors: {sum(meter.errors.values())}"
        yield from (f"  {count} of {kind}" for kind, count in sorted(meter.errors.items()))
        rows = {name: (count, found) for name, count, found in meter.percentiles()}
        floor = rows[FLOOR][1][0] if FLOOR in rows else None
        yield f"{'':22}{'requests':>9}{'p50 ms':>9}{'p95':>8}{'p99':>8}{'max':>8}{'p50/floor':>11}"
        for name, (count, found) in rows.items():
            times = "".join(f"{seconds * 1000:8.0f}" for seconds in found)
            ratio = f"{found[0] / floor:11.2f}" if floor else f"{'-':>11}"
            yield f"{name:22}{count:9}{times[:8]:>9}{times[8:]}{ratio}"


def away(proxy: Proxy, seconds: float, after: float = 3.0) -> Fault:
    """A service that can't be reached for a while: whoever asks is told 502 at once.

    Args:
        proxy: its address.
        seconds: for how long.
        after: seconds from the beginning.
    """

    def fault(ended: threading.Event) -> None:
        target = proxy.target
        if ended.wait(after):
            return
        proxy.target = None
        ended.wait(seconds)
        proxy.target = target

    return fault
