"""Where people are in the tests of consumers: at places of which all is known, and less."""

from __future__ import annotations

from typing import Final

import pytest

from hereabouts.location.models import LocationInput
from tests.contracts.cast import AT_SEA, LISBON

HERE: Final = LocationInput(**AT_SEA.given)
"""What somebody says to be there."""

places = pytest.mark.parametrize(
    ("place", "which"),
    [(LISBON, "with all details"), (AT_SEA, "without details")],
    ids=["full", "bare"],
)
"""Each place, and words for what is known of it."""

named_places = pytest.mark.parametrize(
    ("place", "which"), [(LISBON, "with a name"), (AT_SEA, "without a name")], ids=["named", "bare"]
)
"""Each place, for whom its name is what matters."""
