"""Messages that a service publishes: as data, written by the one side and read by the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from pactwright.wire import bodies
from pactwright.wire.operation import Content

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)  # slots would forbid Message[int](…) on Python 3.11
class Message(Generic[T]):
    """One kind of message, a webhook of the document. T is what its readers get.

    Attributes:
        name: its Python name.
        content: its media type and the type of its value.
    """

    name: str
    content: Content


def encode_message(message: Message[T], value: T) -> str:
    """Write a message, as the text that a topic or a queue takes.

    Raises:
        EncodeError: the value is not of the message's type.
    """
    _, data = bodies.write(message.content, value)
    return data.decode()


def decode_message(message: Message[T], data: bytes | str) -> T:
    """Read a message. Members that its schema does not name are ignored, as in an answer.

    Raises:
        DecodeError: it can't be read, or is against its schema.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    value: T = bodies.read(message.content, message.content.media_type, raw, tolerant=True)
    return value
