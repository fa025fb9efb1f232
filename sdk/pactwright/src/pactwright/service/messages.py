"""The callee's side of queues and streams: an event's records in, those that failed out.

Delivery is at least once: what is told as failed comes again, what a queue hands out too often goes
to its dead-letter queue, and what a stream can't get rid of is told to the destination of its event
source. So nothing here drops a record, and a handler must be one that may be called twice.
(AWS Lambda Developer Guide, "Implementing partial batch responses".)
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pactwright.service.call import Delivery, current
from pactwright.service.errors import Transient, Unavailable
from pactwright.service.observation import Failure, Handled, StandardLog, Telemetry, safely
from pactwright.service.records import (
    Change,
    MalformedEvent,
    MalformedRecord,
    Record,
    is_batch,
    read_change,
    read_records,
)
from pactwright.wire import deadlines, trace
from pactwright.wire.published import Message, decode_message

__all__ = [
    "Change",
    "Consumer",
    "Delivery",
    "Follower",
    "MalformedEvent",
    "MalformedRecord",
    "Receiver",
]

T = TypeVar("T")

Handler = Callable[[dict[str, Any], Any], Any]
"""What answers other events: takes the event and Lambda's context."""

_DEFAULT_SECONDS: Final = 3.0  # Lambda's own default
_LOGGER = logging.getLogger("pactwright.service")


@dataclass(frozen=True, slots=True)
class Consumer(Generic[T]):
    """What is done with the messages of a queue.

    Attributes:
        message: the message, from the publisher's generated package.
        handle: takes one; it may get it more than once, and in any order.
    """

    message: Message[T]
    handle: Callable[[T, Delivery], None]

    @property
    def name(self) -> str:
        """What logs and metrics call it."""
        return self.message.name

    def take(self, record: Record, delivery: Delivery) -> None:
        """Read a record and handle it; raises what reading or handling does."""
        self.handle(decode_message(self.message, record.body), delivery)


@dataclass(frozen=True, slots=True)
class Follower:
    """What is done with the changes that a table's stream tells.

    Attributes:
        name: what logs and metrics call it.
        handle: takes one change; it may get it more than once.
    """

    name: str
    handle: Callable[[Change, Delivery], None]

    def take(self, record: Record, delivery: Delivery) -> None:
        """Read a record and handle it; raises what reading or handling does."""
        self.handle(read_change(record), delivery)


class Receiver:
    """Handles the events of a queue and of a stream, and hands on all others.

    Each record is handled by itself: one that fails is told to Lambda, and the others are not held
    up by it. What there is no time left for is told as failed, untried.

    Args:
        others: what answers all other events, such as an `Application`.
        service: the service's name, for logs and metrics.
        queue: what is done with the messages of its queues.
        stream: what is done with the changes of its table.
        telemetry: where records are told; None is the standard library's logging.
        clock: a monotonic clock, in seconds.
        reserve: seconds kept from the invocation's time for telling which records failed.

    Attributes:
        queue: see above.
    """

    def __init__(
        self,
        others: Handler,
        *,
        service: str,
        queue: Consumer[Any] | None = None,
        stream: Follower | None = None,
        telemetry: Telemetry | None = None,
        clock: Callable[[], float] = time.monotonic,
        reserve: float = 0.5,
    ) -> None:
        self._others = others
        self._service = service
        self.queue: Final = queue
        self._takers: Mapping[str, Consumer[Any] | Follower | None] = {
            "queue": queue,
            "stream": stream,
        }
        self._telemetry = telemetry or StandardLog()
        self._clock = clock
        self._reserve = reserve

    def __call__(self, event: Any, context: Any) -> Any:
        """Answer one event.

        Returns:
            For records, ``{"batchItemFailures": [{"itemIdentifier": …}]}``.

        Raises:
            MalformedEvent: there are records, of which none could be told as failed. So the
                invocation fails, and with it Lambda has all of them come again.
        """
        if not is_batch(event):
            return self._others(event, context)
        deadline = self._clock() + max(0.0, _seconds(context) - self._reserve)
        records = read_records(event)
        unexpected = {r.source for r in records if self._takers[r.source] is None}
        if unexpected:
            raise MalformedEvent(f"{self._service} takes nothing of a {unexpected.pop()}")
        failed = [record.name for record in records if not self._handled(record, deadline)]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}

    def _handled(self, record: Record, deadline: float) -> bool:
        """Handle one record and tell of it; whether it went well."""
        taker = self._takers[record.source]
        assert taker is not None  # noqa: S101 - narrows the type
        started, failure = self._clock(), None
        delivery = Delivery(
            service=self._service,
            name=taker.name,
            message_id=record.name,
            attempt=record.attempt,
            deadline=deadline,
            trace=trace.Trace(request_id=record.name, amazon=record.trace),
            clock=self._clock,
        )
        traced, now = trace.current.set(delivery.trace), current.set(delivery)
        bounded = deadlines.current.set(delivery.remaining)
        try:
            _demand_time(delivery)
            taker.take(record, delivery)
        except Exception as error:  # noqa: BLE001 - told, and the record comes again
            transient = isinstance(error, Transient)
            failure = Failure.of(error, record.name, taker.name, transient=transient)
        finally:
            trace.current.reset(traced)
            current.reset(now)
            deadlines.current.reset(bounded)
        self._tell(record, delivery, failure, started)
        return failure is None

    def _tell(
        self, record: Record, delivery: Delivery, failure: Failure | None, started: float
    ) -> None:
        if failure is not None:
            safely(self._telemetry.failed, failure)
        handled = Handled(
            service=self._service,
            message=delivery.name,
            source=record.source,
            failed=failure is not None,
            milliseconds=(self._clock() - started) * 1000,
            message_id=record.name,
            attempt=record.attempt,
        )
        safely(self._telemetry.handled, handled)


def _demand_time(delivery: Delivery) -> None:
    if not delivery.remaining():
        raise Unavailable("no time is left in this invocation")


def _seconds(context: object) -> float:
    """How long the function may still run."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    milliseconds = remaining() if callable(remaining) else None
    return milliseconds / 1000 if isinstance(milliseconds, int | float) else _DEFAULT_SECONDS
