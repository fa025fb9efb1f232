"""What a document's schema says of a value, through references and `allOf`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from pactwright.schema.document import Document, Node, is_mapping, is_sequence
from pactwright.schema.faults import Place
from pactwright.schema.pointer import join
from pactwright.wire.problems import pointer


class Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
"""Stands where there is no value: null is one."""

FORMS: Final[Mapping[str, str]] = {
    "uuid": r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "date-time": (
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
        r"([Zz]|[+-][0-9]{2}:[0-9]{2})$"
    ),
}
"""The formats that are held against values, as regular expressions that any engine takes."""

_CHECKER: Final = FormatChecker(formats=())


def _check_format(name: str, form: str) -> None:
    def fits(value: object) -> bool:
        return not isinstance(value, str) or re.search(form, value) is not None

    _CHECKER.checks(name)(fits)


for _name, _form in {**FORMS, "uri": r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s]*$"}.items():
    _check_format(_name, _form)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of a schema that a value breaks.

    Attributes:
        place: the rule, in the file that it stands in.
        pointer: the JSON pointer of what breaks it, into the value.
    """

    place: Place
    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema, in one piece or in several that all apply.

    Attributes:
        nodes: where its pieces begin.
    """

    document: Document
    nodes: tuple[Node, ...]

    def parts(self) -> Iterator[Node]:
        """Each piece that applies: its own, what it refers to, what `allOf` adds."""
        for node in self.nodes:
            yield from _parts(self.document, node)

    def first(self, keyword: str) -> Any:
        """What the first of its parts that has a keyword says; `ABSENT` where none has it."""
        return next((part.value[keyword] for part in self.parts() if keyword in part), ABSENT)

    def fitting(self, value: object) -> Schema:
        """It with the arm of `anyOf` or `oneOf` that takes a value."""
        for arm in self.arms():
            if not any(violations(arm, value)):
                inside = arm.fitting(value)
                return Schema(self.document, (*self.nodes, *inside.nodes))
        return self

    def arms(self) -> Iterator[Schema]:
        """The arms of its `anyOf` and `oneOf`."""
        for part in self.parts():
            for keyword in ("anyOf", "oneOf"):
                for arm in part.child(keyword).items():
                    yield Schema(self.document, (arm,))

    def member(self, name: str) -> Schema | None:
        """A member's schema; None where objects have no such member."""
        found = [part.child("properties") for part in self.parts()]
        nodes = [each.child(name) for each in found if name in each]
        if not nodes:
            rest = [part.child("additionalProperties") for part in self.parts()]
            nodes = [each for each in rest if is_mapping(each.value)]
        return Schema(self.document, tuple(nodes)) if nodes else None

    @property
    def names(self) -> tuple[str, ...]:
        """The members that it names."""
        found = (part.child("properties").members() for part in self.parts())
        return tuple(dict.fromkeys(name for members in found for name, _ in members))

    def items(self) -> Schema | None:
        """The schema of an array's items; None where it says nothing."""
        nodes = tuple(part.child("items") for part in self.parts() if "items" in part)
        return Schema(self.document, nodes) if nodes else None

    @property
    def required(self) -> tuple[str, ...]:
        """The members that an object must have, in the order of its parts."""
        lists = (part.get("required") for part in self.parts())
        return tuple(dict.fromkeys(name for each in lists if is_sequence(each) for name in each))

    @property
    def types(self) -> tuple[str, ...]:
        """The JSON types that it names; none where it names none."""
        named = self.first("type")
        if named is ABSENT:
            return ()
        return tuple(named) if is_sequence(named) else (named,)

    @property
    def nullable(self) -> bool:
        """Whether null may stand there."""
        return not any(violations(self, None))

    @property
    def examples(self) -> list[Any]:
        """The examples that it gives of the whole value."""
        found: list[Any] = []
        for part in self.parts():
            given = part.get("examples")
            found += given if is_sequence(given) else []
            found += [part.value["example"]] if "example" in part else []
        return found


def _parts(document: Document, node: Node) -> Iterator[Node]:
    if not is_mapping(node.value):
        return
    yield node
    if node.reference is not None:
        yield from _parts(document, document.target(node, node.reference))
    for arm in node.child("allOf").items():
        yield from _parts(document, arm)


def violations(schema: Schema, value: object) -> Iterator[Violation]:
    """The rules of a schema that a value breaks, in the order of the places in the value."""
    for node in schema.nodes:
        yield from _violations(schema.document, node, value)


def _violations(document: Document, node: Node, value: object) -> Iterator[Violation]:
    whole = f"{node.file.as_uri()}#{quote(join(node.place.pointer))}"
    validator = Draft202012Validator(
        {"$ref": whole}, registry=_registry(document), format_checker=_CHECKER
    )
    found = validator.iter_errors(value)
    for error in sorted(found, key=lambda each: [str(part) for part in each.absolute_path]):
        place = _place(document, node, list(error.absolute_schema_path))
        yield Violation(place, pointer(*error.absolute_path), error.message)


def _registry(document: Document) -> Registry[Any]:
    def retrieve(address: str) -> Resource[Any]:
        whole = document.target(document.root, urlsplit(address).path)
        return DRAFT202012.create_resource(whole.value)

    return Registry(retrieve=retrieve)  # type: ignore[call-arg]  # attrs, which has no types here


def _place(document: Document, node: Node, path: Sequence[str | int]) -> Place:
    """Where a rule stands. The path leaves out the references on the way; they are followed."""
    for token in path:
        while isinstance(token, str) and token not in node and node.reference is not None:
            node = document.target(node, node.reference)
        node = node.child(token)
    return node.place
