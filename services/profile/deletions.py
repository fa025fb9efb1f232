"""Deletes the profiles of users who have deleted their accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hereabouts.authentication.models import UserDeleted
from pactwright.service.errors import TransactionConflict
from pactwright.service.messages import Delivery
from services.profile.table import ProfileTable

BURIED_SECONDS: Final = 86_400
"""For how long profiles of a deleted user are refused. A request that was let in before the
account was deleted has ended long before: it lasts no longer than the function may run."""

_ATTEMPTS: Final = 10


class Deletions:
    """Handles messages of deleted users; the same one twice does no harm.

    Args:
        table: where profiles are kept.
        clock: seconds since the epoch.
        pause: waits a little after a write that another one crossed, longer after each.
    """

    def __init__(
        self, table: ProfileTable, clock: Callable[[], float], pause: Callable[[int], None]
    ) -> None:
        self._table = table
        self._clock = clock
        self._pause = pause

    def __call__(self, message: UserDeleted, _: Delivery) -> None:
        """Delete a user's profile, free its handle and refuse profiles that are on their way.

        Raises:
            TransactionConflict: others wrote in between each time.
        """
        for attempt in range(_ATTEMPTS):
            if self._table.bury(message.data.user_id, int(self._clock()) + BURIED_SECONDS):
                return
            self._pause(attempt)
        raise TransactionConflict("others wrote the profile in between, each time")
