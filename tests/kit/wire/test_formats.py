from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pactwright.wire import Base64, Date, DateTime, Model, Uuid

ID = "5f0c7a52-3b1e-4a53-9d0e-0c1f7c3f9a10"


@pytest.mark.parametrize(
    "text",
    [f"{{{ID}}}", f"urn:uuid:{ID}", ID.replace("-", ""), "", "٣" * 8 + ID[8:]],
)
def test_uuid_has_one_form(text: str) -> None:
    """The other forms that Python reads are not RFC 9562's."""
    with pytest.raises(ValidationError, match="should be a UUID"):
        TypeAdapter(Uuid).validate_json(f'"{text}"')


@pytest.mark.parametrize(
    "text",
    [
        "1700000000",
        "2026-11-23",
        "2026-11-23 09:30:00Z",
        "2026-11-23T09:30Z",
        "2026-11-23T09:30:00+0100",
        "2026-11-23T09:30:00",
    ],
)
def test_date_time_needs_the_form_of_rfc_3339(text: str) -> None:
    """A date and a time of day to the second, with a zone."""
    with pytest.raises(ValidationError):
        TypeAdapter(DateTime).validate_json(f'"{text}"')


def test_date_time_is_read_as_utc() -> None:
    """Whatever the zone it came in."""
    read = TypeAdapter(DateTime).validate_json('"2026-11-23T09:30:00.250+01:00"')

    assert read == datetime(2026, 11, 23, 8, 30, 0, 250_000, tzinfo=UTC)
    assert TypeAdapter(DateTime).dump_json(read) == b'"2026-11-23T08:30:00.250000Z"'


def test_date_time_refuses_a_naive_datetime() -> None:
    """A time without its zone is no time."""
    with pytest.raises(ValidationError):
        TypeAdapter(DateTime).validate_python(datetime(2026, 1, 1))  # noqa: DTZ001 - the point


def test_date_refuses_a_time() -> None:
    """A date is ten characters."""
    with pytest.raises(ValidationError):
        TypeAdapter(Date).validate_json('"2026-11-23T00:00:00Z"')


@given(st.uuids(), st.datetimes(timezones=st.timezones()), st.dates(), st.binary())
def test_formats_round_trip(identifier: UUID, moment: datetime, day: date, data: bytes) -> None:
    """What is written is read back the same."""
    try:
        moment = moment.astimezone(UTC)  # in a zone, a time may be ambiguous
    except OverflowError:
        reject()
    for python_type, value in ((Uuid, identifier), (DateTime, moment), (Date, day), (Base64, data)):
        adapter = TypeAdapter[object](python_type)
        written = adapter.dump_json(adapter.validate_python(value))
        assert adapter.validate_json(written) == value


def test_date_time_outside_the_calendar_is_refused() -> None:
    """A zone may carry a time out of the years that there are."""
    with pytest.raises(ValidationError, match="between the years"):
        TypeAdapter(DateTime).validate_json('"0001-01-01T00:00:00+10:00"')


def test_base64_refuses_what_is_not() -> None:
    """The text has to be base64 of RFC 4648."""
    with pytest.raises(ValidationError, match="base64"):
        TypeAdapter(Base64).validate_json('"***"')


class Everything(Model):
    identifier: Uuid
    moment: DateTime
    day: Date
    data: Base64


def test_formats_are_read_within_a_strict_model() -> None:
    """JSON has no types for them; a model that is strict takes their text all the same."""
    written = Everything(
        identifier=UUID(ID),
        moment=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        day=date(2026, 11, 23),
        data=b"\x00",
    )

    assert Everything.model_validate_json(written.model_dump_json()) == written
    with pytest.raises(ValidationError):
        Everything.model_validate({**written.model_dump(), "moment": "2026-11-23T09:30:00Z"})
