"""Ways to rewrite what is at some place of a body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.contracts.mutations import places
from tests.contracts.mutations.places import Path

Rewrite = Callable[[Any, Path], int]
"""Rewrites a body in each place that a path leads to; gives in how many it did."""


def replaced(change: Callable[[Any], Any]) -> Rewrite:
    """Another value in the place of one that is not null."""

    def put(container: Any, key: Any) -> bool:
        found = container[key]
        if found is None:
            return False
        container[key] = change(found)
        return bool(container[key] != found)

    return lambda body, path: places.edit(body, path, put)


EMPTIED: Final = replaced(lambda _: [])
GROWN: Final = replaced(lambda items: [*items, *items[-1:]])
REWRITTEN: Final = replaced(lambda time: time.replace("Z", ".000+00:00"))
REVERSED: Final = replaced(lambda items: items[::-1])


def removed(body: Any, path: Path) -> int:
    """Nothing where there was something."""

    def remove(container: Any, key: Any) -> bool:
        del container[key]
        return True

    return places.edit(body, path, remove)


def renamed(body: Any, path: Path) -> int:
    """The same under another name."""

    def rename(container: Any, key: Any) -> bool:
        container[f"the_{key}"] = container.pop(key)
        return True

    return places.edit(body, path, rename)


def nulled(body: Any, path: Path) -> int:
    """Null where there was something."""

    def put(container: Any, key: Any) -> bool:
        found, container[key] = container[key], None
        return found is not None

    return places.edit(body, path, put)


def null_added(body: Any, path: Path) -> int:
    """Null where there was nothing."""
    *outer, name = path
    lacking = [
        each
        for each in places.values(body, tuple(outer))
        if isinstance(each, dict) and name not in each and name != places.EACH
    ]
    for each in lacking:
        each[name] = None
    return len(lacking)
