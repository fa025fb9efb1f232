"""Tells other services of deleted accounts, by what the table's stream tells of it.

The stream has a record of each deletion that was made, and of none that was not. So no account is
gone without a message, and no message is of an account that is there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from hereabouts.authentication.messages import USER_DELETED
from hereabouts.authentication.models import DeletedUser, UserDeleted
from pactwright.service.messages import Change, Delivery
from pactwright.wire import Message
from services.authentication import items

SOURCE: Final = "/authentication"


class Publisher(Protocol):
    """Where messages are published."""

    def publish(self, message: Message[UserDeleted], value: UserDeleted, /) -> None:
        """Have it delivered to all who subscribed, at least once."""
        ...


class Deletions:
    """Publishes a message for each user that is removed from the table.

    Args:
        topic: where to.
    """

    def __init__(self, topic: Publisher) -> None:
        self._topic = topic

    def __call__(self, change: Change, _: Delivery) -> None:
        """Publish it, if it is a user that is removed; any other change is none of ours."""
        user_id = items.user_of(change.keys)
        if change.kind == "REMOVE" and user_id is not None:
            self._topic.publish(USER_DELETED, user_deleted(user_id, change.at))


def user_deleted(user_id: UUID, at: datetime) -> UserDeleted:
    """The message of a deletion: the same each time, for ids of users are never used again."""
    return UserDeleted(
        id=f"user-deleted-{user_id}",
        source=SOURCE,
        time=at,
        data=DeletedUser(user_id=user_id, deleted_at=at),
    )
