"""Counters that are a dictionary, for what takes more attempts than a table has time for."""

from __future__ import annotations


class CountersInMemory:
    """As the table's, for one thread."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._marks: dict[str, int] = {}

    def increment(self, key: str, limit: int, expires_at: int) -> int | None:
        """Count one more, unless the limit is reached."""
        assert expires_at > 0
        count = self._counts.get(key, 0)
        if count >= limit:
            return None
        self._counts[key] = count + 1
        return count + 1

    def reset(self, key: str) -> None:
        """Begin at none again."""
        self._counts.pop(key, None)

    def mark(self, key: str, expires_at: int) -> None:
        """Set a mark."""
        self._marks[key] = expires_at

    def is_marked(self, key: str, now: int) -> bool:
        """Whether it is set."""
        return self._marks.get(key, 0) > now
