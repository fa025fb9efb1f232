"""Every operation of every document: what the caller encodes, the provider decodes, and back."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hereabouts.authentication.operations
import hereabouts.location.operations
import hereabouts.profile.operations
from pactwright.service.events import Incoming
from pactwright.service.routing import Routes
from pactwright.wire import (
    Operation,
    Parameter,
    ReceivedRequest,
    decode_request,
    decode_response,
    encode_request,
    encode_response,
)
from pactwright.wire.operation import TypeRef
from pactwright.wire.values import adapter, from_json

from .strategies import of_schema

OPERATIONS: list[Operation[Any]] = [
    *hereabouts.authentication.operations.OPERATIONS,
    *hereabouts.location.operations.OPERATIONS,
    *hereabouts.profile.operations.OPERATIONS,
]
ANSWERS = [
    (operation, status)
    for operation in OPERATIONS
    for status in operation.responses
    if status.isdigit()
]
AT_LENGTH = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@cache
def values(ref: TypeRef) -> st.SearchStrategy[Any]:
    """Values of a type, made from the JSON schema that it has."""
    schema = adapter(ref).json_schema(by_alias=True)
    return of_schema(schema).map(
        lambda data: from_json(ref, json.dumps(data), "body", tolerant=True)
    )


def arguments(operation: Operation[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A method's arguments, the optional ones there or not."""
    found: dict[str, st.SearchStrategy[Any]] = {}
    for parameter in operation.parameters:
        given_values = parameter_values(parameter)
        found[parameter.argument] = given_values if parameter.required else given_values | st.none()
    if operation.body is not None:
        found["body"] = values(operation.body.contents[0].type)
    return st.fixed_dictionaries(found)


def parameter_values(parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.location == "header":
        return values(parameter.type).filter(_fits_a_header)
    return values(parameter.type)


def _fits_a_header(value: object) -> bool:
    text = str(value)
    return text.isascii() and text.isprintable() and text == text.strip()


def with_defaults(operation: Operation[Any], made: dict[str, Any]) -> dict[str, Any]:
    """What the provider gets where the caller leaves out what has a default."""
    defaults = {p.argument: p.default for p in operation.parameters}
    return {name: defaults.get(name) if v is None else v for name, v in made.items()}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
@AT_LENGTH
@given(data=st.data())
def test_request_arrives_as_it_was_made(operation: Operation[Any], data: st.DataObject) -> None:
    """The provider's method is called with the arguments of the caller's."""
    made = data.draw(arguments(operation))

    sent = encode_request(operation, made)

    _, path = Routes([("ANY", operation.path, None)]).find(Incoming(path=sent.path))
    query = tuple(parse_qsl(sent.query, keep_blank_values=True))
    headers = {name.lower(): value for name, value in sent.headers.items()}
    received = ReceivedRequest(path, query, headers, sent.body or b"")
    assert decode_request(operation, received) == with_defaults(operation, made)


@pytest.mark.parametrize(
    ("operation", "status"), ANSWERS, ids=[f"{o.name}-{status}" for o, status in ANSWERS]
)
@AT_LENGTH
@given(data=st.data())
def test_answer_arrives_as_it_was_made(
    operation: Operation[Any], status: str, data: st.DataObject
) -> None:
    """Every declared answer, problems and OAuth errors too."""
    declared = operation.responses[status]
    value = data.draw(values(declared.contents[0].type)) if declared.contents else None
    headers = {header.name: "x" for header in declared.headers}

    message = encode_response(operation, int(status), value, headers)

    assert decode_response(operation, message) == value
