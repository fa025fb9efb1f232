"""Requests and answers, encoded by one side and decoded by the other."""

from __future__ import annotations

import itertools
from typing import Annotated, Any, Literal, get_args
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from pactwright.service.events import Incoming
from pactwright.service.routing import Routes
from pactwright.wire import (
    Body,
    Content,
    DecodeError,
    EncodeError,
    Header,
    InvalidContent,
    MalformedBody,
    Model,
    Omittable,
    Operation,
    Parameter,
    ReceivedRequest,
    RequestMessage,
    Response,
    ResponseMessage,
    UnknownResource,
    UnsupportedMediaType,
    Uuid,
    decode_request,
    decode_response,
    encode_request,
    encode_response,
)
from pactwright.wire.operation import ParameterLocation, Style

ID = UUID("5f0c7a52-3b1e-4a53-9d0e-0c1f7c3f9a10")


class Place(Model):
    latitude: Annotated[float, Field(ge=-90, le=90)]
    label: Omittable[str] = None
    tags: Omittable[list[str]] = None


class Colour(Model):
    r: int
    name: str


def received(message: RequestMessage, template: str) -> ReceivedRequest:
    """What a gateway makes of a request: everything percent-decoded."""
    _, path = Routes([("ANY", template, None)]).find(Incoming(path=message.path))
    query = parse_qsl(message.query, keep_blank_values=True, separator="&")
    headers = {name.lower(): value for name, value in message.headers.items()}
    return ReceivedRequest(path, tuple(query), headers, message.body or b"")


def operation(*parameters: Parameter, path: str = "/", body: Body | None = None) -> Operation[Any]:
    return Operation(
        name="probe",
        method="POST",
        path=path,
        parameters=parameters,
        body=body,
        responses={
            "200": Response(
                contents=(Content(media_type="application/json", type=lambda: Place),),
                headers=(Header(name="ETag", type=lambda: str, required=True),),
            ),
            "204": Response(),
            "4XX": Response(contents=(Content(media_type="text/plain", type=lambda: str),)),
        },
    )


WORD = st.text(st.characters(exclude_characters=",.;=|& []", codec="utf-8"), min_size=1).filter(
    lambda text: text not in ("true", "false") and text == text.strip()
)
ASCII_WORD = st.text("abcXYZ019-_~%/?#", min_size=1)
STYLES: list[tuple[ParameterLocation, Style]] = [
    ("path", "simple"),
    ("path", "label"),
    ("path", "matrix"),
    ("query", "form"),
    ("query", "spaceDelimited"),
    ("query", "pipeDelimited"),
    ("query", "deepObject"),
    ("header", "simple"),
    ("cookie", "form"),
]


def strategy(location: str, shape: str) -> st.SearchStrategy[Any]:
    words = ASCII_WORD if location in ("header", "cookie") else WORD
    if shape == "array":
        return st.lists(words, min_size=1, max_size=4)
    if shape == "object":
        return st.builds(Colour, r=st.integers(), name=words)
    return words


def undefined(style: Style, shape: str, *, explode: bool) -> bool:
    """What OpenAPI leaves undefined."""
    if style == "deepObject":
        return shape != "object" or not explode
    if style in ("spaceDelimited", "pipeDelimited"):
        return explode or shape != "array"
    return False


CASES = [
    (location, style, shape, explode)
    for (location, style), shape, explode in itertools.product(
        STYLES, ("primitive", "array", "object"), (False, True)
    )
    if not undefined(style, shape, explode=explode)
    and not (location == "cookie" and shape == "object")
]


@pytest.mark.parametrize(("location", "style", "shape", "explode"), CASES)
@given(data=st.data())
def test_parameter_round_trips_in_every_style(
    location: ParameterLocation, style: Style, shape: Any, explode: bool, data: st.DataObject
) -> None:
    """Each style, shape and location: what the caller gave is what the provider gets."""
    value = data.draw(strategy(location, shape))
    types: dict[str, Any] = {"primitive": str, "array": list[str], "object": Colour}
    probe = operation(
        Parameter(
            name="v",
            argument="v",
            location=location,
            type=lambda: types[shape],
            required=True,
            shape=shape,
            style=style,
            explode=explode,
        ),
        path="/x/{v}/y" if location == "path" else "/",
    )

    message = encode_request(probe, {"v": value})

    assert decode_request(probe, received(message, probe.path)) == {"v": value}


SCALARS: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (int, st.integers()),
    (float, st.floats(allow_nan=False, allow_infinity=False)),
    (bool, st.booleans()),
    (Uuid, st.uuids()),
    (str, st.text(st.characters(codec="utf-8"))),
    (Literal["1", "2"], st.sampled_from(["1", "2"])),
    (Literal[1, 2], st.sampled_from([1, 2])),
]


