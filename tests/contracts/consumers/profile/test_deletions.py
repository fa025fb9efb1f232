"""What profile relies on of authentication: that it tells who was deleted."""

from __future__ import annotations

import pytest

from hereabouts.authentication import AuthenticationClient
from hereabouts.location import LocationClient
from pactwright.contract.recording.recorder import Recorder
from services.profile.application import build
from services.profile.deletions import BURIED_SECONDS
from tests.contracts.cast import CURSOR_KEY, INES
from tests.contracts.consumers.deletions import delete_ines
from tests.contracts.consumers.tables import Written
from tests.contracts.times import ISSUED


@pytest.mark.pact("profile", "authentication")
def test_the_profile_of_a_deleted_user_is_deleted(pact: Recorder) -> None:
    """A tombstone takes its place."""
    table = Written()
    profile = build(
        table,
        AuthenticationClient("http://authentication.invalid"),
        LocationClient("http://location.invalid"),
        cursor_key=CURSOR_KEY.encode,
        clock=lambda: ISSUED,
        new_revision=lambda: "new",
        pause=lambda _: None,
    )

    delete_ines(pact, profile.queue)

    (tombstone,) = table.items
    assert str(INES.user_id) in tombstone["pk"]
    assert tombstone["expires_at"] == ISSUED + BURIED_SECONDS
