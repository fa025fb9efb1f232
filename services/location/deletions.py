"""Forgets where users were who have deleted their accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hereabouts.authentication.models import UserDeleted
from pactwright.service.messages import Delivery
from services.location.table import LocationTable

BURIED_SECONDS: Final = 86_400
"""For how long locations of a deleted user are refused. A request that was let in before the
account was deleted has ended long before: it lasts no longer than the function may run."""


class Deletions:
    """Handles messages of deleted users; the same one twice does no harm.

    Args:
        table: where locations are kept.
        clock: seconds since the epoch.
    """

    def __init__(self, table: LocationTable, clock: Callable[[], float]) -> None:
        self._table = table
        self._clock = clock

    def __call__(self, message: UserDeleted, _: Delivery) -> None:
        """Forget a user's location, and refuse those that are still on their way."""
        self._table.bury(message.data.user_id, int(self._clock()) + BURIED_SECONDS)
