"""What was proven of a bundle, by the verifications on record."""

from __future__ import annotations

from collections.abc import Iterator

from pactwright.release.ledger import Ledger
from pactwright.release.records import Verification
from pactwright.release.situation import Running


class Proofs:
    """Verifications on record, each read once.

    Args:
        ledger: where they are.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, list[Verification]] = {}

    def newest(self, there: Running, pact: str) -> Verification | None:
        """The newest result of a pact on a bundle, on its platform, of those that count.

        A failure counts whatever the state of the sources was; a pass, only where they were just
        those of a commit. Where both have one time, the failure counts.
        """
        of = [each for each in self._on(there) if each.pact == pact and _counts(each)]
        return max(of, key=lambda each: (each.time, not each.passed), default=None)

    def discounted(self, there: Running, pact: str) -> Verification | None:
        """The newest result of a pact on a bundle, whatever it is worth."""
        of = (each for each in self._on(there) if each.pact == pact)
        return max(of, key=lambda each: each.time, default=None)

    def elsewhere(self, there: Running, pact: str) -> list[str]:
        """The other platforms on which a pact was verified on the same bytes."""
        of = (each for each in self._of(there) if each.pact == pact)
        return sorted({each.platform for each in of} - {there.platform})

    def holds_any(self, there: Running) -> bool:
        """Whether a bundle was ever verified with success for anything."""
        return any(_counts(each) and each.passed for each in self._on(there))

    def _on(self, there: Running) -> Iterator[Verification]:
        return (each for each in self._of(there) if each.platform == there.platform)

    def _of(self, there: Running) -> Iterator[Verification]:
        if there.bundle not in self._known:
            self._known[there.bundle] = self._ledger.verifications(there.bundle)
        return (each for each in self._known[there.bundle] if each.provider == there.service)


def _counts(verification: Verification) -> bool:
    return not verification.passed or verification.revision.is_clean
