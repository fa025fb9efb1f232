from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import ConfigDict, Field

from pactwright.wire import (
    Date,
    DateTime,
    EncodeError,
    InvalidContent,
    MalformedBody,
    Model,
    Omittable,
    Uuid,
)
from pactwright.wire.values import MOST_FAULTS, checked, from_json, to_json


class Card(Model):
    kind: Literal["card"]
    card: dict[str, int]
    amount: int


class Cash(Model):
    kind: Literal["cash"]
    amount: int


Payment: Any = Annotated[Card | Cash, Field(discriminator="kind")]


class Order(Model):
    payments: list[Payment]
    limit: Omittable[int] = None
    at: Omittable[DateTime] = None
    extra: Any = None


@pytest.mark.parametrize(
    ("payment", "pointer"),
    [
        ('{"kind": "card", "card": {}, "amount": "x"}', "/payments/0/amount"),
        ('{"kind": "card", "card": {}}', "/payments/0/amount"),
        ('{"kind": "card", "card": {"amount": 1}}', "/payments/0/amount"),
        ('{"kind": "card", "card": {"card": "x"}, "amount": 1}', "/payments/0/card/card"),
        ('{"kind": "card", "card": 5, "amount": 1}', "/payments/0/card"),
        ('{"kind": "cash", "amount": null}', "/payments/0/amount"),
        ('{"kind": "coin"}', "/payments/0"),
        ("{}", "/payments/0"),
    ],
)
def test_a_fault_in_an_arm_is_told_at_its_place(payment: str, pointer: str) -> None:
    """Also where a member has the name of the arm."""
    with pytest.raises(InvalidContent) as caught:
        from_json(lambda: Order, f'{{"payments": [{payment}]}}', "body")

    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_only_so_many_faults_are_told() -> None:
    """A long list that is wrong in every item makes no longer answer."""
    with pytest.raises(InvalidContent) as caught:
        from_json(lambda: list[str], "[" + "1," * 5000 + "1]", "body")

    assert len(caught.value.errors) == MOST_FAULTS


@pytest.mark.parametrize(
    "text", ["1e999", "-1E+999", '{"a": [12.5e308]}', "9" * 320 + ".5", '"5e100", 1e400']
)
def test_a_number_beyond_all_bounds_is_refused_where_anything_is_taken(text: str) -> None:
    """It would be read as infinite, which JSON cannot say."""
    with pytest.raises(MalformedBody):
        from_json(lambda: Any, text if text[0] != '"' else f"[{text}]", "body")


class Open(Model):
    model_config = ConfigDict(extra="allow")


@pytest.mark.parametrize("python_type", [Order, Open, list[Open | None], dict[str, Any]])
def test_such_a_number_is_refused_wherever_anything_is_taken(python_type: Any) -> None:
    """In a field, in a further member, and in what holds these."""
    text = '{"payments": [], "extra": 1e999}'

    with pytest.raises(MalformedBody, match="too large"):
        from_json(lambda: python_type, f"[{text}]" if "list" in str(python_type) else text, "body")


@pytest.mark.parametrize("text", ["1e308", "1e-999", '"1e999"', "9" * 300])
def test_what_only_looks_like_that_is_taken(text: str) -> None:
    """Large, small, and a string."""
    assert from_json(lambda: Any, text, "body") is not None


def _changed() -> Order:
    order = Order(payments=[])
    object.__setattr__(order, "limit", "many")
    order.__pydantic_fields_set__.add("limit")
    return order


@pytest.mark.parametrize(
    ("python_type", "value"),
    [
        (str, "\ud800"),
        (Any, float("nan")),
        (Any, [float("-inf")]),
        (Any, object()),
        (bytes, b"\xff"),
        (Order, _changed()),
        (Order, Order(payments=[], extra=float("inf"))),
    ],
)
def test_what_json_cannot_hold_cannot_be_sent(python_type: Any, value: object) -> None:
    """Nor a field that was changed to another type; and no other library's error comes out."""
    with pytest.raises(EncodeError, match="can't be written") as caught:
        to_json(lambda: python_type, value, "query", "q")

    assert caught.value.errors[0].pointer == "/q"
    assert "many" not in str(caught.value)


@pytest.mark.parametrize(
    ("python_type", "text", "way"),
    [
        (Uuid, "0b8f3c1e-6d4a-4f57-9a53-2f1c7e5d9b60", "uuid.UUID(text)"),
        (Date, "2026-11-25", "datetime.date.fromisoformat(text)"),
        (DateTime, "2026-11-25T09:30:00Z", "datetime.datetime.fromisoformat(text)"),
    ],
)
def test_text_in_place_of_a_value_is_told_with_the_way(
    python_type: Any, text: str, way: str
) -> None:
    """Whoever passes what stands on the wire learns what to pass."""
    with pytest.raises(EncodeError) as caught:
        checked(lambda: python_type, text, "path", "id")

    assert [error.detail for error in caught.value.errors] == [f"should be no text: pass {way}"]
