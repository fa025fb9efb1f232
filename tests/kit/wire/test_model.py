from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from pactwright.wire import ConstantModel, Model, Omittable, Unrecognized
from pactwright.wire.model import TOLERANT


class Sample(Model):
    name: str
    note: Omittable[Annotated[str, Field(max_length=5)]] = None
    parent: str | None = None
    kind: Literal["a", "b"] | Unrecognized = "a"


class Taken(ConstantModel):
    type: Literal["urn:taken"] = "urn:taken"
    detail: Omittable[str] = None
    by: Literal["anyone", "you"] = "anyone"


def test_omittable_none_in_python_is_left_out() -> None:
    """A caller may pass None for "nothing" without sending null."""
    sample = Sample(name="x", note=None)

    assert sample.model_dump_json(exclude_unset=True) == '{"name":"x"}'


def test_omittable_null_on_the_wire_is_refused() -> None:
    """A field that may be left out is not thereby nullable."""
    with pytest.raises(ValidationError, match="leave it out"):
        Sample.model_validate_json('{"name": "x", "note": null}')


class Optional(Model):
    pair: Omittable[tuple[int, str]] = None
    raw: Omittable[bytes] = None
    inner: Omittable[Sample] = None


def test_omittable_reads_json_as_the_type_inside_does() -> None:
    """Strict types take less from Python than from JSON: a tuple from a list, bytes from text."""
    read = Optional.model_validate_json('{"pair": [1, "a"], "raw": "b", "inner": {"name": "x"}}')

    assert read == Optional(pair=(1, "a"), raw=b"b", inner=Sample(name="x"))
    assert Optional(inner=Sample(name="x", note=None)).model_dump(exclude_unset=True) == {
        "inner": {"name": "x"}
    }


def test_nullable_tells_unset_from_null() -> None:
    """An optional nullable field is sent as null only where it was set to None."""
    assert Sample(name="x").model_dump_json(exclude_unset=True) == '{"name":"x"}'
    explicit = Sample(name="x", parent=None)
    assert explicit.model_dump_json(exclude_unset=True) == '{"name":"x","parent":null}'


def test_omittable_keeps_its_constraints() -> None:
    """The constraint inside holds for what is given."""
    with pytest.raises(ValidationError, match="at most 5"):
        Sample(name="x", note="too long")


def test_constants_are_always_sent() -> None:
    """A const member needs no argument and is on the wire all the same; a default is not."""
    assert Taken().model_dump_json(exclude_unset=True) == '{"type":"urn:taken"}'


def test_open_enum_keeps_an_unknown_value_for_a_tolerant_reader() -> None:
    """A caller reading an answer keeps a value that its release doesn't know."""
    read = Sample.model_validate_json('{"name": "x", "kind": "c"}', context=TOLERANT)

    assert read.kind == "c"
    assert isinstance(read.kind, Unrecognized)
    assert repr(read.kind) == "Unrecognized('c')"
    assert '"kind":"c"' in read.model_dump_json(exclude_unset=True)


def test_open_enum_known_value_stays_plain() -> None:
    """Known values are the literals themselves, also for a tolerant reader."""
    read = Sample.model_validate_json('{"name": "x", "kind": "b"}', context=TOLERANT)

    assert type(read.kind) is str


def test_open_enum_is_closed_for_everyone_else() -> None:
    """A provider reading a request, or Python code building a model, gets an error."""
    with pytest.raises(ValidationError):
        Sample.model_validate_json('{"name": "x", "kind": "c"}')
    with pytest.raises(ValidationError):
        Sample.model_validate({"name": "x", "kind": "c"})


def test_open_enum_refuses_other_types() -> None:
    """Tolerance is for new values, not for new types."""
    with pytest.raises(ValidationError):
        Sample.model_validate_json('{"name": "x", "kind": 3}', context=TOLERANT)


def test_open_enum_is_a_string_in_json_schema() -> None:
    """Its JSON schema admits any string."""
    schema = TypeAdapter(Literal["a"] | Unrecognized).json_schema()

    assert {"type": "string"} in schema["anyOf"]


def test_omittable_is_not_nullable_in_json_schema() -> None:
    """What the schema admits is what validation admits."""
    properties = Sample.model_json_schema()["properties"]

    assert properties["note"]["type"] == "string"
    assert {"type": "null"} in properties["parent"]["anyOf"]
