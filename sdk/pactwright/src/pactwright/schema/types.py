"""Schemas as a typed model, the same for every version of OpenAPI.

References stay references, so the model may be recursive; ``allOf`` is merged; null is told by
`Nullable` alone; what a schema says that the model cannot hold is reported by whoever reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ScalarKind = Literal["string", "integer", "number", "boolean"]
EnumValue = str | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """Limits on a value; None is no limit. Lengths count characters, items or members."""

    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


NO_CONSTRAINTS = Constraints()


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value."""


@dataclass(frozen=True, slots=True)
class Null:
    """Null and nothing else."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, number or boolean."""

    kind: ScalarKind
    format: str = ""
    constraints: Constraints = NO_CONSTRAINTS


@dataclass(frozen=True, slots=True)
class Enumeration:
    """One of some values. `constant`: declared by ``const``, so it will never be another."""

    values: tuple[EnumValue, ...]
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Array:
    """A list of items of one type. `unique`: no item is there twice."""

    items: SchemaType
    constraints: Constraints = NO_CONSTRAINTS
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Tuple:
    """A list with a type for each place and no more items than these."""

    items: tuple[SchemaType, ...]
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Dictionary:
    """An object with any member names, whose values are of one type."""

    values: SchemaType
    keys: SchemaType | None = None
    constraints: Constraints = NO_CONSTRAINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A member of an object.

    Attributes:
        default: a JSON value; None where none is declared.
        declared: whether a schema is given for it; else its name is only among the required ones.
    """

    name: str
    type: SchemaType
    required: bool = False
    description: str = ""
    default: Any = field(default=None, hash=False)
    read_only: bool = False
    write_only: bool = False
    deprecated: bool = False
    declared: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """An object with named members.

    Attributes:
        key: the place that it is declared at; two objects with one key are the same.
        additional: the type of further members; True where they may be anything but need not be
            kept, False where there are to be none.
    """

    key: str
    properties: tuple[Property, ...]
    additional: SchemaType | bool = True
    description: str = field(default="", compare=False)

    def property(self, name: str) -> Property | None:
        """The member of that name."""
        return next((p for p in self.properties if p.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discriminator:
    """The member that tells the arms of a union apart, and the arm's key for each value of it."""

    property: str
    mapping: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """One of several types."""

    key: str
    arms: tuple[SchemaType, ...]
    discriminator: Discriminator | None = None


@dataclass(frozen=True, slots=True)
class Nullable:
    """A type, or null."""

    type: SchemaType


@dataclass(frozen=True, slots=True)
class Reference:
    """A schema that has a name: a key of `ApiDescription.schemas`."""

    key: str


SchemaType = (
    Anything
    | Null
    | Scalar
    | Enumeration
    | Array
    | Tuple
    | Dictionary
    | Object
    | Union
    | Nullable
    | Reference
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSchema:
    """A schema that others refer to.

    Attributes:
        key: its place, as text.
        name: as the document names it; not unique.
    """

    key: str
    name: str
    type: SchemaType
    description: str = ""


def nullable(schema_type: SchemaType) -> SchemaType:
    """The type with null added, unless it has it already."""
    if isinstance(schema_type, Nullable | Anything | Null):
        return schema_type
    return Nullable(schema_type)
