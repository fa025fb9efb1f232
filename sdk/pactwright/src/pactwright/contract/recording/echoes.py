"""What an answer says again of its request and of the states before it; a message, of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pactwright.contract.recording.expectations import Expected
from pactwright.wire.problems import pointer

_SHORTEST_ECHO: Final = 3


@dataclass(frozen=True, slots=True)
class Echoes:
    """What request and states say: an answer that says it again is held to it.

    Attributes:
        said: values by name.
        pointers: JSON pointers to what the request has: into its body, or to a parameter.
    """

    said: tuple[tuple[str, Any], ...]
    pointers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, expected: Expected) -> Echoes:
        """What an expectation's request and states say."""
        sources = [expected.sent, *(state.parameters for state in expected.states)]
        parameters = {name: value for name, value in expected.sent.items() if name != "body"}
        pointers = {*_pointers(expected.sent.get("body")), *map(pointer, parameters)}
        return cls(
            tuple(pair for source in sources for pair in _named("", source)), frozenset(pointers)
        )

    def has(self, name: str, value: Any) -> bool:
        """Whether a value of an answer, under a name, was said before.

        Short strings and whole numbers are alike by chance: these count under their name only, and
        booleans never do. A pointer to what the request has says it again, too.
        """
        return (isinstance(value, str) and value in self.pointers) or self.says(name, value)

    def says(self, name: str, value: Any) -> bool:
        """Whether it is a value that was said before, and does not only point to one."""
        if isinstance(value, bool) or value is None:
            return False
        if isinstance(value, str):
            is_said = any(value == said for _, said in self.said)
            return is_said and len(value) >= _SHORTEST_ECHO
        by_name = [said for called, said in self.said if called == name]
        said = by_name if float(value).is_integer() else [said for _, said in self.said]
        return any(_same_number(value, each) for each in said)

    def any_in(self, name: str, value: Any) -> bool:
        """Whether a value of an answer, or any in it, is a value that was said before."""
        return any(self.says(called, each) for called, each in _named(name, value))

    def within(self, text: str) -> list[str]:
        """The strings that occur in a text, each once, in order."""
        strings = {said for _, said in self.said if isinstance(said, str)}
        return sorted(s for s in strings if len(s) >= _SHORTEST_ECHO and s in text)


def _same_number(one: float, other: object) -> bool:
    is_number = isinstance(other, int | float) and not isinstance(other, bool)
    return is_number and one == other


def _named(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _named(str(key), member)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _named(name, item)
    else:
        yield name, value


def _pointers(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[str]:
    if above:
        yield pointer(*above)
    members = value.items() if isinstance(value, Mapping) else ()
    items = enumerate(value) if isinstance(value, list) else ()
    for part, inside in (*members, *items):
        yield from _pointers(inside, (*above, part))
