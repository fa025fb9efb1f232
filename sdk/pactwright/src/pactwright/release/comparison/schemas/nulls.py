"""Whether null may stand somewhere: `nullable`, types, arms and all else that decides about it."""

from __future__ import annotations

from pactwright.release.comparison.schemas.parts import (
    ANNOTATIONS,
    is_null_constant,
    siblings_count,
    target,
)
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.schema.document import Node, is_mapping, is_sequence
from pactwright.schema.faults import Place


def takes_null(schema: Schema) -> bool:
    """Whether null may stand there."""
    return all(_node_takes_null(schema, node, ()) for node in schema.nodes)


def _node_takes_null(schema: Schema, node: Node, seen: tuple[Place, ...]) -> bool:
    if not is_mapping(node.value) or node.place in seen:
        return node.value is not False
    if _says_nullable(node):
        return True
    within = (*seen, node.place)
    referred = target(schema.document, node)
    if referred is not None and not _node_takes_null(schema, referred, within):
        return False
    if referred is not None and not siblings_count(schema.document):
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
