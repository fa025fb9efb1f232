"""What an operation answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)  # without slots: Answer[int](…) would fail with them on Python 3.11
class Answer(Generic[T_co]):
    """An answer, to be written as the document declares it for its status.

    Attributes:
        value: the body's value; None where the answer has no body.
        status: a declared status; None is the operation's lowest 2xx.
        headers: header fields to add, or to take the place of the defaults.
        media_type: which of the declared contents to write; None is what the caller likes best.
    """

    value: T_co
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    media_type: str | None = None


class AnswerError(Exception):
    """Ends an operation with a declared answer that is no problem document.

    For faults with a form of their own, such as an OAuth error (RFC 6749 section 5.2).

    Attributes:
        answer: what is sent; its status must be declared.
    """

    def __init__(self, answer: Answer[Any]) -> None:
        super().__init__(f"answered with {answer.status}")
        self.answer = answer
