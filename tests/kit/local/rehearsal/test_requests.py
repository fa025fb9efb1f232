"""What botocore sends is read back as what was asked for, whatever protocol the service speaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config

from pactwright.local.rehearsal.policies import Need
from pactwright.local.rehearsal.requests import asked
from pactwright.local.rehearsal.resources import Place

PLACE = Place("123456789012", "us-east-1")


class Sent(Exception):
    """Ends a call in the moment in which it would be sent."""


def needs(service: str, call: Callable[[Any], object]) -> tuple[Need, ...]:
    """What a call with boto3 asks for."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    config = Config(s3={"addressing_style": "path"})
    client: Any = session.client(service, endpoint_url="http://127.0.0.1:1", config=config)  # type: ignore[call-overload]
    seen: list[AWSPreparedRequest] = []

    def send(request: AWSPreparedRequest, **_: object) -> None:
        seen.append(request)
        raise Sent

    client.meta.events.register("before-send", send)
    with pytest.raises(Sent):
        call(client)
    (request,) = seen
    headers = {
        name.lower(): value if isinstance(value, str) else value.decode()
        for name, value in request.headers.items()
    }
    body: Any = request.body or b""
    content = (
        body.encode() if isinstance(body, str) else body.read() if hasattr(body, "read") else body
    )
    target = request.url.removeprefix("http://127.0.0.1:1")
    return asked(request.method, target, headers, content, PLACE)


@pytest.mark.parametrize(
    ("service", "call", "expected"),
    [
        (
            "s3",
            lambda s3: s3.put_object(Bucket="b", Key="records/a b", Body=b"x", IfNoneMatch="*"),
            Need("s3:PutObject", "arn:aws:s3:::b/records/a b", {"s3:if-none-match": ["*"]}),
        ),
        (
            "s3",
            lambda s3: s3.get_object(Bucket="b", Key="k"),
            Need("s3:GetObject", "arn:aws:s3:::b/k"),
        ),
        (
            "s3",
            lambda s3: s3.head_object(Bucket="b", Key="k"),
            Need("s3:GetObject", "arn:aws:s3:::b/k"),
        ),
        (
            "s3",
            lambda s3: s3.delete_object(Bucket="b", Key="k"),
            Need("s3:DeleteObject", "arn:aws:s3:::b/k"),
        ),
        (
            "s3",
            lambda s3: s3.list_objects_v2(Bucket="b", Prefix="records/"),
            Need("s3:ListBucket", "arn:aws:s3:::b", {"s3:prefix": ["records/"]}),
        ),
        ("s3", lambda s3: s3.create_bucket(Bucket="b"), Need("s3:CreateBucket", "arn:aws:s3:::b")),
        (
            "s3",
            lambda s3: s3.get_bucket_policy(Bucket="b"),
            Need("s3:GetBucketPolicy", "arn:aws:s3:::b"),
        ),
        (
            "cloudformation",
            lambda cf: cf.describe_stacks(StackName="hereabouts-staging-location"),
            Need(
                "cloudformation:DescribeStacks",
                "arn:aws:cloudformation:us-east-1:123456789012:stack/hereabouts-staging-location/0",
            ),
        ),
        ("cloudformation", lambda cf: cf.describe_stacks(), Need("cloudformation:DescribeStacks")),
        (
            "dynamodb",
            lambda db: db.get_item(TableName="t", Key={"pk": {"S": "CLIENT#a"}}),
            Need(
                "dynamodb:GetItem",
                "arn:aws:dynamodb:us-east-1:123456789012:table/t",
                {"dynamodb:LeadingKeys": ["CLIENT#a"]},
            ),
        ),
        (
            "secretsmanager",
            lambda sm: sm.get_secret_value(SecretId="arn:aws:secretsmanager:x"),
            Need("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:x"),
        ),
        ("lambda", lambda fn: fn.get_alias(FunctionName="f", Name="live"), Need("lambda:GetAlias")),
        ("sts", lambda sts: sts.get_caller_identity(), None),
        ("logs", lambda logs: logs.describe_log_groups(), Need("logs:DescribeLogGroups")),
        ("cloudwatch", lambda cw: cw.describe_alarms(), Need("cloudwatch:DescribeAlarms")),
    ],
)
def test_calls(service: str, call: Callable[[Any], object], expected: Need | None) -> None:
    """Action, resource, and what conditions may ask for."""
    assert needs(service, call) == ((expected,) if expected else ())


def test_a_transaction_needs_what_its_members_do() -> None:
    """DynamoDB has no permission for TransactWriteItems itself."""
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/t"
    key = {"pk": {"S": "A"}}

    def call(db: Any) -> object:
        return db.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "t", "Item": {"pk": {"S": "CLIENT#a"}}}},
                {"Delete": {"TableName": "t", "Key": key}},
                {"ConditionCheck": {"TableName": "t", "Key": key, "ConditionExpression": "a"}},
            ]
        )

    assert needs("dynamodb", call) == (
        Need("dynamodb:PutItem", table, {"dynamodb:LeadingKeys": ["CLIENT#a"]}),
        Need("dynamodb:DeleteItem", table, {"dynamodb:LeadingKeys": ["A"]}),
        Need("dynamodb:ConditionCheckItem", table, {"dynamodb:LeadingKeys": ["A"]}),
    )


def test_a_request_without_signature_is_something_nobody_may() -> None:
    """So that it shows."""
    (found,) = asked("GET", "/", {}, b"", PLACE)

    assert found is not None
    assert found.action == "unsigned:Request"
