"""What differs in the kit's extensions of an operation."""

from __future__ import annotations

from collections.abc import Iterator

from pactwright.release.comparison.changes import Finding
from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.scope import Operation, Scope
from pactwright.schema.document import is_sequence

_ANY = "*"


def compared(scope: Scope) -> Iterator[Finding]:
    """What differs in ``x-pagination``, ``x-owner`` and ``x-cors``."""
    old, new = scope.old.node, scope.new.node
    if not scope.same(old.child("x-pagination"), new.child("x-pagination")):
        places = old.child("x-pagination").place, new.child("x-pagination").place
        yield scope.note(Kind.PAGES_CHANGED, "another x-pagination", places)
    yield from _owner(scope)
    yield from _origins(scope)


def _owner(scope: Scope) -> Iterator[Finding]:
    before, after = scope.old.node.child("x-owner"), scope.new.node.child("x-owner")
    places = before.place, after.place
    if scope.same(before, after):
        return
    if after.value is None:
        yield scope.note(Kind.OWNER_RELEASED, "it is no owner's alone", places)
    else:
        message = f"{after.text('parameter')} must name who comes with {after.text('scope')}"
        yield scope.note(Kind.OWNER_DEMANDED, message, places, concern=None)


def _origins(scope: Scope) -> Iterator[Finding]:
    before, after = _allowed(scope.old), _allowed(scope.new)
    places = scope.old.owner("x-cors").place, scope.new.owner("x-cors").place
    if gone := sorted(before - after) if _ANY not in after else ():
        message = f"scripts of {', '.join(gone)} may not use it"
        yield scope.note(Kind.ORIGIN_REMOVED, message, places, concern=None)
    if new := sorted(after - before) if _ANY not in before else ():
        yield scope.note(Kind.ORIGIN_ADDED, f"scripts of {', '.join(new)} may use it", places)


def _allowed(operation: Operation) -> frozenset[str]:
    owner = next((o for o in (operation.node, operation.item) if "x-cors" in o), None)
    origins = owner.child("x-cors").get("allowOrigins") if owner is not None else None
    return frozenset(map(str, origins)) if is_sequence(origins) else frozenset()
