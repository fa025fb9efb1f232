"""What differs in the parameters of an operation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from pactwright.release.comparison import concerns
from pactwright.release.comparison.changes import Concern, Finding, nobody
from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.schemas.objects import default_changed
from pactwright.release.comparison.schemas.schema import TYPES, Schema
from pactwright.release.comparison.scope import Operation, Scope
from pactwright.schema.document import Node

PARAMETER: Final = frozenset(
    [
        "name",
        "in",
        "description",
        "required",
        "deprecated",
        "allowEmptyValue",
        "style",
        "explode",
        "allowReserved",
        "schema",
        "content",
        "example",
        "examples",
    ]
)
"""The members of a parameter, or a header, that are compared or mean nothing on the wire."""

_STYLES: Final = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_DELIMITERS: Final = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
"""What is between the items of an array, by the styles of which values are read here."""

_NAME: Final = re.compile(r"\{([^{}]+)\}")

Key = tuple[str, str]
"""Location and name; of a path's, the number of its place in the template."""


def compared(scope: Scope) -> Iterator[Finding]:
    """What differs in the parameters of an operation."""
    before, after = parameters(scope.old), parameters(scope.new)
    for key, old in before.items():
        if key in after:
            yield from _changed(scope, old, after[key])
        else:
            yield _removed(scope, old, after)
    moved = {name.lower() for _, name in before}
    for key, new in after.items():
        if key not in before:
            yield _added(scope, new, moved=key[1].lower() in moved)


def parameters(operation: Operation) -> dict[Key, Node]:
    """The parameters of an operation, its path's included."""
    found: dict[Key, Node] = {}
    names = _NAME.findall(operation.path)
    for owner in (operation.item, operation.node):
        for child in owner.child("parameters").items():
            node = operation.document.follow(child)
            location, name = node.text("in"), node.text("name")
            if location == "header":
                name = name.lower()
            elif location == "path" and name in names:
                name = str(names.index(name))
            found[location, name] = node
    return found


def _where(node: Node) -> str:
    return f"{node.text('in')}.{node.text('name')}"


def _removed(scope: Scope, old: Node, after: dict[Key, Node]) -> Finding:
    location, name = old.text("in"), old.text("name")
    elsewhere = [n for n in after.values() if n.text("name").lower() == name.lower()]
    kind, message = Kind.PARAMETER_REMOVED, f"{name} is gone from {location}"
    place = scope.new.node.child("parameters").place
    if elsewhere:
        kind, message = Kind.PARAMETER_MOVED, f"{name} is in {elsewhere[0].text('in')} now"
        place = elsewhere[0].place
    concern = concerns.sends(location, *_written_names(scope.old, old))
    return scope.note(kind, message, (old.place, place), _where(old), concern)


def _added(scope: Scope, new: Node, *, moved: bool) -> Finding:
    location, name = new.text("in"), new.text("name")
    places = scope.old.node.child("parameters").place, new.place
    if new.get("required") is True:
        concern = concerns.lacks(location, *_written_names(scope.new, new))
        message = f"{name} must be sent in {location}"
        return scope.note(Kind.PARAMETER_DEMANDED, message, places, _where(new), concern)
    message = f"{name} may be sent in {location}{' now' if moved else ''}"
    return scope.note(Kind.PARAMETER_ADDED, message, places, _where(new))


def _changed(scope: Scope, old: Node, new: Node) -> Iterator[Finding]:
    location, name, where = old.text("in"), old.text("name"), _where(old)
    places = old.place, new.place
    names = _written_names(scope.old, old)
    sends, lacks = concerns.sends(location, *names), concerns.lacks(location, *names)
    if location == "path" and name != new.text("name"):
        message = f"{name} is called {new.text('name')}"
        yield scope.note(Kind.PARAMETER_RENAMED, message, places, where)
    yield from _requiredness(scope, old, new, where, lacks)
    yield from announced(scope, old, new, where, name)
    if _written(scope.old, old) != _written(scope.new, new):
        message = f"{name} is written otherwise: style, explode or content"
        yield scope.note(Kind.STYLE_CHANGED, message, places, where, sends)
    if bool(old.get("allowReserved")) is not bool(new.get("allowReserved")):
        message = f"{name}: another allowReserved"
        yield scope.note(Kind.RESERVED_CHANGED, message, places, where, sends)
    if bool(old.get("allowEmptyValue")) is not bool(new.get("allowEmptyValue")):
        allowed = new.get("allowEmptyValue") is True
        kind = Kind.EMPTY_ALLOWED if allowed else Kind.EMPTY_FORBIDDEN
        yield scope.note(kind, f"{name}: another allowEmptyValue", places, where, sends)
    yield from _schemas(scope, old, new, where, sends)
    yield from _default(scope, old, new, where, lacks)
    yield from scope.unknown(old, new, PARAMETER, where)


