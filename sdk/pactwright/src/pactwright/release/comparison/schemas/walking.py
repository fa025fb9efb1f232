"""Two schemas with all that is inside of them.

Schemas may hold themselves, so pairs of them are a graph. Each is compared once, and what was found
is told for each place in a value that leads to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from pactwright.release.comparison.schemas.comparing import compared
from pactwright.release.comparison.schemas.difference import DEEP, Difference, Edge, Path
from pactwright.release.comparison.schemas.schema import Schema

_MOST_PLACES: Final = 20
"""At how many places of a value the same is told; then it may be anywhere."""

PairKey = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Pair:
    differences: tuple[Difference, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """How two schemas were reached.

    Attributes:
        path: where in the value.
        above: what they are in.
        in_union: whether they are, or are in, an arm of a union.
    """

    path: Path = ()
    above: tuple[PairKey, ...] = ()
    in_union: bool = False

    def inside(self, key: PairKey, edge: Edge) -> _Way:
        """The way to what is inside."""
        path, union = (*self.path, *edge.path), self.in_union or edge.in_union
        return _Way(path, (*self.above, key), union)


class Walk:
    """Compares schemas; what it has compared once, it remembers."""

    def __init__(self) -> None:
        self._pairs: dict[PairKey, _Pair] = {}
        self._differing: dict[PairKey, bool] = {}

    def differences(self, old: Schema, new: Schema) -> Iterator[Difference]:
        """All that two schemas differ in, with the path to each from where they stand."""
        self._explore(old, new)
        start = _key(old, new)
        if self._differs(start):
            yield from dict.fromkeys(self._told(start, _Way(), Counter()))

    def _explore(self, old: Schema, new: Schema) -> None:
        pending = [(old, new)]
        while pending:
            one, other = pending.pop()
            key = _key(one, other)
            if key in self._pairs:
                continue
            found = list(compared(one, other))
            edges = tuple(each for each in found if isinstance(each, Edge))
            own = tuple(each for each in found if isinstance(each, Difference))
            self._pairs[key] = _Pair(own, edges)
            pending += [(edge.old, edge.new) for edge in edges]

    def _differs(self, start: PairKey) -> bool:
        """Whether anything differs in a pair or in what is inside of it."""
        if start in self._differing:
            return self._differing[start]
        seen, pending = {start}, [start]
        found = False
        while pending and not found:
            pair = self._pairs[pending.pop()]
            found = bool(pair.differences)
            keys = {_key(edge.old, edge.new) for edge in pair.edges} - seen
            seen |= keys
            pending += keys
        self._differing[start] = found
        return found

    def _told(self, key: PairKey, way: _Way, told: Counter[PairKey]) -> Iterator[Difference]:
        told[key] += 1
        if told[key] > _MOST_PLACES + 1:
            return
        if told[key] > _MOST_PLACES:
            way = replace(way, path=(DEEP,))
        elif self._holds_itself(key):
            way = replace(way, path=(*way.path, DEEP))
        for each in self._pairs[key].differences:
            tolerated = each.tolerated and not way.in_union
            yield replace(each, path=(*way.path, *each.path), tolerated=tolerated)
        for edge in self._pairs[key].edges:
            inner = _key(edge.old, edge.new)
            if edge.opaque is not None and self._differs(inner):
                yield replace(edge.opaque, path=(*way.path, *edge.opaque.path))
            elif inner not in (*way.above, key) and self._differs(inner):
                yield from self._told(inner, way.inside(key, edge), told)

    def _holds_itself(self, start: PairKey) -> bool:
        seen: set[PairKey] = set()
        pending = [start]
        while pending:
            for edge in self._pairs[pending.pop()].edges:
                key = _key(edge.old, edge.new)
                if edge.opaque is None and key == start:
                    return True
                if edge.opaque is None and key not in seen:
                    seen.add(key)
                    pending.append(key)
        return False


def _key(old: Schema, new: Schema) -> PairKey:
    return (old.direction, *old.key), new.key
