"""Profiles as callers expect them."""

from __future__ import annotations

from typing import Any, Final, Literal

import pytest

from hereabouts.profile import models
from pactwright.contract.pacts import State
from tests.contracts.cast import AT_SEA, INES, LISBON
from tests.contracts.roles import Person, Place
from tests.contracts.times import CHANGED, LOCATED, moment

Status = Literal["known", "unknown", "unavailable"]

LEAST: Final = {"handle": INES.handle, "display_name": INES.display_name}
"""What Inês has to say of herself."""

variants = pytest.mark.parametrize(
    ("said", "place", "which"),
    [
        (INES.described, LISBON, "with all details"),
        (LEAST, AT_SEA, "without details"),
        (LEAST, None, "without a location"),
    ],
    ids=["full", "bare", "unlocated"],
)
"""What Inês says of herself, where she is, and words for it: each optional field, and each not."""


def at(place: Place | None) -> list[State]:
    """Inês is there; None is where nobody knows."""
    return [] if place is None else [INES.at(place)]


def shown(
    person: Person,
    place: Place | None,
    status: Status | None = None,
    *,
    said: dict[str, Any] | None = None,
    updated_at: str = CHANGED,
    created_at: str | None = None,
) -> models.Profile:
    """A profile as it is answered.

    Args:
        person: whose it is.
        place: where they are; None where that is not shown.
        status: why it is not shown, where it is for another reason than that they have set none.
        said: what they say of themselves, where it isn't what they said first.
        updated_at: when the profile was last changed.
        created_at: when it was created, where that is another time than the person's.
    """
    location = place and models.ProfileLocation(**place.shown, updated_at=moment(LOCATED))
    profile = models.Profile(
        user_id=person.user_id,
        **(person.described if said is None else said),
        location_status=status or ("known" if place else "unknown"),
        created_at=moment(created_at or person.created_at),
        updated_at=moment(updated_at),
    )
    return profile if location is None else profile.model_copy(update={"location": location})
