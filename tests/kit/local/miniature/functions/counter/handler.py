"""Counts, in a table; and tells a test about the place where it runs."""

from __future__ import annotations

import importlib.util
import json
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import boto3

Event = Mapping[str, Any]

TABLE = os.environ["TABLE_NAME"]
KEY = {"pk": {"S": "counter"}, "sk": {"S": "-"}}
tables = boto3.client("dynamodb")
secrets = boto3.client("secretsmanager")


def handler(event: Event, _: object) -> dict[str, Any]:
    """Answer a request."""
    print(json.dumps({"path": event["path"]}))  # noqa: T201
    if event["httpMethod"] not in ("GET", "POST"):
        return {"statusCode": 405, "headers": {"Allow": "GET, POST"}, "body": ""}
    part = (event["pathParameters"] or {}).get("part", "")
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "multiValueHeaders": {"X-Twice": ["1", "2"]},
        "body": json.dumps(PARTS.get(part, count)(event)),
    }


def count(event: Event) -> object:
    """Read the count; with POST, after adding one to it."""
    if event["httpMethod"] == "POST":
        tables.update_item(
            TableName=TABLE,
            Key=KEY,
            UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
    item = tables.get_item(TableName=TABLE, Key=KEY, ConsistentRead=True).get("Item", {})
    return {name: next(iter(value.values())) for name, value in item.items()}


def scan(_: Event) -> object:
    """Try what the function's role does not allow; tell what came of it."""
    try:
        return tables.scan(TableName=TABLE)["Count"]
    except tables.exceptions.ClientError as error:
        return error.response["Error"]["Code"]


def modules(_: Event) -> object:
    """Which of some modules can be imported here."""
    names = ("boto3", "pactwright.service", "pactwright.local", "ministack", "jsonschema", "pip")
    return [name for name in names if _can_be_imported(name)]


def _can_be_imported(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


PARTS: dict[str, Callable[[Event], object]] = {
    "event": lambda event: event,
    "modules": modules,
    "scan": scan,
    "sleep": lambda _: time.sleep(60),
    "secret": lambda _: secrets.get_secret_value(SecretId=os.environ["CLIENT_SECRET_ARN"])["Name"],
}
