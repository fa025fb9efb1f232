"""What keeps two versions from being compared."""

from __future__ import annotations

from pactwright.release.errors import ReleaseError


class ComparisonError(ReleaseError):
    """What is to be compared is not there, is ambiguous, or has no counterpart."""
