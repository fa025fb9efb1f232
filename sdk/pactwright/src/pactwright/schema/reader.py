"""Schema nodes to types: references, combinations and what has a name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from pactwright.schema.document import Document, Node, is_mapping
from pactwright.schema.faults import DocumentError, FaultLog, Place
from pactwright.schema.keywords import Keywords
from pactwright.schema.merging import Merger, NotMergeable
from pactwright.schema.types import (
    Anything,
    Discriminator,
    NamedSchema,
    Null,
    Reference,
    SchemaType,
    Union,
    nullable,
)
from pactwright.schema.unions import flatten, with_joint_enumeration

_ANNOTATIONS = {
    "$ref",
    "$dynamicRef",
    "$comment",
    "summary",
    "title",
    "description",
    "default",
    "deprecated",
    "example",
    "examples",
    "readOnly",
    "writeOnly",
    "nullable",
    "externalDocs",
}


class SchemaReader:
    """Reads schemas, and collects those that have a name.

    Attributes:
        named: by key; complete once `finish` has been called.
    """

    def __init__(self, document: Document, faults: FaultLog) -> None:
        self.named: dict[str, NamedSchema] = {}
        self._document = document
        self._faults = faults
        self._keywords = Keywords(self.read, self.default, faults)
        self._nodes: dict[str, tuple[str, Node]] = {}
        self._reading: set[str] = set()
        self._cores: dict[str, SchemaType] = {}
        self._siblings_count = str(document.root.get("openapi")) >= "3.1"

    def name(self, name: str, node: Node) -> None:
        """Give the schema that `node` is, or refers to in another file, a name of its own."""
        try:
            target = self._document.follow(node)
        except DocumentError as error:
            self._faults.record(error)
            return
        if target.place.file == node.place.file:
            target = node
        self._nodes.setdefault(str(target.place), (name, target))

    def behind(self, reference: Reference) -> SchemaType:
        """The type that a reference stands for, which is no reference itself."""
        found = self._named(reference.key).type
        return self.behind(found) if isinstance(found, Reference) else found

    def finish(self) -> None:
        """Read all schemas that have been named or referred to."""
        while pending := [key for key in self._nodes if key not in self.named]:
            for key in pending:
                self._named(key)

    def read(self, node: Node) -> SchemaType:
        """The type of a schema; `Anything`, with a fault, where it cannot be told."""
        if node.value is True or node.value is False:
            return self._boolean(node)
        if not is_mapping(node.value):
            self._faults.error(node.place, "is no schema")
            return Anything()
        if node.reference is None:
            return self._combined(node, "")
        try:
            return self._referred(node)
        except DocumentError as error:
            self._faults.record(error)
            return Anything()

    def default(self, node: Node) -> Any:
        """The default of a schema or of what it refers to, as JSON; None where there is none."""
        if "default" in node or node.reference is None:
            return node.get("default")
        try:
            return self._document.follow(node).get("default")
        except DocumentError:  # told where the reference is read
            return None

    def _boolean(self, node: Node) -> SchemaType:
        if node.value is False:
            self._faults.warn(node.place, "that nothing is allowed here is not checked")
        return Anything()

    def _referred(self, node: Node) -> SchemaType:
        target = self._document.follow(node)
        key = str(target.place)
        self._nodes.setdefault(key, (name_of(target.place), target))
        found: SchemaType = Reference(key)
        if self._siblings_count and any(k not in _ANNOTATIONS for k in node.value):
            found = self._merge(node, [found, self._combined(node, "")])
        return nullable(found) if node.get("nullable") is True else found

    def _named(self, key: str) -> NamedSchema:
        if key in self.named:
            return self.named[key]
        name, node = self._nodes[key]
        self._reading.add(key)
        found = NamedSchema(
            key=key,
            name=name,
            type=self._combined(node, key) if self._is_own(node) else self.read(node),
            description=node.text("description") or node.text("title"),
        )
        self._reading.discard(key)
        self.named[key] = found
        return found

    @staticmethod
    def _is_own(node: Node) -> bool:
        return is_mapping(node.value) and node.reference is None

    def _resolve(self, reference: Reference) -> SchemaType | None:
        """The type behind a reference; None while that very one is being read."""
        if reference.key in self._reading:
            return self._cores.get(reference.key)
        found = self._named(reference.key).type
        if isinstance(found, Reference):
            return self._resolve(found)
        if isinstance(found, Union) and self._reading & {
            arm.key for arm in found.arms if isinstance(arm, Reference)
        }:
            return self._cores.get(reference.key, found)
        return found

    def _combined(self, node: Node, key: str) -> SchemaType:
        """A schema without its reference: own keywords, allOf, oneOf and anyOf together."""
        self._warn_of_lone_discriminator(node)
        parts = [self._keywords.type_of(node)]
        parts += [self.read(member) for member in node.child("allOf").items()]
        core = self._merge(node, parts)
        if key:
            self._cores[key] = core
        for keyword in ("oneOf", "anyOf"):
            arms = list(node.child(keyword).items())
            if arms and not self._only_requires(node.child(keyword), arms):
                core = self._merge(node, [core, self._union(node, keyword, arms)])
        return nullable(core) if _says_nullable(node) else core

    def _warn_of_lone_discriminator(self, node: Node) -> None:
        if "discriminator" in node and "oneOf" not in node and "anyOf" not in node:
            place = node.child("discriminator").place
            self._faults.warn(place, "is not followed: list the schemas to choose from by oneOf")

    def _only_requires(self, node: Node, arms: list[Node]) -> bool:
        if not all(is_mapping(a.value) and set(a.value) <= {"required", "type"} for a in arms):
            return False
        if not any("required" in arm for arm in arms):
            return False
        self._faults.warn(node.place, "which members are required together is not checked")
        return True

    def _merge(self, node: Node, parts: Iterable[SchemaType]) -> SchemaType:
        merger = Merger(self._resolve, str(node.place))
        merged, *others = parts
        try:
            for part in others:
                merged = merger.merge(merged, part)
        except NotMergeable:
            self._faults.warn(node.place, "its parts cannot be merged, so anything is taken")
            return Anything()
        return merged

    def _union(self, node: Node, keyword: str, nodes: list[Node]) -> SchemaType:
        arms = list(dict.fromkeys(flatten(self.read(arm) for arm in nodes)))
        rest = with_joint_enumeration([arm for arm in arms if not isinstance(arm, Null)])
        if not rest:
            return Null()
        if any(isinstance(arm, Anything) for arm in rest):
            return Anything()
        found = rest[0]
        if len(rest) > 1:
            key = str(node.child(keyword).place)
            found = Union(key=key, arms=tuple(rest), discriminator=self._discriminator(node))
        return nullable(found) if Null() in arms else found

    def _discriminator(self, node: Node) -> Discriminator | None:
        given = node.child("discriminator")
        if not given.text("propertyName"):
            return None
        mapping = {name: self._mapped(child) for name, child in given.child("mapping").members()}
        keys = {name: key for name, key in mapping.items() if key}
        return Discriminator(property=given.text("propertyName"), mapping=keys)

    def _mapped(self, node: Node) -> str:
        """The key of the schema that a discriminator's mapping names, by reference or by name."""
        text = str(node.value)
        reference = text if "#" in text or "/" in text else f"#/components/schemas/{text}"
        try:
            target = self._document.follow(self._document.target(node, reference))
        except DocumentError as error:
            self._faults.record(error)
            return ""
        self._nodes.setdefault(str(target.place), (name_of(target.place), target))
        return str(target.place)


def _says_nullable(node: Node) -> bool:
    """By itself, or by a part of allOf that says nothing else (OpenAPI 3.0)."""
    return node.get("nullable") is True or any(
        part.get("nullable") is True and set(part.value) <= _ANNOTATIONS - {"$ref"}
        for part in node.child("allOf").items()
    )


def name_of(place: Place) -> str:
    """What a schema is called by its place: its last token, or else its file."""
    tokens = place.pointer
    if not tokens:
        return PurePosixPath(place.file).name.split(".")[0]
    if tokens[-1] != "schema" and len(tokens) <= 3:
        return tokens[-1]
    return " ".join(t for t in tokens[-4:] if t not in ("properties", "schema", "content"))
