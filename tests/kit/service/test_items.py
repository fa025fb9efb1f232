"""Python values as DynamoDB attributes."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwright.service.items import from_attribute, from_attributes, to_attribute, to_attributes

DECIMALS = st.decimals(
    min_value=-(10**20), max_value=10**20, places=15, allow_nan=False, allow_infinity=False
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.text(max_size=9)
    | st.binary(max_size=9)
    | st.integers(-(10**38), 10**38)
    | st.floats(-(2**53), 2**53)
)
SETS = (
    st.frozensets(st.text(max_size=4), min_size=1)
    | st.frozensets(st.integers(), min_size=1)
    | st.frozensets(st.binary(max_size=4), min_size=1)
)
VALUES = st.recursive(
    SCALARS | SETS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=9,
)


@given(item=st.dictionaries(st.text(max_size=6), VALUES))
def test_items_come_back_as_they_were(item: dict[str, Any]) -> None:
    """Equal to the last digit; a float that is whole may come back as int."""
    assert from_attributes(to_attributes(item)) == item


@given(value=DECIMALS)
def test_decimals_lose_nothing(value: Decimal) -> None:
    """One that a float or an int holds exactly may come back as that."""
    back = from_attribute(to_attribute(value))
    assert (Decimal(repr(back)) if isinstance(back, float) else back) == value


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_floats_lose_nothing(value: float) -> None:
    """A large one may come back as int; as a float, it is the one that was written."""
    assert float(from_attribute(to_attribute(value))) == value


@given(value=st.floats(-180, 180))
def test_coordinates_lose_nothing(value: float) -> None:
    """A latitude is written with its shortest digits, and is the same float afterwards."""
    attribute = to_attribute(value)

    assert attribute == {"N": repr(value)}
    back = from_attribute(attribute)
    assert type(back) in (int, float)
    assert back == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5),
        ("-5", -5),
        ("0.1", 0.1),
        ("25.0", 25),
        ("1E+2", 100),
        ("0.0000001", 1e-7),
        ("1e-130", 1e-130),
        ("0.12345678901234567890123", Decimal("0.12345678901234567890123")),
        ("99999999999999999999999999999999999999", 10**38 - 1),
    ],
)
def test_numbers_are_read_exactly(text: str, expected: object) -> None:
    """An int where whole, float where exact, Decimal otherwise."""
    value = from_attribute({"N": text})
    assert (value, type(value)) == (expected, type(expected))


@pytest.mark.parametrize("value", [math.nan, math.inf, Decimal("NaN"), frozenset(), {1, "a"}])
def test_what_dynamodb_can_not_hold(value: object) -> None:
    """No infinities, no empty or mixed sets."""
    with pytest.raises(ValueError, match="DynamoDB"):
        to_attribute(value)


@pytest.mark.parametrize("value", [object(), 1j, {"a": object()}])
def test_what_dynamodb_has_no_type_for(value: object) -> None:
    """A value of another type is refused before it is sent."""
    with pytest.raises(TypeError, match="DynamoDB has no type for"):
        to_attribute(value)


@pytest.mark.parametrize("attribute", [{}, {"X": 1}])
def test_an_unknown_type_is_an_error(attribute: dict[str, Any]) -> None:
    """What DynamoDB may grow is not guessed at."""
    with pytest.raises(ValueError, match="unknown type"):
        from_attribute(attribute)
