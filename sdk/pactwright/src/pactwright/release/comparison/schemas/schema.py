"""A schema as the conjunction that it is: its keywords, what it refers to, what `allOf` adds.

So it makes no difference whether something stands in place, behind a reference or in `allOf`. Null
is told apart from all other values: `nullable`, a list of types and an arm that is null say the
same (OpenAPI 3.0 and 3.1), and the rest of a schema is looked at without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from pactwright.release.comparison.kinds import Direction
from pactwright.release.comparison.schemas.values import canonical
from pactwright.schema.document import Document, Node, is_mapping, is_sequence
from pactwright.schema.faults import Place, RemoteReference

TYPES: Final = frozenset({"boolean", "object", "array", "string", "integer", "fraction"})
"""All that is not null; a number is an integer or a fraction."""

ANNOTATIONS: Final = frozenset(
    {
        "$comment",
        "$anchor",
        "$dynamicAnchor",
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
_ARMS: Final = ("oneOf", "anyOf")


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


@dataclass(frozen=True)
class Schema:
    """A schema, in one piece or in several that all apply.

    Attributes:
        nodes: where its pieces begin; none takes anything.
        direction: of what it describes. What is read-only is no part of requests, what is
            write-only none of answers.
        owner: what has the schema, for where there is none.
    """

    document: Document = field(compare=False, repr=False)
    nodes: tuple[Node, ...] = field(compare=False)
    direction: Direction
    owner: Node = field(compare=False, repr=False)
    key: tuple[str, ...] = ()

    @classmethod
    def of(cls, document: Document, nodes: tuple[Node, ...], way: Direction, owner: Node) -> Schema:
        """The conjunction of some pieces, each once."""
        once = {str(end.place): end for end in (_behind(document, node) for node in nodes)}
        key = tuple(once) or (f"{owner.place}?",)
        return cls(document, tuple(once.values()), way, owner, key)

    def child(self, *nodes: Node) -> Schema:
        """A schema inside of this one."""
        return Schema.of(self.document, nodes, self.direction, self.owner_of(nodes))

    def owner_of(self, nodes: tuple[Node, ...]) -> Node:
        """What has a schema inside of this one."""
        return nodes[0] if nodes else self.parts[0].node if self.parts else self.owner

    @cached_property
    def place(self) -> Place:
        """Where it is declared, at the end of its references."""
        if not self.nodes:
            return self.owner.place
        try:
            return self.document.follow(self.nodes[0]).place
        except RemoteReference:
            return self.nodes[0].place

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The schema objects that all apply, null apart."""
        seen: set[str] = set()
        return tuple(part for node in self.nodes for part in self._flatten(node, seen))

    def _flatten(self, node: Node, seen: set[str]) -> Iterator[Part]:
        if str(node.place) in seen or node.value is True:
            return
        seen.add(str(node.place))
        hidden = {"allOf"}
        if (target := self.target(node)) is not None:
            hidden |= _REFERENCES
        inside = [target] if target is not None else []
        if target is None or siblings_count(self.document):
            inside += node.child("allOf").items()
            for keyword in _ARMS:
                arms = self.arms(node, keyword)
                if len(arms) == 1:
                    hidden.add(keyword)
                    inside.append(arms[0])
        else:
            hidden |= set(node.value) - {"nullable"}
        yield Part(node, frozenset(hidden))
        for each in inside:
            yield from self._flatten(each, seen)

    def target(self, node: Node) -> Node | None:
        """What a node refers to; None where it doesn't, or to what is no file."""
        if node.reference is None:
            return None
        try:
            return self.document.target(node, node.reference)
        except RemoteReference:
            return None

    def arms(self, node: Node, keyword: str) -> list[Node]:
        """The arms of `anyOf` or `oneOf` that take something else than null."""
        return [arm for arm in node.child(keyword).items() if not self._is_null(arm)]

    def _is_null(self, node: Node) -> bool:
        node = self.target(node) or node
        only = (node.get("type"), node.get("enum"))
        return only[0] in ("null", ["null"]) or only[1] == [None] or is_null_constant(node)

    @cached_property
    def is_open(self) -> bool:
        """Whether it takes anything."""
        return not any(part.keywords or part.node.value is False for part in self.parts)

    @cached_property
    def types(self) -> frozenset[str]:
        """The types that it takes, without null."""
        found = TYPES
        for part in self.parts:
            if not is_mapping(part.node.value) or self._only_takes_null(part):
                return frozenset()
            if "type" in part:
                found &= _types(part.get("type"))
        return found

    def _only_takes_null(self, part: Part) -> bool:
        return any(part.get(keyword) and not self.arms(part.node, keyword) for keyword in _ARMS)

    @cached_property
    def values(self) -> list[Any] | None:
        """The only values that an `enum` or a `const` leaves, without null; None is no limit."""
        found: dict[str, Any] | None = None
        for part in self.parts:
            for keyword in ("enum", "const"):
                if keyword in part:
                    listed = [part.get("const")] if keyword == "const" else part.get("enum")
                    given = {canonical(value): value for value in listed or ()}
                    both = given if found is None else {k: given[k] for k in found if k in given}
                    found = both
        return None if found is None else [v for v in found.values() if v is not None]

    def place_of(self, *keywords: str) -> Place:
        """Where the first of its parts that has one of some keywords says it."""
        for keyword in keywords:
            for part in self.parts:
                if keyword in part:
                    return part.child(keyword).place
        return self.place

    def having(self, keyword: str) -> list[Part]:
        """Its parts that have a keyword."""
        return [part for part in self.parts if keyword in part]

    def first(self, keyword: str) -> Node | None:
        """What the first of its parts that has it says, annotations included."""
        return next((p.child(keyword) for p in self.parts if keyword in p.node), None)

    # Objects

    @cached_property
    def declared(self) -> dict[str, Schema]:
        """The properties that it names, each with all that applies to it."""
        named = [name for part in self.parts for name, _ in part_properties(part)]
        return {name: self._member(name) for name in dict.fromkeys(named)}

    @cached_property
    def names(self) -> frozenset[str]:
        """The properties that it names and that go its way."""
        return frozenset(name for name in self.declared if name not in self.hidden)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The properties that it names and that don't go its way."""
        marker = "readOnly" if self.direction == "request" else "writeOnly"
        return frozenset(
            name
            for name, member in self.declared.items()
            if any(part.node.get(marker) is True for part in member.parts)
        )

    def member(self, name: str) -> Schema:
        """What applies to a property, named or not."""
        return self.declared[name] if name in self.declared else self._member(name)

    def _member(self, name: str) -> Schema:
        nodes = [node for part in self.parts for node in _applying(part, name)]
        return self.child(*nodes)

    @cached_property
    def required(self) -> dict[str, Place]:
        """The properties that must be there, with where that is said."""
        found: dict[str, Place] = {}
        for part in self.having("required"):
            names = part.get("required")
            for name in names if is_sequence(names) else ():
                if name not in self.hidden:
                    found.setdefault(name, part.child("required").place)
        return found

    @cached_property
    def rest(self) -> Schema:
        """What applies to members that are not named, `patternProperties` apart."""
        return self.child(*(p.child("additionalProperties") for p in self._closing))

    @property
    def _closing(self) -> list[Part]:
        return self.having("additionalProperties")

    # Arrays

    @cached_property
    def prefix(self) -> int:
        """How many items have a schema of their own."""
        lists = (part.get("prefixItems") for part in self.parts)
        return max((len(each) for each in lists if is_sequence(each)), default=0)

    def item(self, index: int) -> Schema:
        """What applies to an item."""
        nodes: list[Node] = []
        for part in self.parts:
            own = list(part.child("prefixItems").items()) if "prefixItems" in part else []
            if index < len(own):
                nodes.append(own[index])
            elif "items" in part and not is_sequence(part.get("items")):
                nodes.append(part.child("items"))
        return self.child(*nodes)


