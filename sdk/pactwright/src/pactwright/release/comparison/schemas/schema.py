"""A schema as the conjunction that it is: its keywords, what it refers to, what `allOf` adds.

So it makes no difference whether something stands in place, behind a reference or in `allOf`. Null
is told apart from all other values: `nullable`, a list of types and an arm that is null say the
same (OpenAPI 3.0 and 3.1), and the rest of a schema is looked at without it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from pactwright.release.comparison.kinds import Direction
from pactwright.release.comparison.schemas.parts import (
    ARMS,
    Part,
    applying,
    arms,
    behind,
    flattened,
    part_properties,
)
from pactwright.release.comparison.schemas.values import canonical
from pactwright.schema.document import Document, Node, is_mapping, is_sequence
from pactwright.schema.faults import Place, RemoteReference

TYPES: Final = frozenset({"boolean", "object", "array", "string", "integer", "fraction"})
"""All that is not null; a number is an integer or a fraction."""


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
        once = {str(end.place): end for end in (behind(document, node) for node in nodes)}
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
        return tuple(part for node in self.nodes for part in flattened(self.document, node, seen))

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
        return any(
            part.get(keyword) and not arms(self.document, part.node, keyword) for keyword in ARMS
        )

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
        nodes = [node for part in self.parts for node in applying(part, name)]
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


def _types(given: Any) -> frozenset[str]:
    names = {given} if isinstance(given, str) else set(given) if is_sequence(given) else set()
    if "number" in names:
        names = (names - {"number"}) | {"integer", "fraction"}
    return frozenset(names - {"null"})
