"""Parameters in the styles of OpenAPI 3.1, "Style Values" (RFC 6570 where the two meet)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import quote, unquote

from pactwright.wire.errors import EncodeError, InvalidContent
from pactwright.wire.operation import Parameter
from pactwright.wire.problems import FieldError
from pactwright.wire.text import JsonShape, read_scalar, shape, write_scalar
from pactwright.wire.values import from_json, to_json

_RESERVED: Final = ":/?#[]@!$&'()*+,;="
_DELIMITERS: Final = {"spaceDelimited": "%20", "pipeDelimited": "|"}


def encode(parameter: Parameter, value: object) -> Any:
    """A value as plain JSON data, checked against the parameter's type.

    Raises:
        EncodeError: it does not fit.
    """
    return json.loads(to_json(parameter.type, value, parameter.location, parameter.name))


def write_path(parameter: Parameter, data: Any) -> str:
    """A value as it stands in a path, percent-encoded.

    Raises:
        EncodeError: it would be an empty or a dot segment, and so another path.
    """
    style, exploded = parameter.written_style, parameter.exploded
    if style == "label":
        text = "." + _joined(data, "." if exploded else ",", exploded=exploded)
    elif style == "matrix":
        text = "".join(f";{pair}" for pair in _pairs(parameter, data, ","))
    else:
        text = _joined(data, ",", exploded=exploded)
    if text in ("", ".", ".."):
        raise _fault(parameter, f"{text!r} can't be part of a path")
    return text


def write_query(parameter: Parameter, data: Any) -> Iterable[str]:
    """A value as ``name=value`` pairs of a query, percent-encoded."""
    if parameter.media_type:
        text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        return [f"{_quoted(parameter.name)}={_quoted(text)}"]
    if parameter.written_style == "deepObject":
        name = _quoted(parameter.name)
        return [f"{name}[{_quoted(k)}]={_quoted(write_scalar(v))}" for k, v in data.items()]
    return _pairs(parameter, data, _DELIMITERS.get(parameter.written_style, ","))


def write_header(parameter: Parameter, data: Any) -> str:
    """A value as a header field's.

    Raises:
        EncodeError: it has characters that no header may have.
    """
    if parameter.media_type:
        return json.dumps(data, separators=(",", ":"))
    text = ",".join(_items(data, exploded=parameter.exploded))
    if not text.isascii() or any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise _fault(parameter, "a header takes printable ASCII only")
    return text


def _fault(parameter: Parameter, detail: str) -> EncodeError:
    place = FieldError(location=parameter.location, pointer=f"/{parameter.name}", detail=detail)
    return EncodeError("the value can't be sent", [place])


def _quoted(text: str, safe: str = "") -> str:
    return quote(text, safe=safe)


def _items(data: Any, *, exploded: bool) -> list[str]:
    if isinstance(data, list):
        return [write_scalar(item) for item in data]
    if isinstance(data, dict) and exploded:
        return [f"{key}={write_scalar(value)}" for key, value in data.items()]
    if isinstance(data, dict):
        return [text for key, value in data.items() for text in (key, write_scalar(value))]
    return [write_scalar(data)]


def _joined(data: Any, separator: str, *, exploded: bool) -> str:
    safe = "=" if exploded and isinstance(data, dict) else ""
    return separator.join(_quoted(item, safe) for item in _items(data, exploded=exploded))


def _pairs(parameter: Parameter, data: Any, delimiter: str) -> list[str]:
    safe = _RESERVED if parameter.allow_reserved else ""
    name = _quoted(parameter.name)
    if parameter.exploded and isinstance(data, dict):
        return [f"{_quoted(k)}={_quoted(write_scalar(v), safe)}" for k, v in data.items()]
    if parameter.exploded and isinstance(data, list):
        return [f"{name}={_quoted(write_scalar(item), safe)}" for item in data]
    items = [_quoted(item, safe) for item in _items(data, exploded=False)]
    return [f"{name}={delimiter.join(items)}"]


def read(parameter: Parameter, given: Sequence[str]) -> Any:
    """A parameter's value from its texts: one for each time that it was given, decoded.

    Raises:
        InvalidContent: it is against the schema, or given more than once.
    """
    if parameter.media_type:
        text = _only(parameter, given)
    else:
        text = json.dumps(_data(parameter, given, shape(parameter.type)))
    return from_json(parameter.type, text, parameter.location, parameter.name)


def _only(parameter: Parameter, given: Sequence[str]) -> str:
    if len(given) != 1:
        place = f"/{parameter.name}"
        detail = f"given {len(given)} times: give it once"
        fault = FieldError(location=parameter.location, pointer=place, detail=detail)
        raise InvalidContent("a parameter was repeated", [fault])
    return given[0]


def _data(parameter: Parameter, given: Sequence[str], expected: JsonShape) -> object:
    if parameter.shape == "array":
        texts = given if _repeats(parameter) else _split(parameter, _only(parameter, given))
        return [read_scalar(text, expected.items or JsonShape()) for text in texts]
    if parameter.shape == "object":
        members = _members(parameter, _split(parameter, _only(parameter, given)))
        return {name: read_scalar(text, expected.member(name)) for name, text in members}
    return read_scalar(_prefix_cut(parameter, _only(parameter, given)), expected)


def _repeats(parameter: Parameter) -> bool:
    return parameter.location in ("query", "cookie") and parameter.exploded


def _prefix_cut(parameter: Parameter, text: str) -> str:
    if parameter.written_style == "label":
        return text.removeprefix(".")
    if parameter.written_style == "matrix":
        return text.removeprefix(f";{parameter.name}=")
    return text


def _split(parameter: Parameter, text: str) -> list[str]:
    style, exploded = parameter.written_style, parameter.exploded
    if style == "matrix" and exploded:
        parts = text.removeprefix(";").split(";")
        named = parameter.shape == "array"
        return [p.removeprefix(f"{parameter.name}=") if named else p for p in parts]
    separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, ",")
    if style == "label" and exploded:
        separator = "."
    text = _prefix_cut(parameter, text)
    parts = text.split(separator) if text else []
    return [part.strip() for part in parts] if parameter.location == "header" else parts


def _members(parameter: Parameter, parts: Sequence[str]) -> list[tuple[str, str]]:
    if parameter.exploded:
        return [(name, text) for name, _, text in (part.partition("=") for part in parts)]
    return list(zip(parts[::2], parts[1::2], strict=False))


def read_members(parameter: Parameter, query: Iterable[tuple[str, str]]) -> Any:
    """An object whose members are query parameters of their own: exploded form, deepObject.

    Returns:
        The value, or None where no member was given.

    Raises:
        InvalidContent: it is against the schema.
    """
    expected = shape(parameter.type)
    found: dict[str, list[str]] = {}
    for key, text in query:
        name = _member_name(parameter, key)
        if name is not None and (name in expected.members or expected.others or _deep(parameter)):
            found.setdefault(name, []).append(text)
    if not found:
        return None
    members = {name: _member(expected.member(name), texts) for name, texts in found.items()}
    return from_json(parameter.type, json.dumps(members), parameter.location, parameter.name)


def _deep(parameter: Parameter) -> bool:
    return parameter.written_style == "deepObject"


def _member_name(parameter: Parameter, key: str) -> str | None:
    if not _deep(parameter):
        return key
    inner = key.removeprefix(f"{parameter.name}[")
    return inner[:-1] if inner != key and inner.endswith("]") else None


def _member(expected: JsonShape, texts: Sequence[str]) -> object:
    if "array" in expected.types:
        return [read_scalar(text, expected.items or JsonShape()) for text in texts]
    return read_scalar(texts[-1], expected)


def is_spread(parameter: Parameter) -> bool:
    """Whether a query parameter's members stand by themselves, under names of their own."""
    spread = parameter.exploded and parameter.written_style == "form"
    return parameter.shape == "object" and (spread or _deep(parameter))


def cookies(header: str) -> Sequence[tuple[str, str]]:
    """The Cookie header's pairs (RFC 6265 section 4.2.1) in their order, decoded."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return [(name, unquote(value)) for name, equals, value in pairs if equals]
