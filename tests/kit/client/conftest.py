from __future__ import annotations

import pytest

from tests.kit.client.things import StoppedClock


@pytest.fixture
def stopped() -> StoppedClock:
    """A clock that moves only when told to."""
    return StoppedClock()
