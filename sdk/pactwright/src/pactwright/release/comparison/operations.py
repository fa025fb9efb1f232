"""What differs in an operation: its name and life, addresses, and all that it asks and answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from pactwright.release.comparison import contents, extensions, parameters, responses, security
from pactwright.release.comparison.changes import Finding, everybody
from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.schemas.values import canonical
from pactwright.release.comparison.scope import Operation, Scope
from pactwright.schema.document import Node, is_mapping

_OPERATION: Final = frozenset(
    [
        "tags",
        "summary",
        "description",
        "externalDocs",
        "operationId",
        "parameters",
        "requestBody",
        "responses",
        "callbacks",
        "deprecated",
        "security",
        "servers",
        "x-sunset",
        "x-pagination",
        "x-owner",
        "x-cors",
    ]
)
_ITEM: Final = frozenset(
    [
        "summary",
        "description",
        "parameters",
        "servers",
        "get",
        "put",
        "post",
        "delete",
        "options",
        "head",
        "patch",
        "trace",
        "query",
        "additionalOperations",
        "x-cors",
        "$ref",
    ]
)


def compared(scope: Scope) -> Iterator[Finding]:
    """What differs in an operation."""
    yield from _names(scope)
    yield from _life(scope)
    yield from extensions.compared(scope)
    if not scope.hook:
        yield from _servers(scope)
    if not scope.hook or "security" in scope.old.node or "security" in scope.new.node:
        yield from security.compared(scope)
    yield from parameters.compared(scope)
    yield from contents.requested(scope)
    yield from responses.compared(scope)
    yield from scope.unknown(scope.old.node, scope.new.node, _OPERATION)
    yield from scope.unknown(scope.old.item, scope.new.item, _ITEM)


def _names(scope: Scope) -> Iterator[Finding]:
    old, new = scope.old.node, scope.new.node
    if scope.old.name != scope.new.name:
        places = old.child("operationId").place, new.child("operationId").place
        message = f"{scope.old.name} is called {scope.new.name}"
        yield scope.note(Kind.OPERATION_RENAMED, message, places)
    if _first_tag(old) != _first_tag(new):
        places = old.child("tags").place, new.child("tags").place
        yield scope.note(Kind.REGROUPED, "another first tag", places)


def _first_tag(node: Node) -> Any:
    return next((tag.value for tag in node.child("tags").items()), None)


def _life(scope: Scope) -> Iterator[Finding]:
    """Whether, and until when, it is there."""
    old, new = scope.old.node, scope.new.node
    yield from parameters.announced(scope, old, new, "", scope.old.name)
    before, after = old.get("x-sunset"), new.get("x-sunset")
    places = old.child("x-sunset").place, new.child("x-sunset").place
    if before == after or (after is None and new.get("deprecated") is not True):
        return
    message = f"it ends {after or 'at a time that is not told'}, was {before or 'not told'}"
    ends, ended = _day(after), _day(before)
    if ends is None or (ended is not None and ends < ended):
        yield scope.note(Kind.SUNSET_EARLIER, message, places, "", everybody)
    else:
        yield scope.note(Kind.SUNSET_SET, message, places)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _servers(scope: Scope) -> Iterator[Finding]:
    before, after = _addresses(scope.old), _addresses(scope.new)
    owners = [op.owner("servers").child("servers").place for op in (scope.old, scope.new)]
    for address, place in before.items():
        if address not in after:
            message = f"{_url(address)} is no address of it any more"
            places = place or owners[0], owners[1]
            yield scope.note(Kind.SERVER_REMOVED, message, places, "servers", None)
    for address, place in after.items():
        if address not in before:
            message = f"{_url(address)} is an address of it"
            places = owners[0], place or owners[1]
            yield scope.note(Kind.SERVER_ADDED, message, places, "servers")


def _addresses(operation: Operation) -> dict[str, Any]:
    """The addresses with the variables in them, as text, and where they are."""
    found = {}
    for node in operation.owner("servers").child("servers").items():
        variables = node.get("variables")
        values = {
            name: [each.get("default"), each.get("enum")]
            for name, each in (variables if is_mapping(variables) else {}).items()
            if is_mapping(each)
        }
        found[canonical([node.get("url"), values])] = node.place
    return found or {canonical(["/", {}]): None}


def _url(address: str) -> str:
    return address.partition('"')[2].partition('"')[0]


def removed(provider: str, old: Operation, new: Operation | None, elsewhere: Node) -> Finding:
    """An operation that is gone.

    Args:
        provider: whose.
        old: it.
        new: the operation of the same operationId, where there is one.
        elsewhere: the new document's paths.
    """
    kind, place = Kind.OPERATION_REMOVED, elsewhere.place
    message = f"{old.method} {old.path} is gone"
    if new is not None:
        kind, place = Kind.OPERATION_MOVED, new.node.place
        message = f"{old.method} {old.path} is {new.method} {new.path} now"
    return Finding(
        kind=kind,
        direction="request",
        message=message,
        old=old.node.place,
        new=place,
        provider=provider,
        operation=old.name,
        key=old.key,
        concern=everybody,
    )


def added(provider: str, new: Operation, elsewhere: Node) -> Finding:
    """An operation that is new."""
    return Finding(
        kind=Kind.OPERATION_ADDED,
        direction="request",
        message=f"{new.method} {new.path} is new",
        old=elsewhere.place,
        new=new.node.place,
        provider=provider,
        operation=new.name,
    )
