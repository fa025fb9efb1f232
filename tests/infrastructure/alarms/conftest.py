"""What there is to be proven: each stack's alarms and dashboards, and the metrics that exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pactwright.deploy.templates import Rendered
from pactwright.schema import describe, load
from pactwright.schema.project import Project
from tests.infrastructure.alarms.catalogue import Catalogue
from tests.infrastructure.alarms.stacks import (
    CompositeAlarm,
    MetricAlarm,
    Resolver,
    alarms,
    dashboards,
)
from tests.infrastructure.alarms.telling import ENVIRONMENT, told
from tests.infrastructure.conftest import translated

TOPIC = "arn:aws:sns:eu-west-1:123456789012:hereabouts-production-operations"
RUNBOOK = "https://example.com/runbook.md"


@dataclass(frozen=True)
class Stack:
    """A stack as it would be deployed to production.

    Attributes:
        template: after the SAM transform.
        alarms: by logical id.
        dashboards: bodies, by name.
    """

    name: str
    template: Mapping[str, Any]
    alarms: Mapping[str, MetricAlarm | CompositeAlarm]
    dashboards: Mapping[str, Any]

    @classmethod
    def of(cls, service: str, rendered: Rendered) -> Stack:
        name = f"hereabouts-{ENVIRONMENT}-{service}"
        template = translated(rendered.template)
        parameters = {
            "Environment": ENVIRONMENT,
            "OperationsTopicArn": TOPIC,
            "RunbookUrl": RUNBOOK,
        }
        resolve = Resolver(template, name, parameters)
        found = alarms(template, resolve)
        return cls(name, template, found, dict(dashboards(template, resolve)))

    def properties(self, kind: str) -> Mapping[str, Mapping[str, Any]]:
        """The properties of each resource of a type, by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == kind
        }

    def by_name(self) -> dict[str, MetricAlarm | CompositeAlarm]:
        """Its alarms by their names."""
        return {alarm.name: alarm for alarm in self.alarms.values()}


@pytest.fixture(scope="session")
def stacks(rendered: Mapping[str, Rendered]) -> Mapping[str, Stack]:
    """Each service's stack, and those that services share."""
    return {name: Stack.of(name, each) for name, each in rendered.items()}


@pytest.fixture(scope="session")
def services(project: Project, stacks: Mapping[str, Stack]) -> Mapping[str, Stack]:
    """Each service's stack."""
    return {name: stacks[name] for name in project.services}


@pytest.fixture(scope="session")
def lines(project: Project) -> Mapping[str, list[str]]:
    """What each service's handler prints of a request."""
    return {name: told(name) for name in project.services}


@pytest.fixture(scope="session")
def operations(project: Project) -> Mapping[str, frozenset[str]]:
    """The names of each service's operations."""
    return {
        name: frozenset(each.name for each in describe(load(service.document)).operations)
        for name, service in project.services.items()
    }


@pytest.fixture(scope="session")
def catalogue(
    lines: Mapping[str, list[str]],
    services: Mapping[str, Stack],
    operations: Mapping[str, frozenset[str]],
) -> Catalogue:
    """The metrics that there are once all stacks are: AWS's and the services' own."""
    own = Catalogue.of_aws().with_own(line for each in lines.values() for line in each)
    return own.with_values(values(services, operations))


def values(
    services: Mapping[str, Stack], operations: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """What the dimensions of metrics are called once all stacks are there."""
    functions, aliases, tables, indexes, queues, apis, stages = (set[str]() for _ in range(7))
    for stack in services.values():
        resolve = Resolver(stack.template, stack.name, {"Environment": ENVIRONMENT})
        functions |= names(stack, "AWS::Lambda::Function")
        tables |= names(stack, "AWS::DynamoDB::Table")
        queues |= names(stack, "AWS::SQS::Queue")
        for alias in stack.properties("AWS::Lambda::Alias").values():
            aliases.add(f"{resolve(alias['FunctionName'])}:{alias['Name']}")
        for table in stack.properties("AWS::DynamoDB::Table").values():
            indexes |= {each["IndexName"] for each in table.get("GlobalSecondaryIndexes", ())}
        for api in stack.properties("AWS::ApiGateway::RestApi").values():
            apis.add(resolve(api["Name"]))
        for stage in stack.properties("AWS::ApiGateway::Stage").values():
            stages.add(resolve(stage["StageName"]))
    found = {
        "FunctionName": functions,
        "Resource": aliases,
        "TableName": tables,
        "GlobalSecondaryIndexName": indexes,
        "QueueName": queues,
        "ApiName": apis,
        "Stage": stages,
        "Operation": {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"},
        "service": set(services),
        "operation": set[str]().union(*operations.values()),
    }
    return {name: frozenset(each) for name, each in found.items()}


def names(stack: Stack, kind: str) -> set[str]:
    """What a stack's resources of a type are called."""
    return {f"{stack.name}-{logical_id}" for logical_id in stack.properties(kind)}
