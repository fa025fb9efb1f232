"""Writes to a DynamoDB table as values, so that several can be made together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pactwright.service.items import to_attributes


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of DynamoDB, with what stands for its placeholders.

    ``Expression("attribute_not_exists(pk) OR #v = :v", {"#v": "version"}, {":v": 3})``. Two that
    are used in one request share their placeholders: give different values different names.
    """

    text: str
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def placeholders(self, other: Expression | None = None) -> dict[str, Any]:
        """The placeholders of this expression and another, as a request has them.

        Raises:
            ValueError: they use one placeholder for two things.
        """
        names, values = dict(self.names), dict(self.values)
        if other is not None:
            for mine, theirs in ((names, other.names), (values, other.values)):
                clash = [key for key in theirs if key in mine and mine[key] != theirs[key]]
                if clash:
                    raise ValueError(f"{', '.join(clash)} stands for two things in one request")
            names.update(other.names)
            values.update(other.values)
        request: dict[str, Any] = {}
        if names:
            request["ExpressionAttributeNames"] = names
        if values:
            request["ExpressionAttributeValues"] = to_attributes(values)
        return request


def _conditional(table: str, condition: Expression | None) -> dict[str, Any]:
    """Every write asks for the item that made its condition fail."""
    request: dict[str, Any] = {
        "TableName": table,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if condition is not None:
        request["ConditionExpression"] = condition.text
        request.update(condition.placeholders())
    return request


@dataclass(frozen=True, slots=True)
class Put:
    """Write an item in place of the one with its key."""

    action: ClassVar[str] = "Put"

    item: Mapping[str, Any]
    condition: Expression | None = None

    def request(self, table: str) -> dict[str, Any]:
        """The request's members."""
        return {**_conditional(table, self.condition), "Item": to_attributes(self.item)}


@dataclass(frozen=True, slots=True)
class Update:
    """Change an item, or make one, by an update expression."""

    action: ClassVar[str] = "Update"

    key: Mapping[str, Any]
    expression: Expression
    condition: Expression | None = None

    def request(self, table: str) -> dict[str, Any]:
        """The request's members."""
        return {
            **_conditional(table, self.condition),
            **self.expression.placeholders(self.condition),
            "Key": to_attributes(self.key),
            "UpdateExpression": self.expression.text,
        }


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete an item."""

    action: ClassVar[str] = "Delete"

    key: Mapping[str, Any]
    condition: Expression | None = None

    def request(self, table: str) -> dict[str, Any]:
        """The request's members."""
        return {**_conditional(table, self.condition), "Key": to_attributes(self.key)}


@dataclass(frozen=True, slots=True)
class Check:
    """Write nothing, but have the transaction cancelled unless a condition holds."""

    action: ClassVar[str] = "ConditionCheck"

    key: Mapping[str, Any]
    condition: Expression

    def request(self, table: str) -> dict[str, Any]:
        """The request's members."""
        return {**_conditional(table, self.condition), "Key": to_attributes(self.key)}


Write = Put | Update | Delete | Check
