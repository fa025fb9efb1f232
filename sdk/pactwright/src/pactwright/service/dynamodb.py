"""One DynamoDB table, in plain Python values and with the kit's errors.

Expressions are DynamoDB's own (Amazon DynamoDB Developer Guide, "Using expressions"). Callers never
see botocore.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from pactwright.service import aws
from pactwright.service.aws import translated
from pactwright.service.batches import READ_TOGETHER, WRITTEN_TOGETHER, Batches, distinct_parts
from pactwright.service.errors import Unavailable
from pactwright.service.items import Item, read_item, to_attributes
from pactwright.service.writes import Check, Delete, Expression, Put, Update, Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = [
    "Check",
    "Delete",
    "Expression",
    "Item",
    "Page",
    "Put",
    "Table",
    "Update",
    "Write",
    "dynamodb_client",
]


_ONCE: Final = ("PutItem", "UpdateItem", "DeleteItem")


def dynamodb_client(
    *, connect: float = 0.5, read: float = 1.0, attempts: int = 3, **session: Any
) -> DynamoDBClient:
    """A client with short timeouts (seconds) and standard retries.

    PutItem, UpdateItem and DeleteItem are not sent again once they may have been done: they would
    fail by their own effect, or count twice. Transactions have a token, by which they count once.

    Args:
        connect: how long to wait for a connection.
        read: how long to wait for an answer.
        attempts: how often a request is sent at most.
        session: what to take instead of the environment, such as endpoint_url or region_name;
            and `sleep`, what waits between attempts.
    """
    settings = aws.config(connect=connect, read=read, attempts=attempts)
    return cast("DynamoDBClient", aws.client("dynamodb", settings, once=_ONCE, **session))


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a query's result.

    Attributes:
        items: in the order of the sort key.
        next: where the next page starts; None after the last.
    """

    items: list[Item]
    next: Item | None = None


class Table:
    """One table.

    Every method may raise Throttled, Unavailable and TransactionConflict, where it may work later,
    and AccessDenied, MissingResource and DependencyError, where it won't. Whether a write was made
    that ended with Unavailable is not known.

    Args:
        client: from `dynamodb_client`.
        name: the table's name.
        sleep: waits that many seconds.
        jitter: a number from 0 to 1, by chance.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        name: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self._client: Any = client
        self._batches = Batches(self._call, sleep, jitter)

    def _call(self, operation: str, **request: Any) -> Mapping[str, Any]:
        with translated(f"DynamoDB {operation} on {self.name}"):
            response: Mapping[str, Any] = getattr(self._client, operation)(**request)
        return response

    def get(self, key: Mapping[str, Any], *, consistent: bool = False) -> Item | None:
        """The item with that key, or None.

        Args:
            key: partition key, and sort key where the table has one.
            consistent: whether to see every write that was acknowledged before.
        """
        response = self._call(
            "get_item", TableName=self.name, Key=to_attributes(key), ConsistentRead=consistent
        )
        return read_item(response["Item"]) if "Item" in response else None

    def put(self, item: Mapping[str, Any], *, condition: Expression | None = None) -> Item | None:
        """Write an item in place of the one with its key; return that one, or None.

        Raises:
            ConditionFailed: with the item as it is.
            ItemTooLarge: its collection is over its limit.
        """
        return self._write("put_item", Put(item, condition), "ALL_OLD")

    def update(
        self,
        key: Mapping[str, Any],
        expression: Expression,
        *,
        condition: Expression | None = None,
    ) -> Item:
        """Change an item, or make one, by an update expression; return what it is now.

        Raises:
            ConditionFailed: with the item as it is.
            ItemTooLarge: its collection is over its limit.
        """
        return self._write("update_item", Update(key, expression, condition), "ALL_NEW") or {}

    def delete(self, key: Mapping[str, Any], *, condition: Expression | None = None) -> Item | None:
        """Delete an item; return what it was, or None where there was none.

        Raises:
            ConditionFailed: with the item as it is.
        """
        return self._write("delete_item", Delete(key, condition), "ALL_OLD")

    def _write(self, operation: str, write: Put | Update | Delete, returned: str) -> Item | None:
        response = self._call(operation, ReturnValues=returned, **write.request(self.name))
        attributes = response.get("Attributes")
        return read_item(attributes) if attributes else None

    def transact(self, writes: Sequence[Write], *, token: str | None = None) -> None:
        """Make several writes, all or none.

        Args:
            writes: up to 100, each to an item of its own.
            token: the same for each attempt at the same transaction: it is then made once.

        Raises:
            TransactionCancelled: a condition does not hold; `reasons` are in the writes' order.
        """
        request: dict[str, Any] = {
            "TransactItems": [{write.action: write.request(self.name)} for write in writes]
        }
        if token is not None:
            request["ClientRequestToken"] = token
        self._call("transact_write_items", **request)

    def query(
        self,
        condition: Expression,
        *,
        index: str | None = None,
        limit: int | None = None,
        start: Mapping[str, Any] | None = None,
        forward: bool = True,
        consistent: bool = False,
        only: Expression | None = None,
    ) -> Page:
        """One page of the items under a partition key.

        Args:
            condition: a key condition expression.
            index: which index to ask; None is the table.
            limit: how many items are looked at, at most.
            start: `next` of the page before.
            forward: whether in ascending order.
            consistent: as in `get`; not for a global index.
            only: a filter expression on what is found.
        """
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition.text,
            "ScanIndexForward": forward,
            "ConsistentRead": consistent,
            **condition.placeholders(only),
        }
        if only is not None:
            request["FilterExpression"] = only.text
        if index is not None:
            request["IndexName"] = index
        if limit is not None:
            request["Limit"] = limit
        if start is not None:
            request["ExclusiveStartKey"] = to_attributes(start)
        response = self._call("query", **request)
        found, following = response.get("Items", ()), response.get("LastEvaluatedKey")
        if response.get("Count") != len(found):
            raise Unavailable(f"DynamoDB query on {self.name}: not as many items as are counted")
        return Page(
            [read_item(item) for item in found],
            read_item(following) if following else None,
        )

    def query_all(self, condition: Expression, **options: Any) -> Iterator[Item]:
        """All items under a partition key, page by page; options as in `query`."""
        page = self.query(condition, **options)
        yield from page.items
        while page.next is not None:
            page = self.query(condition, **{**options, "start": page.next})
            yield from page.items

    def batch_get(
        self, keys: Sequence[Mapping[str, Any]], *, consistent: bool = False
    ) -> list[Item]:
        """The items with those keys, in no order; what is not there is left out.

        Raises:
            Throttled: some were still not read after several attempts.
        """
        found: list[Item] = []
        for part in distinct_parts(keys, READ_TOGETHER):
            request = {self.name: {"Keys": part, "ConsistentRead": consistent}}
            for response in self._batches.run("batch_get_item", request, "UnprocessedKeys"):
                if "Responses" not in response:
                    raise Unavailable(f"DynamoDB batch_get_item on {self.name}: no responses")
                found += map(read_item, response["Responses"].get(self.name, ()))
        return found

    def batch_delete(self, keys: Sequence[Mapping[str, Any]]) -> None:
        """Delete the items with those keys, each by itself: when it fails, some may be gone.

        Raises:
            Throttled: some were still not deleted after several attempts.
        """
        for part in distinct_parts(keys, WRITTEN_TOGETHER):
            requests = [{"DeleteRequest": {"Key": key}} for key in part]
            batch = self._batches.run("batch_write_item", {self.name: requests}, "UnprocessedItems")
            for _ in batch:
                pass
