from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from pactwright.service.call import Delivery, current
from pactwright.service.errors import Throttled
from pactwright.service.messages import Change, Consumer, Follower, MalformedEvent, Receiver
from pactwright.wire import Content, Message, Model, deadlines, trace
from tests.kit.service.conftest import Context, Recorder


class Sold(Model):
    """A message's value."""

    thing: str


THING_SOLD: Final[Message[Sold]] = Message(
    name="thing_sold", content=Content(media_type="application/json", type=lambda: Sold)
)


class Shop:
    """Notes what it is given; fails as it is told.

    Attributes:
        faults: by thing or kind of change, what handling it raises.
    """

    def __init__(self) -> None:
        self.sold: list[str] = []
        self.changes: list[Change] = []
        self.deliveries: list[Delivery] = []
        self.current: list[object] = []
        self.faults: dict[str, Exception] = {}
        self.time = 0.0
        self.slow: dict[str, float] = {}
        self.told = Recorder()
        self.receiver = Receiver(
            lambda event, _: {"others": event},
            service="shop",
            queue=Consumer(THING_SOLD, self.sell),
            stream=Follower("stock", self.follow),
            telemetry=self.told,
            clock=lambda: self.time,
        )

    def sell(self, message: Sold, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self.current += [current.get(), trace.current.get()]
        self.time += self.slow.get(message.thing, 0)
        if message.thing in self.faults:
            raise self.faults[message.thing]
        self.sold.append(message.thing)

    def follow(self, change: Change, _: Delivery) -> None:
        if change.kind in self.faults:
            raise self.faults[change.kind]
        self.changes.append(change)

    def failed(self, *records: object, milliseconds: int = 10_000) -> list[str]:
        """Which records of an event failed, as Lambda is told."""
        event = json.loads(json.dumps({"Records": records}))
        answer = self.receiver(event, Context(milliseconds=milliseconds))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def message(name: str, body: object = None, **more: Any) -> dict[str, Any]:
    """A record of a queue, of a thing that is called as the message if nothing else is said."""
    text = body if isinstance(body, str) else json.dumps({"thing": name} if body is None else body)
    attributes = {"ApproximateReceiveCount": "2", "AWSTraceHeader": "Root=1-2-3"}
    record = {"messageId": name, "eventSource": "aws:sqs", "body": text, "attributes": attributes}
    return record | more


def change(number: str, kind: str = "REMOVE", **about: Any) -> dict[str, Any]:
    """A record of a stream."""
    told = {
        "SequenceNumber": number,
        "ApproximateCreationDateTime": 1795167900,
        "Keys": {"pk": {"S": "a"}},
    }
    return {"eventSource": "aws:dynamodb", "eventName": kind, "dynamodb": told | about}


@pytest.mark.parametrize("event", [{"httpMethod": "GET"}, {}, None, "x", [], 5])
def test_what_has_no_records_is_for_others(shop: Shop, event: Any) -> None:
    """One function answers the gateway and takes messages."""
    assert shop.receiver(event, Context()) == {"others": event}


def test_each_message_is_handled_by_itself(shop: Shop) -> None:
    """One that fails is told to Lambda, and holds up none after it."""
    shop.faults = {"b": KeyError("b"), "d": Throttled("DynamoDB put_item: Throttling")}

    assert shop.failed(*map(message, "abcde")) == ["b", "d"]

    assert shop.sold == ["a", "c", "e"]
    assert [(f.error, f.transient, f.message) for f in shop.told.failures] == [
        ("builtins.KeyError", False, None),
        ("pactwright.service.errors.Throttled", True, "DynamoDB put_item: Throttling"),
    ]
    told = shop.told.messages
    assert {(d.message, d.source, d.attempt) for d in told} == {("thing_sold", "queue", 2)}
    assert [(d.message_id, d.failed) for d in told] == [(n, n in "bd") for n in "abcde"]


@pytest.mark.parametrize(
    "record",
    [
        message("m", "SECRET"),
        message("m", ""),
        message("m", {"thing": ["SECRET"]}),
        message("m", "\ud800"),
        {"messageId": "m", "eventSource": "aws:sqs"},
        message("m") | {"body": {"thing": "SECRET"}},
    ],
    ids=["no JSON", "nothing", "another type", "half a pair", "no body", "a body that is no text"],
)
def test_what_cannot_be_read_fails_alone(shop: Shop, record: dict[str, Any]) -> None:
    """It comes again, and ends in the dead-letter queue; what it holds is told to no log."""
    assert shop.failed(message("a"), record, message("b")) == ["m"]

    assert shop.sold == ["a", "b"]
    (failure,) = shop.told.failures
    assert failure.message
    assert "SECRET" not in repr(failure)


def test_members_that_are_not_known_are_ignored(shop: Shop) -> None:
    """A publisher may add some."""
    assert shop.failed(message("m", {"thing": "a", "price": 5})) == []

    assert shop.sold == ["a"]


def test_handler_knows_its_delivery(shop: Shop) -> None:
    """Its deadline from Lambda's remaining time, its id and its trace; nothing of it stays."""
    shop.failed(message("a"), milliseconds=4_000)

    (delivery,) = shop.deliveries
    assert (delivery.service, delivery.name, delivery.message_id) == ("shop", "thing_sold", "a")
    assert (delivery.attempt, delivery.remaining()) == (2, 3.5)
    assert delivery.trace == trace.Trace(request_id="a", amazon="Root=1-2-3")
    assert shop.current == [delivery, delivery.trace]
    assert (current.get(), trace.current.get()) == (None, None)


@pytest.mark.parametrize("fault", [None, Throttled("later")])
def test_nothing_of_a_message_stays_when_it_is_handled(shop: Shop, fault: Exception | None) -> None:
    """Nor of one that failed: the process lives on, and its next event has a time of its own."""
    shop.faults = {"lamp": fault} if fault else {}

    failed = shop.failed(message("lamp"))

    assert failed == (["lamp"] if fault else [])
    assert deadlines.left() == float("inf")
    assert (current.get(), trace.current.get()) == (None, None)


def test_what_no_time_is_left_for_fails_untried(shop: Shop) -> None:
    """Rather than half done when Lambda ends the invocation, and all with it."""
    shop.slow = {"b": 9.6}

    assert shop.failed(*map(message, "abcd")) == ["c", "d"]

    assert shop.sold == ["a", "b"]
    assert {failure.transient for failure in shop.told.failures} == {True}


def test_changes_of_a_table_are_followed(shop: Shop) -> None:
    """With what their stream tells of them."""
    image = {"pk": {"S": "a"}, "n": {"N": "3"}}
    expired = {"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}}
    records = [
        change("1", "INSERT", NewImage=image),
        change("2", "MODIFY", OldImage=image, NewImage=image),
        change("3", "REMOVE", OldImage=image) | expired,
        change("4", ApproximateCreationDateTime="2026-11-20T10:45:00.5+01:00"),
    ]

    assert shop.failed(*records) == []

    item, at = {"pk": "a", "n": 3}, datetime.fromtimestamp(1795167900, UTC)
    assert shop.changes == [
        Change("INSERT", {"pk": "a"}, at, new=item),
        Change("MODIFY", {"pk": "a"}, at, old=item, new=item),
        Change("REMOVE", {"pk": "a"}, at, old=item, expired=True),
        Change("REMOVE", {"pk": "a"}, datetime(2026, 11, 20, 9, 45, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    "record",
    [
        change("2", "RENAME"),
        change("2", 5),  # type: ignore[arg-type]
        change("2", Keys=None),
        change("2", Keys={"pk": {"X": "a"}}),
        change("2", Keys={"pk": "a"}),
        change("2", OldImage="a"),
        change("2", ApproximateCreationDateTime=None),
        change("2", ApproximateCreationDateTime=1e300),
        change("2", ApproximateCreationDateTime="yesterday"),
    ],
)
def test_a_change_that_cannot_be_read_fails_alone(shop: Shop, record: dict[str, Any]) -> None:
    """Those after it in the batch are handled before the stream goes back to it."""
    assert shop.failed(change("1"), record, change("3")) == ["2"]

    assert len(shop.changes) == 2


@pytest.mark.parametrize(
    "records",
    [
        None,
        [],
        {},
        "x",
        [5],
        [message("a"), None],
        [message("a"), message("b", eventSource="aws:kinesis")],
        [message("a"), message("b", eventSource=["aws:sqs"])],
        [message("a"), message("")],
        [message("a"), message("b", messageId=5)],
        [message("a"), message("a")],
        [change("1"), {"eventSource": "aws:dynamodb"}],
    ],
)
def test_an_event_whose_records_cannot_be_told_apart_fails_loudly(
    shop: Shop, records: object
) -> None:
    """The whole invocation fails before anything is handled, and so all comes again."""
    with pytest.raises(MalformedEvent):
        shop.receiver({"Records": records}, Context())

    assert shop.sold == []


@pytest.mark.parametrize(("record", "source"), [(message("a"), "queue"), (change("1"), "stream")])
def test_what_nobody_takes_fails_loudly(record: dict[str, Any], source: str) -> None:
    """An event source that was added by mistake loses nothing."""
    receiver = Receiver(lambda *_: None, service="shop")

    with pytest.raises(MalformedEvent, match=f"shop takes nothing of a {source}"):
        receiver({"Records": [record]}, Context())


def test_telemetry_that_fails_costs_no_message() -> None:
    """A log that can't be written is no reason to have a message come again."""

    class Broken:
        def __getattr__(self, _: str) -> Callable[[object], None]:
            def tell(_: object) -> None:
                raise OSError

            return tell

    shop = Shop()
    receiver = Receiver(
        lambda *_: None,
        service="shop",
        queue=Consumer(THING_SOLD, shop.sell),
        telemetry=Broken(),
    )

    answer = receiver({"Records": [message("a"), message("b", "{")]}, Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "b"}]}


def test_without_lambdas_context_its_default_time_counts(shop: Shop) -> None:
    """Such as from a console's test."""
    shop.receiver({"Records": [message("a")]}, None)

    assert shop.deliveries[0].remaining() == 2.5
