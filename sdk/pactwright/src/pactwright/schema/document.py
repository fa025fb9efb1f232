"""Documents and the references between them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import unquote, urldefrag, urlsplit

from pactwright.schema import pointer
from pactwright.schema.faults import DocumentError, Place, RemoteReference
from pactwright.schema.parsing import parse


def is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value is a JSON object."""
    return isinstance(value, dict)


def is_sequence(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a JSON array."""
    return isinstance(value, list)


@dataclass(frozen=True, slots=True)
class Node:
    """A value, and where in which file it stands."""

    value: Any
    file: Path
    place: Place

    def __contains__(self, key: str) -> bool:
        return is_mapping(self.value) and key in self.value

    def get(self, key: str, default: Any = None) -> Any:
        """The plain value of a member; `default` where there is none or this is no object."""
        return self.value.get(key, default) if is_mapping(self.value) else default

    def text(self, key: str) -> str:
        """A member that should be a string; "" where it is not."""
        value = self.get(key)
        return value if isinstance(value, str) else ""

    def child(self, key: str | int) -> Node:
        """A member or an item as a node; null where there is none."""
        inside = self.value[key] if isinstance(key, int) else self.get(key)
        place = Place(self.place.file, (*self.place.pointer, str(key)))
        return Node(inside, self.file, place)

    def members(self) -> Iterator[tuple[str, Node]]:
        """The members of an object, in their order; none where it is none."""
        for key in self.value if is_mapping(self.value) else ():
            yield key, self.child(key)

    def items(self) -> Iterator[Node]:
        """The items of an array, in their order; none where it is none."""
        for index in range(len(self.value) if is_sequence(self.value) else 0):
            yield self.child(index)

    @property
    def reference(self) -> str | None:
        """What its `$ref` says, where it has one."""
        value = self.get("$ref", self.get("$dynamicRef"))
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Document:
    """A document and the files that it refers to, each read when first needed.

    Attributes:
        path: the file to begin with.
        base: the folder that faults name files from.
    """

    path: Path
    base: Path
    _files: dict[Path, Any] = field(default_factory=dict[Path, Any])

    @property
    def root(self) -> Node:
        """The whole of the first file."""
        return self._whole(self.path)

    def follow(self, node: Node) -> Node:
        """Follow references until something else is met.

        Raises:
            DocumentError: a file or place referred to is not there, or references go in a circle.
        """
        return self._follow(node, ())

    def _follow(self, node: Node, passing: tuple[Place, ...]) -> Node:
        seen = [node.place]
        while (reference := node.reference) is not None:
            node = self._target(node, reference, passing)
            if node.place in seen:
                raise DocumentError(seen[0], f"the reference to {node.place} leads back to itself")
            seen.append(node.place)
        return node

    def target(self, node: Node, reference: str) -> Node:
        """What a reference that stands in `node` points to; one step.

        Raises:
            DocumentError: the file or the place is not there.
        """
        return self._target(node, reference, ())

    def _target(self, node: Node, reference: str, passing: tuple[Place, ...]) -> Node:
        address, fragment = urldefrag(reference)
        if urlsplit(address).scheme:
            raise RemoteReference(node.place, f"{reference} is not read: only files are")
        file = node.file if not address else (node.file.parent / unquote(address)).resolve()
        try:
            whole = self._whole(file)
        except DocumentError as error:
            raise DocumentError(node.place, f"{reference}: {error}") from error
        if fragment and not fragment.startswith(("/", "%2F", "%2f")):
            anchored = next(_anchored(whole, fragment), None)
            if anchored is None:
                raise DocumentError(node.place, f"{reference}: there is no such anchor")
            return anchored
        return self._descend(node, whole, reference, (*passing, node.place))

    def _descend(
        self, origin: Node, whole: Node, reference: str, passing: tuple[Place, ...]
    ) -> Node:
        """What a pointer leads to, also through references; what stands there itself goes first."""
        node = whole
        for token in pointer.split(urldefrag(reference).fragment):
            if node.reference and token not in node:
                if node.place in passing:
                    raise DocumentError(origin.place, f"{reference} leads back to itself")
                node = self._follow(node, passing)
            node = self._step(node, token)
            if node.value is _MISSING:
                raise DocumentError(origin.place, f"{reference}: {node.place} is not there")
        return node

    @staticmethod
    def _step(node: Node, token: str) -> Node:
        if is_sequence(node.value) and token.isdecimal() and int(token) < len(node.value):
            return node.child(int(token))
        if token in node:
            return node.child(token)
        return Node(_MISSING, node.file, Place(node.place.file, (*node.place.pointer, token)))

    def _whole(self, file: Path) -> Node:
        name = self._name(file)
        if file not in self._files:
            self._files[file] = parse(file, name)
        return Node(self._files[file], file, Place(name))

    def _name(self, file: Path) -> str:
        return Path(os.path.relpath(file, self.base)).as_posix()


_MISSING: Any = object()


def _anchored(node: Node, name: str) -> Iterator[Node]:
    if name in (node.get("$anchor"), node.get("$dynamicAnchor")):
        yield node
    inside = node.items() if is_sequence(node.value) else (child for _, child in node.members())
    for child in inside:
        yield from _anchored(child, name)


def load(path: Path | str, base: Path | None = None) -> Document:
    """Open an OpenAPI document in YAML or JSON. Its references are resolved as they are met.

    Args:
        path: the file.
        base: the folder that faults name files from; the document's own by default.

    Raises:
        DocumentError: the file cannot be read or is no OpenAPI 3 document.
    """
    file = Path(path).resolve()
    document = Document(file, base or file.parent)
    version = document.root.get("openapi")
    if not (isinstance(version, str) and version.startswith("3.")):
        found = f"openapi is {version!r}" if version else "there is no 'openapi' member"
        raise DocumentError(document.root.place, f"is no OpenAPI 3 document: {found}")
    return document
