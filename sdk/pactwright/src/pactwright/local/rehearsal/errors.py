"""Why a rehearsal can't go on, or ended."""

from __future__ import annotations

from pactwright.local.errors import LocalError


class RehearsalError(LocalError):
    """The pipeline would fail, or holds what a rehearsal can't carry out; says where and what."""
