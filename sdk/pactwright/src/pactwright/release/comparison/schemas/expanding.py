"""Plain data with every reference resolved, for what is only told to be the same or not."""

from __future__ import annotations

from typing import Any

from pactwright.schema.document import Document, Node, is_mapping, is_sequence
from pactwright.schema.faults import DocumentError, Place


def expanded(document: Document, node: Node, above: tuple[Place, ...] = ()) -> Any:
    """A value with what it refers to put in; a reference that leads to itself, or nowhere, stays.

    Args:
        document: the value's.
        node: the value.
        above: the references that it is in.
    """
    if is_sequence(node.value):
        return [expanded(document, item, above) for item in node.items()]
    if not is_mapping(node.value):
        return node.value
    if node.reference is not None:
        try:
            target = document.target(node, node.reference)
        except DocumentError:
            return node.value
        if target.place not in above:
            return expanded(document, target, (*above, target.place))
        return {"$ref": "to itself"}
    return {name: expanded(document, child, above) for name, child in node.members()}
