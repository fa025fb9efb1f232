"""What differs in two versions of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from pactwright.release.comparison import operations
from pactwright.release.comparison.changes import Finding, everybody
from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.parameters import parameters
from pactwright.release.comparison.schemas.checking import takes
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.release.comparison.schemas.walking import Walk
from pactwright.release.comparison.scope import Operation, Scope
from pactwright.schema.describe import METHODS
from pactwright.schema.document import Document, Node, is_mapping
from pactwright.schema.names import snake_case

_ROOT: Final = frozenset(
    [
        "openapi",
        "info",
        "servers",
        "paths",
        "webhooks",
        "components",
        "security",
        "tags",
        "externalDocs",
    ]
)
_TEMPLATED: Final = re.compile(r"\{[^{}]+\}")

Key = tuple[str, str]
"""A method and a path template without its parameters' names."""


def compared(provider: str, old: Document | None, new: Document | None) -> Iterator[Finding]:
    """What differs in two versions of a document; None is a version in which it isn't there.

    Args:
        provider: whose document it is.
        old: the one version.
        new: the other.

    Raises:
        DocumentError: a reference leads to nothing.
    """
    if old is None or new is None:
        yield from _whole(provider, old, new)
        return
    walk = Walk()
    before, after = of(old), of(new)
    yield from _paths(provider, before, after, new)
    for key, operation in before.items():
        if key in after:
            scope = Scope(provider, operation, after[key], walk)
            yield from operations.compared(scope)
            yield from _hooks(scope, _callbacks(operation), _callbacks(after[key]))
    yield from _webhooks(provider, old, new, walk)
    yield from _root(provider, old, new, walk)


def _whole(provider: str, old: Document | None, new: Document | None) -> Iterator[Finding]:
    for operation in (of(old) if old else {}).values():
        yield operations.removed(provider, operation, None, operation.document.root)
    yield Finding(
        kind=Kind.DOCUMENT_REMOVED if old else Kind.DOCUMENT_ADDED,
        direction="request",
        message="the document is gone" if old else "the document is new",
        old=old.root.place if old else None,
        new=new.root.place if new else None,
        provider=provider,
        concern=everybody,
    )


def of(document: Document) -> dict[Key, Operation]:
    """The operations of a document, by method and path, whatever their parameters are called."""
    found: dict[Key, Operation] = {}
    for path, node in document.root.child("paths").members():
        if path.startswith("/"):
            for operation in _operations(document, path, node):
                found[operation.method, _TEMPLATED.sub("{}", path)] = operation
    return found


def _operations(document: Document, path: str, node: Node) -> Iterator[Operation]:
    item = document.follow(node)
    listed = [(key.upper(), child) for key, child in item.members() if key in METHODS]
    listed += item.child("additionalOperations").members()
    for method, child in listed:
        if is_mapping(child.value):
            name = snake_case(child.text("operationId") or f"{method} {path}", "operation")
            yield Operation(document, path, method, item, child, name)


def _paths(
    provider: str, before: Mapping[Key, Operation], after: Mapping[Key, Operation], new: Document
) -> Iterator[Finding]:
    """Operations that are gone or new."""
    come = {key: operation for key, operation in after.items() if key not in before}
    named = {each.node.text("operationId"): each for each in come.values()}
    named.pop("", None)
    for key, operation in before.items():
        if key not in after:
            moved = named.get(operation.node.text("operationId"))
            yield operations.removed(provider, operation, moved, new.root.child("paths"))
    for operation in come.values():
        first = next(iter(before.values()), operation)
        yield operations.added(provider, operation, first.document.root.child("paths"))
        yield from _shadowed(provider, operation, before, after)


