"""Python values to JSON and back, with faults as places in the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from pydantic_core import from_json as parse_json

from pactwright.wire.errors import EncodeError, InvalidContent, MalformedBody
from pactwright.wire.model import TOLERANT
from pactwright.wire.operation import TypeRef
from pactwright.wire.problems import FieldError, Where

_STRICT: Final = ConfigDict(strict=True, allow_inf_nan=False)
_ABSENT: Final = object()


@cache
def adapter(ref: TypeRef) -> TypeAdapter[Any]:
    """The validator and serializer of a type, made on first use."""
    python_type = ref()
    if isinstance(python_type, type) and issubclass(python_type, BaseModel):
        return TypeAdapter(python_type)
    return TypeAdapter(python_type, config=_STRICT)


def to_json(ref: TypeRef, value: object, where: Where, name: str = "") -> bytes:
    """Check a value against its type and write it as JSON.

    Raises:
        EncodeError: it is not of that type; the place is a pointer below `name`.
    """
    types = adapter(ref)
    try:
        checked = types.validate_python(value)
    except ValidationError as error:
        faults = field_errors(error.errors(include_url=False), value, where, name)
        raise EncodeError("the value does not fit the document", faults) from None
    return types.dump_json(checked, by_alias=True, exclude_unset=True)


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
        MalformedBody: it is not JSON.
        InvalidContent: it is not of that type.
    """
    _refuse_unnumbers(data)
    try:
        return adapter(ref).validate_json(data, context=TOLERANT if tolerant else None)
    except ValidationError as error:
        details = error.errors(include_url=False)
    if details[0]["type"] == "json_invalid" and where == "body":
        raise MalformedBody(f"the body is not JSON: {details[0]['ctx']['error']}")
    parsed = None if details[0]["type"] == "json_invalid" else parse_json(data)
    raise InvalidContent(
        "the value is against the schema", field_errors(details, parsed, where, name)
    )


def _refuse_unnumbers(data: bytes | str) -> None:
    """NaN and Infinity are no JSON (RFC 8259 section 6), though the parser takes them."""
    text = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    if b"NaN" in text or b"Infinity" in text:
        try:
            parse_json(text, allow_inf_nan=False)
        except ValueError as error:
            raise MalformedBody(f"the body is not JSON: {error}") from None


def field_errors(
    details: Iterable[ErrorDetails], value: object, where: Where, name: str
) -> list[FieldError]:
    """Say each fault once per place: a union reports one for each of its arms."""
    found: dict[str, list[str]] = {}
    for detail in details:
        pointer = "".join(_escaped(part) for part in (*_named(name), *_path(detail, value)))
        texts = found.setdefault(pointer, [])
        if detail["msg"] not in texts:
            texts.append(detail["msg"])
    return [
        FieldError(location=where, pointer=pointer, detail=" or ".join(texts))
        for pointer, texts in found.items()
    ]


def _named(name: str) -> Sequence[str]:
    return (name,) if name else ()


def _escaped(part: str | int) -> str:
    return "/" + str(part).replace("~", "~0").replace("/", "~1")


def _path(detail: ErrorDetails, value: object) -> list[str | int]:
    """The error's place in the data: pydantic mixes the names of union arms into its own."""
    path: list[str | int] = []
    missing = detail["type"] == "missing"
    for position, part in enumerate(detail["loc"]):
        step = _step(value, part)
        if step is not _ABSENT:
            path.append(part)
            value = step
        elif missing and position == len(detail["loc"]) - 1:
            path.append(part)
    return path


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
