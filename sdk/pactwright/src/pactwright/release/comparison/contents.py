"""What differs in bodies, media type by media type."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final

from pactwright.release.comparison import concerns
from pactwright.release.comparison.changes import Concern, Finding, everybody, nobody
from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.schemas.difference import Difference
from pactwright.release.comparison.scope import Scope
from pactwright.schema.document import Node
from pactwright.wire import mediatypes

_BODY: Final = frozenset({"description", "content", "required", "x-max-body-bytes"})
_MEDIA_TYPE: Final = frozenset({"schema", "example", "examples", "encoding"})

Concerned = Callable[[Difference, str], Concern]
"""Whom a difference in a body of some media type concerns."""


def requested(scope: Scope) -> Iterator[Finding]:
    """What differs in the body of a request."""
    before, after = (op.node.child("requestBody") for op in (scope.old, scope.new))
    places = before.place, after.place
    if before.value is None and after.value is None:
        return
    if before.value is None:
        yield _added(scope, scope.new.document.follow(after))
        return
    if after.value is None:
        message, concern = "there is no body any more", concerns.sends_body()
        yield scope.note(Kind.BODY_REMOVED, message, places, "body", concern, read=everybody)
        return
    old, new = scope.follow(before, after)
    yield from _requiredness(scope, old, new)
    yield from _limits(scope, old, new)
    yield from _request_contents(scope, old.child("content"), new.child("content"))
    yield from scope.unknown(old, new, _BODY, "body")


def _added(scope: Scope, new: Node) -> Finding:
    places = scope.old.node.child("requestBody").place, new.place
    if new.get("required") is True:
        message, concern = "a body must be sent", concerns.lacks_body()
        return scope.note(Kind.BODY_DEMANDED, message, places, "body", concern)
    return scope.note(Kind.BODY_ADDED, "a body may be sent", places, "body")


def _requiredness(scope: Scope, old: Node, new: Node) -> Iterator[Finding]:
    before, after = old.get("required") is True, new.get("required") is True
    places = old.child("required").place, new.child("required").place
    if after and not before:
        message, concern = "the body must be sent", concerns.lacks_body()
        yield scope.note(Kind.BODY_REQUIRED, message, places, "body", concern)
    if before and not after:
        message, relief = "the body need not be sent", concerns.is_refused_without_body()
        yield scope.note(Kind.BODY_OPTIONAL, message, places, "body", relief=relief)


def _limits(scope: Scope, old: Node, new: Node) -> Iterator[Finding]:
    before, after = (node.get("x-max-body-bytes", math.inf) for node in (old, new))
    places = old.child("x-max-body-bytes").place, new.child("x-max-body-bytes").place
    message = f"a body may have {after} bytes, was {before}"
    if after < before:
        yield scope.note(Kind.BODY_LIMIT_LOWERED, message, places, "body", concerns.sends_body())
    if after > before:
        yield scope.note(Kind.BODY_LIMIT_RAISED, message, places, "body")


def _request_contents(scope: Scope, old: Node, new: Node) -> Iterator[Finding]:
    before, after = dict(old.members()), dict(new.members())
    named = {name for media_type in before if (name := mediatypes.find(media_type, after))}
    for media_type, node in before.items():
        match = mediatypes.find(media_type, after)
        if match is None:
            message, concern = f"{media_type} is taken no more", concerns.sends_body(media_type)
            places = node.place, new.place
            yield scope.note(Kind.MEDIA_REMOVED, message, places, "body", concern, read=everybody)
            continue

        def concerned(difference: Difference, media_type: str) -> Concern:
            return concerns.sends_value(difference, media_type)

        yield from media(scope, media_type, node, after[match], concerned, "body")
    for media_type, node in after.items():
        if media_type not in named and media_type not in before:
            message, places = f"{media_type} is taken", (old.place, node.place)
            relief = concerns.is_refused_of(media_type)
            yield scope.note(Kind.MEDIA_ADDED, message, places, "body", relief=relief)


def media(
    scope: Scope,
    media_type: str,
    before: Node,
    after: Node,
    concerned: Concerned,
    where: str,
    *,
    answer: bool = False,
) -> Iterator[Finding]:
    """What differs in bodies of a media type."""
    old, new = scope.follow(before, after)
    way = scope.answered if answer else scope.asked
    for each in scope.walk.differences(*scope.schemas(old, new, way)):
        inside = f"{where}{concerns.member(each.path)}"
        concern, places = concerned(each, media_type), (each.old, each.new)
        relief = nobody if answer else concerns.is_refused_for_value(each, media_type)
        read = None if answer else concerns.reads_value(each, everybody)
        yield scope.note(
            each.kind,
            each.message,
            places,
            inside,
            concern,
            relief=relief,
            read=read,
            answer=answer,
        )
    if not scope.same(old.child("encoding"), new.child("encoding")):
        places = old.child("encoding").place, new.child("encoding").place
        whole = concerns.sends_body(media_type) if not answer else None
        message = "parts are encoded otherwise"
        yield scope.note(Kind.PARTS_CHANGED, message, places, where, whole, answer=answer)
    yield from scope.unknown(old, new, _MEDIA_TYPE, where, answer=answer)
