"""Faults of what a service builds upon: its database and other services of the cloud.

::

    DependencyError               500
    ├── Transient                 503, Retry-After
    │   ├── Throttled                 it is asked more than it takes
    │   ├── Unavailable               it failed, or can't be reached in time
    │   └── TransactionConflict       another transaction is at the same item
    ├── ConditionFailed           a write's condition does not hold
    ├── TransactionCancelled      as above, in a transaction; `reasons` by item
    ├── ItemTooLarge              an item or a collection of items is over its limit
    ├── AccessDenied              the function's role does not allow it
    └── MissingResource           there is no such table, index or secret

An operation handles those that its own rules are about, such as `ConditionFailed`. What it lets
pass is answered with the status on the right, logged once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

ReasonCode = Literal["none", "condition", "conflict", "throttled", "too_large", "invalid"]


class DependencyError(Exception):
    """Something that the service builds upon failed. Its text holds no values of requests."""


class Transient(DependencyError):
    """It may work if it is tried again.

    Attributes:
        retry_after: in how many seconds.
    """

    def __init__(self, message: str, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Throttled(Transient):
    """It is asked more than it takes."""


class Unavailable(Transient):
    """It failed, or can't be reached in time. Whether a write was made is not known."""


class TransactionConflict(Transient):
    """Another transaction is at the same item."""


class ConditionFailed(DependencyError):
    """The condition of a write does not hold.

    Attributes:
        item: the item as it is, where the write asked for it.
    """

    def __init__(self, message: str, item: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.item = item


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a transaction was cancelled, as far as one of its items goes.

    Attributes:
        code: "none" for an item that was not the cause.
        item: the item as it is, where its condition does not hold and the write asked for it.
    """

    code: ReasonCode
    item: Mapping[str, Any] | None = None


class TransactionCancelled(DependencyError):
    """A transaction was cancelled because of a condition that does not hold, or an invalid item.

    Attributes:
        reasons: one for each item of the transaction, in its order.
    """

    def __init__(self, message: str, reasons: Sequence[Reason]) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)

    def failed(self, index: int) -> bool:
        """Whether the condition of that item did not hold."""
        return index < len(self.reasons) and self.reasons[index].code == "condition"


class ItemTooLarge(DependencyError):
    """An item, a collection of items or a transaction is over its limit."""


class AccessDenied(DependencyError):
    """The function's role does not allow it, or its credentials are not good."""


class MissingResource(DependencyError):
    """There is no such table, index or secret."""
