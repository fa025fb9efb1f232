"""What a provider publishes by way of its table's stream and a topic; polled in Lambda's place.

So whatever else happened to the table, such as its being emptied, is no cause of a message, and
nothing of what is published comes late.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from pactwright.contract.errors import NotPublished
from pactwright.contract.verification.provider import Provider

_WAIT: Final = 2  # seconds for a message to come
_MOST: Final = 10

Client = Callable[[str], Any]
"""Makes a boto3 client of an AWS service."""

Invoke = Callable[[dict[str, Any]], object]
"""Calls a provider's function with an event, and gives what it returns."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A queue of our own that gets all that is published to a topic.

    Attributes:
        queues: a boto3 client of SQS.
        url: the queue's.
    """

    queues: Any
    url: str

    @classmethod
    def of(cls, client: Client, topic: str) -> Mailbox:
        """A new queue that is subscribed to the topic of some ARN."""
        queues = client("sqs")
        url = queues.create_queue(QueueName=f"contracts-{uuid4().hex}")["QueueUrl"]
        about = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = about["Attributes"]["QueueArn"]
        attributes = {"Policy": json.dumps(_taking(arn, topic))}
        queues.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        client("sns").subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
        )
        return cls(queues, url)

    def take(self, wait: int = 0) -> Iterator[str]:
        """Take out all that is there.

        Args:
            wait: seconds for the first to come.
        """
        while True:
            answer = self.queues.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=_MOST, WaitTimeSeconds=wait
            )
            found = answer.get("Messages", [])
            if not found:
                return
            for each in found:
                self.queues.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
                yield each["Body"]
            wait = 0


def _taking(queue: str, topic: str) -> dict[str, Any]:
    """The policy of a queue that takes what a topic sends it."""
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return {"Version": "2012-10-17", "Statement": [allowed]}


@dataclass(slots=True)
class Stream:
    """The changes that a table's stream tells, from some time on.

    Attributes:
        streams: a boto3 client of DynamoDB Streams.
        arn: the stream's.
    """

    streams: Any
    arn: str
    _iterators: list[str] = field(default_factory=list[str])

    @classmethod
    def of(cls, client: Client, table: str | None) -> Stream | None:
        """The stream of the table of some name; None where it has none."""
        if table is None:
            return None
        arn = client("dynamodb").describe_table(TableName=table)["Table"].get("LatestStreamArn")
        return cls(client("dynamodbstreams"), arn) if arn else None

    def begin(self) -> None:
        """Forget what it told until now."""
        shards = self.streams.describe_stream(StreamArn=self.arn)["StreamDescription"]["Shards"]
        self._iterators = [
            self.streams.get_shard_iterator(
                StreamArn=self.arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST"
            )["ShardIterator"]
            for shard in shards
        ]

    def records(self) -> list[dict[str, Any]]:
        """What it told since, as Lambda hands it to a function."""
        return [
            {**json.loads(json.dumps(record, default=_plain)), "eventSourceARN": self.arn}
            for iterator in self._iterators
            for record in self._all(iterator)
        ]

    def _all(self, iterator: str | None) -> Iterator[dict[str, Any]]:
        while iterator:
            answer = self.streams.get_records(ShardIterator=iterator)
            yield from answer["Records"]
            iterator = answer.get("NextShardIterator") if answer["Records"] else None


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"a record of a stream has a {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Published:
    """What a provider publishes to a topic, by itself or when it is told of its table's changes.

    Attributes:
        mailbox: subscribed to the topic.
        stream: of its table; None where it has none.
        invoke: calls its function.
    """

    mailbox: Mailbox
    stream: Stream | None
    invoke: Invoke

    def begin(self) -> None:
        """Forget what was published until now."""
        for _ in self.mailbox.take():
            pass
        if self.stream is not None:
            self.stream.begin()

    def collect(self) -> Sequence[str]:
        """The texts of what was published since, once the function knows the table's changes.

        Raises:
            NotPublished: it failed on one.
        """
        records = self.stream.records() if self.stream else []
        for start in range(0, len(records), _MOST):
            batch = records[start : start + _MOST]
            _demand_all(self.invoke({"Records": batch}), len(batch))
        return tuple(self.mailbox.take(_WAIT))


def _demand_all(answer: object, count: int) -> None:
    failures = answer.get("batchItemFailures") if isinstance(answer, Mapping) else None
    if failures:
        raise NotPublished(f"it failed on {len(failures)} of {count} changes of its table")
    if failures is None:
        raise NotPublished(f"it answered {answer!r} to {count} changes of its table")


def topic_of(provider: Provider, outputs: Mapping[str, str]) -> str:
    """The ARN of the topic that a deployed provider publishes to.

    Raises:
        NotPublished: its stack does not tell.
    """
    if provider.topic not in outputs:
        raise NotPublished(
            f"{provider.name} publishes messages, and its stack has no output {provider.topic!r}: "
            "name that of the topic's ARN by Provider(topic=…)"
        )
    return outputs[provider.topic]
