"""What the location service keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

COORDINATE_PLACES = 7
ACCURACY_PLACES = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where a user is.

    Attributes:
        latitude: degrees north, WGS 84.
        longitude: degrees east, WGS 84.
        label: what people call the place.
        accuracy_m: metres within which the true position lies.
        updated_at: when the user set it, UTC.
        revision: drawn anew by each write; the ETag is made of it.
    """

    user_id: UUID
    latitude: float
    longitude: float
    updated_at: datetime
    revision: str
    label: str | None = None
    accuracy_m: float | None = None

    @property
    def stated(self) -> tuple[float | str | None, ...]:
        """What the user says: two locations with the same are the same to a writer."""
        return (self.latitude, self.longitude, self.label, self.accuracy_m)
