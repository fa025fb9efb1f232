"""Types as Python expressions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pactwright.generate.catalogue import Catalogue, Direction
from pactwright.generate.imports import Imports
from pactwright.generate.tags import Tags
from pactwright.schema.patterns import is_native, translate
from pactwright.schema.types import (
    Anything,
    Array,
    Constraints,
    Dictionary,
    Enumeration,
    Null,
    Nullable,
    Object,
    Reference,
    Scalar,
    SchemaType,
    Tuple,
    Union,
)

WIRE: Final = "pactwright.wire"
_FORMATS: Final = {
    "uuid": ("Uuid", "uuid", "UUID"),
    "date": ("Date", "datetime", "date"),
    "date-time": ("DateTime", "datetime", "datetime"),
    "byte": ("Base64", "builtins", "bytes"),
}
"""By a string's format: the wire's type, then the plain one that it is in Python."""
_PLAIN: Final = {"integer": "int", "number": "float", "boolean": "bool", "string": "str"}
LIMITS: Final = {
    "minimum": "ge",
    "maximum": "le",
    "exclusive_minimum": "gt",
    "exclusive_maximum": "lt",
    "multiple_of": "multiple_of",
    "min_length": "min_length",
    "max_length": "max_length",
}
"""The names of `Constraints` in pydantic's `Field`."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A Python type, and what it is to be annotated with: a `Field`'s arguments, `UniqueItems`."""

    text: str
    limits: tuple[tuple[str, str], ...] = ()
    unique: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderer:
    """Renders types for one module.

    Attributes:
        prefix: what stands before a model's name: "models." outside of the models' module.
        plain: for signatures: types as callers see them, without limits.
        shadowed: names of builtins that mean something else where the type is written.
        local: names that the module itself defines; others get imported by `models_from`.
    """

    catalogue: Catalogue
    tags: Tags
    imports: Imports
    prefix: str = ""
    plain: bool = False
    shadowed: frozenset[str] = frozenset()
    used: set[str] = field(default_factory=set[str])

    def type(self, schema: SchemaType, direction: Direction, **limits: str) -> str:
        """The expression for a type, with `limits` added to its `Field`."""
        expression = self.expression(schema, direction)
        return self._annotated(expression, *limits.items())

    def expression(self, schema: SchemaType, direction: Direction) -> Expression:
        """The expression for a type, its limits apart."""
        match schema:
            case Anything():
                return Expression(self._typing("Any"))
            case Null():
                return Expression("None")
            case Scalar():
                return self._scalar(schema)
            case Enumeration():
                return Expression(self.enumeration(schema, direction))
            case Reference() if self.plain and isinstance(
                resolved := self.catalogue.resolve(schema), Scalar
            ):
                return self._scalar(resolved)
            case Reference(key) | Object(key=key):
                return Expression(self._named(schema, key, direction))
            case Union():
                return self._union(schema, direction)
            case Nullable(type=inner):
                return Expression(f"{self.type(inner, direction)} | None")
            case _:
                return self._container(schema, direction)

    def _named(self, schema: Reference | Object, key: str, direction: Direction) -> str:
        name = self.catalogue.name(key, direction)
        self.used.add(name)
        nullable = isinstance(schema, Reference) and self.catalogue.entities[key].nullable
        return f"{self.prefix}{name}{' | None' if nullable else ''}"

    def _container(self, schema: Array | Tuple | Dictionary, direction: Direction) -> Expression:
        match schema:
            case Array(items=items, constraints=constraints):
                text = f"{self.builtin('list')}[{self.type(items, direction)}]"
                limits = self._limits(constraints, ("min_length", "max_length"))
                return Expression(text, limits, schema.unique and not self.plain)
            case Dictionary(values=values, keys=keys, constraints=constraints):
                key = self.type(keys, "request") if keys else self.builtin("str")
                text = f"{self.builtin('dict')}[{key}, {self.type(values, direction)}]"
                return Expression(text, self._limits(constraints, ("min_length", "max_length")))
            case Tuple(items=items):
                inner = ", ".join(self.type(item, direction) for item in items)
                text = f"{self.builtin('tuple')}[{inner or '()'}]"
                return Expression(text, unique=schema.unique and not self.plain)

    def _scalar(self, schema: Scalar) -> Expression:
        if schema.kind == "string" and schema.format == "binary":
            return Expression(self.builtin("bytes"))
        if schema.kind == "string" and schema.format in _FORMATS:
            return Expression(self._formatted(*_FORMATS[schema.format]))
        text = self.builtin(_PLAIN[schema.kind])
        if schema.kind == "boolean":
            return Expression(text)
        names = (
            ("min_length", "max_length", "pattern")
            if schema.kind == "string"
            else tuple(name for name in LIMITS if not name.endswith("length"))
        )
        return Expression(text, self._limits(schema.constraints, names))

    def _formatted(self, wired: str, module: str, name: str) -> str:
        if not self.plain:
            return self.imports.add(WIRE, wired)
        if module == "builtins":
            return self.builtin(name)
        return self.imports.add_typing(module, name)

    def _limits(
        self, constraints: Constraints, names: Iterable[str]
    ) -> tuple[tuple[str, str], ...]:
        if self.plain:
            return ()
        found = ((name, getattr(constraints, name)) for name in names)
        return tuple(
            (LIMITS.get(name, name), self._limit(name, value))
            for name, value in found
            if value is not None
        )

    def _limit(self, name: str, value: Any) -> str:
        if name == "pattern":
            return self._pattern(translate(value))
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
        return repr(int(value) if whole else value)

    def _pattern(self, pattern: str) -> str:
        """Text, or a compiled pattern where pydantic's own engine does not take it."""
        text = raw(pattern)
        return text if is_native(pattern) else f"{self.imports.add('re')}.compile({text})"

    def enumeration(self, schema: Enumeration, direction: Direction) -> str:
        """An enumeration: open where a provider may grow it, closed where we say it."""
        literal = literals(schema.values, self._typing("Literal"))
        texts = all(isinstance(value, str) for value in schema.values)
        if direction == "request" or schema.constant or not texts:
            return literal
        if self.plain:
            return f"{literal} | {self.imports.add_typing(WIRE, 'Unrecognized')}"
        return f"{literal} | {self.imports.add(WIRE, 'Unrecognized')}"

    def _union(self, schema: Union, direction: Direction) -> Expression:
        arms = list(dict.fromkeys(self.type(arm, direction) for arm in schema.arms))
        tag = self.tags.of(schema)
        if tag is None or self.plain or len(arms) == 1:
            return Expression(" | ".join(arms))
        return Expression(" | ".join(arms), (("discriminator", quoted(tag)),))

    def _annotated(self, expression: Expression, *more: tuple[str, str]) -> str:
        limits, marks = (*more, *expression.limits), list[str]()
        if limits:
            arguments = ", ".join(f"{name}={value}" for name, value in limits)
            marks.append(f"{self.imports.add('pydantic', 'Field')}({arguments})")
        if expression.unique:
            marks.append(self.imports.add(WIRE, "UniqueItems"))
        if not marks:
            return expression.text
        return f"{self._typing('Annotated')}[{', '.join([expression.text, *marks])}]"

    def annotated(self, text: str, **limits: str) -> str:
        """Any expression, with a `Field` where there are limits."""
        return self._annotated(Expression(text), *limits.items())

    def builtin(self, name: str) -> str:
        """A builtin type's name, qualified where the name alone means something else."""
        if name not in self.shadowed:
            return name
        return f"{self.imports.add('builtins')}.{name}"

    def _typing(self, name: str) -> str:
        return self.imports.add("typing", name)


def literals(values: Iterable[str | int | bool], literal: str = "Literal") -> str:
    """``Literal[…]`` of some values."""
    return f"{literal}[{', '.join(quoted(v) if isinstance(v, str) else repr(v) for v in values)}]"


def quoted(text: str) -> str:
    """A string literal in double quotes where that needs no escapes, as the formatter wants it."""
    return repr(text)


def raw(text: str) -> str:
    """A string literal, raw where that saves escapes."""
    if "\\" in text and not text.endswith("\\") and "\n" not in text:
        quote = next((q for q in "\"'" if q not in text), "")
        if quote:
            return f"r{quote}{text}{quote}"
    return repr(text)
