from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwright.wire import (
    Body,
    Content,
    EncodeError,
    Model,
    Omittable,
    Operation,
    ReceivedRequest,
    Response,
    decode_request,
    encode_request,
    encode_response,
)


class Line(Model):
    text: str
    count: Omittable[int] = None


class Form(Model):
    lines: Omittable[list[Line]] = None
    line: Omittable[Line] = None
    numbers: Omittable[list[int]] = None
    pair: Omittable[tuple[int, str]] = None
    flag: bool = False


def taking(content: Content, *, required: bool = True) -> Operation[Any]:
    body = Body(contents=(content,), required=required)
    return Operation(name="probe", method="POST", path="/", body=body)


def answering(*contents: Content) -> Operation[Any]:
    responses = {"200": Response(contents=contents)}
    return Operation(name="probe", method="GET", path="/", responses=responses)


FORM = Content(media_type="application/x-www-form-urlencoded", type=lambda: Form)
JSON = Content(media_type="application/json", type=lambda: Form)
TEXT = st.text(st.characters(codec="utf-8"), max_size=9)
LINES = st.builds(Line, text=TEXT, count=st.none() | st.integers(-(2**60), 2**60))
FORMS = st.builds(
    Form,
    lines=st.none() | st.lists(LINES, min_size=1, max_size=3),
    line=st.none() | LINES,
    numbers=st.none() | st.lists(st.integers(-(2**60), 2**60), min_size=1, max_size=3),
    pair=st.none() | st.tuples(st.integers(-(2**60), 2**60), TEXT),
    flag=st.booleans(),
)


@pytest.mark.parametrize("content", [FORM, JSON])
@given(form=FORMS)
def test_nested_values_come_out_as_they_went_in(content: Content, form: Form) -> None:
    """Lists of one, objects, tuples, and fields that may be left out."""
    message = encode_request(taking(content), {"body": form})
    headers = {name.lower(): value for name, value in message.headers.items()}

    decoded = decode_request(
        taking(content), ReceivedRequest(headers=headers, body=message.body or b"")
    )

    assert decoded["body"].model_dump() == form.model_dump()


def test_a_default_is_not_sent_unless_it_is_set() -> None:
    """The callee has the same default; what was set is sent, whatever it is."""
    assert encode_request(taking(JSON), {"body": Form()}).body == b"{}"
    assert encode_request(taking(JSON), {"body": Form(flag=False)}).body == b'{"flag":false}'
    assert encode_request(taking(JSON), {"body": {"line": {"text": "a"}}}).body == (
        b'{"line":{"text":"a"}}'
    )


def test_an_optional_body_may_be_left_out() -> None:
    """Nothing is sent then, not even a type, and nothing is read."""
    operation = taking(JSON, required=False)
    message = encode_request(operation, {})

    assert message.body is None
    assert "Content-Type" not in message.headers
    assert decode_request(operation, ReceivedRequest()) == {"body": None}


@pytest.mark.parametrize("charset", ["latin-1", "no-such-charset"])
def test_text_that_its_charset_has_no_bytes_for_cannot_be_sent(charset: str) -> None:
    """The document names the charset."""
    content = Content(media_type=f"text/plain; charset={charset}", type=lambda: str)

    with pytest.raises(EncodeError, match="can't be written in"):
        encode_response(answering(content), 200, "日")


def test_an_answer_has_one_content_type() -> None:
    """The document's, whatever the caller's headers say in whatever case."""
    message = encode_response(answering(JSON), 200, Form(), {"content-type": "text/html"})

    assert message.headers == {"Content-Type": "application/json"}


def test_a_range_is_answered_by_a_media_type_in_it() -> None:
    """A range itself is no media type to send."""
    operation = answering(JSON, Content(media_type="image/*", type=lambda: bytes))

    assert encode_response(operation, 200, b"x", media_type="image/png").headers == {
        "Content-Type": "image/png"
    }
    for media_type in ("image/*", "text/html"):
        with pytest.raises(EncodeError):
            encode_response(operation, 200, b"x", media_type=media_type)


def test_anything_may_be_declared_as_json() -> None:
    """The content */* has a type: it is JSON where the answer says so."""
    operation = answering(Content(media_type="*/*", type=lambda: Form))

    assert encode_response(operation, 200, Form(), media_type="application/json").body == b"{}"