@pytest.mark.parametrize(("python_type", "values"), SCALARS)
@given(data=st.data())
def test_scalar_in_a_query_keeps_its_type(
    python_type: Any, values: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    """Text gets its type back from the schema: "1" is a string where a string is declared."""
    value = data.draw(values)
    probe = operation(Parameter(name="v", argument="v", location="query", type=lambda: python_type))

    decoded = decode_request(probe, received(encode_request(probe, {"v": value}), "/"))["v"]

    assert decoded == value
    assert type(decoded) is type(value)


@pytest.mark.parametrize("text", ["1_000", " 5", "5.0", "0x10", "٣", "+5", "05", "", "nan"])
def test_integer_parameter_is_read_strictly(text: str) -> None:
    """Python reads many texts as numbers that JSON doesn't."""
    probe = operation(Parameter(name="n", argument="n", location="query", type=lambda: int))

    with pytest.raises(InvalidContent) as caught:
        decode_request(probe, ReceivedRequest(query=(("n", text),)))

    assert [error.pointer for error in caught.value.errors] == ["/n"]


def test_repeated_parameter_is_refused() -> None:
    """Neither the first nor the last of two values is what the caller meant."""
    probe = operation(Parameter(name="n", argument="n", location="query", type=lambda: int))

    with pytest.raises(InvalidContent, match="given 2 times"):
        decode_request(probe, ReceivedRequest(query=(("n", "1"), ("n", "2"))))


def test_faults_are_told_together_with_their_places() -> None:
    """A caller sees everything that is wrong at once."""
    probe = operation(
        Parameter(name="limit", argument="limit", location="query", type=lambda: int),
        Parameter(name="X-Need", argument="need", location="header", type=str_type, required=True),
        body=Body(contents=(Content(media_type="application/json", type=lambda: Place),)),
    )
    request = ReceivedRequest(
        query=(("limit", "many"),),
        headers={"content-type": "application/json"},
        body=b'{"latitude": 91, "tags": ["ok", 5]}',
    )

    with pytest.raises(InvalidContent) as caught:
        decode_request(probe, request)

    assert {(e.location, e.pointer) for e in caught.value.errors} == {
        ("query", "/limit"),
        ("header", "/X-Need"),
        ("body", "/latitude"),
        ("body", "/tags/1"),
    }


def str_type() -> Any:
    return str


def test_path_parameter_against_its_schema_is_an_unknown_resource() -> None:
    """There can be no resource there, so it is 404 and not 422."""
    probe = operation(
        Parameter(name="id", argument="id", location="path", type=lambda: Uuid, required=True),
        path="/{id}",
    )

    with pytest.raises(UnknownResource):
        decode_request(probe, ReceivedRequest(path={"id": "nobody"}))


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_path_parameter_that_would_change_the_path_is_refused(value: str) -> None:
    """Empty and dot segments lead elsewhere."""
    probe = operation(
        Parameter(name="id", argument="id", location="path", type=str_type, required=True),
        path="/x/{id}",
    )

    with pytest.raises(EncodeError, match="can't be part of a path"):
        encode_request(probe, {"id": value})


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "naïve", "\x7f"])
def test_header_takes_printable_ascii_only(value: str) -> None:
    """No header can be smuggled in, none comes out as something else."""
    probe = operation(Parameter(name="X-A", argument="a", location="header", type=str_type))

    with pytest.raises(EncodeError, match="printable ASCII"):
        encode_request(probe, {"a": value})


def test_missing_argument_is_named() -> None:
    """A required argument that is None is an error before anything is sent."""
    probe = operation(
        Parameter(name="id", argument="id", location="path", type=str_type, required=True),
        path="/{id}",
    )

    with pytest.raises(EncodeError, match="path /id: is required"):
        encode_request(probe, {})


JSON_BODY = Body(contents=(Content(media_type="application/json", type=lambda: Place),))


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"{", "application/json", MalformedBody),
        (b"\xff", "application/json", MalformedBody),
        (b'"\\ud800"', "application/json", DecodeError),
        (b"[" * 10_000, "application/json", MalformedBody),
        (b"null", "application/json", InvalidContent),
        (b'{"latitude": NaN}', "application/json", MalformedBody),
        (b'{"latitude": 1, "x": -Infinity}', "application/json", MalformedBody),
        (b'{"latitude": 1e999}', "application/json", InvalidContent),
        (b'{"latitude": "1"}', "application/json", InvalidContent),
        (b"", "application/json", MalformedBody),
        (b"", "", InvalidContent),
        (b"{}", "", UnsupportedMediaType),
        (b"{}", "text/plain", UnsupportedMediaType),
        (b"{}", "not a media type", UnsupportedMediaType),
    ],
)
def test_bad_body_is_told_apart(body: bytes, content_type: str, error: type[DecodeError]) -> None:
    """Unreadable, of another type, and against the schema are three different faults."""
    headers = {"content-type": content_type} if content_type else {}

    with pytest.raises(error):
        decode_request(operation(body=JSON_BODY), ReceivedRequest(headers=headers, body=body))


def test_text_that_only_speaks_of_infinity_is_taken() -> None:
    """NaN in a string is a string."""
    request = ReceivedRequest(
        headers={"content-type": "application/json"}, body=b'{"latitude": 1, "label": "NaN"}'
    )

    assert decode_request(operation(body=JSON_BODY), request)["body"].label == "NaN"


