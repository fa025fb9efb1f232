"""Which action of which service an HTTP request to AWS asks for, and on which resource.

AWS's protocols say it in different places: in `X-Amz-Target` (JSON), in `Action` of a form (query),
in the path (CBOR), or in method and path (REST), which the service's model knows how to read.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import botocore.session

from pactwright.local.rehearsal.policies import ANY, Context, Need
from pactwright.local.rehearsal.resources import Place

_SCOPE: Final = re.compile(r"Credential=[^/]+/\d{8}/[^/]*/([^/]+)/aws4_request")
_CBOR: Final = re.compile(r"/service/[^/]+/operation/(\w+)")
_PREFIXES: Final = {"monitoring": "cloudwatch"}
"""IAM's prefixes, where they aren't the name that requests are signed for."""

_S3_ACTIONS: Final = {
    "CompleteMultipartUpload": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "UploadPart": "PutObject",
}
"""Actions of IAM, where they aren't the operation's name (Actions, resources, and condition keys
for Amazon S3, Service Authorization Reference)."""

_FREE: Final = frozenset({"sts:GetCallerIdentity"})
"""What everyone may do, whatever policies say."""

_MEMBERS: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
"""The actions of what stands in a DynamoDB transaction."""


def asked(
    method: str, target: str, headers: Mapping[str, str], body: bytes, place: Place
) -> tuple[Need, ...]:
    """What a request asks for: one need, several for a transaction, none if everyone may do it.

    Args:
        method: of the request.
        target: its path and query.
        headers: its header fields, by names in lower case.
        body: its body.
        place: where the account's resources are.
    """
    scope = _SCOPE.search(headers.get("authorization", ""))
    if scope is None:
        return (Need("unsigned:Request", why=f"{method} {target}"),)
    service = scope[1]
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    form = dict(parse_qsl(body.decode(errors="replace"))) if b"Action=" in body else {}
    operation = _operation(service, method, parts.path, query, headers, form)
    if service == "s3":
        return (_s3(operation, parts.path, query, headers),)
    action = f"{_PREFIXES.get(service, service)}:{operation}"
    if action in _FREE:
        return ()
    members: Mapping[str, Any] = form or _members(body)
    if service == "dynamodb" and "TransactItems" in members:
        taken = transacted(members["TransactItems"])
        return tuple(Need(each, *_resource(service, about, place)) for each, about in taken)
    return (Need(action, *_resource(service, members, place)),)


def transacted(
    members: Iterable[Mapping[str, Mapping[str, Any]]],
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What a transaction of DynamoDB takes: each member's action, and its parameters.

    There is no action for the transaction itself. (Amazon DynamoDB Developer Guide, "Using IAM with
    transactions".)

    Args:
        members: its `TransactItems`.
    """
    for member in members:
        ((kind, about),) = member.items()
        yield f"dynamodb:{_MEMBERS[kind]}", about


def _operation(
    service: str,
    method: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    form: Mapping[str, str],
) -> str:
    if target := headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    if "Action" in form:
        return form["Action"]
    if found := _CBOR.search(path):
        return found[1]
    return _rest(service, method, path, query)


def _rest(service: str, method: str, path: str, query: Mapping[str, str]) -> str:
    """The operation whose method, path and fixed query fit best, by the service's model."""
    fitting = [
        (len(each.fixed) + len(each.required), len(each.path.pattern), each.name)
        for each in _operations(service)
        if each.method == method
        and each.path.fullmatch(path)
        and each.fixed.items() <= query.items()
        and each.required <= query.keys()
    ]
    return max(fitting)[2] if fitting else f"{method} {path}"


@dataclass(frozen=True, slots=True)
class _Operation:
    name: str
    method: str
    path: re.Pattern[str]
    fixed: Mapping[str, str]
    required: frozenset[str]


@functools.cache
def _operations(service: str) -> list[_Operation]:
    session: Any = botocore.session.Session()
    model = session.get_service_model(service)
    return [_described(model.operation_model(name)) for name in model.operation_names]


def _described(model: Any) -> _Operation:
    path, _, query = model.http["requestUri"].partition("?")
    pattern = re.sub(r"\\\{(\w+)(\\\+)?\\\}", _segment, re.escape(path.rstrip("/") or "/"))
    shape = model.input_shape
    members = (
        {name: shape.members[name].serialization for name in shape.required_members}
        if shape
        else {}
    )
    asked_for = [each["name"] for each in members.values() if each.get("location") == "querystring"]
    fixed = dict(parse_qsl(query, keep_blank_values=True))
    return _Operation(
        model.name, model.http["method"], re.compile(pattern + "/?"), fixed, frozenset(asked_for)
    )


def _segment(found: re.Match[str]) -> str:
    return ".+" if found[2] else "[^/]+"


def _s3(operation: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Need:
    action = f"s3:{_S3_ACTIONS.get(operation, operation)}"
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    resource = f"arn:aws:s3:::{bucket}" + (f"/{key}" if key else "")
    context: dict[str, list[str]] = {}
    if action == "s3:ListBucket":
        context["s3:prefix"] = [query.get("prefix", "")]
    if "if-none-match" in headers:
        context["s3:if-none-match"] = [headers["if-none-match"]]
    return Need(action, resource, context)


def _resource(service: str, members: Mapping[str, Any], place: Place) -> tuple[str, Context]:
    """The resource that a request names, and what conditions may ask of it."""
    if service == "dynamodb" and "TableName" in members:
        keys = members.get("Key") or members.get("Item") or {}
        leading = [str(value) for value in keys.get("pk", {}).values()]
        context: Context = {"dynamodb:LeadingKeys": leading} if leading else {}
        return place.arn("dynamodb", f"table/{members['TableName']}"), context
    if service == "cloudformation" and "StackName" in members:
        name = str(members["StackName"])
        return name if name.startswith("arn:") else place.arn(service, f"stack/{name}/0"), {}
    if service == "secretsmanager" and "SecretId" in members:
        name = str(members["SecretId"])
        return name if name.startswith("arn:") else place.arn(service, f"secret:{name}-a1b2c3"), {}
    return ANY, {}


def _members(body: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(body or b"{}")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
