"""What a writer demands of the profile that is there (RFC 9110 section 13)."""

from __future__ import annotations

from dataclasses import dataclass

from pactwright.service.conditional import versions
from services.profile.records import Person


@dataclass(frozen=True, slots=True)
class Precondition:
    """What a writer demands of the profile that is there.

    Attributes:
        if_match: the entity tags one of which must be the current one, as in If-Match; of each
            only the first part counts, the profile's own revision.
        create: whether there must be none.
    """

    if_match: str | None = None
    create: bool = False

    def holds(self, person: Person | None) -> bool:
        """Whether it is so."""
        if self.create and person is not None:
            return False
        if self.if_match is None:
            return True
        if person is None:
            return False
        revisions = {version.partition("-")[0] for version in versions(self.if_match)}
        return self.if_match.strip() == "*" or person.revision in revisions
