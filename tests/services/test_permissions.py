"""A role allows what its service's code does, and nothing else; these tests run last."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import boto3
import pytest
import requests

from hereabouts.authentication.messages import USER_DELETED
from hereabouts.authentication.operations import OPERATIONS as AUTHENTICATION
from hereabouts.location.operations import OPERATIONS as LOCATION
from hereabouts.profile.operations import OPERATIONS as PROFILE
from pactwright.deploy.templates import read
from pactwright.local.inprocess import InProcessAdapter
from pactwright.service.call import Call, current
from pactwright.wire import encode_message
from services.authentication.deletions import user_deleted
from tests.services.composition import Hereabouts
from tests.services.databases import Database
from tests.services.deliveries import received, removal
from tests.services.doubles import START
from tests.services.lambdas import Aws, answered
from tests.services.observations import SERVICES
from tests.services.permissions import RUNTIME, Recorder, actions, faults, granted

OPERATIONS: Final[Mapping[str, Any]] = {
    "authentication": AUTHENTICATION,
    "location": LOCATION,
    "profile": PROFILE,
}
USER: Final = UUID(int=1)
REQUESTS: Final[Mapping[str, tuple[tuple[str, str, int], ...]]] = {
    "authentication": (("GET", "/users/me", 401),),
    "location": (("GET", f"/locations/{USER}", 503),),
    "profile": (("DELETE", f"/profiles/{USER}", 503), ("GET", "/profiles?cursor=abc", 422)),
}
"""Requests for which all secrets of a service are read, and how it answers where AWS is empty."""
_AT: Final = datetime.fromtimestamp(START, UTC)
DELETED: Final = encode_message(USER_DELETED, user_deleted(USER, _AT))
RECORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "authentication": removal({"pk": f"USER#{USER}", "sk": "USER"}, START, 1),
    "location": received("m", DELETED),
    "profile": received("m", DELETED),
}
"""What each gets from a stream or a queue."""


@pytest.fixture
def templates(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """Each service's template."""
    services = request.config.rootpath / "services"
    return {name: read(services / name / "template.yaml") for name in SERVICES}


@pytest.mark.parametrize("service", SERVICES)
def test_handler_starts_with_what_its_template_gives(
    service: str, templates: Mapping[str, Any], recorder: Recorder, request: pytest.FixtureRequest
) -> None:
    """With no other variable of the environment, and reads the secrets that are named there."""
    token = "haat_" + "x" * 43
    adapter = InProcessAdapter(lambda *_: None, OPERATIONS[service])
    events = [
        adapter.event(
            requests.Request(
                method, f"https://a{path}", {"Authorization": f"Bearer {token}"}
            ).prepare()
        )
        for method, path, _ in REQUESTS[service]
    ]
    events.append({"Records": [RECORDS[service]]})
    aws = Aws(service, recorder)

    with aws.serving():
        statuses = answered(request.config.rootpath, templates[service], events, aws)

    assert statuses == [*(status for _, _, status in REQUESTS[service]), 200]


@pytest.mark.parametrize("service", SERVICES)
def test_role_allows_what_the_code_does(
    service: str, templates: Mapping[str, Any], recorder: Recorder, whole: str | None
) -> None:
    """Each action that was seen in a whole run, on the very resource, and no other."""
    if whole is not None:
        pytest.skip(whole)

    assert faults(service, templates[service], recorder.uses) == []


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_missing_or_too_much_is_told_by_name(
    service: str, templates: Mapping[str, Any]
) -> None:
    """Every single action, taken from the role or seen by nobody."""
    template = templates[service]
    uses = {(service, *each) for each in granted(template) - RUNTIME.keys()}
    needless = ("dynamodb:Scan", "Table")
    wide = copy.deepcopy(template)
    statement = {"Effect": "Allow", "Action": needless[0], "Resource": "*"}
    wide["Resources"]["OwnResources"]["Properties"]["PolicyDocument"]["Statement"].append(statement)
    bare = copy.deepcopy(template)
    bare["Resources"].pop("OwnResources")

    assert len(uses) > 3
    assert faults(service, template, uses) == []
    assert faults(service, wide, uses) == [
        f"{service}: its role allows dynamodb:Scan on *, which nothing needs"
    ]
    for use in uses:
        _, action, on = use
        assert faults(service, template, uses - {use}) == [
            f"{service}: its role allows {action} on {on}, which nothing needs"
        ]
    assert faults(service, bare, uses) == [
        f"{service}: {action} on {on} is needed, and its role does not allow it"
        for _, action, on in sorted(uses)
    ]


@pytest.mark.any_table
def test_request_of_a_service_is_noted(hereabouts: Hereabouts, database: Database) -> None:
    """With the action of each member of a transaction; what a test asks itself is not."""
    recorder = Recorder()
    recorder.watch(database.client)

    hereabouts.location.table.get({"pk": "a", "sk": "b"})

    hereabouts.register("ines-almeida")

    assert recorder.uses == {
        ("authentication", "dynamodb:PutItem", "Table"),
        ("authentication", "dynamodb:UpdateItem", "Table"),
    }


def test_table_of_another_service_is_told() -> None:
    """A service that reads a table of another needs what its role does not allow."""
    recorder = Recorder()
    table = f"location-{'0' * 32}"
    client: Any = boto3.Session().client("dynamodb", region_name="eu-west-1")
    recorder.watch(client)
    client.meta.events.register("before-call.*.*", lambda **_: (_Answer(), {}))

    token = current.set(Call(PROFILE[0], "id"))
    try:
        client.get_item(TableName=table, Key={})
    finally:
        current.reset(token)

    assert recorder.uses == {("profile", "dynamodb:GetItem", table)}


class _Answer:
    """As much of an answer as a client looks at, had there been a request."""

    status_code = 200


@pytest.mark.parametrize(
    ("operation", "request_", "found"),
    [
        ("GetItem", {"TableName": "t"}, {("dynamodb:GetItem", "t")}),
        ("Query", {"TableName": "t", "IndexName": "i"}, {("dynamodb:Query", "t/index/i")}),
        ("Query", {"TableName": "t"}, {("dynamodb:Query", "t")}),
        (
            "BatchGetItem",
            {"RequestItems": {"t": {}, "u": {}}},
            {("dynamodb:BatchGetItem", "t"), ("dynamodb:BatchGetItem", "u")},
        ),
        ("BatchWriteItem", {"RequestItems": {"t": []}}, {("dynamodb:BatchWriteItem", "t")}),
        (
            "TransactWriteItems",
            {
                "TransactItems": [
                    {kind: {"TableName": "t"}}
                    for kind in ("Put", "Update", "Delete", "ConditionCheck")
                ]
            },
            {
                (f"dynamodb:{action}", "t")
                for action in ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")
            },
        ),
        (
            "TransactGetItems",
            {"TransactItems": [{"Get": {"TableName": "t"}}]},
            {("dynamodb:GetItem", "t")},
        ),
        ("Publish", {"TopicArn": "t", "Message": "m"}, {("sns:Publish", "t")}),
        ("GetSecretValue", {"SecretId": "s"}, {("secretsmanager:GetSecretValue", "s")}),
    ],
)
def test_request_takes_these_actions(
    operation: str, request_: Mapping[str, Any], found: set[tuple[str, str]]
) -> None:
    """As AWS's references have it, by operation and member."""
    assert set(actions(operation, request_)) == found
