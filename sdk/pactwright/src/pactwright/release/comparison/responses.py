"""What differs in the answers of an operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pactwright.release.comparison import concerns
from pactwright.release.comparison.changes import Concern, Finding, nobody
from pactwright.release.comparison.contents import media
from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.parameters import PARAMETER, announced, holders
from pactwright.release.comparison.schemas.difference import Difference
from pactwright.release.comparison.scope import Operation, Scope
from pactwright.schema.document import Node
from pactwright.wire import mediatypes

_RESPONSE: Final = frozenset({"description", "summary", "headers", "content", "links"})
_UNSPOKEN: Final = ("content-type", "accept", "authorization")
"""Headers that a document doesn't declare as such."""


def compared(scope: Scope) -> Iterator[Finding]:
    """What differs in the answers of an operation."""
    before, after = _answers(scope.old), _answers(scope.new)
    declared = frozenset(before)
    yield from scope.extensions(*(op.node.child("responses") for op in (scope.old, scope.new)))
    for status, old in before.items():
        answered = concerns.of_status(status, declared)
        if status in after:
            yield from _changed(scope, status, old, after[status], answered)
        else:
            places = old.place, scope.new.node.child("responses").place
            message = f"{status} is not declared any more"
            yield scope.note(Kind.STATUS_REMOVED, message, places, status, answered, answer=True)
    for status, new in after.items():
        if status not in before:
            yield from _added(scope, status, new, before)


def _answers(operation: Operation) -> dict[str, Node]:
    """The answers by status; classes in capital letters."""
    found = operation.node.child("responses").members()
    return {_status(name): operation.document.follow(node) for name, node in found if _is(name)}


def _is(name: str) -> bool:
    return not name.startswith("x-")


def _status(name: str) -> str:
    return name if name == "default" else name.upper()


def _added(scope: Scope, status: str, new: Node, before: dict[str, Node]) -> Iterator[Finding]:
    """What a class of statuses, or of errors `default`, declared before is compared with that."""
    places = scope.old.node.child("responses").place, new.place
    succeeds = status[0] in "123"
    of_class = f"{status[0]}XX"
    cover = of_class if of_class in before else "" if succeeds else "default"
    message = f"{status} is answered" if status != "default" else "any other status is answered"
    if cover in before:
        answered = concerns.of_status(cover, frozenset(before))
        yield scope.note(
            Kind.ERROR_ADDED, f"{status} is declared by itself", places, status, answer=True
        )
        yield from _changed(scope, status, before[cover], new, answered)
    elif succeeds:
        concern = concerns.succeeds()
        yield scope.note(Kind.SUCCESS_ADDED, message, places, status, concern, answer=True)
    else:
        yield scope.note(Kind.ERROR_ADDED, message, places, status, answer=True)


def _changed(
    scope: Scope, status: str, old: Node, new: Node, answered: Concern
) -> Iterator[Finding]:
    yield from _contents(scope, status, old, new, answered)
    yield from _headers(scope, status, old, new, answered)
    if not scope.same(old.child("links"), new.child("links")):
        places = old.child("links").place, new.child("links").place
        yield scope.note(Kind.LINKS_CHANGED, "other links", places, status, nobody, answer=True)
    yield from scope.unknown(old, new, _RESPONSE, status, answer=True)


def _contents(
    scope: Scope, status: str, old: Node, new: Node, answered: Concern
) -> Iterator[Finding]:
    before, after = _by_type(old), _by_type(new)
    where = f"{status} body"
    for media_type, (name, node) in before.items():
        if media_type not in after:
            message, places = (
                f"{name} is answered no more",
                (node.place, new.child("content").place),
            )
            concern = concerns.of_media_type(name, answered)
            yield scope.note(Kind.MEDIA_REMOVED, message, places, where, concern, answer=True)
            continue
        of_type = concerns.reads_of(name, answered)

        def concerned(difference: Difference, _: str, of_type: Concern = of_type) -> Concern:
            return concerns.reads_value(difference, of_type)

        yield from media(scope, name, node, after[media_type][1], concerned, where, answer=True)
    for media_type, (name, node) in after.items():
        if media_type not in before:
            message, places = f"{name} is answered", (old.child("content").place, node.place)
            yield scope.note(Kind.MEDIA_ADDED, message, places, where, answer=True)


def _by_type(response: Node) -> dict[Any, tuple[str, Node]]:
    """The contents by media type, however that is written."""
    found: dict[Any, tuple[str, Node]] = {}
    for name, node in response.child("content").members():
        parsed = mediatypes.parse(name)
        key = (str(parsed), *sorted(parsed.parameters.items())) if parsed else name
        found[key] = (name, node)
    return found


def _headers(
    scope: Scope, status: str, old: Node, new: Node, answered: Concern
) -> Iterator[Finding]:
    before = _by_name(scope.old, old)
    after = _by_name(scope.new, new)
    for key, (name, node) in before.items():
        where, concern = f"{status} header.{name}", concerns.reads_header(name, answered)
        if key in after:
            yield from _header(scope, where, node, after[key][1], concern, name)
        else:
            places = node.place, new.child("headers").place
            message = f"{name} is gone"
            yield scope.note(Kind.HEADER_REMOVED, message, places, where, concern, answer=True)
    for key, (name, node) in after.items():
        if key not in before:
            places, where = (old.child("headers").place, node.place), f"{status} header.{name}"
            yield scope.note(Kind.HEADER_ADDED, f"{name} is new", places, where, answer=True)


def _by_name(operation: Operation, response: Node) -> dict[str, tuple[str, Node]]:
    return {
        name.lower(): (name, operation.document.follow(node))
        for name, node in response.child("headers").members()
        if name.lower() not in _UNSPOKEN
    }


def _header(
    scope: Scope, where: str, old: Node, new: Node, concern: Concern, name: str
) -> Iterator[Finding]:
    before, after = old.get("required") is True, new.get("required") is True
    places = old.child("required").place, new.child("required").place
    if before and not after:
        message = f"{name} need not be there"
        yield scope.note(Kind.HEADER_OPTIONAL, message, places, where, concern, answer=True)
    if after and not before:
        message = f"{name} is always there"
        yield scope.note(Kind.HEADER_REQUIRED, message, places, where, answer=True)
    yield from announced(scope, old, new, where, name, answer=True)
    written = [
        (n.get("explode") is True, sorted(n.child("content").value or ())) for n in (old, new)
    ]
    if written[0] != written[1]:
        message, at = f"{name} is written otherwise: explode or content", (old.place, new.place)
        yield scope.note(Kind.STYLE_CHANGED, message, at, where, concern, answer=True)
    schemas = scope.schemas(*holders(scope, old, new), scope.answered)
    for each in scope.walk.differences(*schemas):
        inside, at = f"{where}{concerns.member(each.path)}", (each.old, each.new)
        yield scope.note(each.kind, each.message, at, inside, concern, answer=True)
    yield from scope.unknown(old, new, PARAMETER, where, answer=True)
