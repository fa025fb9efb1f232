"""Parameters written in the styles of OpenAPI 3.1, "Style Values" (RFC 6570 where they meet)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

from pactwright.wire.errors import EncodeError
from pactwright.wire.operation import Parameter
from pactwright.wire.problems import FieldError, pointer
from pactwright.wire.text import write_member, write_scalar, write_value
from pactwright.wire.values import to_json

_RESERVED: Final = ":/?@!$'()*,;="
"""RFC 3986's reserved characters, but for those that end a query's value or a query (#&+[])."""
_DELIMITERS: Final = {"spaceDelimited": "%20", "pipeDelimited": "|"}


def fault(parameter: Parameter, detail: str, *inside: str) -> FieldError:
    """What is wrong with a parameter, or with a member inside of it."""
    place = pointer(parameter.name, *inside)
    return FieldError(location=parameter.location, pointer=place, detail=detail)


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
        text = "." + _joined(parameter, data, "." if exploded else ",")
    elif style == "matrix":
        text = "".join(f";{pair}" for pair in _pairs(parameter, data, ","))
    else:
        text = _joined(parameter, data, ",")
    if text in ("", ".", ".."):
        raise _unsendable(parameter, f"{text!r} can't be part of a path")
    return text


def write_query(parameter: Parameter, data: Any) -> Iterable[str]:
    """A value as ``name=value`` pairs of a query, percent-encoded.

    Raises:
        EncodeError: the parameter's style has no form for it.
    """
    if parameter.media_type:
        text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        return [f"{_quoted(parameter.name)}={_quoted(text)}"]
    if parameter.written_style == "deepObject":
        name = _quoted(parameter.name)
        return [f"{name}[{_quoted(k)}]={_quoted(v)}" for k, v in _named_texts(data)]
    return _pairs(parameter, data, _DELIMITERS.get(parameter.written_style, ","))


def write_header(parameter: Parameter, data: Any) -> str:
    """A value as a header field's.

    Raises:
        EncodeError: it has what a header can't hold, or not at that place.
    """
    if parameter.media_type:
        return json.dumps(data, separators=(",", ":"))
    items = _items(parameter, data)
    text = ",".join(items)
    if not text.isascii() or any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise _unsendable(parameter, "a header takes printable ASCII only")
    if any(item != item.strip() for item in items):
        raise _unsendable(parameter, "a header's value can't begin or end with a space")
    if isinstance(data, list | dict) and any("," in item for item in items):
        raise _unsendable(parameter, "a header's list can't hold a comma in an item")
    return text


def _unsendable(parameter: Parameter, detail: str) -> EncodeError:
    return EncodeError("the value can't be sent", [fault(parameter, detail)])


def _quoted(text: str, safe: str = "") -> str:
    return quote(text, safe=safe)


def _named_texts(data: Any) -> list[tuple[str, str]]:
    return [(name, text) for name, value in data.items() for text in write_member(value)]


def _items(parameter: Parameter, data: Any) -> list[str]:
    """The texts between delimiters."""
    values = list(data.values()) if isinstance(data, dict) else data
    if isinstance(values, list) and any(isinstance(value, dict | list) for value in values):
        raise _unsendable(parameter, f"the style {parameter.written_style} holds nothing nested")
    if isinstance(data, list):
        return [write_scalar(item) for item in data]
    if isinstance(data, dict) and parameter.exploded:
        return [f"{key}={write_scalar(value)}" for key, value in data.items()]
    if isinstance(data, dict):
        return [text for key, value in data.items() for text in (key, write_scalar(value))]
    return [write_scalar(data)]


def _joined(parameter: Parameter, data: Any, separator: str) -> str:
    safe = "=" if parameter.exploded and isinstance(data, dict) else ""
    return separator.join(_quoted(item, safe) for item in _items(parameter, data))


def _pairs(parameter: Parameter, data: Any, delimiter: str) -> list[str]:
    safe = _RESERVED if parameter.allow_reserved and parameter.location == "query" else ""
    name = _quoted(parameter.name)
    if parameter.exploded and isinstance(data, dict):
        return [f"{_quoted(k)}={_quoted(v, safe)}" for k, v in _named_texts(data)]
    if parameter.exploded and isinstance(data, list):
        return [f"{name}={_quoted(write_value(item), safe)}" for item in data]
    safe = safe.replace(",", "") if isinstance(data, list | dict) else safe
    items = [_quoted(item, safe) for item in _items(parameter, data)]
    return [f"{name}={delimiter.join(items)}"]
