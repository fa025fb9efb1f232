"""What a writer demands of the profile that is there (RFC 9110 section 13, RFC 6585 section 3)."""

from __future__ import annotations

from dataclasses import dataclass

from pactwright.service import PreconditionFailed, PreconditionRequired
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

    def check(self, person: Person | None) -> None:
        """Refuse a write that demands another state.

        Raises:
            PreconditionFailed: it does.
        """
        if not self.holds(person):
            raise PreconditionFailed

    def check_replacement(self, old: Person | None, new: Person) -> bool:
        """Whether a profile is to be written in place of another; False where it is there already.

        What is there already may be this writer's own work, whose answer was lost: then it is no
        fault that If-Match does not hold (section 13.1.1). If-None-Match has no such exception.

        Raises:
            PreconditionFailed: it demands another state.
            PreconditionRequired: another profile would be replaced, whatever it says.
        """
        if old is not None and old.stated == new.stated and not self.create:
            return False
        self.check(old)
        if old is not None and self.if_match is None:
            raise PreconditionRequired
        return True

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
