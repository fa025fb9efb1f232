"""Python names for what a document names: classes, fields and arguments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pydantic import BaseModel

from pactwright.schema.description import ParameterDescription
from pactwright.schema.names import pascal_case, snake_case, unique
from pactwright.schema.types import Property
from pactwright.wire.model import ConstantModel

RESERVED_CLASSES: Final = frozenset(
    {
        "Annotated",
        "Any",
        "Base64",
        "ClassVar",
        "ConfigDict",
        "ConstantModel",
        "Date",
        "DateTime",
        "False",
        "Field",
        "Literal",
        "Model",
        "None",
        "Omittable",
        "True",
        "TypeAlias",
        "TypeAliasType",
        "UniqueItems",
        "Unrecognized",
        "Uuid",
    }
)
"""What models.py uses in other meanings."""

RESERVED_FIELDS: Final = frozenset(dir(BaseModel)) | frozenset(dir(ConstantModel))
"""What every model has already."""

RESERVED_ARGUMENTS: Final = frozenset({"self", "call", "models", "operations", "options"})
"""What generated methods use in other meanings."""


def class_name(text: str, taken: Iterable[str]) -> str:
    """A class's name, unlike those taken already and what the module needs itself."""
    name = pascal_case(text, "Schema")
    if name in RESERVED_CLASSES:
        name += "Model"
    return unique(name, set(taken), joint="")


def field_names(properties: Sequence[Property]) -> Mapping[str, str]:
    """Python names by the names on the wire; those that need no change get theirs first."""
    names: dict[str, str] = {}
    wanted = {p.name: _field_name(p.name) for p in properties}
    for name in sorted(wanted, key=lambda n: wanted[n] != n):
        names[name] = unique(wanted[name], set(names.values()))
    return names


def _field_name(name: str) -> str:
    wanted = snake_case(name, "field")
    return f"{wanted}_" if wanted in RESERVED_FIELDS else wanted


def argument_names(
    parameters: Sequence[ParameterDescription], reserved: frozenset[str]
) -> Sequence[str]:
    """Python names of an operation's parameters, in their order."""
    names: list[str] = []
    for parameter in parameters:
        wanted = snake_case(parameter.name, "argument")
        if wanted in RESERVED_ARGUMENTS | reserved:
            wanted += "_"
        if wanted in names:
            wanted = f"{wanted}_{parameter.location}"
        names.append(unique(wanted, names))
    return names
