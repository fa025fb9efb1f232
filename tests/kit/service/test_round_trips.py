"""What a client encodes, the service decodes, by way of a true gateway event."""

from __future__ import annotations

import itertools
import math
import string
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from requests import PreparedRequest

from pactwright.local.inprocess import InProcessAdapter
from pactwright.service import Answer, Application, Call
from pactwright.wire import (
    Body,
    Content,
    Model,
    Omittable,
    Operation,
    Parameter,
    Response,
    ResponseMessage,
    decode_response,
    encode_request,
)
from pactwright.wire.operation import Style


class Shade(Model):
    """An object that fits each style."""

    name: str
    depth: int
    clear: bool


class Paint(Model):
    """A body."""

    shade: Shade
    litres: Omittable[float] = None
    tags: Omittable[list[str]] = None
    note: str | None = None


WORDS = st.text(string.ascii_letters + string.digits + "-_~", min_size=1, max_size=8)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
HEADER_TEXTS = st.text(
    string.ascii_letters + string.digits + "!#$%&'()*+-./:;<=>?@[]^_`{|}~", min_size=1, max_size=9
)
SHADES = st.builds(Shade, name=WORDS, depth=st.integers(-9, 10**12), clear=st.booleans())
PAINTS = st.builds(
    Paint,
    shade=st.builds(Shade, name=TEXTS, depth=st.integers(-(2**53), 2**53), clear=st.booleans()),
    litres=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    tags=st.none() | st.lists(TEXTS),
    note=st.none() | TEXTS,
)
STYLES: Mapping[str, tuple[Style, ...]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
PLACES = [
    (location, style, explode)
    for location, styles in STYLES.items()
    for style, explode in itertools.product(styles, (False, True))
]
# OpenAPI 3.1, "Style Values", has no other pairs; exploded cookies have no separator there.
ARRAYS = [p for p in PLACES if p[1] != "deepObject" and p != ("cookie", "form", True)]
OBJECTS = [
    place
    for place in PLACES
    if place[1] in ("simple", "label", "matrix", "form") and place != ("cookie", "form", True)
] + [("query", "spaceDelimited", False), ("query", "pipeDelimited", False)]
OBJECTS += [("query", "deepObject", True)]


class Echo:
    """Keeps what it was called with."""

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}

    def echo(self, _: Call, /, **arguments: Any) -> Answer[Any]:
        """Answer with the body, or nothing."""
        self.given = arguments
        return Answer(arguments.get("body"))


def sent(operation: Operation[Any], arguments: Mapping[str, object]) -> tuple[dict[str, Any], Any]:
    """Send by the wire through the in-process gateway: what the method got, and its answer."""
    echo = Echo()
    handler = Application(echo, [operation], service="echo", problem_types="https://p.test/")
    message = encode_request(operation, arguments)
    request = PreparedRequest()
    request.prepare(method=message.method, url="http://echo.test", headers=dict(message.headers))
    query = f"?{message.query}" if message.query else ""
    request.url = f"http://echo.test{message.path}{query}"
    request.body = message.body
    response = InProcessAdapter(handler, [operation]).send(request)
    answer = ResponseMessage(response.status_code, response.headers, response.content)
    assert answer.status == 200, answer.body
    return echo.given, decode_response(operation, answer)


def with_parameter(parameter: Parameter) -> Operation[Any]:
    """An operation that takes one parameter."""
    path = f"/echo/{{{parameter.name}}}/end" if parameter.location == "path" else "/echo"
    return Operation(
        name="echo", method="GET", path=path, parameters=(parameter,), responses={"200": Response()}
    )


def same(left: object, right: object) -> bool:
    """Equality, with -0.0 the same as itself only."""
    if isinstance(left, float) and isinstance(right, float):
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    return left == right


@pytest.mark.parametrize(("location", "style", "explode"), ARRAYS)
@given(data=st.data())
def test_arrays_in_every_style(
    location: Any, style: Style, data: st.DataObject, *, explode: bool
) -> None:
    """Lists of words and of numbers; in none of the styles can items hold its delimiter."""
    numbers = data.draw(st.booleans())
    values = data.draw(st.lists(st.integers() if numbers else WORDS, min_size=1, max_size=4))
    parameter = Parameter(
        name="values",
        argument="values",
        location=location,
        type=(lambda: list[int]) if numbers else (lambda: list[str]),
        shape="array",
        style=style,
        explode=explode,
        required=location == "path",
    )

    assert sent(with_parameter(parameter), {"values": values})[0] == {"values": values}


@pytest.mark.parametrize(("location", "style", "explode"), OBJECTS)
@given(value=SHADES)
def test_objects_in_every_style(
    location: Any, style: Style, value: Shade, *, explode: bool
) -> None:
    """Models with a word, a number and a truth value."""
    parameter = Parameter(
        name="shade",
        argument="shade",
        location=location,
        type=lambda: Shade,
        shape="object",
        style=style,
        explode=explode,
        required=location == "path",
    )

    assert sent(with_parameter(parameter), {"shade": value})[0] == {"shade": value}


@pytest.mark.parametrize("location", ["path", "query", "header", "cookie"])
@given(data=st.data())
def test_scalars_in_every_place(location: Any, data: st.DataObject) -> None:
    """Any text that the place can hold, with slashes, percent signs and emoji; numbers; truth."""
    texts = HEADER_TEXTS if location == "header" else TEXTS
    kinds: list[tuple[Any, st.SearchStrategy[Any]]] = [
        (lambda: str, texts),
        (lambda: int, st.integers()),
        (lambda: float, st.floats(allow_nan=False, allow_infinity=False)),
        (lambda: bool, st.booleans()),
    ]
    ref, values = data.draw(st.sampled_from(kinds))
    value = data.draw(values)
    assume(location != "path" or value not in ("", ".", ".."))
    parameter = Parameter(
        name="value", argument="value", location=location, type=ref, required=location == "path"
    )

    assert same(sent(with_parameter(parameter), {"value": value})[0]["value"], value)


@given(value=PAINTS)
def test_json_parameters(value: Paint) -> None:
    """A parameter that is a document."""
    parameter = Parameter(
        name="paint",
        argument="paint",
        location="query",
        type=lambda: Paint,
        media_type="application/json",
    )

    assert sent(with_parameter(parameter), {"paint": value})[0] == {"paint": value}


def with_body(media_type: str, ref: Any) -> Operation[Any]:
    """An operation that takes a body and gives it back."""
    contents = (Content(media_type=media_type, type=ref),)
    responses = {"200": Response(contents=contents)}
    return Operation(
        name="echo",
        method="POST",
        path="/echo",
        body=Body(contents=contents),
        responses=responses,
    )


@given(value=PAINTS)
def test_json_bodies(value: Paint) -> None:
    """There and back."""
    operation = with_body("application/json", lambda: Paint)

    assert sent(operation, {"body": value}) == ({"body": value}, value)


@given(value=st.builds(Shade, name=TEXTS, depth=st.integers(), clear=st.booleans()))
def test_form_bodies(value: Shade) -> None:
    """There and back."""
    operation = with_body("application/x-www-form-urlencoded", lambda: Shade)

    assert sent(operation, {"body": value}) == ({"body": value}, value)


@given(value=TEXTS)
def test_text_bodies(value: str) -> None:
    """There and back, also when it is empty."""
    assert sent(with_body("text/plain", lambda: str), {"body": value})[1] == value


@given(value=st.binary())
def test_binary_bodies(value: bytes) -> None:
    """There and back, byte by byte."""
    operation = with_body("application/octet-stream", lambda: bytes)

    assert sent(operation, {"body": value}) == ({"body": value}, value)
