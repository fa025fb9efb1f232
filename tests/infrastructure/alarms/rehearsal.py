"""The running system's own events as the metrics that AWS would emit, and its alarms on them.

What is real: requests, answers, durations, the functions' own lines, DynamoDB's refusals and how
the services take them; the alarms as CloudFormation has made them; composite alarms; the way from
an alarm's state to the operations topic and a queue that listens to it. What is simulated: the
metrics of API Gateway, Lambda and DynamoDB, which the emulator does not emit, are put together from
those events; an alarm's state is worked out by the evaluator, and set; and a round of requests is
taken for a minute.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pactwright.local.proxy import Exchange
from pactwright.local.system import ENVIRONMENT, System
from tests.infrastructure.alarms import database
from tests.infrastructure.alarms.data import Data
from tests.infrastructure.alarms.evaluation import Evaluator, Reading
from tests.infrastructure.alarms.stacks import CompositeAlarm, Metric, MetricAlarm, alarm

_PREFIX: Final = f"hereabouts-{ENVIRONMENT}-"


class Rehearsal:
    """A system under watch.

    Args:
        system: running.
        behaviour: of the database behind it, which notes what it throttles.
        exchanges: what the system's proxies tell, and goes on to be told.

    Attributes:
        data: all metrics so far.
        minute: how many minutes were lived.
        messages: what the operations topic told in the last of them.
        alarms: as they were deployed, by name.
    """

    def __init__(
        self, system: System, behaviour: database.Behaviour, exchanges: list[Exchange]
    ) -> None:
        self._system = system
        self._behaviour = behaviour
        self._exchanges = exchanges
        self._cloudwatch = system.emulator.client("cloudwatch")
        self._logs = system.emulator.client("logs")
        self._seen: set[str] = set()
        self._queue = _Queue(system)
        self.data = Data()
        self.minute = 0
        self.messages: list[Mapping[str, Any]] = []
        self.alarms = deployed(self._cloudwatch)
        self._evaluator = Evaluator(self.alarms, self.data, Reading())

    def live(self, *traffic: Callable[[], object]) -> set[str]:
        """One minute: some traffic, its metrics, the alarms; returns those that were raised."""
        self._exchanges.clear()
        self._behaviour.refused.clear()
        for each in traffic:
            each()
        self._measure()
        return self._evaluate()

    def pass_time(self, minutes: int) -> set[str]:
        """Minutes without traffic; returns the alarms that were raised in them."""
        return set[str]().union(*(self.live() for _ in range(minutes)))

    def states(self) -> dict[str, str]:
        """Each alarm's state, as the emulator has it."""
        return {each["AlarmName"]: each["StateValue"] for each in _described(self._cloudwatch)}

    def raised(self) -> set[str]:
        """The alarms that are raised now and tell the topic."""
        return {
            name
            for name, state in self.states().items()
            if state == "ALARM" and self.alarms[name].actions
        }

    def expected(self) -> dict[str, str]:
        """Each alarm's state, as the evaluator has it."""
        return dict(self._evaluator.states)

    def _measure(self) -> None:
        told = self._told()
        for name in self._system.project.services:
            mine = [each for each in self._exchanges if each.service == name]
            self._gateway(name, mine)
            self._function(name, len(mine), told[name])
            for line in told[name]:
                self._own(line)
        for refused in self._behaviour.refused:
            self._table(refused)

    def _gateway(self, service: str, exchanges: list[Exchange]) -> None:
        api = {"ApiName": _PREFIX + service, "Stage": ENVIRONMENT}
        for each in exchanges:
            for name, value in (
                ("Count", 1.0),
                ("5XXError", float(each.status >= 500)),
                ("4XXError", float(400 <= each.status < 500)),
                ("Latency", each.milliseconds),
            ):
                self.data.put(Metric.of("AWS/ApiGateway", name, **api), self.minute, value)

    def _function(self, service: str, invoked: int, told: list[Mapping[str, Any]]) -> None:
        """An invocation that told of no request did not come to its end."""
        function = self._system.deployment.outputs[service]["FunctionName"]
        for dimensions in (
            {"FunctionName": function},
            {"FunctionName": function, "Resource": f"{function}:live"},
        ):
            errors = Metric.of("AWS/Lambda", "Errors", **dimensions)
            self.data.put(errors, self.minute, 1, invoked - len(told))
            self.data.put(errors, self.minute, 0, len(told))
            duration = Metric.of("AWS/Lambda", "Duration", **dimensions)
            for line in told:
                self.data.put(duration, self.minute, line["Latency"][0])

    def _table(self, refused: database.Refused) -> None:
        kind = "Read" if refused.is_read else "Write"
        where = {"TableName": refused.table}
        if refused.index:
            where["GlobalSecondaryIndexName"] = refused.index
        names = [f"{kind}ThrottleEvents"]
        if refused.is_hot:
            names.append(f"{kind}KeyRangeThroughputThrottleEvents")
        for name in names:
            self.data.put(Metric.of("AWS/DynamoDB", name, **where), self.minute, 1)

    def _own(self, line: Mapping[str, Any]) -> None:
        """A line in Embedded Metric Format, as CloudWatch takes it."""
        for directive in line["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                where = {name: line[name] for name in names}
                for metric in directive["Metrics"]:
                    named = Metric.of(directive["Namespace"], metric["Name"], **where)
                    for value in line[metric["Name"]]:
                        self.data.put(named, self.minute, value)

    def _told(self) -> dict[str, list[Mapping[str, Any]]]:
        """The metrics' lines that each function has written since they were read last."""
        return {name: list(self._lines(name)) for name in self._system.project.services}

    def _lines(self, service: str) -> Iterator[Mapping[str, Any]]:
        group = f"/hereabouts/{ENVIRONMENT}/{service}"
        pages = self._logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        for page in pages:
            for event in page["events"]:
                text = event["message"].strip()
                if text.startswith('{"_aws"') and text not in self._seen:
                    self._seen.add(text)
                    yield json.loads(text)

    def _evaluate(self) -> set[str]:
        self.minute += 1
        for name, state in self._evaluator.at(self.minute).items():
            if isinstance(self.alarms[name], MetricAlarm):
                self._cloudwatch.set_alarm_state(
                    AlarmName=name, StateValue=state, StateReason="evaluated"
                )
        self.messages = list(self._queue.messages())
        return {each["AlarmName"] for each in self.messages if each["NewStateValue"] == "ALARM"}


class _Queue:
    """A queue that listens to the operations topic."""

    def __init__(self, system: System) -> None:
        topic = system.deployment.shared["OperationsTopicArn"]
        self._sqs = system.emulator.client("sqs")
        self._url = self._sqs.create_queue(QueueName="on-call")["QueueUrl"]
        told = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        arn = told["Attributes"]["QueueArn"]
        policy = {"Version": "2012-10-17", "Statement": [_from_topic(topic, arn)]}
        attributes = {"Policy": json.dumps(policy)}
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes=attributes)
        system.emulator.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def messages(self) -> Iterator[Mapping[str, Any]]:
        """What was told since."""
        while found := self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=0
        ).get("Messages"):
            for message in found:
                yield json.loads(json.loads(message["Body"])["Message"])
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])


def _from_topic(topic: str, queue: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }


def deployed(cloudwatch: Any) -> dict[str, MetricAlarm | CompositeAlarm]:
    """The alarms that there are, by name, as CloudWatch describes them."""
    return {
        each["AlarmName"]: alarm(
            each["AlarmName"].rpartition("-")[2], each, composite="AlarmRule" in each
        )
        for each in _described(cloudwatch)
    }


def _described(cloudwatch: Any) -> Iterator[Any]:
    pages = cloudwatch.get_paginator("describe_alarms")
    for page in pages.paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"]):
        yield from page["MetricAlarms"]
        yield from page["CompositeAlarms"]
