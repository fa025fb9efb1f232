"""What was acknowledged, and what may have been done besides: what is there has to be one of it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal["account", "profile", "location"]
Key = tuple[Kind, str]
"""What is written: its kind, and whose it is, by username."""

Value = tuple[object, ...] | None
"""What is written there; None where it is deleted."""


@dataclass
class Entry:
    """What may be there.

    Attributes:
        acknowledged: the last write that was.
        possible: what was tried since then, and may have been done.
    """

    acknowledged: Value = None
    possible: list[Value] = field(default_factory=list[Value])

    def allows(self, found: Value) -> bool:
        """Whether this may be there."""
        return found in (self.acknowledged, *self.possible)


class Journal:
    """What one user wrote; nobody else writes it.

    Attributes:
        acknowledged: how many writes were.
        lost: each that was not there, in words.
    """

    def __init__(self) -> None:
        self._entries: dict[Key, Entry] = {}
        self.acknowledged = 0
        self.lost: list[str] = []

    def __iter__(self) -> Iterator[tuple[Key, Entry]]:
        return iter(list(self._entries.items()))

    def tries(self, key: Key, value: Value) -> None:
        """Note a write before it is made."""
        self._entries.setdefault(key, Entry()).possible.append(value)

    def refused(self, key: Key) -> None:
        """Note that the last write was certainly not done."""
        self._entries[key].possible.pop()

    def acknowledges(self, key: Key, value: Value) -> None:
        """Note that it was done."""
        self.acknowledged += 1
        self._entries[key] = Entry(value)

    def forgets(self, key: Key) -> None:
        """Something else than this user's writes decides from now on."""
        self._entries.pop(key, None)

    def finds(self, key: Key, found: Value) -> bool:
        """Hold what is there to what was written; what is found is then what is known."""
        entry = self._entries.get(key, Entry())
        if entry.allows(found):
            self._entries[key] = Entry(found)
            return True
        wanted = " or ".join(map(str, (entry.acknowledged, *entry.possible)))
        self.lost.append(f"the {key[0]} of {key[1]} is {found}, not {wanted}")
        self._entries[key] = Entry(found)
        return False


_PERCENTILES: Final = (50, 95, 99, 100)


class Meter:
    """How long requests took and how they failed; safe for threads.

    Attributes:
        errors: how many of each kind.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: dict[str, list[float]] = {}
        self.errors: Counter[str] = Counter()

    def took(self, operation: str, seconds: float) -> None:
        """Note one request, however it ended."""
        with self._lock:
            self._seconds.setdefault(operation, []).append(seconds)

    def failed(self, operation: str, kind: str) -> None:
        """Note how one failed."""
        with self._lock:
            self.errors[f"{operation}: {kind}"] += 1

    @property
    def requests(self) -> int:
        """How many there were."""
        return sum(map(len, self._seconds.values()))

    def percentiles(self) -> Iterator[tuple[str, int, list[float]]]:
        """Each operation with its count and its percentiles 50, 95, 99 and 100, in seconds."""
        for operation, seconds in sorted(self._seconds.items()):
            ranked = sorted(seconds)
            found = [ranked[-(-len(ranked) * p // 100) - 1] for p in _PERCENTILES]
            yield operation, len(ranked), found
