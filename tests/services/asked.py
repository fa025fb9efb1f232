"""What a database is asked while a test looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

_EVENT: Final = "provide-client-params.dynamodb.*"
_READS: Final = frozenset({"GetItem", "BatchGetItem", "Query"})
_WRITES: Final = frozenset(
    {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}
)


class Asked:
    """The names of the requests that a client of DynamoDB has made, in order.

    Attributes:
        names: such as GetItem.
        stale: reads that may miss what was just written, each `(table, name)`; those of an index
            can't be otherwise, and are left out.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.stale: set[tuple[str, str]] = set()

    @property
    def writes(self) -> list[str]:
        """Those that may change something."""
        return [name for name in self.names if name in _WRITES]

    def note(self, params: Mapping[str, Any], model: Any, **_: object) -> None:
        """Note one, as botocore tells it."""
        self.names.append(model.name)
        if model.name in _READS and "IndexName" not in params:
            reads = params.get("RequestItems") or {params.get("TableName"): params}
            self.stale |= {
                (table, model.name)
                for table, read in reads.items()
                if not read.get("ConsistentRead")
            }


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
