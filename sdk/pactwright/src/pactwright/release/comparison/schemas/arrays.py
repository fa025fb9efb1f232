"""Arrays: their length, whether items are alike, and what each item is."""

from __future__ import annotations

from collections.abc import Iterator

from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.schemas.difference import EACH, Difference, Edge
from pactwright.release.comparison.schemas.scalars import lengths
from pactwright.release.comparison.schemas.schema import Schema


def compared(old: Schema, new: Schema) -> Iterator[Difference | Edge]:
    """What two schemas differ in for arrays."""
    yield from lengths(old, new, "Items")
    yield from _unique(old, new)
    count = max(old.prefix, new.prefix)
    for index in range(count):
        yield Edge(path=(str(index),), old=old.item(index), new=new.item(index))
    yield Edge(path=(EACH,), old=old.item(count), new=new.item(count))


def _unique(old: Schema, new: Schema) -> Iterator[Difference]:
    keyword = "uniqueItems"
    before, after = (
        any(part.get(keyword) is True for part in schema.having(keyword)) for schema in (old, new)
    )
    if before is not after:
        yield Difference(
            kind=Kind.UNIQUE_ADDED if after else Kind.UNIQUE_REMOVED,
            message="no item may be there twice" if after else "items may be there twice",
            old=old.place_of(keyword),
            new=new.place_of(keyword),
            schemas=(old, new),
        )
