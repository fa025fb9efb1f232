"""An alarm that is a little other than it should be is found by its faults, or by a healthy day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.infrastructure.alarms.conftest import Stack
from tests.infrastructure.alarms.scenarios import SCENARIOS, Scenario
from tests.infrastructure.alarms.stacks import CompositeAlarm, MetricAlarm
from tests.infrastructure.alarms.test_scenarios import (
    HISTORY,
    READINGS,
    Alarms,
    lived,
    outcome,
    watched,
)

PLAIN = READINGS["as its pages say"]
LATE = READINGS["data come two minutes late"]
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
NIGHT = (SILENCE, MORNING) = (60, 6 * 60)
PARTS = {
    "FastBurnHour": "FastBurn",
    "FastBurnNow": "FastBurn",
    "SlowBurnHours": "SlowBurn",
    "SlowBurnNow": "SlowBurn",
}
Change = Callable[[MetricAlarm], MetricAlarm]


def mutated(stack: Stack, key: str, change: Change) -> Alarms:
    """A stack's alarms, one of them changed."""
    alarm = stack.alarms[key]
    assert isinstance(alarm, MetricAlarm)
    return {**stack.alarms, key: change(alarm)}


def is_found(stack: Stack, alarms: Alarms, scenario: Scenario, service: str) -> bool:
    """Whether a fault raises other alarms than it should, or one that does not end."""
    found = []
    for reading in (PLAIN, LATE):
        told = outcome(scenario, service, stack, reading, alarms)
        found.append(set(told.raised) != scenario.raises or bool(told.lasting))
    return any(found)


def on_namespace(namespace: str) -> Change:
    """Metrics of another namespace."""

    def change(alarm: MetricAlarm) -> MetricAlarm:
        queries = {
            key: replace(query, metric=replace(query.metric, namespace=namespace))
            if query.metric
            else query
            for key, query in alarm.queries.items()
        }
        return replace(alarm, queries=queries)

    return change


def with_statistic(stat: str) -> Change:
    """Another statistic of each metric."""

    def change(alarm: MetricAlarm) -> MetricAlarm:
        queries = {key: replace(query, stat=stat) for key, query in alarm.queries.items()}
        return replace(alarm, queries=queries)

    return change


def with_expression(old: str, new: str) -> Change:
    """Another expression."""

    def change(alarm: MetricAlarm) -> MetricAlarm:
        watched_one = alarm.queries[alarm.watched]
        assert old in watched_one.expression
        changed = replace(watched_one, expression=watched_one.expression.replace(old, new))
        return replace(alarm, queries={**alarm.queries, alarm.watched: changed})

    return change


FAULTY: Mapping[str, tuple[str, str, Change]] = {
    "no FILL: it never ends": (
        "ReadThrottles",
        "one throttled read",
        lambda alarm: replace(alarm, watched="events"),
    ),
    "FILL and one period: late data are never seen": (
        "WriteThrottles",
        "one throttled write",
        lambda alarm: replace(alarm, periods=1),
    ),
    "two throttled at least": (
        "ReadThrottles",
        "one throttled read",
        lambda alarm: replace(alarm, threshold=2.0),
    ),
    "the namespace of the predecessor": (
        "GatewayErrors",
        "a canary of a tenth fails",
        on_namespace("AWS/APIGateway"),
    ),
    "too slow for a canary of five minutes": (
        "GatewayErrors",
        "a canary of a tenth fails",
        lambda alarm: replace(alarm, periods=10, datapoints=10),
    ),
    "the median": ("Latency", "a dependency is slow", with_statistic("p50")),
    "the mean": ("Duration", "near the timeout", with_statistic("Average")),
    "a sum of what is counted at once": ("Concurrency", "all fails", with_statistic("SampleCount")),
    "reads only": ("KeyRangeThrottles", "a hot key is written", with_expression("writes", "reads")),
    "refusals under the dimensions of nobody": (
        "FunctionThrottles",
        "Lambda refuses a few",
        on_namespace("AWS/Lambda2"),
    ),
    "less where it should be more": (
        "AliasErrors",
        "one crash",
        lambda alarm: replace(alarm, operator="LessThanThreshold"),
    ),
}


