"""What carries messages from one service to the others, in this process and step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final, cast

from pactwright.local.inprocess import Handler, LambdaContext
from pactwright.service.dynamodb import Table
from pactwright.service.items import from_attributes, to_attributes
from pactwright.wire import Message, encode_message

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_RECEIVED: Final = 5
"""How often a queue hands out a message before it is a dead letter."""

Event = dict[str, Any]


class DeletingClient:
    """A client of DynamoDB that notes the users which it was asked to delete.

    Args:
        client: what does it.

    Attributes:
        asked: the users' keys, in the order of asking.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.asked: list[Mapping[str, str]] = []

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            deletes = [m["Delete"] for m in request.get("TransactItems", ()) if "Delete" in m]
            deletes += [request] if operation == "delete_item" else []
            keys = [from_attributes(delete["Key"]) for delete in deletes]
            self.asked += [key for key in keys if key["sk"] == "USER" and key not in self.asked]
            return getattr(self._client, operation)(**request)

        return call


class Stream:
    """The deletions of users that a table's stream would tell: of those that were made, all.

    Args:
        table: the table, as it is.
        now: seconds since the epoch.

    Attributes:
        table: the same, watched: what the service is to write by.
        waiting: records that were not handled yet.
    """

    def __init__(self, table: Table, now: Callable[[], float]) -> None:
        self._kept = table
        self._now = now
        self._client = DeletingClient(table._client)
        self._told: list[Mapping[str, str]] = []
        self._numbers = count(1)
        self.table = Table(cast("DynamoDBClient", self._client), table.name)
        self.waiting: list[Event] = []

    def flow(self, handler: Handler) -> None:
        """Have all that waits handled, and keep what fails."""
        for key in self._client.asked:
            if key not in self._told and self._kept.get(key, consistent=True) is None:
                self._told.append(key)
                self.waiting.append(removal(key, self._now(), next(self._numbers)))
        failed = handed(handler, self.waiting) if self.waiting else frozenset[str]()
        self.waiting = [r for r in self.waiting if r["dynamodb"]["SequenceNumber"] in failed]


@dataclass
class Queue:
    """A queue that hands out its messages, and its dead letters.

    Attributes:
        waiting: messages and how often each was handed out.
        dead: messages that were handed out too often.
    """

    waiting: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    dead: list[str] = field(default_factory=list[str])
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def send(self, text: str) -> None:
        """Put a message there."""
        self.waiting[f"message-{next(self._numbers)}"] = [text, 0]

    def flow(self, handler: Handler) -> None:
        """Hand out all that waits, ten at a time, and keep what fails."""
        listed = list(self.waiting)
        for names in (listed[i : i + 10] for i in range(0, len(listed), 10)):
            for name in names:
                self.waiting[name][1] += 1
            failed = handed(handler, [received(n, *self.waiting[n]) for n in names])
            for name in names:
                text, times = self.waiting[name]
                if name not in failed or times >= MOST_RECEIVED:
                    del self.waiting[name]
                    self.dead += [text] if name in failed else []


@dataclass
class Topic:
    """A topic and the queues that subscribe to it.

    Attributes:
        queues: by the service that takes from it.
        fault: what publishing raises, while it is set.
    """

    queues: Mapping[str, Queue]
    fault: Exception | None = None

    def publish(self, message: Message[Any], value: Any, /) -> None:
        """Put a message into each queue."""
        text = encode_message(message, value)
        if self.fault is not None:
            raise self.fault
        for queue in self.queues.values():
            queue.send(text)


def removal(key: Mapping[str, str], at: float, number: int) -> Event:
    """A record of a stream as Lambda gets it."""
    return {
        "eventID": f"{number:032x}",
        "eventName": "REMOVE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "dynamodb": {
            "ApproximateCreationDateTime": int(at),
            "Keys": to_attributes(key),
            "SequenceNumber": f"{number:021}",
            "SizeBytes": 44,
            "StreamViewType": "KEYS_ONLY",
        },
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:000000000000:table/t/stream/s",
    }


def received(name: str, body: str, times: int = 1) -> Event:
    """A message of a queue as Lambda gets it."""
    return {
        "messageId": name,
        "receiptHandle": "handle",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(times), "SentTimestamp": "1795167900000"},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:000000000000:account-events",
        "awsRegion": "eu-west-1",
    }


def handed(handler: Handler, records: Iterable[Event], seconds: float = 10) -> frozenset[str]:
    """Call a handler with records; which of them failed, by name.

    As Lambda does it: where the invocation fails, all of them did.
    """
    listed = list(records)
    context = LambdaContext("id", "in-process", 0, clock=lambda: -seconds)
    try:
        answer = handler({"Records": listed}, context)
    except Exception:  # noqa: BLE001 - whatever ends it
        return frozenset(_names(listed))
    assert isinstance(answer, dict)
    return frozenset(failure["itemIdentifier"] for failure in answer["batchItemFailures"])


def _names(records: Iterable[Event]) -> Iterator[str]:
    for record in records:
        yield record.get("messageId") or record["dynamodb"]["SequenceNumber"]
