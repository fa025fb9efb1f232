"""The modules of a package, unformatted and without their first line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pactwright.generate.annotations import Renderer
from pactwright.generate.catalogue import Catalogue, Entity
from pactwright.generate.docstrings import docstring
from pactwright.generate.imports import Imports
from pactwright.generate.interfaces import ClientWriter, ServiceWriter, class_source
from pactwright.generate.messages import MessagePlan, MessagesWriter
from pactwright.generate.models import ModelsWriter
from pactwright.generate.operations import OperationsWriter
from pactwright.generate.plan import OperationPlan
from pactwright.generate.tags import Tags
from pactwright.schema.description import ApiDescription


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleWriter:
    """Writes modules that the layouts of packages have in common.

    Attributes:
        package: the package's name, as it is imported.
        name: what the classes' names begin with.
        title: what docstrings call the API.
    """

    api: ApiDescription
    package: str
    name: str
    title: str
    catalogue: Catalogue
    tags: Tags

    def renderer(self, imports: Imports) -> Renderer:
        """A renderer for modules other than those of models."""
        return Renderer(catalogue=self.catalogue, tags=self.tags, imports=imports, prefix="models.")

    def models(self, entities: Sequence[Entity], homes: Mapping[str, str], about: str) -> str:
        """A module of models; `homes` says in which sibling modules the others are."""
        imports = Imports()
        writer = ModelsWriter(self.catalogue, self.tags, imports)
        body = writer.source(entities)
        for name in sorted(writer.foreign):
            imports.add(f".{homes[name]}", name)
        return module(f"Models of {about}", imports, body)

    def operations(self, plans: Sequence[OperationPlan], package: str, about: str) -> str:
        """A module of operations; `package` is how it imports the API's package."""
        imports = Imports()
        renderer = self.renderer(imports)
        body = OperationsWriter(renderer, self.api.security_schemes, plans).source()
        if renderer.used:
            imports.add(package, "models")
        return module(f"Operations of {about}", imports, body)

    def messages(self, plans: Sequence[MessagePlan]) -> str:
        """The module of the messages that a service publishes."""
        imports = Imports()
        renderer = self.renderer(imports)
        body = MessagesWriter(renderer, plans).source()
        if renderer.used:
            imports.add(".", "models")
        return module(f"Messages of {self.title}", imports, body)

    def client(self, plans: Sequence[OperationPlan]) -> str:
        """The module of a client that has all operations as its methods."""
        imports = Imports()
        renderer = self.renderer(imports)
        methods = ClientWriter(renderer, plans, "operations").methods()
        base = imports.add("pactwright.client", "Client")
        if methods:
            imports.add(".", "operations")
        if renderer.used:
            imports.add_typing(".", "models")
        summary = self.api.summary or f"Client of {self.title}"
        body = class_source(f"{self.name}Client", base, summary, methods)
        return module(f"Client of {self.title}", imports, body)

    def service(self, plans: Sequence[OperationPlan]) -> str:
        """The module of the Protocol that a service implements."""
        imports = Imports()
        renderer = self.renderer(imports)
        methods = ServiceWriter(renderer, plans).methods()
        base = imports.add("typing", "Protocol")
        if renderer.used:
            imports.add_typing(".", "models")
        summary = f"What a service behind {self.title} implements"
        body = class_source(f"{self.name}Service", base, summary, methods)
        return module(f"Service of {self.title}", imports, body)


def module(summary: str, imports: Imports, body: str) -> str:
    """A module's source."""
    blank = "\n\n" if body.startswith("class ") else "\n"
    return f"\n{docstring(summary)}\n\n{imports.source()}{blank}{body}\n"