def _requiredness(
    scope: Scope, old: Node, new: Node, where: str, lacks: Concern
) -> Iterator[Finding]:
    before, after = old.get("required") is True, new.get("required") is True
    places = old.child("required").place, new.child("required").place
    name = old.text("name")
    if after and not before:
        message = f"{name} must be sent"
        yield scope.note(Kind.PARAMETER_REQUIRED, message, places, where, lacks)
    if before and not after:
        names = _written_names(scope.old, old)
        relief = concerns.is_refused_without(old.text("in"), *names)
        message = f"{name} need not be sent"
        yield scope.note(Kind.PARAMETER_OPTIONAL, message, places, where, relief=relief)


def announced(
    scope: Scope, old: Node, new: Node, where: str, name: str, *, answer: bool = False
) -> Iterator[Finding]:
    """Whether something is newly deprecated, or no more."""
    before, after = old.get("deprecated") is True, new.get("deprecated") is True
    if before is not after:
        kind = Kind.DEPRECATED if after else Kind.UNDEPRECATED
        message = f"{name} is deprecated{'' if after else ' no more'}"
        places = old.child("deprecated").place, new.child("deprecated").place
        yield scope.note(kind, message, places, where, answer=answer)


def _written(operation: Operation, node: Node) -> tuple[Any, ...]:
    """How a value is written; whether it is exploded makes a difference for several only."""
    media_types = tuple(sorted(name for name, _ in node.child("content").members()))
    types = _schema(operation, node).types
    several = not types or bool(types & {"array", "object"})
    return media_types, "" if media_types else _style(node), _explodes(node) if several else None


def _style(node: Node) -> str:
    return node.text("style") or _STYLES.get(node.text("in"), "simple")


def _explodes(node: Node) -> bool:
    return bool(node.get("explode", _style(node) == "form"))


def _schema(operation: Operation, node: Node) -> Schema:
    nodes = (node.child("schema"),) if "schema" in node else ()
    return Schema.of(operation.document, nodes, "request", node)


def _is_object(schema: Schema) -> bool:
    return "object" in schema.types and schema.types != TYPES


def _written_names(operation: Operation, node: Node) -> tuple[str, ...]:
    """The names under which a parameter is sent: an exploded object's members are by themselves."""
    schema = _schema(operation, node)
    members = _is_object(schema) and _style(node) == "form" and _explodes(node)
    return (node.text("name"), *(schema.declared if members else ()))


def _schemas(scope: Scope, old: Node, new: Node, where: str, sends: Concern) -> Iterator[Finding]:
    location, name = old.text("in"), old.text("name")
    schemas = scope.schemas(*holders(scope, old, new), scope.asked)
    delimiter = "" if _style(old) == "form" and _explodes(old) else _DELIMITERS.get(_style(old))
    for each in scope.walk.differences(*schemas):
        concern: Concern = sends
        relief: Concern = nobody
        if delimiter is not None and "schema" in old and not _is_object(schemas[0]):
            argument = concerns.Argument(each, location, name, delimiter)
            concern, relief = argument.sent, argument.refused
        inside, places = f"{where}{concerns.member(each.path)}", (each.old, each.new)
        yield scope.note(each.kind, each.message, places, inside, concern, relief=relief)


def _default(scope: Scope, old: Node, new: Node, where: str, lacks: Concern) -> Iterator[Finding]:
    if old.get("required") is True and new.get("required") is True:
        return
    schemas = scope.schemas(*holders(scope, old, new), scope.asked)
    if message := default_changed(*schemas):
        places = schemas[0].place_of("default"), schemas[1].place_of("default")
        name = old.text("name")
        yield scope.note(Kind.DEFAULT_CHANGED, f"{name}: {message}", places, where, lacks)


def holders(scope: Scope, old: Node, new: Node) -> tuple[Node, Node]:
    """What has the schemas of parameters or headers: themselves, or their only media type."""
    held = []
    for operation, node in ((scope.old, old), (scope.new, new)):
        contents = list(node.child("content").members())
        held.append(operation.document.follow(contents[0][1]) if contents else node)
    return held[0], held[1]
