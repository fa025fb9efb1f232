from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter

from pactwright.wire import (
    Base64,
    EncodeError,
    InvalidContent,
    Model,
    Omittable,
    UniqueItems,
    Uuid,
)
from pactwright.wire.values import from_json, to_json


class Thing(Model):
    user_name: Annotated[str, Field(alias="userName")]
    note: str | None = None
    count: int = 1


class Holder(Model):
    names: Omittable[Annotated[list[str], Field(max_length=9), UniqueItems]] = None
    pairs: Omittable[Annotated[list[tuple[int, str]], UniqueItems]] = None


ANYTHING: Any = Annotated[list[Any], UniqueItems]
NUMBERS: Any = Annotated[list[float], UniqueItems]
THINGS: Any = Annotated[list[Thing], UniqueItems]
IDS: Any = Annotated[list[Uuid], UniqueItems]
FILES: Any = Annotated[list[Base64], UniqueItems]

ID = "5f0c7a52-3b1e-4a53-9d0e-0c1f7c3f9a10"


@pytest.mark.parametrize(
    "text",
    [
        '[1, true, 0, false, null, "1", ""]',
        "[[1], [true], [1, 1], {}, []]",
        '[{"a": 1}, {"a": true}, {"b": 1}, {"a": 1, "b": 1}]',
        "[0.1, 0.10000001]",
        "[]",
    ],
)
def test_items_that_differ_as_json_are_taken(text: str) -> None:
    """A boolean is no number, and neither is a string."""
    assert from_json(lambda: ANYTHING, text, "body") == json.loads(text)


@pytest.mark.parametrize(
    ("python_type", "text"),
    [
        (ANYTHING, "[1, 1.0]"),
        (ANYTHING, '["a", "b", "a"]'),
        (ANYTHING, '[{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}]'),
        (ANYTHING, "[null, null]"),
        (NUMBERS, "[1, 2, 1e0]"),
        (IDS, f'["{ID}", "{ID.upper()}"]'),
        (FILES, '["aGk=", "aGk="]'),
        (THINGS, '[{"userName": "a", "note": null}, {"note": null, "userName": "a"}]'),
        (THINGS, '[{"userName": "a"}, {"userName": "a", "further": 1}]'),
    ],
)
def test_items_that_are_equal_as_json_are_refused(python_type: Any, text: str) -> None:
    """Numbers by their value, objects and models by their content, whatever the order."""
    with pytest.raises(InvalidContent) as caught:
        from_json(lambda: python_type, text, "body")

    assert [error.pointer for error in caught.value.errors] == [""]


def test_models_are_compared_by_what_is_set() -> None:
    """One that says null or a default is another document than one that says nothing."""
    text = (
        '[{"userName": "a"}, {"userName": "a", "note": null},'
        ' {"userName": "a", "count": 1}, {"userName": "b"}]'
    )

    assert len(from_json(lambda: THINGS, text, "body")) == 4


def test_a_caller_reading_an_answer_compares_no_models() -> None:
    """They may differ in a member that a provider has added since; scalars are compared still."""
    text = '[{"userName": "a", "new": 1}, {"userName": "a", "new": 2}]'

    assert len(from_json(lambda: THINGS, text, "body", tolerant=True)) == 2
    with pytest.raises(InvalidContent):
        from_json(lambda: ANYTHING, "[[1], [1]]", "body", tolerant=True)


def test_the_place_of_the_fault_is_the_array() -> None:
    """Also where the field may be left out, and beside its other limits."""
    with pytest.raises(InvalidContent) as caught:
        from_json(lambda: Holder, '{"names": ["a", "a"], "pairs": [[1, "a"], [1, "a"]]}', "body")

    assert [error.pointer for error in caught.value.errors] == ["/names", "/pairs"]
    assert Holder.model_validate_json('{"pairs": [[1, "a"], [1, "b"]]}').pairs == [
        (1, "a"),
        (1, "b"),
    ]


@pytest.mark.parametrize(
    ("python_type", "value"),
    [
        (THINGS, [Thing(user_name="a"), {"userName": "a"}]),
        (IDS, [UUID(ID), UUID(ID)]),
        (ANYTHING, [(1, 2), [1.0, 2]]),
    ],
)
def test_a_list_with_an_item_twice_cannot_be_sent(python_type: Any, value: list[object]) -> None:
    """Python values are compared as the JSON that they become."""
    with pytest.raises(EncodeError, match="twice"):
        to_json(lambda: python_type, value, "body")


SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, 1.0, 0.5, "", "a"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


def equal(left: object, right: object) -> bool:
    """Equality of JSON Schema Core, section 4.2.2."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[k], right[k]) for k in left)
    return left == right


@given(st.lists(VALUES, max_size=5))
def test_uniqueness_is_that_of_json_schema(items: list[Any]) -> None:
    """Whatever the values are."""
    twice = any(equal(a, b) for i, a in enumerate(items) for b in items[:i])

    try:
        from_json(lambda: ANYTHING, json.dumps(items), "body")
    except InvalidContent:
        assert twice
    else:
        assert not twice


def test_uniqueness_is_in_the_json_schema() -> None:
    """Beside the other limits."""
    schema = TypeAdapter(Annotated[list[int], Field(min_length=1), UniqueItems]).json_schema()

    assert schema == {
        "type": "array",
        "items": {"type": "integer"},
        "minItems": 1,
        "uniqueItems": True,
    }
    assert Holder.model_json_schema()["properties"]["names"]["uniqueItems"] is True
