"""Records of queues and streams, as Lambda hands them to a function.

(AWS Lambda Developer Guide, "Using Lambda with Amazon SQS" and "Using AWS Lambda with Amazon
DynamoDB", example events.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast

from pactwright.service.items import Item, from_attributes
from pactwright.wire.errors import WireError

Source = Literal["queue", "stream"]
Kind = Literal["INSERT", "MODIFY", "REMOVE"]

_SOURCES: Final[Mapping[object, Source]] = {"aws:sqs": "queue", "aws:dynamodb": "stream"}
_KINDS: Final = frozenset({"INSERT", "MODIFY", "REMOVE"})
_TIME_TO_LIVE: Final = "dynamodb.amazonaws.com"


class MalformedEvent(Exception):
    """An event that Lambda sends for no queue and no stream. Lambda takes all of it for failed."""


class MalformedRecord(WireError):
    """A record that can't be read. Its text holds no values of the record."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of an event.

    Attributes:
        source: where it comes from.
        name: what Lambda knows it by: the message's id, or the sequence number in the stream.
        content: the record itself.
    """

    source: Source
    name: str
    content: Mapping[str, Any] = field(repr=False, hash=False)

    @property
    def attempt(self) -> int | None:
        """How often a queue has handed it out by now; streams don't tell."""
        count = _mapping(self.content.get("attributes")).get("ApproximateReceiveCount")
        return int(count) if isinstance(count, str) and count.isdecimal() else None

    @property
    def trace(self) -> str | None:
        """The trace that its sender was part of, as X-Ray writes it."""
        header = _mapping(self.content.get("attributes")).get("AWSTraceHeader")
        return header if isinstance(header, str) else None

    @property
    def body(self) -> str:
        """A message's text.

        Raises:
            MalformedRecord: it has none.
        """
        body = self.content.get("body")
        if not isinstance(body, str):
            raise MalformedRecord("the message has no body")
        return body


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an item of a table, as its stream tells it.

    Attributes:
        kind: what was done to the item.
        keys: the item's key.
        at: when, to the second.
        old: the item before; None where there was none, or the stream does not tell it.
        new: the item after; as above.
        expired: whether DynamoDB did it, for the item's time to live was over.
    """

    kind: Kind
    keys: Item
    at: datetime
    old: Item | None = None
    new: Item | None = None
    expired: bool = False


def is_batch(event: object) -> bool:
    """Whether an event has records, and so comes from a queue or a stream and no gateway."""
    return isinstance(event, dict) and "Records" in event


def read_records(event: object) -> list[Record]:
    """The records of an event, in their order.

    Raises:
        MalformedEvent: it has none, or some can't be told from one another: then which ones failed
            could not be said.
    """
    listed = _mapping(event).get("Records")
    if not isinstance(listed, list) or not listed:
        raise MalformedEvent("the event's Records are no list, or empty")
    records: list[Record] = []
    for number, content in enumerate(cast("list[object]", listed)):
        fields = _mapping(content)
        source = _SOURCES.get(_hashable(fields.get("eventSource")))
        if source is None:
            raise MalformedEvent(f"record {number} is of no queue and no stream")
        name = _name(fields, source)
        if not name:
            raise MalformedEvent(f"record {number} has no id")
        records.append(Record(source, name, fields))
    if len({record.name for record in records}) < len(records):
        raise MalformedEvent("two records have one id")
    return records


def read_change(record: Record) -> Change:
    """A stream's record as a change.

    Raises:
        MalformedRecord: it is none.
    """
    about = _mapping(record.content.get("dynamodb"))
    kind = record.content.get("eventName")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise MalformedRecord("the record has no eventName that is known")
    keys = _item(about, "Keys")
    if not keys:
        raise MalformedRecord("the record has no Keys")
    return Change(
        kind=cast("Kind", kind),
        keys=keys,
        at=_moment(about.get("ApproximateCreationDateTime")),
        old=_item(about, "OldImage"),
        new=_item(about, "NewImage"),
        expired=_mapping(record.content.get("userIdentity")).get("principalId") == _TIME_TO_LIVE,
    )


def _name(fields: Mapping[str, Any], source: Source) -> str:
    if source == "queue":
        name = fields.get("messageId")
    else:
        name = _mapping(fields.get("dynamodb")).get("SequenceNumber")
    return name if isinstance(name, str) else ""


def _moment(value: object) -> datetime:
    """Lambda writes seconds since the epoch; the AWS CLI, of a record that it got, a text."""
    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value).astimezone(UTC).replace(microsecond=0)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise MalformedRecord("the record has no ApproximateCreationDateTime that can be read")


def _item(about: Mapping[str, Any], name: str) -> Item | None:
    value = about.get(name)
    if value is None:
        return None
    try:
        return from_attributes(value)
    except (ValueError, TypeError, AttributeError, KeyError, ArithmeticError):
        raise MalformedRecord(f"the record's {name} can't be read") from None


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _hashable(value: object) -> object:
    return value if isinstance(value, str) else None
