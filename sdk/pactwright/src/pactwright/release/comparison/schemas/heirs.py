"""What a discriminator without `anyOf` or `oneOf` stands for: schemas that have its own in `allOf`.

So a reference to a pet may be answered by a cat, of which nothing but the discriminator tells
(OpenAPI Specification, "Discriminator Object").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.schemas.difference import Difference, Edge
from pactwright.release.comparison.schemas.parts import ARMS, target
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.schema.document import Document, Node
from pactwright.schema.faults import DocumentError, Place

_COMPONENTS: Final = "#/components/schemas"


def compared(old: Schema, new: Schema) -> Iterator[Difference | Edge]:
    """What two schemas differ in by those that a lone discriminator stands for."""
    before, after = _heirs(old), _heirs(new)
    for name in before.keys() & after.keys():
        yield Edge(path=(), old=old.child(before[name]), new=new.child(after[name]))
    if not (old.having("discriminator") and new.having("discriminator")):
        return
    for name in before.keys() - after.keys():
        places = before[name].place, new.place
        yield _changed(Kind.ALTERNATIVE_REMOVED, f"heir {name} is gone", places, (old, new))
    for name in after.keys() - before.keys():
        places = old.place, after[name].place
        yield _changed(Kind.ALTERNATIVE_ADDED, f"heir {name} is new", places, (old, new))


def _changed(
    kind: Kind, message: str, places: tuple[Place, Place], schemas: tuple[Schema, Schema]
) -> Difference:
    return Difference(kind=kind, message=message, old=places[0], new=places[1], schemas=schemas)


def _heirs(schema: Schema) -> dict[str, Node]:
    """Each value of a lone discriminator, with its schema.

    It is the schema's own, not one of `allOf`, where the schema is an heir itself.
    """
    found: dict[str, Node] = {}
    for node in schema.nodes:
        if "discriminator" in node and not any(keyword in node for keyword in ARMS):
            mapping = node.child("discriminator").child("mapping")
            mapped = {
                value: _found(schema.document, node, str(child.value))
                for value, child in mapping.members()
            }
            told = {value: each for value, each in mapped.items() if each is not None}
            places = {each.place for each in told.values()}
            implied = {n: h for n, h in _implied(schema.document, node) if h.place not in places}
            found |= {**implied, **told}
    return found


def _found(document: Document, node: Node, reference: str) -> Node | None:
    """What a mapping names: by reference, or by the name of a component."""
    is_name = "/" not in reference and "#" not in reference
    for each in (f"{_COMPONENTS}/{reference}", reference) if is_name else (reference,):
        try:
            return document.target(node, each)
        except DocumentError:
            continue
    return None


def _implied(document: Document, node: Node) -> Iterator[tuple[str, Node]]:
    """The components of the same file that have a schema in `allOf`."""
    components = _found(document, node, _COMPONENTS)
    for name, each in components.members() if components else ():
        if _extends(document, each, node.place, {each.place}):
            yield name, each


def _extends(document: Document, node: Node, base: Place, seen: set[Place]) -> bool:
    for part in node.child("allOf").items():
        referred = target(document, part)
        if referred is not None and referred.place == base:
            return True
        inside = referred or part
        if inside.place not in seen:
            seen.add(inside.place)
            if _extends(document, inside, base, seen):
                return True
    return False
