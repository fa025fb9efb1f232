"""Work in other threads, for which a request waits no longer than it has time."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextvars import copy_context
from typing import Generic, ParamSpec, TypeVar

from pactwright.service.errors import Unavailable
from pactwright.wire.deadlines import left

P = ParamSpec("P")
T = TypeVar("T")


class Begun(Generic[T]):
    """Work that was begun, or that waits for a thread that is free."""

    def __init__(self, future: Future[T]) -> None:
        self._future = future

    def result(self, most: float = math.inf) -> T:
        """What it gives; raises what it raises.

        Args:
            most: seconds to wait at most, also where more are left.

        Raises:
            Unavailable: it is not done in time. Where it has not begun by then, it never will.
        """
        seconds = min(most, left())
        try:
            return self._future.result(None if math.isinf(seconds) else seconds)
        except TimeoutError:
            if self._future.done():
                raise  # its own
            self.give_up()
            raise Unavailable("what runs in another thread is not done in time") from None

    def give_up(self) -> None:
        """Have it not begin, where it has not. Else it goes on until its time is up."""
        self._future.cancel()


def begin(executor: Executor, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> Begun[T]:
    """Have a thread of an executor do something, in the context of the request."""
    context = copy_context()
    return Begun(executor.submit(lambda: context.run(work, *args, **options)))
