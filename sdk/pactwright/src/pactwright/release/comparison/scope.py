"""An operation in two documents, and how what differs in it is noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pactwright.release.comparison.changes import Concern, Finding, nobody
from pactwright.release.comparison.kinds import Direction, Kind
from pactwright.release.comparison.schemas.expanding import expanded
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.release.comparison.schemas.values import canonical
from pactwright.release.comparison.schemas.walking import Walk
from pactwright.schema.document import Document, Node
from pactwright.schema.faults import Place


@dataclass(frozen=True)
class Operation:
    """An operation of a document.

    Attributes:
        path: its path's template; of a webhook or callback, its name or expression.
        item: the path item, references followed.
        node: the operation object.
        name: in Python's style, as the operationId says.
    """

    document: Document = field(repr=False)
    path: str
    method: str
    item: Node = field(repr=False)
    node: Node = field(repr=False)
    name: str

    @property
    def key(self) -> tuple[str, str]:
        """Its method and path template."""
        return self.method, self.path

    def owner(self, keyword: str) -> Node:
        """What says something for it: itself, its path or the whole document."""
        owners = (self.node, self.item, self.document.root)
        return next((each for each in owners if keyword in each), self.document.root)


@dataclass(frozen=True)
class Scope:
    """An operation before and after.

    Attributes:
        provider: whose document it is in.
        hook: whether the provider is who asks: a webhook or callback.
    """

    provider: str
    old: Operation
    new: Operation
    walk: Walk = field(repr=False)
    hook: bool = False

    @property
    def asked(self) -> Direction:
        """The direction of what is asked."""
        return "response" if self.hook else "request"

    @property
    def answered(self) -> Direction:
        """The direction of what is answered."""
        return "request" if self.hook else "response"

    def note(
        self,
        kind: Kind,
        message: str,
        places: tuple[Place, Place],
        where: str = "",
        concern: Concern | None = nobody,
        *,
        relief: Concern = nobody,
        read: Concern | None = None,
        answer: bool = False,
    ) -> Finding:
        """A change of the operation.

        Of webhooks and callbacks, `read` says which messages it breaks; None where no pact tells.
        """
        return Finding(
            kind=kind,
            direction=self.answered if answer else self.asked,
            message=message,
            old=places[0],
            new=places[1],
            provider=self.provider,
            operation=self.old.name,
            key=self.old.key,
            where=where,
            concern=read if self.hook else concern,
            relief=nobody if self.hook else relief,
            hook=self.hook,
        )

    def schemas(self, old: Node, new: Node, way: Direction) -> tuple[Schema, Schema]:
        """The schemas that two objects have, one that takes anything where there is none."""
        return _schema(self.old.document, old, way), _schema(self.new.document, new, way)

    def follow(self, old: Node, new: Node) -> tuple[Node, Node]:
        """What two nodes refer to, each in its document."""
        return self.old.document.follow(old), self.new.document.follow(new)

    def unknown(
        self, old: Node, new: Node, known: frozenset[str], where: str = "", *, answer: bool = False
    ) -> Iterator[Finding]:
        """Members that differ and are none of those that are known."""
        for name in sorted(_names(old) | _names(new) - known):
            if name not in known and not self.same(old.child(name), new.child(name)):
                places = old.child(name).place, new.child(name).place
                concern = None
                yield self.note(
                    Kind.FIELD_CHANGED, f"another {name}", places, where, concern, answer=answer
                )

    def extensions(self, old: Node, new: Node) -> Iterator[Finding]:
        """Members of a map that differ and are none of its own: its extensions."""
        own = frozenset(name for name in _names(old) | _names(new) if not name.startswith("x-"))
        yield from self.unknown(old, new, own)

    def same(self, old: Node, new: Node) -> bool:
        """Whether two values are the same, with all that they refer to."""
        one, other = expanded(self.old.document, old), expanded(self.new.document, new)
        return canonical(one) == canonical(other)


def _schema(document: Document, owner: Node, way: Direction) -> Schema:
    nodes = (owner.child("schema"),) if "schema" in owner else ()
    return Schema.of(document, nodes, way, owner)


def _names(node: Node) -> frozenset[str]:
    return frozenset(name for name, _ in node.members())