def _behind(document: Document, node: Node) -> Node:
    """What a node stands for that is a reference and nothing else."""
    try:
        while node.reference is not None and set(node.value) <= _ASIDE:
            node = document.target(node, node.reference)
    except RemoteReference:
        return node
    return node


def part_properties(part: Part) -> Iterator[tuple[str, Node]]:
    """The properties that a part names."""
    if "properties" in part:
        yield from part.child("properties").members()


def _applying(part: Part, name: str) -> Iterator[Node]:
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


def _types(given: Any) -> frozenset[str]:
    names = {given} if isinstance(given, str) else set(given) if is_sequence(given) else set()
    if "number" in names:
        names = (names - {"number"}) | {"integer", "fraction"}
    return frozenset(names - {"null"})


def is_null_constant(node: Node) -> bool:
    """Whether its `const` is null."""
    return "const" in node and node.get("const") is None


def siblings_count(document: Document) -> bool:
    """Whether what stands beside a reference means anything: since OpenAPI 3.1."""
    return str(document.root.get("openapi")) >= "3.1"


def takes_null(schema: Schema) -> bool:
    """Whether null may stand there."""
    return all(_node_takes_null(schema, node, ()) for node in schema.nodes)


def _node_takes_null(schema: Schema, node: Node, seen: tuple[Place, ...]) -> bool:
    if not is_mapping(node.value) or node.place in seen:
        return node.value is not False
    if _says_nullable(node):
        return True
    within = (*seen, node.place)
    target = schema.target(node)
    if target is not None and not _node_takes_null(schema, target, within):
        return False
    if target is not None and not siblings_count(schema.document):
        return True

    def taking(keyword: str) -> list[bool]:
        arms = node.child(keyword).items()
        return [_node_takes_null(schema, arm, within) for arm in arms]

    return (
        _keywords_take_null(node)
        and all(taking("allOf"))
        and ("anyOf" not in node or any(taking("anyOf")))
        and ("oneOf" not in node or sum(taking("oneOf")) == 1)
        and ("not" not in node or not _node_takes_null(schema, node.child("not"), within))
        and _condition_takes_null(schema, node, within)
    )


def _keywords_take_null(node: Node) -> bool:
    types, enum = node.get("type"), node.get("enum")
    return (
        ("type" not in node or types == "null" or (is_sequence(types) and "null" in types))
        and ("enum" not in node or (is_sequence(enum) and None in enum))
        and ("const" not in node or is_null_constant(node))
    )


def _condition_takes_null(schema: Schema, node: Node, seen: tuple[Place, ...]) -> bool:
    if "if" not in node:
        return True
    branch = "then" if _node_takes_null(schema, node.child("if"), seen) else "else"
    return branch not in node or _node_takes_null(schema, node.child(branch), seen)


def _says_nullable(node: Node) -> bool:
    """By itself, or by a part of `allOf` that says nothing else, as the generator reads it."""
    return node.get("nullable") is True or any(
        part.get("nullable") is True and set(part.value) <= ANNOTATIONS
        for part in node.child("allOf").items()
    )