@given(st.binary(max_size=200))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    """No bytes make the reader fail in any other way."""
    request = ReceivedRequest(headers={"content-type": "application/json"}, body=body)
    try:
        decoded = decode_request(operation(body=JSON_BODY), request)
    except DecodeError:
        return
    assert isinstance(decoded["body"], Place)


TEXT = st.text(st.characters(codec="utf-8"))
PLACES = st.builds(
    Place,
    latitude=st.floats(-90, 90),
    label=st.none() | TEXT,
    tags=st.none() | st.lists(TEXT, min_size=2),
)
MEDIA_TYPES = [
    "application/json",
    "application/merge-patch+json",
    "application/x-www-form-urlencoded",
]


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
@given(place=PLACES)
def test_body_round_trips(media_type: str, place: Place) -> None:
    """JSON and forms carry a model there as it is; None and unset are one."""
    probe = operation(body=Body(contents=(Content(media_type=media_type, type=lambda: Place),)))

    decoded = decode_request(probe, received(encode_request(probe, {"body": place}), "/"))["body"]

    assert decoded.model_dump() == place.model_dump()


class Upload(Model):
    title: str
    data: bytes


@given(st.text("abc é日", min_size=1), st.binary())
def test_multipart_round_trips(title: str, data: bytes) -> None:
    """Files and fields arrive as they were."""
    content = Content(media_type="multipart/form-data", type=lambda: Upload)
    probe = operation(body=Body(contents=(content,)))
    upload = Upload(title=title, data=data)

    decoded = decode_request(probe, received(encode_request(probe, {"body": upload}), "/"))

    assert decoded["body"] == upload


def test_multipart_that_does_not_fit_cannot_be_sent() -> None:
    """As with any other body."""
    content = Content(media_type="multipart/form-data", type=lambda: Upload)

    with pytest.raises(EncodeError, match="/data"):
        encode_request(operation(body=Body(contents=(content,))), {"body": {"title": "x"}})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b\r\n\r\nx\r\n--b--",
        b"--b\r\nContent-Disposition: form-data; name=title\r\n\r\nx\r\n--b--",
    ],
)
def test_malformed_multipart_is_refused(body: bytes) -> None:
    """No boundary, a part without a name, and a required field that is missing."""
    content = Content(media_type="multipart/form-data", type=lambda: Upload)
    request = ReceivedRequest(
        headers={"content-type": "multipart/form-data; boundary=b"}, body=body
    )

    with pytest.raises(DecodeError):
        decode_request(operation(body=Body(contents=(content,))), request)


@pytest.mark.parametrize("form", [b"latitude=1&latitude=2", b"%ff=1", b"a&b"])
def test_malformed_form_is_refused(form: bytes) -> None:
    """A repeated field, bytes that are no text, and what is not pairs."""
    content = Content(media_type="application/x-www-form-urlencoded", type=lambda: Place)
    request = ReceivedRequest(headers={"content-type": content.media_type}, body=form)

    with pytest.raises(MalformedBody):
        decode_request(operation(body=Body(contents=(content,))), request)


@given(place=PLACES)
def test_answer_round_trips(place: Place) -> None:
    """What the provider answers is what the caller gets."""
    probe = operation()

    message = encode_response(probe, 200, place, {"ETag": '"1"'})

    assert decode_response(probe, message).model_dump() == place.model_dump()
    assert message.header("etag") == '"1"'


def test_answer_the_document_does_not_declare_cannot_be_sent() -> None:
    """Status, body, media type and required headers are the document's."""
    probe, place = operation(), Place(latitude=1)

    refused: list[tuple[Any, ...]] = [
        (302, None, {}),
        (200, place, {}),
        (200, {"latitude": 100}, {"ETag": "x"}),
        (200, place, {"ETag": "x"}, "text/html"),
        (204, place, {}),
    ]
    for arguments in refused:
        with pytest.raises(EncodeError):
            encode_response(probe, *arguments)


def test_answer_the_document_does_not_declare_is_not_read() -> None:
    """A caller is told what came instead of what was declared."""
    probe = operation()

    for message, text in (
        (ResponseMessage(302), "declares no answer 302"),
        (ResponseMessage(200, {"Content-Type": "text/html"}, b"<p>"), "not application/json"),
        (ResponseMessage(200, {}, b"{}"), "no Content-Type"),
        (ResponseMessage(200, {"content-type": "application/json"}, b"{}"), "/latitude"),
    ):
        with pytest.raises(DecodeError, match=text):
            decode_response(probe, message)


def test_declared_class_of_statuses_is_found() -> None:
    """The class 4XX stands for each of them."""
    message = encode_response(operation(), 418, "teapot")

    assert decode_response(operation(), message) == "teapot"
    assert message.header("Content-Type") == "text/plain; charset=utf-8"


def test_every_style_is_tried() -> None:
    """The round trips above leave none of OpenAPI's styles out."""
    assert set(get_args(Style)) == {style for _, style in STYLES}
