"""What the profile service keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Person:
    """A profile, without the location.

    Attributes:
        revision: drawn anew by each write; the first part of the ETag.
    """

    user_id: UUID
    handle: str
    display_name: str
    created_at: datetime
    updated_at: datetime
    revision: str
    bio: str | None = None
    website: str | None = None

    @property
    def stated(self) -> tuple[str | None, ...]:
        """What the user says: two profiles with the same are the same to a writer."""
        return (self.handle, self.display_name, self.bio, self.website)
