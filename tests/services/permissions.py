"""Which of AWS's actions the services' code takes, held against what their roles allow.

A recorder sees each request that is made of AWS while a service answers; the rest of what tests do
to a table is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from hereabouts.authentication.operations import OPERATIONS as AUTHENTICATION
from hereabouts.location.operations import OPERATIONS as LOCATION
from hereabouts.profile.operations import OPERATIONS as PROFILE
from pactwright.local.rehearsal.requests import transacted
from pactwright.service.call import Delivery, current

Use = tuple[str, str, str]
"""Service, action, and what of its stack it is taken on: `("profile", "dynamodb:Query",
"Table/index/gsi1")`."""

RUNTIME: Final[Mapping[tuple[str, str], str]] = {
    ("logs:CreateLogStream", "Logs:*"): "Lambda writes each instance's lines to a stream",
    ("logs:PutLogEvents", "Logs:*"): "Lambda writes what the function prints",
    ("xray:PutTelemetryRecords", "*"): "Lambda's daemon tells X-Ray how much it has sent",
    ("xray:PutTraceSegments", "*"): "Lambda sends the trace of an invocation",
    ("sqs:SendMessage", "DeadLetters"): "Lambda puts away the event that it has given up",
    ("dynamodb:DescribeStream", "Table/stream/*"): "Lambda follows the table's stream",
    ("dynamodb:GetRecords", "Table/stream/*"): "Lambda reads what the table's stream tells",
    ("dynamodb:GetShardIterator", "Table/stream/*"): "Lambda goes on where it was in the stream",
    ("dynamodb:ListStreams", "Table/stream/*"): "Lambda finds the table's stream",
    ("sqs:DeleteMessage", "AccountEvents"): "Lambda takes away the message that is handled",
    ("sqs:GetQueueAttributes", "AccountEvents"): "Lambda asks how much waits in the queue",
    ("sqs:ReceiveMessage", "AccountEvents"): "Lambda takes messages from the queue",
}
"""What Lambda does with the role by itself, and why."""

_SOURCES: Final = {"Table/stream/*": "Table", "AccountEvents": "AccountEvents"}
"""What Lambda polls, where a template has an event source mapping of it."""

_BATCHES: Final = frozenset({"BatchGetItem", "BatchWriteItem"})
_NAME: Final = re.compile(r"\$\{(\w+)(?:\.\w+)?\}(.*)")


def actions(operation: str, request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a request takes: each `(action, the table, index or secret that it names)`.

    Args:
        operation: its name in the service's API: `GetItem`.
        request: its parameters.
    """
    if "TransactItems" in request:
        for action, about in transacted(request["TransactItems"]):
            yield action, about["TableName"]
    elif operation in _BATCHES:
        yield from ((f"dynamodb:{operation}", table) for table in request["RequestItems"])
    elif "TopicArn" in request:
        yield f"sns:{operation}", request["TopicArn"]
    elif "SecretId" in request:
        yield f"secretsmanager:{operation}", request["SecretId"]
    else:
        index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
        yield f"dynamodb:{operation}", request["TableName"] + index


class Recorder:
    """Notes what services take.

    Attributes:
        uses: what was noted.
    """

    def __init__(self) -> None:
        self.uses: set[Use] = set()
        self._services = {
            operation.name: service
            for service, operations in (
                ("authentication", AUTHENTICATION),
                ("location", LOCATION),
                ("profile", PROFILE),
            )
            for operation in operations
        }

    def watch(self, client: Any) -> None:
        """Note what is asked by a boto3 client while a service answers a request."""
        client.meta.events.register("provide-client-params.*.*", self._asked)

    def note(self, service: str, operation: str, request: Mapping[str, Any]) -> None:
        """Note one request of a service's."""
        self.uses |= {
            (service, action, _own(service, name)) for action, name in actions(operation, request)
        }

    def _asked(self, params: Mapping[str, Any], model: Any, **_: object) -> None:
        call = current.get()
        if isinstance(call, Delivery):
            self.note(call.service, model.name, params)
        elif call is not None:
            self.note(self._services[call.operation.name], model.name, params)


def _own(service: str, name: str) -> str:
    """What a name stands for in the service's own stack, where tests call tables by services."""
    return re.sub(rf"^{service}-[0-9a-f]{{32}}", "Table", name)


def granted(template: Mapping[str, Any]) -> set[tuple[str, str]]:
    """What the role of a template's function allows: each `(action, what on)`."""
    resources = template["Resources"]
    policies = [*resources["Role"]["Properties"]["Policies"]]
    policies += [
        each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::IAM::Policy" and {"Ref": "Role"} in each["Properties"]["Roles"]
    ]
    return {
        (action, _named(resource))
        for policy in policies
        for statement in policy["PolicyDocument"]["Statement"]
        for action in _as_list(statement["Action"])
        for resource in _as_list(statement["Resource"])
    }


def runtime(template: Mapping[str, Any]) -> set[tuple[str, str]]:
    """What Lambda does by itself with the role of a template's function."""
    polled = {
        each["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::Lambda::EventSourceMapping"
    }
    return {use for use in RUNTIME if _SOURCES.get(use[1]) in {None, *polled}}


def _named(resource: Any) -> str:
    """What an ARN in a template is of: the logical id, and what follows it."""
    if isinstance(resource, str):
        return resource
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    if "Ref" in resource:
        return str(resource["Ref"])
    found = [match for match in _NAME.findall(resource["Fn::Sub"]) if match[0] != "AWS"]
    ((name, rest),) = found
    return f"{name}{rest}"


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def faults(service: str, template: Mapping[str, Any], uses: Collection[Use]) -> list[str]:
    """What a service's role does not allow and should, and the other way round.

    Args:
        service: the service.
        template: its template, with its fragments.
        uses: what was noted, of all services.
    """
    allowed = granted(template)
    needed = {(action, on) for who, action, on in uses if who == service} | runtime(template)
    return [
        *(
            f"{service}: {action} on {on} is needed, and its role does not allow it"
            for action, on in sorted(needed - allowed)
        ),
        *(
            f"{service}: its role allows {action} on {on}, which nothing needs"
            for action, on in sorted(allowed - needed)
        ),
    ]
