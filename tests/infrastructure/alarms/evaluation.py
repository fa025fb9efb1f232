"""Alarms evaluated as CloudWatch does: periods, statistics, M out of N, missing data.

Sources: "Alarm evaluation", "Configuring how CloudWatch alarms treat missing data", "Alarm
evaluation window" and "CloudWatch statistics definitions", Amazon CloudWatch User Guide.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.infrastructure.alarms import expressions, rules
from tests.infrastructure.alarms.data import Data
from tests.infrastructure.alarms.stacks import CompositeAlarm, MetricAlarm, Query

OK: Final = "OK"
ALARM: Final = "ALARM"
INSUFFICIENT_DATA: Final = "INSUFFICIENT_DATA"

_OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True)
class Reading:
    """What AWS's pages leave open, or contradict each other in; an alarm must hold in every one.

    Attributes:
        delay: after how many minutes a minute's data can be seen.
        extra: how many data points are retrieved beyond the evaluation periods.
        fills_emptiness: whether FILL makes data of a metric that has none at all.
        dynamodb_ignores: whether alarms on AWS/DynamoDB ignore missing data whatever they are told
            (so "PutMetricAlarm"), or only by default (so the page on missing data).
    """

    delay: int = 0
    extra: int = 2
    fills_emptiness: bool = True
    dynamodb_ignores: bool = True


def judge(points: Sequence[bool | None], periods: int, datapoints: int, missing: str) -> str | None:
    """The state that data points lead to; None if the alarm keeps the one that it has.

    Args:
        points: of the evaluation range, the oldest first: whether each is breaching; None is
            missing.
        periods: how many are evaluated; not more than there are points.
        datapoints: how many of them must be breaching.
        missing: how missing ones are treated.
    """
    real = [point for point in points if point is not None]
    if points[-periods:].count(None) == 0 or len(real) >= periods:
        return ALARM if sum(real[-periods:]) >= datapoints else OK
    breaching = sum(real)
    if missing == "breaching":
        breaching += periods - len(real)
    if breaching >= datapoints:
        return ALARM
    if missing in ("breaching", "notBreaching") or False in real:
        return OK
    if missing == "ignore":
        return None
    age = next((len(points) - index for index, each in enumerate(points) if each), 0)
    return ALARM if real and age >= datapoints else INSUFFICIENT_DATA


class Evaluator:
    """A set of alarms over time.

    Args:
        alarms: by their names.
        data: what they look at.
        reading: see there.

    Attributes:
        states: of each alarm, by its name.
    """

    def __init__(
        self,
        alarms: Mapping[str, MetricAlarm | CompositeAlarm],
        data: Data,
        reading: Reading,
    ) -> None:
        self._metric = [each for each in alarms.values() if isinstance(each, MetricAlarm)]
        self._composite = [each for each in alarms.values() if isinstance(each, CompositeAlarm)]
        self._expressions = {
            query.expression: expressions.parse(query.expression)
            for alarm in self._metric
            for query in alarm.queries.values()
            if query.expression
        }
        self._rules = {each.name: rules.parse(each.rule) for each in self._composite}
        self._data = data
        self._reading = reading
        self.states = dict.fromkeys((each.name for each in alarms.values()), INSUFFICIENT_DATA)

    def at(self, minute: int) -> dict[str, str]:
        """Evaluate all at the beginning of a minute; returns the states that changed, by name."""
        before = dict(self.states)
        for alarm in self._metric:
            self.states[alarm.name] = self._judge(alarm, minute) or self.states[alarm.name]
        for composite in self._composite:  # of metric alarms only
            holds = self._rules[composite.name].holds(self.states)
            self.states[composite.name] = ALARM if holds else OK
        return {name: state for name, state in self.states.items() if state != before[name]}

    def points(self, alarm: MetricAlarm, minute: int) -> expressions.Line:
        """The data points of an alarm's evaluation range, the oldest first."""
        return self._line(alarm, alarm.queries[alarm.watched], minute)

    def _judge(self, alarm: MetricAlarm, minute: int) -> str | None:
        breaches = _OPERATORS[alarm.operator]
        points = [
            None if point is None else breaches(point, alarm.threshold)
            for point in self.points(alarm, minute)
        ]
        return judge(points, alarm.periods, alarm.datapoints, self._missing(alarm))

    def _missing(self, alarm: MetricAlarm) -> str:
        namespaces = {query.metric.namespace for query in alarm.queries.values() if query.metric}
        if "AWS/DynamoDB" in namespaces and (
            self._reading.dynamodb_ignores or alarm.missing is None
        ):
            return "ignore"
        return alarm.missing or "missing"

    def _line(self, alarm: MetricAlarm, query: Query, minute: int) -> expressions.Line:
        if query.expression:
            parsed = self._expressions[query.expression]
            lines = {name: self._line(alarm, alarm.queries[name], minute) for name in parsed.names}
            return expressions.evaluate(
                parsed, lines, fills_emptiness=self._reading.fills_emptiness
            )
        assert query.metric
        length = query.period // 60
        visible = minute - self._reading.delay
        first = minute - length * (alarm.periods + self._reading.extra - 1)
        return tuple(
            self._data.statistic(query.metric, query.stat, end - length, min(end, visible))
            for end in range(first, minute + 1, length)
        )
