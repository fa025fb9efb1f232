"""Python values as DynamoDB attributes, and back, without loss.

A number is read as int where it is whole, as float where a float holds it exactly as it was
written, and as Decimal otherwise. (Amazon DynamoDB Developer Guide, "Supported data types".)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any, Final

from pactwright.service.errors import Unavailable

Item = dict[str, Any]
"""An item: str, int, float, Decimal, bool, None, bytes, lists, dicts, and sets of one kind."""

Attributes = dict[str, dict[str, Any]]
"""The same as the service takes it: each value under its type's letters."""


def to_attributes(item: Mapping[str, Any]) -> Attributes:
    """An item as the service takes it.

    Raises:
        TypeError: a value is of a type that DynamoDB has none for.
        ValueError: a number is infinite or none, or a set is empty.
    """
    return {name: to_attribute(value) for name, value in item.items()}


def to_attribute(value: Any) -> dict[str, Any]:
    """One value as the service takes it; raises as `to_attributes`."""
    if isinstance(value, str):
        return {"S": value}
    if value is None or isinstance(value, bool):
        return {"NULL": True} if value is None else {"BOOL": value}
    if isinstance(value, int | float | Decimal):
        return {"N": _number(value)}
    if isinstance(value, bytes | bytearray):
        return {"B": bytes(value)}
    if isinstance(value, Mapping):
        return {"M": to_attributes(value)}
    if isinstance(value, list | tuple):
        return {"L": [to_attribute(member) for member in value]}
    if isinstance(value, AbstractSet):
        return _set(value)
    raise TypeError(f"DynamoDB has no type for {type(value).__name__}")


def _number(value: float | Decimal) -> str:
    if not math.isfinite(value):
        raise ValueError(f"DynamoDB has no number {value}")
    return repr(value) if isinstance(value, float) else str(value)


def _set(members: AbstractSet[Any]) -> dict[str, Any]:
    kinds = {next(iter(to_attribute(member))) for member in members}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise ValueError("a set in DynamoDB has members, all str, all numbers or all bytes")
    kind = kinds.pop()
    return {f"{kind}S": [to_attribute(member)[kind] for member in members]}


def from_attributes(attributes: Mapping[str, Mapping[str, Any]]) -> Item:
    """An item from what the service gives."""
    return {name: from_attribute(value) for name, value in attributes.items()}


def read_item(attributes: Mapping[str, Mapping[str, Any]]) -> Item:
    """An item of an answer.

    Raises:
        Unavailable: it is none, so that something is wrong with the answer.
    """
    try:
        return from_attributes(attributes)
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        raise Unavailable("an answer of DynamoDB has an item that can't be read") from error


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """One value from what the service gives.

    Raises:
        ValueError: it is of no known type.
    """
    kind, value = next(iter(attribute.items()), ("", None))
    reader = _READERS.get(kind)
    if reader is None:
        raise ValueError(f"DynamoDB gave a value of the unknown type {kind!r}")
    return reader(value)


def _read_number(text: str) -> int | float | Decimal:
    if text.isdigit():
        return int(text)
    exact = Decimal(text)
    if exact == exact.to_integral_value():
        return int(exact)
    near = float(text)
    return near if Decimal(repr(near)) == exact else exact


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "S": str,
    "N": _read_number,
    "B": bytes,
    "BOOL": bool,
    "NULL": lambda _: None,
    "L": lambda members: [from_attribute(member) for member in members],
    "M": from_attributes,
    "SS": frozenset,
    "NS": lambda texts: frozenset(map(_read_number, texts)),
    "BS": lambda members: frozenset(map(bytes, members)),
}
