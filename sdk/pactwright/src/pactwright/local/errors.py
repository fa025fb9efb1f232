"""What can go wrong when a system is run on this machine."""

from __future__ import annotations


class LocalError(Exception):
    """Its text says what was wrong and what to do; it is meant for a terminal."""
