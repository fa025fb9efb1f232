"""One self-contained document out of several files."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any, Final

from pactwright.schema.document import Document, Node, is_mapping, load
from pactwright.schema.grammar import SECTIONS, Holds, Kind, held
from pactwright.schema.names import unique
from pactwright.schema.pointer import join
from pactwright.schema.reader import name_of

_INLINED: Final[set[Kind]] = {"pathItem", "mediaType"}
"""What older versions of OpenAPI have no section in `components` for: put where it is used."""


def bundle(path: Path | str) -> dict[str, Any]:
    """Read a document and make it self-contained.

    What it refers to in other files is moved into its `components`, under the name that it has
    there, or where that is taken under one with a number.

    Returns:
        The document as plain data, whose references all begin with "#/".

    Raises:
        DocumentError: it can't be read, or a reference leads to nothing or out of the file system.
    """
    return _Bundler(load(path)).bundle()


class _Bundler:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._root = document.root
        self._homes: dict[str, tuple[str, str]] = {}
        self._pending: deque[tuple[str, str, Kind, Node]] = deque()
        self._taken: dict[str, set[str]] = {}

    def bundle(self) -> dict[str, Any]:
        self._find_homes()
        bundled: dict[str, Any] = self._copy(self._root, "openapi")
        while self._pending:
            section, name, kind, node = self._pending.popleft()
            components: dict[str, Any] = bundled.setdefault("components", {})
            components.setdefault(section, {})[name] = self._copy(node, kind)
        return bundled

    def _find_homes(self) -> None:
        """Names that are taken; where one stands for another file's object, that moves there."""
        components = self._root.child("components")
        for kind, section in SECTIONS.items():
            self._taken[section] = set()
            for name, node in components.child(section).members():
                self._taken[section].add(name)
                if node.reference is not None and len(node.value) == 1:
                    target = self._document.target(node, node.reference)
                    if target.file != self._root.file and str(target.place) not in self._homes:
                        self._homes[str(target.place)] = (section, name)
                        self._pending.append((section, name, kind, target))

    def _copy(self, node: Node, kind: Kind) -> Any:
        if node.reference is not None and kind in _INLINED:
            siblings = {key: value for key, value in node.value.items() if key != "$ref"}
            return {**self._copy(self._document.follow(node), kind), **siblings}
        if not is_mapping(node.value):
            return node.value
        copied = dict(node.value)
        if node.reference is not None and "$ref" in copied:
            copied["$ref"] = self._moved(node, node.reference, kind)
        for key, child, holds in held(node, kind):
            copied[key] = self._copy_held(child, holds)
        if kind == "schema" and is_mapping(node.get("discriminator")):
            copied["discriminator"] = self._discriminator(node.child("discriminator"))
        return copied

    def _copy_held(self, node: Node, holds: Holds) -> Any:
        if holds.form == "one":
            return self._copy(node, holds.kind)
        if holds.form == "list":
            return [self._copy(item, holds.kind) for item in node.items()]
        return {key: self._copy(child, holds.kind) for key, child in node.members()}

    def _discriminator(self, node: Node) -> dict[str, Any]:
        mapping = dict(node.get("mapping") or {})
        for value, child in node.child("mapping").members():
            if _is_path(child.value):
                mapping[value] = self._moved(child, child.value, "schema")
        return {**node.value, "mapping": mapping} if mapping else dict(node.value)

    def _moved(self, node: Node, reference: str, kind: Kind) -> str:
        """The reference to use in the bundle; what it leads to is moved there if need be."""
        target = self._document.target(node, reference)
        if target.file == self._root.file:
            return f"#{join(target.place.pointer)}"
        key = str(target.place)
        if key not in self._homes:
            section = SECTIONS[kind]
            name = unique(name_of(target.place).replace(" ", "_"), self._taken[section])
            self._taken[section].add(name)
            self._homes[key] = (section, name)
            self._pending.append((section, name, kind, target))
        return f"#{join(('components', *self._homes[key]))}"


def _is_path(value: object) -> bool:
    return isinstance(value, str) and ("#" in value or "/" in value or value.endswith(".yaml"))
