"""Python values to JSON and back, with faults as places in the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from pydantic_core import from_json as parse_json

from pactwright.wire.errors import DecodeError, EncodeError, InvalidContent, MalformedBody
from pactwright.wire.model import TOLERANT
from pactwright.wire.operation import TypeRef
from pactwright.wire.problems import FieldError, Where, pointer
from pactwright.wire.repetition import RepeatedName, refuse_repeated_names

MOST_FAULTS: Final = 100
"""How many places are told at most: a long list may be wrong in every item."""

_STRICT: Final = ConfigDict(strict=True, allow_inf_nan=False, ser_json_inf_nan="constants")
_ABSENT: Final = object()
_MADE_OF_TEXT: Final = {
    "UUID": "uuid.UUID(text)",
    "date_type": "datetime.date.fromisoformat(text)",
    "datetime_type": "datetime.datetime.fromisoformat(text)",
}
_LARGE: Final = (re.compile(rb"[0-9][eE]\+?[0-9]{3}"), re.compile(rb"[0-9]{200}"))
"""A number that overflows a double has one of these."""


@cache
def adapter(ref: TypeRef) -> TypeAdapter[Any]:
    """The validator and serializer of a type, made on first use."""
    python_type = ref()
    if isinstance(python_type, type) and issubclass(python_type, BaseModel):
        return TypeAdapter(python_type)
    return TypeAdapter(python_type, config=_STRICT)


def checked(ref: TypeRef, value: object, where: Where, name: str = "") -> Any:
    """A value of a type, or what stands for one: a dict for a model.

    Raises:
        EncodeError: it is not of that type; the place is a pointer below `name`.
    """
    try:
        return adapter(ref).validate_python(value)
    except ValidationError as error:
        details = [_for_python(detail) for detail in error.errors(include_url=False)]
        faults = field_errors(details, value, where, name)
        raise EncodeError("the value does not fit the document", faults) from None


def _for_python(detail: ErrorDetails) -> ErrorDetails:
    """Text that is right on the wire is no value in Python: the error says what is."""
    kind = detail["ctx"]["class"] if detail["type"] == "is_instance_of" else detail["type"]
    made = _MADE_OF_TEXT.get(kind) if isinstance(detail["input"], str) else None
    return {**detail, "msg": f"should be no text: pass {made}"} if made else detail


def to_json(ref: TypeRef, value: object, where: Where, name: str = "") -> bytes:
    """Check a value against its type and write it as JSON.

    Raises:
        EncodeError: it is not of that type; the place is a pointer below `name`.
    """
    fitting = checked(ref, value, where, name)
    try:
        data = adapter(ref).dump_json(fitting, by_alias=True, exclude_unset=True, warnings="error")
        _refuse_unnumbers(data)
    except ValueError:  # without its text, which may quote the value
        detail = "has what JSON can't hold, or a field that was changed to another type"
        place = FieldError(location=where, pointer=pointer(*_named(name)), detail=detail)
        raise EncodeError("the value can't be written", [place]) from None
    return data


def from_json(
    ref: TypeRef, data: bytes | str, where: Where, name: str = "", *, tolerant: bool = False
) -> Any:
    """Read JSON as a type.

    Args:
        ref: the type.
        data: the JSON text.
        where: the part of the message, for the faults' places.
        name: the parameter, for the faults' places; "" for a body.
        tolerant: whether open enums take values that they don't know.

    Raises:
        MalformedBody: it is a body and not JSON.
        InvalidContent: it is not of that type, or has a name twice and nobody is tolerant.
    """
    try:
        _refuse_unnumbers(data)
        value = adapter(ref).validate_json(data, context=TOLERANT if tolerant else None)
        if _takes_anything(ref):
            _refuse_overflow(data)
        if not tolerant and b"{" in _bytes(data):
            refuse_repeated_names(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
    except RepeatedName as error:
        raise _repeated(error.pointers, where, name) from None
    except ValueError as error:
        raise _no_json(str(error), where, name) from None
    else:
        return value
    if details[0]["type"] == "json_invalid":
        raise _no_json(details[0]["ctx"]["error"], where, name)
    faults = field_errors(details, parse_json(data), where, name)
    raise InvalidContent("the value is against the schema", faults)


def _no_json(reason: str, where: Where, name: str) -> DecodeError:
    if where == "body":
        return MalformedBody(f"the body is not JSON: {reason}")
    place = FieldError(location=where, pointer=pointer(*_named(name)), detail=f"no JSON: {reason}")
    return InvalidContent("a parameter is not JSON", [place])


def _repeated(pointers: Iterable[str], where: Where, name: str) -> InvalidContent:
    detail, start = "given more than once: give it once", pointer(*_named(name))
    places = [FieldError(location=where, pointer=start + p, detail=detail) for p in pointers]
    return InvalidContent("a member was repeated", places)


def _refuse_unnumbers(data: bytes | str) -> None:
    """NaN and Infinity are no JSON (RFC 8259 section 6), though the parser takes them."""
    text = _bytes(data)
    if b"NaN" in text or b"Infinity" in text:
        parse_json(text, allow_inf_nan=False)


@cache
def _takes_anything(ref: TypeRef) -> bool:
    """Whether any JSON may stand somewhere in a value of the type; numbers are finite elsewhere."""
    return _mentions_any(adapter(ref).core_schema)


def _mentions_any(schema: object) -> bool:
    if isinstance(schema, dict):
        parts: Mapping[str, object] = schema
        is_open = parts.get("type") == "any" or parts.get("extra_fields_behavior") == "allow"
        return is_open or any(_mentions_any(p) for k, p in parts.items() if k != "metadata")
    if isinstance(schema, list | tuple):
        items: Sequence[object] = schema
        return any(_mentions_any(item) for item in items)
    return False


def _refuse_overflow(data: bytes | str) -> None:
    """A number that no double can hold would be infinite."""
    text = _bytes(data)
    if any(form.search(text) for form in _LARGE):
        try:
            json.dumps(parse_json(text), allow_nan=False)
        except ValueError:
            raise ValueError("a number is too large") from None


def _bytes(data: bytes | str) -> bytes:
    return data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")


def field_errors(
    details: Iterable[ErrorDetails], value: object, where: Where, name: str
) -> list[FieldError]:
    """Say each fault once per place: a union reports one for each of its arms."""
    found: dict[str, list[str]] = {}
    for detail in details:
        place = pointer(*_named(name), *_path(detail, value))
        if len(found) == MOST_FAULTS and place not in found:
            break
        texts = found.setdefault(place, [])
        if detail["msg"] not in texts:
            texts.append(detail["msg"])
    return [
        FieldError(location=where, pointer=place, detail=" or ".join(texts))
        for place, texts in found.items()
    ]


def _named(name: str) -> Sequence[str]:
    return (name,) if name else ()


def _path(detail: ErrorDetails, value: object) -> list[str | int]:
    """The error's place in the data: pydantic mixes the names of union arms into its own."""
    path: list[str | int] = []
    missing = detail["type"] == "missing"
    for position, part in enumerate(detail["loc"]):
        step = _step(value, part)
        if step is not _ABSENT and not _is_arm(detail, position, value, step):
            path.append(part)
            value = step
        elif missing and position == len(detail["loc"]) - 1:
            path.append(part)
    return path


def _is_arm(detail: ErrorDetails, position: int, value: object, step: object) -> bool:
    """Whether a part names an arm, though there is a member of that name: what follows decides."""
    following = detail["loc"][position + 1 : position + 2]
    if not following:
        return False
    if detail["type"] == "missing" and position == len(detail["loc"]) - 2:
        return bool(value == detail["input"] != step)
    return _step(step, following[0]) is _ABSENT and _step(value, following[0]) is not _ABSENT


def _step(value: object, part: str | int) -> object:
    if isinstance(value, BaseModel) and isinstance(part, str):
        return getattr(value, part, _ABSENT)
    if isinstance(value, Mapping):
        mapping: Mapping[object, object] = value
        return mapping.get(part, _ABSENT)
    if isinstance(value, list | tuple) and isinstance(part, int) and part < len(value):
        items: Sequence[object] = value
        return items[part]
    return _ABSENT
