"""Every alarm and every graph is on metrics that are emitted; a mistake in one does not pass."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.infrastructure.alarms import dashboards, expressions, rules
from tests.infrastructure.alarms.catalogue import Catalogue
from tests.infrastructure.alarms.conftest import RUNBOOK, TOPIC, Stack
from tests.infrastructure.alarms.stacks import CompositeAlarm, Metric, MetricAlarm, Query

SERVICES = ("authentication", "location", "profile")
ARTICLE = {"ReadThrottles": "ReadThrottleEvents", "WriteThrottles": "WriteThrottleEvents"}
ROLLED_BACK_ON = ("AliasErrors", "GatewayErrors", "Latency")


def metric_alarms(stack: Stack) -> list[MetricAlarm]:
    """A stack's alarms on metrics."""
    return [alarm for alarm in stack.alarms.values() if isinstance(alarm, MetricAlarm)]


def faults(alarm: MetricAlarm, catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with what an alarm looks at."""
    for query in alarm.queries.values():
        if query.metric:
            yield from catalogue.faults(query.metric, query.stat, query.period)
        else:
            names = expressions.parse(query.expression).names
            yield from (f"{query.id} is over {each}" for each in names - alarm.queries.keys())
    if alarm.missing not in ("missing", "ignore", "breaching", "notBreaching"):
        yield "it does not say how missing data are treated"
    if alarm.datapoints > alarm.periods:
        yield "it needs more data points than it looks at"
    if alarm.periods * alarm.period > 86_400:
        yield "it looks at more than a day, so it is evaluated once an hour only"


@pytest.mark.parametrize("name", SERVICES)
def test_every_alarm_is_on_metrics_that_are_emitted(
    services: Mapping[str, Stack], catalogue: Catalogue, name: str
) -> None:
    """Namespace, name, dimensions and their values, statistic, period."""
    alarms = metric_alarms(services[name])

    assert len(alarms) >= 14
    assert [(each.key, fault) for each in alarms for fault in faults(each, catalogue)] == []


def test_every_widget_is_on_metrics_that_are_emitted(
    stacks: Mapping[str, Stack], catalogue: Catalogue
) -> None:
    """And is laid out as CloudWatch takes it."""
    bodies = {name: body for stack in stacks.values() for name, body in stack.dashboards.items()}

    assert sorted(bodies) == [
        "hereabouts-production",
        "hereabouts-production-authentication",
        "hereabouts-production-location",
        "hereabouts-production-profile",
    ]
    found = {name: list(dashboards.faults(body, catalogue)) for name, body in bodies.items()}
    assert found == {name: [] for name in bodies}


@pytest.mark.parametrize("name", SERVICES)
def test_the_articles_alarms_come_first(services: Mapping[str, Stack], name: str) -> None:
    """One throttled read, or one throttled write, of the service's own table is enough."""
    for key, metric in ARTICLE.items():
        alarm = services[name].alarms[key]
        assert isinstance(alarm, MetricAlarm)
        assert (alarm.operator, alarm.threshold) == ("GreaterThanOrEqualToThreshold", 1)
        assert alarm.queries["events"] == Query(
            "events",
            Metric.of("AWS/DynamoDB", metric, TableName=f"{services[name].name}-Table"),
            "Sum",
            60,
        )


@pytest.mark.parametrize("name", SERVICES)
def test_every_alarm_tells_the_operations_topic(services: Mapping[str, Stack], name: str) -> None:
    """When it is raised and when it ends; those that only serve a composite one don't."""
    alarms = services[name].alarms.values()
    parts = {
        part
        for alarm in alarms
        if isinstance(alarm, CompositeAlarm)
        for part in rules.parse(alarm.rule).alarms
    }

    for alarm in alarms:
        expected = () if alarm.name in parts else (TOPIC,)
        assert (alarm.actions, alarm.ok_actions) == (expected, expected), alarm.key
        assert f"{RUNBOOK}#" in alarm.description
    assert parts <= {alarm.name for alarm in alarms}


@pytest.mark.parametrize("name", SERVICES)
def test_a_deployment_is_rolled_back_on_what_the_alias_serves(
    services: Mapping[str, Stack], name: str
) -> None:
    """Alarms on the alias and on the stage; both see a new version's first requests."""
    stack = services[name]
    dimensions = {
        key: {query.metric.dimension_names for query in alarm.queries.values() if query.metric}
        for key in ROLLED_BACK_ON
        if isinstance(alarm := stack.alarms[key], MetricAlarm)
    }

    assert dimensions == {
        "AliasErrors": {frozenset({"FunctionName", "Resource"})},
        "GatewayErrors": {frozenset({"ApiName", "Stage"})},
        "Latency": {frozenset({"ApiName", "Stage"})},
    }


@pytest.mark.parametrize("name", SERVICES)
def test_durations_are_held_against_the_functions_timeout(
    services: Mapping[str, Stack], name: str
) -> None:
    """The alarm is at four fifths of it."""
    (function,) = services[name].properties("AWS::Lambda::Function").values()
    alarm = services[name].alarms["Duration"]

    assert isinstance(alarm, MetricAlarm)
    assert alarm.threshold == function["Timeout"] * 1000 * 0.8


def test_an_index_has_alarms_of_its_own(services: Mapping[str, Stack]) -> None:
    """Wherever a table has one: the table's metrics don't count what it throttles."""
    for stack in services.values():
        (table,) = stack.properties("AWS::DynamoDB::Table").values()
        indexes = {each["IndexName"] for each in table.get("GlobalSecondaryIndexes", ())}
        watched = {
            value
            for alarm in metric_alarms(stack)
            for query in alarm.queries.values()
            if query.metric
            for name, value in query.metric.dimensions
            if name == "GlobalSecondaryIndexName"
        }
        assert watched == indexes


def test_the_systems_dashboard_shows_each_service(
    stacks: Mapping[str, Stack], services: Mapping[str, Stack]
) -> None:
    """Alarms that exist, of every service, and a graph of every service's requests."""
    (body,) = stacks["platform"].dashboards.values()
    shown = {
        arn.rpartition(":")[2]
        for widget in body["widgets"]
        if widget["type"] == "alarm"
        for arn in widget["properties"]["alarms"]
    }
    existing = {alarm.name for stack in services.values() for alarm in stack.alarms.values()}
    metrics = {
        line.metric
        for widget in body["widgets"]
        if widget["type"] == "metric"
        for line in dashboards.graphed(widget)
    }

    assert shown <= existing
    for stack in services.values():
        assert {f"{stack.name}-FastBurn", f"{stack.name}-ReadThrottles"} <= shown
        assert (
            Metric.of("AWS/ApiGateway", "Count", ApiName=stack.name, Stage="production") in metrics
        )


@pytest.mark.parametrize("name", SERVICES)
def test_a_services_dashboard_shows_all_of_its_common_alarms(
    services: Mapping[str, Stack], name: str
) -> None:
    """Each that tells the topic, but for those that only some services have."""
    (body,) = services[name].dashboards.values()
    (widget,) = (each for each in body["widgets"] if each["type"] == "alarm")
    shown = {arn.rpartition(":")[2] for arn in widget["properties"]["alarms"]}
    own = {"SignInFailures", "IndexReadThrottles", "IndexWriteThrottles"}
    own |= {"DeletionsAge", "AccountEventsAge"}

    assert shown == {
        alarm.name
        for key, alarm in services[name].alarms.items()
        if alarm.actions and key not in own
    }


def changed(alarm: MetricAlarm, change: Callable[[Query], Query]) -> MetricAlarm:
    """An alarm with each of its metrics changed."""
    return replace(
        alarm,
        queries={
            key: change(query) if query.metric else query for key, query in alarm.queries.items()
        },
    )


def on(query: Query, **change: Any) -> Query:
    """A query with another metric."""
    assert query.metric
    return replace(query, metric=replace(query.metric, **change))


MUTANTS: Mapping[str, Callable[[Query], Query]] = {
    "the namespace of the predecessor": lambda query: on(query, namespace="AWS/APIGateway"),
    "a name that there is not": lambda query: on(query, name="Error5XX"),
    "another metric's name": lambda query: on(query, name="CPUUtilization"),
    "no dimension": lambda query: on(query, dimensions=(("InstanceId", "i"),)),
    "a dimension misspelt": lambda query: on(
        query, dimensions=tuple((name.upper(), value) for name, value in dims(query))
    ),
    "a value that there is not": lambda query: on(
        query, dimensions=tuple((name, f"{value}-other") for name, value in dims(query))
    ),
    "a statistic that means nothing": lambda query: replace(query, stat="p99x"),
    "a trimmed mean of a count": lambda query: replace(query, stat="tm99"),
    "half a minute": lambda query: replace(query, period=30),
    "one dimension more": lambda query: on(query, dimensions=(*dims(query), ("Region", "eu"))),
}


def dims(query: Query) -> tuple[tuple[str, str], ...]:
    """A query's dimensions."""
    assert query.metric
    return query.metric.dimensions


@pytest.mark.parametrize("mutant", MUTANTS)
def test_an_alarm_that_could_never_fire_does_not_pass(
    services: Mapping[str, Stack], catalogue: Catalogue, mutant: str
) -> None:
    """Each kind of mistake, in every alarm of every service."""
    passed = [
        (name, alarm.key)
        for name, stack in services.items()
        for alarm in metric_alarms(stack)
        if not list(faults(changed(alarm, MUTANTS[mutant]), catalogue))
    ]

    assert passed == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"missing": None}, "does not say how missing data"),
        ({"datapoints": 9}, "more data points than it looks at"),
        ({"periods": 2000, "datapoints": 1}, "more than a day"),
    ],
)
def test_an_alarm_that_is_not_thought_through_does_not_pass(
    services: Mapping[str, Stack], catalogue: Catalogue, change: Mapping[str, Any], said: str
) -> None:
    """Missing data by default, a condition that can't hold, an alarm an hour late."""
    alarm = services["profile"].alarms["Latency"]
    assert isinstance(alarm, MetricAlarm)

    assert any(said in each for each in faults(replace(alarm, **change), catalogue))


