"""A request's parameters read as arguments, in the styles of OpenAPI 3.1, "Style Values"."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from urllib.parse import unquote

from pactwright.wire.errors import InvalidContent
from pactwright.wire.messages import ReceivedRequest
from pactwright.wire.operation import Parameter
from pactwright.wire.parameters import fault
from pactwright.wire.text import (
    JsonShape,
    RepeatedMember,
    read_members,
    read_scalar,
    read_value,
    shape,
)
from pactwright.wire.values import adapter, from_json


def read_argument(
    parameter: Parameter, request: ReceivedRequest, taken: Collection[str] = ()
) -> Any:
    """The value of a parameter; its default, or else None, where it was not sent.

    Args:
        parameter: what is read.
        request: what came in.
        taken: the names of all query parameters, which are no members of a free-form object.

    Raises:
        InvalidContent: it is missing, given more than once or against the schema.
    """
    if parameter.location == "query" and _is_spread(parameter):
        pairs = _spread_pairs(parameter, request, taken)
        if pairs:
            return _read_spread(parameter, pairs)
    elif given := _given(parameter, request):
        return _read_given(parameter, given)
    if parameter.required:
        raise InvalidContent("a parameter is missing", [fault(parameter, "is required")])
    return _default(parameter)


def _given(parameter: Parameter, request: ReceivedRequest) -> Sequence[str]:
    """Its texts: one for each time that it was given, decoded."""
    if parameter.location == "query":
        return [text for name, text in request.query if name == parameter.name]
    if parameter.location == "cookie":
        pairs = _cookies(request.headers.get("cookie", ""))
        return [text for name, text in pairs if name == parameter.name]
    if parameter.location == "path":
        found = request.path.get(parameter.name)
    else:
        found = request.headers.get(parameter.name.lower())
    return [] if found is None else [found]


def _cookies(header: str) -> Sequence[tuple[str, str]]:
    """The Cookie header's pairs (RFC 6265 section 4.2.1) in their order, decoded."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return [(name, unquote(value)) for name, equals, value in pairs if equals]


def _default(parameter: Parameter) -> Any:
    """Made anew each time, since it may be a list."""
    if parameter.default is None:
        return None
    return adapter(parameter.type).validate_json(json.dumps(parameter.default))


def _read_given(parameter: Parameter, given: Sequence[str]) -> Any:
    if parameter.media_type:
        text = _only(parameter, given)
    else:
        text = json.dumps(_data(parameter, given, shape(parameter.type)))
    return from_json(parameter.type, text, parameter.location, parameter.name)


def _only(parameter: Parameter, given: Sequence[str]) -> str:
    if len(given) != 1:
        detail = f"given {len(given)} times: give it once"
        raise InvalidContent("a parameter was repeated", [fault(parameter, detail)])
    return given[0]


def _data(parameter: Parameter, given: Sequence[str], expected: JsonShape) -> object:
    if parameter.shape == "array":
        texts = given if _repeats(parameter) else _split(parameter, _only(parameter, given))
        return [read_value(text, expected.item(index)) for index, text in enumerate(texts)]
    if parameter.shape == "object":
        return _members(parameter, _split(parameter, _only(parameter, given)), expected)
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


def _members(parameter: Parameter, parts: Sequence[str], expected: JsonShape) -> dict[str, object]:
    if parameter.exploded:
        pairs = [(name, text) for name, _, text in (part.partition("=") for part in parts)]
    elif len(parts) % 2:
        raise InvalidContent("a member has no value", [fault(parameter, "should be pairs")])
    else:
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
    return _read_members(parameter, pairs, expected)


def _read_members(
    parameter: Parameter, pairs: Iterable[tuple[str, str]], expected: JsonShape
) -> dict[str, object]:
    try:
        return read_members(pairs, expected)
    except RepeatedMember as error:
        place = fault(parameter, "given more than once: give it once", error.name)
        raise InvalidContent("a member was repeated", [place]) from None


def _is_spread(parameter: Parameter) -> bool:
    """Whether a query parameter's members stand by themselves, under names of their own."""
    spread = parameter.exploded and parameter.written_style == "form"
    return parameter.shape == "object" and (spread or _is_deep(parameter))


def _is_deep(parameter: Parameter) -> bool:
    return parameter.written_style == "deepObject"


def _spread_pairs(
    parameter: Parameter, request: ReceivedRequest, taken: Collection[str]
) -> list[tuple[str, str]]:
    if _is_deep(parameter):
        named = [(_deep_name(parameter, key), text) for key, text in request.query]
        return [(name, text) for name, text in named if name is not None]
    expected = shape(parameter.type)
    free = expected.others is not None
    return [
        (name, text)
        for name, text in request.query
        if name in expected.members or (free and name not in taken)
    ]


def _deep_name(parameter: Parameter, key: str) -> str | None:
    inner = key.removeprefix(f"{parameter.name}[")
    return inner[:-1] if inner != key and inner.endswith("]") else None


def _read_spread(parameter: Parameter, pairs: Iterable[tuple[str, str]]) -> Any:
    members = _read_members(parameter, pairs, shape(parameter.type))
    return from_json(parameter.type, json.dumps(members), parameter.location, parameter.name)
