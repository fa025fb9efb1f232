"""A provider's own table, as verification has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pactwright.service.dynamodb import Table
from pactwright.service.items import from_attributes


@dataclass(frozen=True, slots=True)
class Store:
    """A provider's own table, which is emptied before each interaction.

    Attributes:
        table: as the provider's modules take it.
        client: a boto3 client of the same DynamoDB.
        keys: the names of the attributes that make an item's key.
    """

    table: Table
    client: Any
    keys: tuple[str, ...]

    @classmethod
    def of(cls, client: Any, name: str | None) -> Store | None:
        """The store of the table of some name; None without a name."""
        if name is None:
            return None
        schema = client.describe_table(TableName=name)["Table"]["KeySchema"]
        return cls(Table(client, name), client, tuple(key["AttributeName"] for key in schema))

    def empty(self) -> None:
        """Delete every item."""
        name = self.table.name
        aliases = {f"#{index}": key for index, key in enumerate(self.keys)}
        pages = self.client.get_paginator("scan").paginate(
            TableName=name,
            ProjectionExpression=", ".join(aliases),
            ExpressionAttributeNames=aliases,
            ConsistentRead=True,
        )
        self.table.batch_delete([from_attributes(item) for page in pages for item in page["Items"]])
