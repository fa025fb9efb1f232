"""The layout of packages of large APIs: by tag, so that a program loads only what it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pactwright.generate.catalogue import Entity
from pactwright.generate.docstrings import docstring
from pactwright.generate.groups import group_models
from pactwright.generate.imports import Imports
from pactwright.generate.initializer import initializer
from pactwright.generate.interfaces import ClientWriter, class_source
from pactwright.generate.modules import ModuleWriter, module
from pactwright.generate.plan import OperationPlan
from pactwright.schema.names import pascal_case


class SplitLayout:
    """Lays out a package by groups of operations."""

    def __init__(
        self, writer: ModuleWriter, plans: Sequence[OperationPlan], groups: Mapping[str, str]
    ) -> None:
        self._writer = writer
        self._plans = plans
        self._groups: dict[str, list[OperationPlan]] = {}
        for plan in plans:
            self._groups.setdefault(groups[plan.description.name], []).append(plan)

    def modules(self) -> dict[str, str]:
        """All modules but the package's own __init__.py."""
        return {
            **dict(self._models()),
            **dict(self._operations()),
            **dict(self._clients()),
            "client.py": self._client(),
            "service.py": self._writer.service(self._plans),
        }

    def _models(self) -> Iterator[tuple[str, str]]:
        modules: dict[str, list[Entity]] = {}
        entities = list(self._writer.catalogue.entities.values())
        for key, name in group_models(entities).items():
            modules.setdefault(name, []).append(self._writer.catalogue.entities[key])
        homes = {
            name: home
            for home, inside in modules.items()
            for entity in inside
            for name, _ in entity.forms()
        }
        yield "models/__init__.py", initializer(f"Models of {self._writer.title}", homes)
        for name, inside in modules.items():
            yield f"models/{name}.py", self._writer.models(inside, homes, _about(name))

    def _operations(self) -> Iterator[tuple[str, str]]:
        homes = {p.constant: group for group, plans in self._groups.items() for p in plans}
        summary = f"Operations of {self._writer.title}"
        homes["OPERATIONS"] = "all_operations"
        yield "operations/__init__.py", initializer(summary, homes)
        for group, plans in self._groups.items():
            yield (
                f"operations/{group}.py",
                self._writer.operations(plans, self._writer.package, _about(group)),
            )
        yield "operations/all_operations.py", self._all_operations()

    def _all_operations(self) -> str:
        imports = Imports()
        imports.add(".", *self._groups)
        final, any_ = imports.add("typing", "Final"), imports.add("typing", "Any")
        operation = imports.add("pactwright.wire", "Operation")
        names = ", ".join(f"*{group}.OPERATIONS" for group in self._groups)
        body = f"OPERATIONS: {final}[tuple[{operation}[{any_}], ...]] = ({names},)"
        return module(f"All operations of {self._writer.title}", imports, body)

    def _clients(self) -> Iterator[tuple[str, str]]:
        homes = {_client_name(group): group for group in self._groups}
        summary = f"Clients of {self._writer.title}, by group"
        yield "clients/__init__.py", initializer(summary, homes)
        for group, plans in self._groups.items():
            yield f"clients/{group}.py", self._group_client(group, plans)

    def _group_client(self, group: str, plans: Sequence[OperationPlan]) -> str:
        imports = Imports()
        renderer = self._writer.renderer(imports)
        methods = ClientWriter(renderer, plans, "operations").methods()
        imports.add(f"{self._writer.package}.operations", f"{group} as operations")
        if renderer.used:
            imports.add_typing(self._writer.package, "models")
        base = imports.add("pactwright.client", "Group")
        body = class_source(_client_name(group), base, self._described(group), methods)
        return module(f"Client of {_about(group)}", imports, body)

    def _client(self) -> str:
        imports = Imports()
        base = imports.add("pactwright.client", "Client")
        imports.add("functools", "cached_property")
        imports.add(".", "clients")
        properties = [self._property(group) for group in self._groups]
        summary = self._writer.api.summary or f"Client of {self._writer.title}"
        body = class_source(f"{self._writer.name}Client", base, summary, properties)
        return module(f"Client of {self._writer.title}", imports, body)

    def _property(self, group: str) -> str:
        name = _client_name(group)
        return "\n".join(
            [
                "@cached_property",
                f"def {group}(self) -> clients.{name}:",
                f"    {docstring(self._described(group), indent=4)}",
                f"    return clients.{name}(self._call, self._pages)",
            ]
        )

    def _described(self, group: str) -> str:
        tag = next((t for t in self._groups[group][0].description.tags), "")
        return self._writer.api.tags.get(tag) or tag or f"Operations on {group}"


def _client_name(group: str) -> str:
    return f"{pascal_case(group)}Client"


def _about(group: str) -> str:
    return f"the group {group.replace('_', ' ')}"
