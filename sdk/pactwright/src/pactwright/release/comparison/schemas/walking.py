"""Two schemas with all that is inside of them.

Schemas may hold themselves, so pairs of them are a graph. Each is compared once, and what was found
is told for each place in a value that leads to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from pactwright.release.comparison.schemas.comparing import compared
from pactwright.release.comparison.schemas.difference import DEEP, Difference, Edge, Path
from pactwright.release.comparison.schemas.schema import Schema

_MOST_PLACES: Final = 20
"""At how many places of a value the same is told; then it is told to be anywhere."""

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
        in_union: whether they are, or are in, an arm of a union.
    """

    path: Path = ()
    in_union: bool = False

    def inside(self, edge: Edge) -> _Way:
        """The way to what is inside."""
        return _Way((*self.path, *edge.path), self.in_union or edge.in_union)


class Walk:
    """Compares schemas; what it has compared once, it remembers."""

    def __init__(self) -> None:
        self._pairs: dict[PairKey, _Pair] = {}
        self._differing: dict[PairKey, bool] = {}
        self._recursive: dict[PairKey, bool] = {}
        self._leads: dict[PairKey, tuple[tuple[Edge, PairKey], ...]] = {}

    def differences(self, old: Schema, new: Schema) -> Iterator[Difference]:
        """All that two schemas differ in, with the path to each from where they stand."""
        self._explore(old, new)
        start = _key(old, new)
        if self._differs(start):
            yield from dict.fromkeys(self._told(start))

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
        self._differing |= {start: True} if found else dict.fromkeys(seen, False)
        return found

    def _told(self, start: PairKey) -> Iterator[Difference]:
        """The differences of all pairs inside of one, with the way to each."""
        pending = deque([(start, _Way())])
        ways: dict[PairKey, set[_Way]] = {}
        while pending:
            key, way = pending.popleft()
            way = self._shortened(key, way, len(ways.setdefault(key, set())))
            if way in ways[key]:
                continue
            ways[key].add(way)
            for each in self._pairs[key].differences:
                tolerated = each.tolerated and not way.in_union
                yield replace(each, path=(*way.path, *each.path), tolerated=tolerated)
            for edge, inner in self._leading(key):
                if edge.opaque is not None:
                    yield replace(edge.opaque, path=(*way.path, *edge.opaque.path))
                else:
                    pending.append((inner, way.inside(edge)))

    def _leading(self, key: PairKey) -> tuple[tuple[Edge, PairKey], ...]:
        """The edges of a pair that lead to a difference, with where they lead."""
        if key not in self._leads:
            edges = [(edge, _key(edge.old, edge.new)) for edge in self._pairs[key].edges]
            self._leads[key] = tuple(each for each in edges if self._differs(each[1]))
        return self._leads[key]

    def _shortened(self, key: PairKey, way: _Way, told: int) -> _Way:
        """A way that stands for all that go on from it, where there is no end to them."""
        if told > _MOST_PLACES:
            return replace(way, path=(DEEP,))
        if not self._holds_itself(key):
            return way
        outside = way.path[: way.path.index(DEEP)] if DEEP in way.path else way.path
        return replace(way, path=(*outside, DEEP))

    def _holds_itself(self, start: PairKey) -> bool:
        if start in self._recursive:
            return self._recursive[start]
        seen: set[PairKey] = set()
        pending = [start]
        while pending and start not in seen:
            edges = self._pairs[pending.pop()].edges
            keys = {_key(edge.old, edge.new) for edge in edges if edge.opaque is None} - seen
            seen |= keys
            pending += keys
        self._recursive[start] = start in seen
        return start in seen


def _key(old: Schema, new: Schema) -> PairKey:
    return (old.direction, *old.key), new.key
