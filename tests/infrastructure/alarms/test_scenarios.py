"""Each alarm is raised by the fault that it is for, by no other and by none; and it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from tests.infrastructure.alarms.conftest import Stack
from tests.infrastructure.alarms.data import Data
from tests.infrastructure.alarms.evaluation import ALARM, Evaluator, Reading
from tests.infrastructure.alarms.scenarios import SCENARIOS, Scenario
from tests.infrastructure.alarms.stacks import CompositeAlarm, MetricAlarm
from tests.infrastructure.alarms.traffic import DAY, Emitter, healthy

SERVICES = ("authentication", "location", "profile")
INDEXES = {"profile": "gsi1"}
READINGS = {
    "as its pages say": Reading(),
    "data come two minutes late": Reading(delay=2),
    "much is retrieved, nothing filled": Reading(delay=1, extra=5, fills_emptiness=False),
    "DynamoDB's treatment is ours": Reading(dynamodb_ignores=False, fills_emptiness=False),
}
HISTORY = 7 * 60  # minutes before a fault: the longest window is six hours
AFTER = 50  # minutes after it, in which all must end: the longest short window is half an hour


@dataclass(frozen=True)
class Told:
    """What the operations topic was told.

    Attributes:
        raised: how often each alarm was raised, by logical id.
        first: in which minute each was first raised.
        lasting: those that did not end.
    """

    raised: Mapping[str, int]
    first: Mapping[str, int]
    lasting: frozenset[str]


@cache
def lived(service: str, stack: str, begin: int, end: int, scenario: Scenario | None) -> Data:
    """The data of a service's life, with a fault in it or not."""
    data = Data()
    emitter = Emitter(data, stack, service, INDEXES.get(service), seed=1)
    for minute in healthy(begin, end, seed=7):
        if scenario and scenario.begin <= minute.at < scenario.begin + scenario.length:
            scenario.fault(minute)
        emitter.tell(minute)
    return data


Alarms = Mapping[str, MetricAlarm | CompositeAlarm]


def watched(alarms: Alarms, data: Data, begin: int, end: int, reading: Reading) -> Told:
    """Evaluate alarms from one minute to before another; those that tell the topic."""
    telling = {alarm.name: alarm.key for alarm in alarms.values() if alarm.actions}
    evaluator = Evaluator({each.name: each for each in alarms.values()}, data, reading)
    raised, first = dict[str, int](), dict[str, int]()
    for minute in range(begin, end):
        for name, state in evaluator.at(minute).items():
            if state == ALARM and name in telling:
                raised[telling[name]] = raised.get(telling[name], 0) + 1
                first.setdefault(telling[name], minute)
    lasting = {key for name, key in telling.items() if evaluator.states[name] == ALARM}
    return Told(raised, first, frozenset(lasting))


def outcome(
    scenario: Scenario, service: str, stack: Stack, reading: Reading, alarms: Alarms | None = None
) -> Told:
    """What is told of a fault."""
    end = scenario.begin + scenario.length
    data = lived(service, stack.name, scenario.begin - HISTORY, end + AFTER, scenario)
    begin = scenario.begin - 15
    return watched(alarms or stack.alarms, data, begin, end + AFTER, reading)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_fault_raises_its_alarms_and_no_other(
    services: Mapping[str, Stack], scenario: Scenario
) -> None:
    """In every service; once, while it lasts; and all of them end."""
    for name in sorted(scenario.services):
        told = outcome(scenario, name, services[name], READINGS["as its pages say"])

        assert set(told.raised) == scenario.raises, name
        assert told.lasting == frozenset(), name
        assert set(told.raised.values()) == {1}, told.raised
        assert all(scenario.begin < at for at in told.first.values())
        assert all(at <= scenario.begin + scenario.length + 1 for at in told.first.values())


@pytest.mark.parametrize("reading", [each for each in READINGS if each != "as its pages say"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_it_does_so_however_cloudwatch_is_read(
    services: Mapping[str, Stack], scenario: Scenario, reading: str
) -> None:
    """Where AWS's pages leave something open, or data are late."""
    name = "authentication" if "profile" not in scenario.services else "profile"
    told = outcome(scenario, name, services[name], READINGS[reading])

    assert set(told.raised) == scenario.raises
    assert not told.lasting


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("name", SERVICES)
def test_a_healthy_day_raises_none(services: Mapping[str, Stack], name: str, reading: str) -> None:
    """With a silent night, single failures, cold starts and a deployment."""
    data = lived(name, services[name].name, -HISTORY, DAY, None)

    told = watched(services[name].alarms, data, 0, DAY, READINGS[reading])

    assert not told.raised
    assert not told.lasting


def test_every_alarm_has_a_fault_that_it_is_for(services: Mapping[str, Stack]) -> None:
    """None is there that was never seen to be raised."""
    for name, stack in services.items():
        faults = {key for each in SCENARIOS if name in each.services for key in each.raises}
        assert faults == {alarm.key for alarm in stack.alarms.values() if alarm.actions}