@pytest.mark.parametrize("mutant", FAULTY)
def test_a_faulty_alarm_is_found(services: Mapping[str, Stack], mutant: str) -> None:
    """By the fault that it is for, as CloudWatch's pages say or with late data."""
    key, scenario, change = FAULTY[mutant]
    stack = services["profile"]
    if mutant.startswith("a sum"):  # more samples never make it fire: it is deaf instead
        scenario = "little concurrency is left"

    assert is_found(stack, mutated(stack, key, change), BY_NAME[scenario], "profile")


@pytest.mark.parametrize("name", ["authentication", "profile"])
def test_an_alarm_that_is_a_thousand_times_less_sensitive_is_found(
    services: Mapping[str, Stack], name: str
) -> None:
    """Each of them, parts of composite ones too."""
    stack = services[name]
    missed = []
    for key, alarm in stack.alarms.items():
        if isinstance(alarm, MetricAlarm):
            deaf = mutated(stack, key, lambda each: replace(each, threshold=each.threshold * 1000))
            scenario = next(
                each
                for each in SCENARIOS
                if PARTS.get(key, key) in each.raises and name in each.services
            )
            if set(outcome(scenario, name, stack, PLAIN, deaf).raised) == scenario.raises:
                missed.append(key)

    assert missed == []


def of_a_night(stack: Stack, alarms: Alarms, service: str) -> set[str]:
    """What a healthy night raises, and the silence in it."""
    data = lived(service, stack.name, SILENCE - HISTORY, MORNING, None)
    return set(watched(alarms, data, SILENCE, MORNING, PLAIN).raised)


def test_missing_data_must_not_count_as_breaching(services: Mapping[str, Stack]) -> None:
    """Most alarms would be raised by a silent night."""
    stack = services["authentication"]
    alarms = mutated_all(stack, lambda each: replace(each, missing="breaching"))
    telling = {key for key, alarm in stack.alarms.items() if alarm.actions}

    quiet = telling - of_a_night(stack, alarms, "authentication")

    filled = {"ReadThrottles", "WriteThrottles", "KeyRangeThrottles"}
    assert quiet == filled | {"FastBurn", "SlowBurn"}  # the longer windows are not empty


def mutated_all(stack: Stack, change: Change) -> Alarms:
    """A stack's alarms, each changed."""
    return {
        key: change(alarm) if isinstance(alarm, MetricAlarm) else alarm
        for key, alarm in stack.alarms.items()
    }


NOISY: Mapping[str, tuple[str, Change]] = {
    "one minute is enough": ("GatewayErrors", lambda alarm: replace(alarm, datapoints=1)),
    "one failure is enough": ("FastBurnHour", with_expression("errors >= 10", "errors >= 1")),
    "as slow as a cold start": ("Latency", lambda alarm: replace(alarm, threshold=900.0)),
}


@pytest.mark.parametrize("mutant", NOISY)
def test_an_alarm_that_cries_wolf_is_found(services: Mapping[str, Stack], mutant: str) -> None:
    """By a healthy night, in which one of two requests fails and each meets a cold function."""
    key, change = NOISY[mutant]
    stack = services["location"]

    raised = of_a_night(stack, mutated(stack, key, change), "location")

    assert raised == {PARTS.get(key, key)}


def test_a_burn_that_looks_back_only_does_not_end(services: Mapping[str, Stack]) -> None:
    """Without the short window it would tell of a fault for an hour after its end."""
    stack = services["profile"]
    fast = stack.alarms["FastBurn"]
    assert isinstance(fast, CompositeAlarm)
    alarms = {**stack.alarms, "FastBurn": replace(fast, rule=fast.rule.replace("AND", "OR"))}

    assert is_found(stack, alarms, BY_NAME["all fails"], "profile")
