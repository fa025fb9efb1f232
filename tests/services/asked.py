"""What a database is asked while a test looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_EVENT: Final = "provide-client-params.dynamodb.*"
_WRITES: Final = frozenset(
    {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}
)


class Asked:
    """The names of the requests that a client of DynamoDB has made, in order.

    Attributes:
        names: such as GetItem.
    """

    def __init__(self) -> None:
        self.names: list[str] = []

    @property
    def writes(self) -> list[str]:
        """Those that may change something."""
        return [name for name in self.names if name in _WRITES]

    def note(self, model: Any, **_: object) -> None:
        """Note one, as botocore tells it."""
        self.names.append(model.name)


@contextmanager
def listening(client: Any) -> Iterator[Asked]:
    """Note what a client of DynamoDB asks.

    Args:
        client: a boto3 client.
    """
    asked = Asked()
    client.meta.events.register(_EVENT, asked.note)
    try:
        yield asked
    finally:
        client.meta.events.unregister(_EVENT, asked.note)
