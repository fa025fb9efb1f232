"""The schema objects that a schema consists of: behind references, in `allOf`, the only arm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pactwright.schema.document import Document, Node, is_mapping
from pactwright.schema.faults import RemoteReference

ANNOTATIONS: Final = frozenset(
    {
        "$comment",
        "$anchor",
        "$defs",
        "definitions",
        "title",
        "description",
        "example",
        "examples",
        "externalDocs",
        "deprecated",
        "default",
        "readOnly",
        "writeOnly",
        "nullable",
    }
)
"""Keywords that take no value away; of those that mean something, the comparison asks by name."""

_REFERENCES: Final = frozenset({"$ref", "$dynamicRef"})
_ASIDE: Final = {*_REFERENCES, "description", "summary"}
ARMS: Final = ("oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Part:
    """A schema object of a conjunction, without the keywords that other parts stand for."""

    node: Node
    hidden: frozenset[str] = frozenset()

    def __contains__(self, keyword: str) -> bool:
        return keyword in self.node and keyword not in self.hidden

    def get(self, keyword: str) -> Any:
        """What a keyword says; None where it is not there."""
        return self.node.get(keyword) if keyword in self else None

    def child(self, keyword: str) -> Node:
        """What a keyword holds."""
        return self.node.child(keyword)

    @property
    def keywords(self) -> frozenset[str]:
        """Those that may take values away."""
        given = frozenset(self.node.value) if is_mapping(self.node.value) else frozenset()
        return given - self.hidden - ANNOTATIONS


def behind(document: Document, node: Node) -> Node:
    """What a node stands for that is a reference and nothing else."""
    seen = {node.place}
    while node.reference is not None and set(node.value) <= _ASIDE:
        following = target(document, node)
        if following is None or following.place in seen:
            return node
        node = following
        seen.add(node.place)
    return node


def target(document: Document, node: Node) -> Node | None:
    """What a node refers to; None where it doesn't, or to what is no file."""
    if node.reference is None:
        return None
    try:
        return document.target(node, node.reference)
    except RemoteReference:
        return None


def arms(document: Document, node: Node, keyword: str) -> list[Node]:
    """The arms of `anyOf` or `oneOf` that take something else than null."""
    return [arm for arm in node.child(keyword).items() if not _is_null(document, arm)]


def _is_null(document: Document, node: Node) -> bool:
    node = target(document, node) or node
    is_type = node.get("type") in ("null", ["null"])
    return is_type or node.get("enum") == [None] or is_null_constant(node)


def flattened(document: Document, node: Node, seen: set[str]) -> Iterator[Part]:
    """The schema objects that apply where a node does, null apart.

    Args:
        document: the node's.
        node: a schema.
        seen: the places that have been flattened already, and need not be again.
    """
    if str(node.place) in seen or node.value is True:
        return
    seen.add(str(node.place))
    referred = target(document, node)
    hidden = {"allOf", *(_REFERENCES if referred else ())}
    inside = [] if referred is None else [referred]
    if referred is None or siblings_count(document):
        inside += node.child("allOf").items()
        for keyword in ARMS:
            only = arms(document, node, keyword)
            if len(only) == 1:
                hidden.add(keyword)
                inside += only
    else:
        hidden |= set(node.value) - {"nullable"}
    yield Part(node, frozenset(hidden))
    for each in inside:
        yield from flattened(document, each, seen)


def part_properties(part: Part) -> Iterator[tuple[str, Node]]:
    """The properties that a part names."""
    if "properties" in part:
        yield from part.child("properties").members()


def applying(part: Part, name: str) -> Iterator[Node]:
    """What a part says of a member."""
    properties = dict(part_properties(part))
    if name in properties:
        yield properties[name]
    matching = [node for pattern, node in patterns(part) if _matches(pattern, name)]
    yield from matching
    if name not in properties and not matching and "additionalProperties" in part:
        yield part.child("additionalProperties")


def patterns(part: Part) -> list[tuple[str, Node]]:
    """The `patternProperties` of a part."""
    return list(part.child("patternProperties").members()) if "patternProperties" in part else []


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return False


def is_null_constant(node: Node) -> bool:
    """Whether its `const` is null."""
    return "const" in node and node.get("const") is None


def siblings_count(document: Document) -> bool:
    """Whether what stands beside a reference means anything: since OpenAPI 3.1."""
    return str(document.root.get("openapi")) >= "3.1"
