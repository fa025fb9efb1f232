"""What of an API's surface the gateway can route: methods, paths, parameters, media types.

Sources: "Amazon API Gateway important notes" and "Amazon API Gateway quotas", API Gateway
Developer Guide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pactwright.schema.pointer import join, split
from pactwright.wire.mediatypes import parse

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch")

_OTHER_METHODS: Final = ("trace", "query")
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._:-]+|\{[A-Za-z0-9._-]+\}")
_PARAMETER: Final = re.compile(r"[A-Za-z0-9._$-]+")
_RESERVED: Final = frozenset({"/ping", "/sping"})
_TEXTUAL: Final = frozenset({"xml", "yaml", "x-www-form-urlencoded", "javascript", "*"})


def follow(document: Mapping[str, Any], value: Any) -> Any:
    """What a value stands for, if it is a reference into the same document."""
    while isinstance(value, Mapping) and str(value.get("$ref", "")).startswith("#"):
        target: Any = document
        for token in split(value["$ref"][1:]):
            target = target[token]
        value = target
    return value


def refusals(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the gateway can't serve at all: each `(JSON pointer, what to do)`."""
    variables: dict[str, str] = {}
    for path, unresolved in document.get("paths", {}).items():
        place = join(("paths", path))
        if advice := _refused_path(path):
            yield place, advice
        yield from _clashes(path, place, variables)
        item = follow(document, unresolved)
        for method in _OTHER_METHODS:
            if method in item:
                yield f"{place}/{method}", f"API Gateway has no method {method.upper()}: remove it"


def _refused_path(path: str) -> str | None:
    if path in _RESERVED:
        return f"API Gateway keeps {path} for its own health check: choose another path"
    if path == "/":
        return None
    for segment in path.removeprefix("/").split("/"):
        if not segment:
            return "API Gateway can't serve empty path segments: no '//', no '/' at the end"
        if not _SEGMENT.fullmatch(segment):
            return (
                f"API Gateway can't serve the path segment {segment!r}: letters, digits and . _ - :"
                " only, and a parameter must be a segment of its own"
            )
    return None


def _clashes(path: str, place: str, variables: dict[str, str]) -> Iterator[tuple[str, str]]:
    # Parameters at one place of the tree of paths must have one name.
    parent = ""
    for segment in path.removeprefix("/").split("/"):
        is_variable = segment.startswith("{")
        known = variables.setdefault(parent, segment) if is_variable else segment
        if known != segment:
            clash = f"{known} and {segment} stand at the same place, after {parent or '/'}"
            yield place, f"API Gateway wants one name for a parameter: {clash}"
        parent += "/{}" if is_variable else f"/{segment}"


def gateway_parameters(
    document: Mapping[str, Any],
    item: Mapping[str, Any],
    operation: Mapping[str, Any],
    place: str,
    note: Callable[[str, str], object],
) -> list[dict[str, Any]]:
    """An operation's parameters, each as text; those of its path item that it does not replace.

    Args:
        document: what references point into.
        item: the path item.
        operation: one of its operations.
        place: the operation's JSON pointer.
        note: called for each parameter that the gateway can't declare; it still passes it on.
    """
    declared = [*item.get("parameters", ()), *operation.get("parameters", ())]
    merged = {(each["in"], each["name"]): each for each in (follow(document, p) for p in declared)}
    translated = []
    for (location, name), parameter in merged.items():
        if location == "cookie" or not _PARAMETER.fullmatch(name):
            note(f"{place}/parameters", f"the {location} parameter {name!r} is not declared")
            continue
        required = location == "path" or parameter.get("required", False)
        schema = {"type": "string"}
        translated.append({"name": name, "in": location, "required": required, "schema": schema})
    return translated


def binary_media_types(document: Mapping[str, Any]) -> list[str]:
    """The media types of an API that the gateway must not take for text, sorted."""
    return sorted({name for name in _media_types(document) if not _is_text(name)})


def _media_types(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        content = value.get("content")
        if isinstance(content, Mapping):
            yield from (name for name in content if "/" in name)
        for child in value.values():
            yield from _media_types(child)
    elif isinstance(value, list):
        for child in value:
            yield from _media_types(child)


def _is_text(name: str) -> bool:
    media_type = parse(name)
    if media_type is None or media_type.is_json or media_type.is_text:
        return True
    return media_type.subtype.rpartition("+")[2] in _TEXTUAL
