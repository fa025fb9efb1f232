"""A table that keeps what is written to it, for consumers of messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pactwright.service.dynamodb import Item, Put, Table, Write


class Written(Table):
    """A table with nothing in it, whatever is written.

    Attributes:
        items: what was written.
    """

    def __init__(self) -> None:
        self.items: list[Item] = []

    def get(self, *_: Any, **__: Any) -> Item | None:
        """Nothing is there."""
        return None

    def put(self, item: Mapping[str, Any], **_: Any) -> Item | None:
        """Write an item."""
        self.items.append(dict(item))
        return None

    def transact(self, writes: Sequence[Write], **_: Any) -> None:
        """Write the items of a transaction."""
        self.items += [dict(each.item) for each in writes if isinstance(each, Put)]
