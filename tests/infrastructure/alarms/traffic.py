"""What a service lives through, minute by minute, told in the metrics that AWS emits of it."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.infrastructure.alarms.data import Data
from tests.infrastructure.alarms.stacks import Metric
from tests.infrastructure.alarms.telling import ENVIRONMENT

DAY: Final = 24 * 60
NOON: Final = 12 * 60
DEPLOYMENT: Final = 10 * 60
SILENCE: Final = range(2 * 60, 4 * 60)
"""The minutes of the night without a single request."""


@dataclass
class Minute:
    """What happened in a minute. Requests are counted once: as failed, refused, crashed or well.

    Attributes:
        at: since midnight.
        failed: answered with a 5xx status by the service.
        crashed: the function ended without an answer, or at its timeout: 502 or 504.
        refused: Lambda did not run the function: 500.
        cold: requests that started a function.
        slow: how often which milliseconds came, instead of the usual ones.
        sign_ins: attempts, and `denied` of them, among the requests.
        throttled_reads: by the table; likewise the others, by a key range or the index.
        waiting: dead letters in the queue.
        lost: dead letters that could not be put there.
        untold: milliseconds for which the oldest deleted account has not been told others of.
        unhandled: seconds for which the oldest message of one has waited.
    """

    at: int
    requests: int = 0
    failed: int = 0
    crashed: int = 0
    refused: int = 0
    cold: int = 0
    slow: dict[int, int] = field(default_factory=dict)
    sign_ins: int = 0
    denied: int = 0
    concurrent: int = 0
    throttled_reads: int = 0
    throttled_writes: int = 0
    hot_reads: int = 0
    hot_writes: int = 0
    throttled_index_reads: int = 0
    throttled_index_writes: int = 0
    waiting: int = 0
    lost: int = 0
    untold: int = 0
    unhandled: int = 0


Fault = Callable[[Minute], object]


def healthy(begin: int, end: int, seed: int) -> Iterator[Minute]:
    """Minutes of a service in health: a day's rise and fall, a silent night, a deployment.

    Three requests in ten thousand fail, within the budget of one in a thousand; a night's request
    meets a cold function, and one of them fails.
    """
    dice = random.Random(seed)  # noqa: S311  # no secret: the same traffic each time
    for at in range(begin, end):
        time = at % DAY
        share = max(0.0, math.sin((time / DAY - 0.25) * math.pi * 1.2))
        expected = 2 + 150 * share
        requests = 0 if time in SILENCE else max(0, round(dice.gauss(expected, expected**0.5)))
        minute = Minute(at, requests, concurrent=math.ceil(requests / 20))
        minute.failed = sum(dice.random() < 0.0003 for _ in range(requests))
        if time == SILENCE.stop + 30:
            minute.requests, minute.failed = 2, 1
        minute.cold = min(requests, 1 if requests < 5 else int(dice.random() < 0.05))
        if time in (DEPLOYMENT, DEPLOYMENT + 1):
            minute.cold = min(requests, 6)
        minute.sign_ins = round(requests * 0.1)
        minute.denied = sum(dice.random() < 0.15 for _ in range(minute.sign_ins))
        minute.untold = 700 if dice.random() < 0.1 else 0
        minute.unhandled = int(dice.random() < 0.1)
        yield minute


class Emitter:
    """Tells of minutes as API Gateway, Lambda, DynamoDB, SQS and the service itself would.

    Args:
        data: where to.
        stack: the stack's name.
        service: the service's name.
        index: the table's index; None if it has none.
        seed: of the usual durations.
    """

    def __init__(self, data: Data, stack: str, service: str, index: str | None, seed: int) -> None:
        self._data = data
        self._stack = stack
        self._service = service
        self._index = index
        self._dice = random.Random(seed)  # noqa: S311  # as above

    def tell(self, minute: Minute) -> None:
        """Put a minute's data."""
        durations = self._durations(minute)
        self._gateway(minute, durations)
        self._function(minute, durations)
        self._table(minute)
        self._service_itself(minute)
        if minute.waiting:  # a queue that holds nothing for hours tells nothing
            metric = self._of("AWS/SQS", "ApproximateNumberOfMessagesVisible", "DeadLetters")
            self._data.put(metric, minute.at, minute.waiting)
        if minute.unhandled:
            metric = self._of("AWS/SQS", "ApproximateAgeOfOldestMessage", "AccountEvents")
            self._data.put(metric, minute.at, minute.unhandled)

    def _durations(self, minute: Minute) -> Counter[int]:
        """How often which milliseconds came, in tens."""
        usual = max(0, minute.requests - minute.cold - sum(minute.slow.values()))
        quick = (round(self._dice.lognormvariate(3.4, 0.6), -1) for _ in range(usual))
        cold = (self._dice.randrange(900, 1700, 10) for _ in range(minute.cold))
        return Counter(map(int, (*quick, *cold))) + Counter(minute.slow)

    def _gateway(self, minute: Minute, durations: Counter[int]) -> None:
        bad = minute.failed + minute.crashed + minute.refused
        put = self._put_stage
        put("Count", minute, 1, minute.requests)
        put("5XXError", minute, 1, bad)
        put("5XXError", minute, 0, minute.requests - bad)
        for duration, times in durations.items():
            put("Latency", minute, duration + 8, times)

    def _put_stage(self, name: str, minute: Minute, value: float, times: int) -> None:
        metric = Metric.of("AWS/ApiGateway", name, ApiName=self._stack, Stage=ENVIRONMENT)
        self._data.put(metric, minute.at, value, times)

    def _function(self, minute: Minute, durations: Counter[int]) -> None:
        function = f"{self._stack}-Function"
        invoked = minute.requests - minute.refused
        for dimensions in (
            {"FunctionName": function},
            {"FunctionName": function, "Resource": f"{function}:live"},
        ):
            errors = Metric.of("AWS/Lambda", "Errors", **dimensions)
            self._data.put(errors, minute.at, 1, minute.crashed)
            self._data.put(errors, minute.at, 0, invoked - minute.crashed)
            throttles = Metric.of("AWS/Lambda", "Throttles", **dimensions)
            self._data.put(throttles, minute.at, 1, minute.refused)
            for duration, times in durations.items():
                metric = Metric.of("AWS/Lambda", "Duration", **dimensions)
                self._data.put(metric, minute.at, duration, times)
        concurrent = Metric.of("AWS/Lambda", "ConcurrentExecutions", FunctionName=function)
        self._data.put(concurrent, minute.at, minute.concurrent, int(minute.concurrent > 0))
        lost = Metric.of("AWS/Lambda", "DestinationDeliveryFailures", FunctionName=function)
        self._data.put(lost, minute.at, 1, minute.lost)
        age = Metric.of("AWS/Lambda", "IteratorAge", FunctionName=function)
        self._data.put(age, minute.at, minute.untold, int(minute.untold > 0))

    def _table(self, minute: Minute) -> None:
        """Only what was throttled is told of."""
        for name, times in (
            ("ReadThrottleEvents", minute.throttled_reads),
            ("WriteThrottleEvents", minute.throttled_writes),
            ("ReadKeyRangeThroughputThrottleEvents", minute.hot_reads),
            ("WriteKeyRangeThroughputThrottleEvents", minute.hot_writes),
        ):
            self._data.put(self._of("AWS/DynamoDB", name, "Table"), minute.at, 1, times)
        for name, times in (
            ("ReadThrottleEvents", minute.throttled_index_reads),
            ("WriteThrottleEvents", minute.throttled_index_writes),
        ):
            if self._index:
                metric = Metric.of(
                    "AWS/DynamoDB",
                    name,
                    TableName=f"{self._stack}-Table",
                    GlobalSecondaryIndexName=self._index,
                )
                self._data.put(metric, minute.at, 1, times)

    def _service_itself(self, minute: Minute) -> None:
        if self._service != "authentication":
            return
        where = {"service": self._service, "operation": "sign_in"}
        for name, times in (("Requests", minute.sign_ins), ("ClientErrors", minute.denied)):
            metric = Metric.of(f"Hereabouts/{ENVIRONMENT}", name, **where)
            self._data.put(metric, minute.at, 1, times)
            self._data.put(metric, minute.at, 0, minute.sign_ins - times)

    def _of(self, namespace: str, name: str, logical_id: str) -> Metric:
        dimension = {"AWS/SQS": "QueueName", "AWS/DynamoDB": "TableName"}[namespace]
        return Metric.of(namespace, name, **{dimension: f"{self._stack}-{logical_id}"})
