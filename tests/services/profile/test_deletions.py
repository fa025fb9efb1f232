"""What becomes of a deletion that can't be made."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from pactwright.service.call import Delivery
from pactwright.service.errors import Transient
from services.authentication.deletions import user_deleted
from services.profile.deletions import Deletions
from services.profile.table import ProfileTable

MESSAGE = user_deleted(UUID(int=1), datetime(2026, 1, 1, tzinfo=UTC))


class Crossed(ProfileTable):
    """A table in which somebody else writes in between, each time."""

    def __init__(self) -> None:
        self.tried = 0

    def bury(self, user_id: UUID, expires_at: int) -> bool:  # noqa: ARG002 - as the table has it
        self.tried += 1
        return False


def test_a_deletion_that_is_always_crossed_fails_and_so_comes_again() -> None:
    """Else the message would be gone, and the profile of a deleted user would stay."""
    table, pauses = Crossed(), list[int]()
    delete = Deletions(table, lambda: 0.0, pauses.append)

    with pytest.raises(Transient):
        delete(MESSAGE, Delivery(service="profile", name="user_deleted", message_id="1"))

    assert table.tried == 10
    assert pauses == list(range(10))
