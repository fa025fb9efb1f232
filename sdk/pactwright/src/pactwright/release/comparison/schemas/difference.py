"""What two schemas differ in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.schemas.checking import takes
from pactwright.release.comparison.schemas.schema import Schema
from pactwright.schema.faults import Place

Path = tuple[str, ...]
"""The names on the way to a place in a value, and these:"""

EACH: Final = "*"
"""Every item of an array, as coverage has it."""
REST: Final = "{}"
"""Every member of an object that is not named."""
DEEP: Final = "**"
"""Any number of steps: what refers to itself."""


class Hit(Enum):
    """Which recorded values a change hits."""

    REFUSED = "what was taken before and is refused now"
    PRESENT = "whatever is there"
    ABSENT = "an object without it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference between two schemas.

    Attributes:
        kind: what it is.
        message: what was and what is.
        old: the place in the old document that says it, or the schema that doesn't.
        new: the same in the new one.
        path: where in a value, relative to the schemas.
        hit: which values of requests it hits.
        schemas: the two, old and new.
        tolerated: whether the kit's clients take answers that are new by it.
        demanded: whether the kit's clients refuse answers that lack what is at the path.
    """

    kind: Kind
    message: str
    old: Place
    new: Place
    path: Path = ()
    hit: Hit = Hit.REFUSED
    schemas: tuple[Schema, Schema] = field(repr=False, compare=False)
    tolerated: bool = False
    demanded: bool = True

    def hits(self, value: Any, *, texts: bool = False) -> bool:
        """Whether it refuses what was taken before; in doubt it does.

        Args:
            value: what is at the schemas' place, or, of what is absent, what it is absent from.
            texts: whether all in the value is written as texts; each is what it may be read as.
        """
        if self.hit is not Hit.REFUSED:
            return self.kind is not Kind.PROPERTY_OPTIONAL
        return _stops(self.schemas, value, texts=texts)

    def admits(self, value: Any, *, texts: bool = False) -> bool:
        """Whether it takes what was refused before; in doubt it doesn't."""
        old, new = self.schemas
        if self.hit is Hit.ABSENT:
            return self.kind is Kind.PROPERTY_OPTIONAL
        if self.hit is Hit.PRESENT:
            if self.kind not in (Kind.PROPERTY_REMOVED, Kind.ONE_WAY):
                return False
            old, new = old.member(self.path[-1]), new.member(self.path[-1])
        readings = _readings(value) if texts else [value]
        refused = all(takes(old, each) is False for each in readings)
        return refused and any(takes(new, each) is True for each in readings)


def _stops(schemas: tuple[Schema, Schema], value: Any, *, texts: bool) -> bool:
    old, new = schemas
    readings = _readings(value) if texts else [value]
    taken = any(takes(old, each) is not False for each in readings)
    return taken and not any(takes(new, each) is True for each in readings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Two schemas inside of two schemas, to be compared in their turn.

    Attributes:
        path: where in a value they are, relative to those they are in.
        old: the one.
        new: the other.
        opaque: the difference that any difference of theirs comes to, where it can't be told
            which way it works; None where what they take, the outer ones take.
        in_union: whether they are arms of a union.
    """

    path: Path
    old: Schema
    new: Schema
    opaque: Difference | None = None
    in_union: bool = False


def _readings(text: Any) -> list[Any]:
    """What a text may stand for; in lists and objects, all texts are read in one way."""
    if isinstance(text, list):
        return [text, [_read(item) for item in text]]
    if isinstance(text, dict):
        return [text, {name: _read(member) for name, member in text.items()}]
    return [text, _read(text)]


def _read(text: Any) -> Any:
    """A number, a boolean or null, where a text is one in JSON; else the text."""
    try:
        value: Any = json.loads(text)
    except (TypeError, ValueError):
        return text
    return text if isinstance(value, dict | list | str) else value
