"""Alarms and dashboards as CloudFormation makes them of a template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Template = Mapping[str, Any]

_PSEUDO: Final = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "123456789012",
    "AWS::URLSuffix": "amazonaws.com",
}
_ALARMS: Final = {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"}


@dataclass(frozen=True)
class Metric:
    """What CloudWatch tells metrics apart by.

    Attributes:
        dimensions: each `(name, value)`, in the order of the names.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, namespace: str, name: str, **dimensions: str) -> Metric:
        """A metric; the order of its dimensions means nothing."""
        return cls(namespace, name, tuple(sorted(dimensions.items())))

    @property
    def dimension_names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.dimensions)


@dataclass(frozen=True)
class Query:
    """A line of data: a statistic of a metric, or an expression over other lines.

    Attributes:
        period: in seconds; 0 for an expression.
    """

    id: str
    metric: Metric | None = None
    stat: str = ""
    period: int = 0
    expression: str = ""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """What every alarm has.

    Attributes:
        key: its logical id.
    """

    key: str
    name: str
    description: str
    actions: tuple[str, ...]
    ok_actions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MetricAlarm(Alarm):
    """An alarm on one line of data.

    Attributes:
        queries: by id; `watched` is the id of the one that is compared with the threshold.
        periods: N of "M out of N".
        datapoints: M.
        missing: how missing data are treated; None if it isn't said.
    """

    queries: Mapping[str, Query] = field(hash=False)
    watched: str
    operator: str
    threshold: float
    periods: int
    datapoints: int
    missing: str | None

    @property
    def period(self) -> int:
        """Of its metrics, in seconds; one for all."""
        (period,) = {query.period for query in self.queries.values() if query.metric}
        return period


@dataclass(frozen=True, kw_only=True)
class CompositeAlarm(Alarm):
    """An alarm on the states of others."""

    rule: str


class Resolver:
    """Works out intrinsic functions; refuses what it does not know.

    Args:
        template: after the SAM transform, or with nothing of SAM that is asked for.
        stack: the stack's name.
        parameters: on top of the template's defaults.
        names: what resources are called, by logical id, as `Ref` gives it; by default the stack's
            name and theirs.
    """

    def __init__(
        self,
        template: Template,
        stack: str,
        parameters: Mapping[str, str],
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._template = template
        defaults = {
            name: about["Default"]
            for name, about in template.get("Parameters", {}).items()
            if "Default" in about
        }
        self._values = _PSEUDO | {"AWS::StackName": stack} | defaults | dict(parameters)
        self._names = names or {}

    def __call__(self, value: Any) -> Any:
        """A value with all functions in it worked out."""
        if isinstance(value, list):
            return [self(each) for each in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Ref":
                return self._ref(argument)
            if function.startswith("Fn::"):
                return self._function(function, argument)
        return {key: self(each) for key, each in value.items()}

    def _function(self, name: str, argument: Any) -> Any:
        if name == "Fn::Sub":
            text, own = argument if isinstance(argument, list) else (argument, {})
            return self._sub(text, self(own))
        if name == "Fn::FindInMap":
            mapping, first, second = self(argument)
            return self._template["Mappings"][mapping][first][second]
        if name == "Fn::GetAtt":
            return self._attribute(*argument)
        raise ValueError(f"{name} is not known here")

    def _sub(self, text: str, own: Mapping[str, Any]) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name in own:
                return str(own[name])
            if "." in name:
                return str(self._attribute(*name.split(".", 1)))
            return str(self._ref(name))

        return re.sub(r"\$\{([^!}]+)\}", value, text)

    def _ref(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        resource = self._template["Resources"][name]
        if resource["Type"] in _ALARMS:
            return self(resource["Properties"]["AlarmName"])
        return self._names.get(name, f"{self._values['AWS::StackName']}-{name}")

    def _attribute(self, name: str, attribute: str) -> str:
        kind = self._template["Resources"][name]["Type"]
        if kind in _ALARMS and attribute == "Arn":
            place = f"{self._values['AWS::Region']}:{self._values['AWS::AccountId']}"
            return f"arn:aws:cloudwatch:{place}:alarm:{self._ref(name)}"
        if kind == "AWS::SQS::Queue" and attribute == "QueueName":
            return str(self._ref(name)).rpartition("/")[2]  # Ref gives its URL
        raise ValueError(f"{attribute} of a {kind} is not known here")


def alarms(template: Template, resolve: Resolver) -> dict[str, MetricAlarm | CompositeAlarm]:
    """The alarms of a template, by logical id."""
    return {
        key: alarm(key, resolve(resource["Properties"]), composite="Composite" in resource["Type"])
        for key, resource in template["Resources"].items()
        if resource["Type"] in _ALARMS
    }


def alarm(
    key: str, properties: Mapping[str, Any], *, composite: bool
) -> MetricAlarm | CompositeAlarm:
    """An alarm from its properties, as templates and CloudWatch's own interface name them."""
    about: dict[str, Any] = {
        "key": key,
        "name": properties["AlarmName"],
        "description": properties.get("AlarmDescription", ""),
        "actions": tuple(properties.get("AlarmActions", ())),
        "ok_actions": tuple(properties.get("OKActions", ())),
    }
    if composite:
        return CompositeAlarm(**about, rule=properties["AlarmRule"])
    queries, watched = _queries(properties)
    return MetricAlarm(
        **about,
        queries=queries,
        watched=watched,
        operator=properties["ComparisonOperator"],
        threshold=float(properties["Threshold"]),
        periods=int(properties["EvaluationPeriods"]),
        datapoints=int(properties.get("DatapointsToAlarm", properties["EvaluationPeriods"])),
        missing=properties.get("TreatMissingData"),
    )


def _queries(properties: Mapping[str, Any]) -> tuple[dict[str, Query], str]:
    if "MetricName" in properties:
        stat = properties.get("ExtendedStatistic") or properties["Statistic"]
        return {"m": Query("m", _metric(properties), stat, int(properties["Period"]))}, "m"
    queries, watched = {}, []
    for each in properties["Metrics"]:
        if "Expression" in each:
            queries[each["Id"]] = Query(each["Id"], expression=each["Expression"])
        else:
            stat = each["MetricStat"]
            metric = _metric(stat["Metric"])
            queries[each["Id"]] = Query(each["Id"], metric, stat["Stat"], int(stat["Period"]))
        if each.get("ReturnData", True):
            watched.append(each["Id"])
    if len(watched) != 1:
        raise ValueError(f"an alarm watches one line, not {watched}")
    return queries, watched[0]


def _metric(properties: Mapping[str, Any]) -> Metric:
    dimensions = {each["Name"]: each["Value"] for each in properties.get("Dimensions", ())}
    return Metric.of(properties["Namespace"], properties["MetricName"], **dimensions)


def dashboards(template: Template, resolve: Resolver) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each dashboard's name and body."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Dashboard":
            properties = resolve(resource["Properties"])
            yield properties["DashboardName"], json.loads(properties["DashboardBody"])