def first(body: Any, kind: str) -> Any:
    """The first widget of a type."""
    return next(each for each in body["widgets"] if each["type"] == kind)


WIDGET_MUTANTS: Mapping[str, tuple[Callable[[Any], object], str]] = {
    "a type that there is not": (lambda b: first(b, "text").update(type="graph"), "'graph'"),
    "no region": (lambda b: first(b, "metric")["properties"].pop("region"), "'region'"),
    "an unknown property": (
        lambda b: first(b, "metric")["properties"].update(titel="x"),
        "'titel' was unexpected",
    ),
    "too wide": (lambda b: first(b, "metric").update(x=20), "wider than the grid"),
    "two at one place": (lambda b: first(b, "metric").update(y=1), "overlap"),
    "no ARN": (
        lambda b: first(b, "alarm")["properties"]["alarms"].append("Latency"),
        "'Latency' does not match",
    ),
    "the namespace of the predecessor": (
        lambda b: first(b, "metric")["properties"]["metrics"][0].__setitem__(0, "AWS/APIGateway"),
        "nothing is emitted in the namespace AWS/APIGateway",
    ),
    "an API that there is not": (
        lambda b: first(b, "metric")["properties"]["metrics"][1].__setitem__(3, "users"),
        "there is no ApiName users",
    ),
    "a search that finds nothing": (
        lambda b: b["widgets"][-1]["properties"]["metrics"][0][0].update(
            expression="SEARCH('{AWS/Lambda,FunctionName} FunctionName=users "
            "MetricName=\"Errors\"', 'Sum', 60)"
        ),
        "there is no FunctionName users",
    ),
    "a search under dimensions that there are not": (
        lambda b: b["widgets"][-1]["properties"]["metrics"][0][0].update(
            expression="SEARCH('{AWS/Lambda,TableName} MetricName=\"Errors\"', 'Sum', 60)"
        ),
        "is not emitted by ['TableName']",
    ),
}


@pytest.mark.parametrize("mutant", WIDGET_MUTANTS)
def test_a_dashboard_that_would_show_nothing_does_not_pass(
    stacks: Mapping[str, Stack], catalogue: Catalogue, mutant: str
) -> None:
    """Nor one that CloudWatch would refuse."""
    change, said = WIDGET_MUTANTS[mutant]
    (body,) = copy.deepcopy(dict(stacks["platform"].dashboards)).values()
    change(body)

    assert any(said in fault for fault in dashboards.faults(body, catalogue))
