from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwright.wire import (
    Base64,
    Body,
    Content,
    DateTime,
    DecodeError,
    EncodeError,
    InvalidContent,
    MalformedBody,
    Model,
    Omittable,
    Operation,
    ReceivedRequest,
    Unrecognized,
    Uuid,
    decode_request,
    encode_request,
)
from pactwright.wire.multipart import read


class Part(Model):
    name: str
    at: Omittable[DateTime] = None
    raw: Omittable[Base64] = None


class Upload(Model):
    at: Omittable[DateTime] = None
    owner: Omittable[Uuid] = None
    count: Omittable[int] = None
    flag: Omittable[bool] = None
    note: int | None = None
    tags: Omittable[list[str]] = None
    counts: Omittable[list[int]] = None
    part: Omittable[Part] = None
    parts: Omittable[list[Part]] = None
    raw: Omittable[Base64] = None
    file: Omittable[bytes] = None
    files: Omittable[list[bytes]] = None
    pair: Omittable[tuple[int, str]] = None


TEXT = st.text(st.characters(codec="utf-8"), max_size=9)
MOMENTS = st.just(datetime(2026, 11, 23, 9, 30, 0, 250_000, tzinfo=UTC))
PARTS = st.builds(Part, name=TEXT, at=st.none() | MOMENTS, raw=st.none() | st.binary(max_size=5))
UPLOADS = st.builds(
    Upload,
    at=st.none() | MOMENTS,
    owner=st.none() | st.just(UUID(int=7)),
    count=st.none() | st.integers(),
    flag=st.none() | st.booleans(),
    note=st.none() | st.integers(),
    tags=st.none() | st.lists(TEXT, min_size=1, max_size=3),
    counts=st.none() | st.lists(st.integers(), min_size=1, max_size=3),
    part=st.none() | PARTS,
    parts=st.none() | st.lists(PARTS, min_size=1, max_size=3),
    raw=st.none() | st.binary(max_size=9),
    file=st.none() | st.binary(max_size=99),
    files=st.none() | st.lists(st.binary(max_size=9), min_size=1, max_size=3),
    pair=st.none() | st.tuples(st.integers(), TEXT),
)
PROBE: Operation[Any] = Operation(
    name="probe",
    method="POST",
    path="/",
    body=Body(contents=(Content(media_type="multipart/form-data", type=lambda: Upload),)),
)


def received(body: bytes, boundary: str = "b") -> ReceivedRequest:
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    return ReceivedRequest(headers=headers, body=body)


def part(name: str, value: bytes, *more: str) -> bytes:
    head = [f'Content-Disposition: form-data; name="{name}"', *more]
    return b"--b\r\n" + "\r\n".join(head).encode() + b"\r\n\r\n" + value + b"\r\n"


@given(UPLOADS)
def test_every_kind_of_member_comes_out_as_it_went_in(upload: Upload) -> None:
    """Times, null, lists of one, objects and files, and none of all these."""
    message = encode_request(PROBE, {"body": upload})
    headers = {name.lower(): value for name, value in message.headers.items()}

    decoded = decode_request(PROBE, ReceivedRequest(headers=headers, body=message.body or b""))

    assert decoded["body"].model_dump() == upload.model_dump()


@pytest.mark.parametrize(
    "body",
    [
        part("file", b"abc")[:-2],
        part("file", b"abc"),
        part("tags", b"\xff") + b"--b--",
        part("count", b"1") + part("count", b"2") + b"--b--",
        b"--b--\r\nmore",
    ],
)
def test_what_is_cut_short_or_garbled_is_malformed(body: bytes) -> None:
    """Half a file is no file, and bytes that are no text are no text."""
    with pytest.raises(MalformedBody):
        decode_request(PROBE, received(body))


@pytest.mark.parametrize(
    ("name", "value"),
    [("count", b"1_000"), ("count", b" 5"), ("flag", b"yes"), ("counts", b"x"), ("part", b"x")],
)
def test_text_is_read_strictly(name: str, value: bytes) -> None:
    """Python reads many texts as numbers that JSON doesn't."""
    with pytest.raises(InvalidContent) as caught:
        decode_request(PROBE, received(part(name, value) + b"--b--"))

    assert [error.pointer for error in caught.value.errors] == [f"/{name}"]


def test_a_part_may_have_a_charset() -> None:
    """Its own, or else UTF-8."""
    body = part("tags", "é".encode("latin-1"), "Content-Type: text/plain; charset=latin-1")

    decoded = decode_request(PROBE, received(body + b"--b--"))

    assert decoded["body"].tags == ["é"]


def test_a_caller_reading_an_answer_keeps_what_it_does_not_know() -> None:
    """As with JSON."""

    class Answer(Model):
        kind: Unrecognized

    body = part("kind", b"new") + b"--b--"

    assert (
        read(lambda: Answer, "multipart/form-data; boundary=b", body, tolerant=True).kind == "new"
    )
    with pytest.raises(DecodeError):
        read(lambda: Answer, "multipart/form-data; boundary=b", body)


def test_what_no_part_can_hold_cannot_be_sent() -> None:
    """Half a surrogate pair is no text."""
    with pytest.raises(EncodeError):
        encode_request(PROBE, {"body": Upload(tags=["\ud800"])})
