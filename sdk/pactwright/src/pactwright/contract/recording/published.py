"""What a consumer's test expects of a message, and how the message comes to the consumer's code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pactwright.contract.declarations import MessageDeclaration
from pactwright.contract.errors import ContractError, ExpectationError
from pactwright.contract.examples import filled
from pactwright.contract.pacts import State
from pactwright.contract.recording.checking import check_message
from pactwright.contract.recording.drafting import other_than, states_of, takes
from pactwright.contract.recording.expectations import (
    Expected,
    answered,
    json_of,
    text_of,
    without_asked,
)
from pactwright.contract.recording.readings import Readings, watched
from pactwright.contract.schemas import ABSENT
from pactwright.contract.waivers import MESSAGE
from pactwright.schema.document import Document, Node
from pactwright.service.messages import Consumer, Delivery, Receiver
from pactwright.wire import Message

_QUEUE: Final = "arn:aws:sqs:eu-west-1:000000000000:expected"


def _called(message: Message[Any]) -> str:
    return f"{message.name} {MESSAGE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedMessage(Expected):
    """One message to come, and what is read of it.

    Attributes:
        message: as the provider's generated package has it.
        declaration: the webhook, in the provider's document.
    """

    message: Message[Any]
    declaration: MessageDeclaration

    @property
    def answer(self) -> str:
        """How errors and waivers call it: ``user_deleted message``."""
        return _called(self.message)

    @property
    def place(self) -> Node | None:
        """The message in the document."""
        return self.declaration.body

    def declared_header(self, _: str) -> Node | None:
        """None: what a topic or queue puts around a message is no part of it."""
        return None

    def header_schema(self, _: str) -> None:
        """None, as above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """What a test says of one message.

    Attributes:
        given: what is so before the provider publishes it.
        content: what is read: a model's instance, an `only`, a plain value, or None for nothing.
    """

    description: str
    message: Message[Any]
    given: Sequence[State] = ()
    content: Any = None

    def expectation(self, document: Document) -> ExpectedMessage:
        """What is expected, checked against the provider's document.

        Raises:
            ExpectationError: the document doesn't allow it.
        """
        declared = MessageDeclaration.of(document, self.message)
        content, where = self.message.content, _called(self.message)
        if self.content is not None and not takes(content, self.content):
            raise ExpectationError(f"{where} is {other_than([content], self.content)}")
        node = declared.content(content.media_type)
        expected = ABSENT if self.content is None else json_of(self.content)
        whole = filled(document, node, without_asked(expected), where)
        drafted = ExpectedMessage(
            description=self.description,
            message=self.message,
            declaration=declared,
            states=tuple(states_of(self.given)),
            content_type=content.media_type,
            schema=declared.schema(node),
            body=answered(expected, whole, where),
            served=whole,
        )
        check_message(drafted)
        return drafted


def deliver(expected: ExpectedMessage, consumer: Consumer[Any], readings: Readings) -> None:
    """Hand a whole message to a consumer, as a queue does, and note what it reads.

    Args:
        expected: the message.
        consumer: the production code that takes it.
        readings: where it is noted.

    Raises:
        ContractError: the consumer takes another message, or can't read this one.
        Exception: whatever the consumer raises.
    """
    if consumer.message.name != expected.message.name:
        raise ContractError(
            f"{expected.description}: the consumer takes {consumer.message.name}, "
            f"not {expected.message.name}"
        )
    raised: list[Exception] = []

    def handle(value: Any, delivery: Delivery) -> None:
        try:
            consumer.handle(watched(value, readings), delivery)
        except Exception as error:
            raised.append(error)
            raise

    receiver = Receiver(_refuse, service="consumer", queue=replace(consumer, handle=handle))
    answer = receiver({"Records": [_record(expected)]}, None)
    if raised:
        raise raised[0]
    if answer["batchItemFailures"]:
        raise ContractError(f"{expected.description}: the consumer's model does not take it")


def _refuse(event: Mapping[str, Any], _: object) -> object:
    raise ContractError(f"only messages are delivered, not {sorted(event)}")


def _record(expected: ExpectedMessage) -> dict[str, Any]:
    """The message as a queue hands it out (AWS, "Using Lambda with Amazon SQS")."""
    return {
        "messageId": "expected",
        "receiptHandle": "expected",
        "body": text_of(expected.served, expected.content_type or ""),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": _QUEUE,
        "awsRegion": "eu-west-1",
    }
