"""What location relies on of authentication: that it tells who was deleted."""

from __future__ import annotations

import pytest

from hereabouts.authentication import AuthenticationClient
from pactwright.contract.recording.recorder import Recorder
from services.location.application import build
from services.location.deletions import BURIED_SECONDS
from tests.contracts.cast import INES
from tests.contracts.consumers.deletions import delete_ines
from tests.contracts.consumers.tables import Written
from tests.contracts.times import ISSUED


@pytest.mark.pact("location", "authentication")
def test_the_location_of_a_deleted_user_is_forgotten(pact: Recorder) -> None:
    """A tombstone takes its place."""
    table = Written()
    nobody = AuthenticationClient("http://authentication.invalid")
    location = build(table, nobody, clock=lambda: ISSUED, new_revision=lambda: "new")

    delete_ines(pact, location.queue)

    (tombstone,) = table.items
    assert str(INES.user_id) in tombstone["pk"]
    assert tombstone["expires_at"] == ISSUED + BURIED_SECONDS
