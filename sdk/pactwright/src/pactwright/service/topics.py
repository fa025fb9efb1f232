"""Publishing messages to a topic of Amazon SNS."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol, TypeVar, cast

from pactwright.service import aws
from pactwright.service.aws import translated
from pactwright.wire.published import Message, encode_message

T = TypeVar("T")


class SNSClient(Protocol):
    """As much of boto3's client as a topic needs."""

    def publish(self, *, TopicArn: str, Message: str) -> Any:  # noqa: N803 - AWS's names
        """Publish a message to a topic."""
        ...


def sns_client(
    *, connect: float = 0.5, read: float = 2.0, attempts: int = 3, **session: Any
) -> SNSClient:
    """A client with short timeouts (seconds) and standard retries.

    Args:
        connect: how long to wait for a connection.
        read: how long to wait for an answer.
        attempts: how often a request is sent at most.
        session: what to take instead of the environment, such as endpoint_url or region_name.
    """
    settings = aws.config(connect=connect, read=read, attempts=attempts)
    return cast("SNSClient", aws.client("sns", settings, **session))


class Topic:
    """One topic.

    Args:
        client: makes the client, at first use.
        arn: the topic's ARN.
    """

    def __init__(self, client: Callable[[], SNSClient], arn: str) -> None:
        self._make = client
        self._arn = arn
        self._client: SNSClient | None = None
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"Topic({self._arn!r})"

    def publish(self, message: Message[T], value: T) -> None:
        """Have a message delivered to all subscribers, at least once.

        Raises:
            EncodeError: it is not as its document says.
            Throttled, Unavailable: it may work later; whether it was published is not known.
            AccessDenied, MissingResource, DependencyError: it won't.
        """
        text = encode_message(message, value)
        with self._lock:
            if self._client is None:
                self._client = self._make()
        with translated(f"SNS publish of {message.name} to {self._arn}"):
            self._client.publish(TopicArn=self._arn, Message=text)
