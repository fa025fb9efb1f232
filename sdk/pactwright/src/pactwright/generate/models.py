"""The source of models.py: a class or an alias for each schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pactwright.generate.annotations import WIRE, Renderer
from pactwright.generate.catalogue import Catalogue, Direction, Entity
from pactwright.generate.docstrings import docstring
from pactwright.generate.fields import FieldWriter
from pactwright.generate.imports import Imports
from pactwright.generate.ordering import in_order, recursive_aliases
from pactwright.generate.tags import Tags
from pactwright.schema.names import words
from pactwright.schema.types import Object, SchemaType


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A class or an alias, written: its source, and the names that it mentions."""

    name: str
    source: str
    needs: frozenset[str]
    is_alias: bool


class ModelsWriter:
    """Writes a module of models.

    Attributes:
        foreign: the names that it mentions and that other modules define.
    """

    def __init__(self, catalogue: Catalogue, tags: Tags, imports: Imports) -> None:
        self._renderer = Renderer(catalogue=catalogue, tags=tags, imports=imports)
        self._imports = imports
        self.foreign: set[str] = set()

    def source(self, entities: Sequence[Entity]) -> str:
        """The definitions, in an order in which they can be evaluated; without the imports."""
        found = {d.name: d for entity in entities for d in self._definitions(entity)}
        needs = {name: definition.needs for name, definition in found.items()}
        self.foreign = {needed for names in needs.values() for needed in names} - set(found)
        aliases = {name for name, definition in found.items() if definition.is_alias}
        recursive = recursive_aliases(needs, aliases)
        order = in_order(needs, aliases - recursive)
        return "\n\n".join(
            self._recursive(found[name]) if name in recursive else found[name].source
            for name in order
        )

    def _definitions(self, entity: Entity) -> list[Definition]:
        return [self._definition(entity, name, way) for name, way in entity.forms()]

    def _definition(self, entity: Entity, name: str, way: Direction) -> Definition:
        renderer = replace(self._renderer, used=set())
        schema = entity.type
        is_class = isinstance(schema, Object)
        source = (
            self._class(renderer, entity, schema, name, way)
            if isinstance(schema, Object)
            else self._alias(renderer, entity, schema, name, way)
        )
        return Definition(
            name=name, source=source, needs=frozenset(renderer.used), is_alias=not is_class
        )

    def _alias(
        self, renderer: Renderer, entity: Entity, schema: SchemaType, name: str, way: Direction
    ) -> str:
        alias = self._imports.add("typing", "TypeAlias")
        source = f"{name}: {alias} = {renderer.type(schema, way)}\n"
        return source + (docstring(entity.description) + "\n" if entity.description else "")

    def _recursive(self, definition: Definition) -> str:
        """An alias that mentions itself is a type of its own (PEP 695, for Python 3.11)."""
        alias = self._imports.add("typing_extensions", "TypeAliasType")
        head, _, rest = definition.source.partition(": TypeAlias = ")
        value, _, documentation = rest.partition("\n")
        quote = '"' if '"' not in value else "'"
        text = f"{quote}{value}{quote}"
        return f'{head} = {alias}("{head}", {text})\n{documentation}'

    def _class(
        self, renderer: Renderer, entity: Entity, schema: Object, name: str, way: Direction
    ) -> str:
        writer = FieldWriter(renderer, entity, schema, way)
        fields = list(writer.lines())
        base = self._imports.add(WIRE, "ConstantModel" if writer.has_constants else "Model")
        text = entity.description or f"{' '.join(words(name))}"
        body = [docstring(text), *self._configuration(entity, schema, way), *fields]
        lines = "\n".join(body).splitlines()
        return f"class {name}({base}):\n" + "\n".join(f"    {ln}" if ln else "" for ln in lines)

    def _configuration(self, entity: Entity, schema: Object, way: Direction) -> list[str]:
        if schema.additional is True:
            return []
        if schema.additional is False:
            only_sent = entity.directions == {"request"} or bool(entity.input_name)
            extra = "forbid" if only_sent and way == "request" else ""
        else:
            extra = "allow"
        if not extra:
            return []
        self._imports.add("pydantic", "ConfigDict")
        return [f'model_config = ConfigDict(extra="{extra}")']


def exported(catalogue: Catalogue) -> Mapping[str, Entity]:
    """Every model's name, with the entity that it is a form of."""
    return {name: entity for entity in catalogue.entities.values() for name, _ in entity.forms()}
