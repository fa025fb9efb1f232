"""What satisfies two schemas at once: how ``allOf`` becomes one type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from pactwright.schema.types import (
    Anything,
    Array,
    Constraints,
    Dictionary,
    Enumeration,
    Null,
    Nullable,
    Object,
    Property,
    Reference,
    Scalar,
    SchemaType,
    Union,
    nullable,
)

Additional = SchemaType | bool
"""See `Object.additional`."""

_LOWER_BOUNDS = {"minimum", "exclusive_minimum", "min_length"}
_UPPER_BOUNDS = {"maximum", "exclusive_maximum", "max_length"}


class NotMergeable(Exception):
    """The types exclude each other, or what they have in common cannot be told."""


@dataclass(frozen=True, slots=True)
class Merger:
    """Merges types.

    Attributes:
        resolve: the type that a reference stands for; None where it is only now being read.
        key: the key for what is made anew.
    """

    resolve: Callable[[Reference], SchemaType | None]
    key: str

    def merge(self, left: SchemaType, right: SchemaType) -> SchemaType:
        """The type of a value that is of both types.

        Raises:
            NotMergeable: there is none.
        """
        if left == right or isinstance(right, Anything):
            return left
        if isinstance(left, Anything):
            return right
        if isinstance(left, Nullable) or isinstance(right, Nullable):
            return self._merge_nullable(left, right)
        if isinstance(left, Reference):
            return self._merge_reference(left, right)
        if isinstance(right, Reference):
            return self._merge_reference(right, left, flipped=True)
        if isinstance(left, Union) or isinstance(right, Union):
            return self._merge_union(left, right)
        return self._merge_plain(left, right)

    def _merge_nullable(self, left: SchemaType, right: SchemaType) -> SchemaType:
        if isinstance(left, Nullable) and isinstance(right, Nullable):
            return nullable(self.merge(left.type, right.type))
        inner, other = (left, right) if isinstance(left, Nullable) else (right, left)
        if isinstance(other, Null):
            return other
        if isinstance(other, Reference):
            resolved = self.resolve(other)
            if isinstance(resolved, Nullable):
                return self.merge(inner, resolved)
        return self.merge(inner.type if isinstance(inner, Nullable) else inner, other)

    def _merge_reference(
        self, reference: Reference, other: SchemaType, *, flipped: bool = False
    ) -> SchemaType:
        resolved = self.resolve(reference)
        if resolved is None:
            return reference
        merged = self.merge(other, resolved) if flipped else self.merge(resolved, other)
        return reference if _same(merged, resolved) else merged

    def _merge_union(self, left: SchemaType, right: SchemaType) -> SchemaType:
        union, other = (left, right) if isinstance(left, Union) else (right, left)
        assert isinstance(union, Union)  # noqa: S101 - narrows the type
        arms: list[SchemaType] = []
        for index, arm in enumerate(union.arms):
            inside = replace(self, key=f"{self.key}/{index}")
            try:
                arms.append(inside.merge(other, arm))
            except NotMergeable:
                continue
        if not arms:
            raise NotMergeable
        return arms[0] if len(arms) == 1 else replace(union, key=self.key, arms=tuple(arms))

    def _merge_plain(self, left: SchemaType, right: SchemaType) -> SchemaType:
        match left, right:
            case Object(), Object():
                return self._merge_objects(left, right)
            case (Object() as named, Dictionary() as rest) | (
                Dictionary() as rest,
                Object() as named,
            ):
                unspecific = isinstance(rest.values, Anything)
                return named if unspecific else replace(named, additional=rest.values)
            case Dictionary(), Dictionary():
                limits = _tighten(left.constraints, right.constraints)
                return Dictionary(self.merge(left.values, right.values), left.keys, limits)
            case Array(), Array():
                limits = _tighten(left.constraints, right.constraints)
                unique = left.unique or right.unique
                return Array(self.merge(left.items, right.items), limits, unique)
            case Scalar(), Scalar():
                return _merge_scalars(left, right)
            case (Enumeration() as some, Enumeration() | Scalar() as other) | (
                Scalar() as other,
                Enumeration() as some,
            ):
                return _narrow(some, other)
            case _:
                raise NotMergeable

    def _merge_objects(self, left: Object, right: Object) -> Object:
        properties = {p.name: p for p in left.properties}
        for property_ in right.properties:
            earlier = properties.get(property_.name)
            properties[property_.name] = (
                self._merge_properties(earlier, property_) if earlier else property_
            )
        additional = self._merge_additional(left.additional, right.additional)
        merged = Object(key=self.key, properties=tuple(properties.values()), additional=additional)
        return next((part for part in (left, right) if _same(merged, part)), merged)

    def _merge_additional(self, left: Additional, right: Additional) -> Additional:
        if not isinstance(left, bool) and not isinstance(right, bool):
            return self.merge(left, right)
        # What forbids further members could never be part of allOf: it can't be meant for others'.
        return left if not isinstance(left, bool) else right or left

    def _merge_properties(self, left: Property, right: Property) -> Property:
        inside = replace(self, key=f"{self.key}/properties/{left.name}")
        default: Any = left.default if right.default is None else right.default
        return Property(
            name=left.name,
            type=inside.merge(left.type, right.type),
            required=left.required or right.required,
            description=right.description or left.description,
            default=default,
            read_only=left.read_only or right.read_only,
            write_only=left.write_only or right.write_only,
            deprecated=left.deprecated or right.deprecated,
            declared=left.declared or right.declared,
        )


def _same(merged: SchemaType, part: SchemaType) -> bool:
    if isinstance(merged, Object) and isinstance(part, Object):
        return merged.properties == part.properties and merged.additional == part.additional
    return merged == part


def _merge_scalars(left: Scalar, right: Scalar) -> Scalar:
    kinds = {left.kind, right.kind}
    if len(kinds) > 1 and kinds != {"integer", "number"}:
        raise NotMergeable
    kind = left.kind if len(kinds) == 1 else "integer"
    limits = _tighten(left.constraints, right.constraints)
    return Scalar(kind, right.format or left.format, limits)


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def _narrow(some: Enumeration, other: Enumeration | Scalar) -> Enumeration:
    if isinstance(other, Scalar):
        kinds = _PYTHON_TYPES[other.kind]
        values = tuple(v for v in some.values if isinstance(v, kinds))
    else:
        values = tuple(v for v in some.values if v in other.values)
    if not values:
        raise NotMergeable
    constant = some.constant or (isinstance(other, Enumeration) and other.constant)
    return Enumeration(values, constant)


def _tighten(left: Constraints, right: Constraints) -> Constraints:
    merged: dict[str, Any] = {}
    for limit in fields(Constraints):
        both = [v for v in (getattr(left, limit.name), getattr(right, limit.name)) if v is not None]
        if both:
            merged[limit.name] = _tighter(limit.name, both)
    return Constraints(**merged)


def _tighter(name: str, limits: list[Any]) -> Any:
    if name in _LOWER_BOUNDS:
        return max(limits)
    return min(limits) if name in _UPPER_BOUNDS else limits[-1]