def _shadowed(
    provider: str, new: Operation, before: Mapping[Key, Operation], after: Mapping[Key, Operation]
) -> Iterator[Finding]:
    """What a new path takes of requests that went to another one, more general."""
    paths = {key[1]: operation for key, operation in before.items()}
    if _TEMPLATED.sub("{}", new.path) in paths:
        return
    for key, old in before.items():
        if key in after and old.method == new.method and _takes_over(new, old):
            yield Finding(
                kind=Kind.OPERATION_SHADOWED,
                direction="request",
                message=f"{new.method} {new.path} takes requests of {old.path}",
                old=old.node.place,
                new=new.node.place,
                provider=provider,
                operation=old.name,
                key=old.key,
                concern=lambda it: _is_at(new.path, it.interaction.request.path),
            )


def _is_at(template: str, path: str) -> bool:
    pattern = "[^/]+".join(map(re.escape, _TEMPLATED.split(template)))
    return re.fullmatch(pattern, path) is not None


def _takes_over(new: Operation, old: Operation) -> bool:
    """Whether some path is of both templates, as far as the old one's parameters tell."""
    mine, theirs = new.path.split("/"), old.path.split("/")
    if len(mine) != len(theirs):
        return False
    known = {n.text("name"): n for (where, _), n in parameters(old).items() if where == "path"}
    return all(
        _same_segment(old, one, other, known) for one, other in zip(mine, theirs, strict=True)
    )


def _same_segment(old: Operation, new: str, given: str, known: Mapping[str, Node]) -> bool:
    if not _TEMPLATED.search(given):
        return new == given
    node = known.get(given[1:-1])
    if _TEMPLATED.search(new) or node is None or "schema" not in node:
        return True
    schema = Schema.of(old.document, (node.child("schema"),), "request", node)
    return takes(schema, new) is not False or bool(schema.types & {"integer", "fraction"})


def _callbacks(operation: Operation) -> dict[str, Operation]:
    found: dict[str, Operation] = {}
    for name, child in operation.node.child("callbacks").members():
        callback = operation.document.follow(child)
        for expression, item in callback.members():
            if not expression.startswith("x-"):
                for each in _operations(operation.document, f"{name} {expression}", item):
                    found[f"{each.method} {each.path}"] = each
    return found


def _webhooks(provider: str, old: Document, new: Document, walk: Walk) -> Iterator[Finding]:
    scope = _document_scope(provider, old, new, walk)
    yield from _hooks(scope, webhooks(old), webhooks(new))


def webhooks(document: Document) -> dict[str, Operation]:
    """The webhooks of a document, by method and name."""
    return {
        f"{each.method} {name}": each
        for name, item in document.root.child("webhooks").members()
        for each in _operations(document, name, item)
    }


def _document_scope(provider: str, old: Document, new: Document, walk: Walk) -> Scope:
    """Where what is of no operation is noted."""
    sides = [Operation(each, "", "", each.root, each.root, "") for each in (old, new)]
    return Scope(provider, sides[0], sides[1], walk)


def _hooks(
    scope: Scope, before: Mapping[str, Operation], after: Mapping[str, Operation]
) -> Iterator[Finding]:
    """What differs in what the provider asks of others; of a message, pacts tell who they are."""
    for name, old in before.items():
        if name in after:
            inside = Scope(scope.provider, old, after[name], scope.walk, hook=True)
            yield from operations.compared(inside)
        else:
            places, message = (old.node.place, scope.new.node.place), f"{name} is gone"
            gone = scope.note(Kind.HOOK_REMOVED, message, places, name, everybody, answer=True)
            yield replace(gone, key=old.key, hook=True)
    for name, new in after.items():
        if name not in before:
            places, message = (scope.old.node.place, new.node.place), f"{name} is new"
            yield scope.note(Kind.HOOK_ADDED, message, places, name, answer=True)


def _root(provider: str, old: Document, new: Document, walk: Walk) -> Iterator[Finding]:
    scope = _document_scope(provider, old, new, walk)
    known = _ROOT if of(old) else _ROOT - {"security", "servers"}
    yield from scope.unknown(old.root, new.root, known)
    yield from scope.extensions(old.root.child("paths"), new.root.child("paths"))
