"""JSON objects in which a name stands twice.

Parsers differ in which of the values they take (RFC 8259 section 4), so what one that checks a
request saw need not be what another one acts upon. I-JSON forbids it (RFC 7493 section 2.3).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, cast

from pactwright.wire.problems import pointer

MOST: Final = 100
"""How many places are told at most."""


class RepeatedName(ValueError):
    """An object has two members of one name.

    Attributes:
        pointers: JSON pointers to the members.
    """

    def __init__(self, pointers: tuple[str, ...]) -> None:
        super().__init__(f"given more than once: {', '.join(pointers)}")
        self.pointers = pointers


class _Repeated(Exception):
    pass


class _Members(list[tuple[str, Any]]):
    """An object with all its members."""


def refuse_repeated_names(text: bytes | str) -> None:
    """Hold a JSON text to having each name once; one that is no JSON is left to who reads it.

    Args:
        text: characters, or their bytes in UTF-8 (RFC 8259 section 8.1).

    Raises:
        RepeatedName: an object has a name twice.
    """
    try:
        _CHECK.decode(text if isinstance(text, str) else text.decode("utf-8"))
    except _Repeated:
        raise RepeatedName(_pointers(text)) from None
    except (ValueError, RecursionError):
        return


def _unique(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise _Repeated


# Numbers stay text, for they don't matter here, and long ones take long.
_CHECK: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_int=str, parse_float=str)


def _pointers(text: bytes | str) -> tuple[str, ...]:
    try:
        value = json.loads(text, object_pairs_hook=_Members, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):  # behind what is repeated, it is no JSON
        return ("",)
    return tuple(
        islice(dict.fromkeys(pointer(*_path(member)) for member in _repeated(value)), MOST)
    )


@dataclass(frozen=True, slots=True)
class _Member:
    """A value, and where it stands: in which other one, by which name or index."""

    value: object
    name: str | int = ""
    holder: _Member | None = None

    def members(self) -> Iterator[_Member]:
        """What it holds; nothing, where it is no object and no array."""
        if isinstance(self.value, _Members):
            yield from (_Member(value, name, self) for name, value in self.value)
        elif isinstance(self.value, list):
            listed = cast("list[object]", self.value)
            yield from (_Member(value, index, self) for index, value in enumerate(listed))


def _path(member: _Member) -> tuple[str | int, ...]:
    path: list[str | int] = []
    while member.holder is not None:
        path.append(member.name)
        member = member.holder
    return tuple(reversed(path))


def _repeated(value: object) -> Iterator[_Member]:
    """The members whose names stand twice, in their order.

    Without recursion: a parser may take a text that is nested deeper than Python's own calls.
    """
    entered = [_Member(value).members()]
    seen: list[set[str | int]] = [set()]
    while entered:
        member = next(entered[-1], None)
        if member is None:
            entered.pop()
            seen.pop()
            continue
        if member.name in seen[-1]:
            yield member
        seen[-1].add(member.name)
        entered.append(member.members())
        seen.append(set())
