"""Whether what a consumer expects is what it reads: no more, no less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pactwright.contract.recording.expectations import Expected, Path, at, leaves
from pactwright.contract.recording.readings import Readings
from pactwright.contract.schemas import ABSENT, Schema
from pactwright.wire.problems import pointer

_OF_EVERY_ANSWER: Final = frozenset({"content-type", "x-request-id", "x-amzn-requestid"})
"""Headers that no document declares: pinned with the body, or there for whoever looks into it."""


@dataclass(frozen=True, slots=True, order=True)
class OptionalPart:
    """An optional or nullable part of an answer that was read.

    Attributes:
        answer: ``get_location 200``.
        place: ``/label``, with ``*`` for indexes, or ``header ETag``.
        present: whether it was there, and not null.
    """

    answer: str
    place: str
    present: bool

    def __str__(self) -> str:
        way = "without" if self.present else "with"
        return f"{self.answer}: {self.place} is read: add an interaction {way} it"


@dataclass(slots=True)
class Judgement:
    """What comes of comparing an expectation with what was read.

    Attributes:
        faults: what is wrong by itself.
        read: the optional parts that were read: judged when the pact is complete.
    """

    faults: list[str] = field(default_factory=list[str])
    read: set[OptionalPart] = field(default_factory=set[OptionalPart])


def judge(expected: Expected, readings: Readings) -> Judgement:
    """Compare what is expected with what was read."""
    judgement = Judgement()
    _judge_unread(expected, readings, judgement)
    prefixes = {leaf[:n] for leaf in leaves(expected.body) for n in range(len(leaf) + 1)}
    for path in sorted(readings.body, key=lambda path: [str(part) for part in path]):
        optional = _optional(expected, path)
        if optional is not None:
            judgement.read.add(optional)
        if path not in prefixes and not (optional and at(expected.served, path) is ABSENT):
            judgement.faults.append(
                f"{expected.description}: {pointer(*path) or 'the body'} is read but not expected: "
                "add it to the expectation"
            )
    missed = (_optional(expected, path) for path in readings.missed)
    judgement.read.update(each for each in missed if each is not None)
    _judge_headers(expected, readings, judgement)
    return judgement


def _judge_unread(expected: Expected, readings: Readings, judgement: Judgement) -> None:
    unread = [
        f"{pointer(*p) or 'the body'}" for p in leaves(expected.body) if p not in readings.body
    ]
    unread += [
        f"the header {name}" for name in expected.headers if name.lower() not in readings.headers
    ]
    judgement.faults += [
        f"{expected.description}: {place} is expected but never read: leave it out of the "
        "expectation"
        for place in unread
    ]


def _optional(expected: Expected, path: Path) -> OptionalPart | None:
    """A place as one that needs not be there; None where it must."""
    if not path or not isinstance(path[-1], str) or expected.schema is None:
        return None
    parent = _schema_at(expected, path[:-1])
    member = parent.member(path[-1]) if parent else None
    if parent is None or member is None or (path[-1] in parent.required and not member.nullable):
        return None
    return OptionalPart(
        expected.answer, _place(path), at(expected.served, path) not in (ABSENT, None)
    )


def _place(path: Path) -> str:
    return pointer(*("*" if isinstance(part, int) else part for part in path))


def _schema_at(expected: Expected, path: Path) -> Schema | None:
    schema = expected.schema
    for length, part in enumerate(path):
        if schema is None:
            return None
        schema = schema.fitting(at(expected.served, path[:length]))
        schema = schema.member(part) if isinstance(part, str) else schema.items()
    return schema.fitting(at(expected.served, path)) if schema else None


def _judge_headers(expected: Expected, readings: Readings, judgement: Judgement) -> None:
    present = {name.lower() for name in expected.headers}
    for name in sorted(readings.headers):
        declared = expected.declared_header(name)
        if declared is not None and declared.get("required") is not True:
            judgement.read.add(OptionalPart(expected.answer, f"header {name}", name in present))
        elif declared is not None and name not in present:
            judgement.faults.append(
                f"{expected.description}: the header {name} is read but not expected: "
                "add it to headers="
            )
        elif declared is None and name not in _OF_EVERY_ANSWER:
            judgement.faults.append(
                f"{expected.description}: the header {name} is read, but the document does not "
                f"declare that {expected.answer} has it: declare it there"
            )


def unpaired(judged: Sequence[Judgement]) -> Iterator[OptionalPart]:
    """What is read that needs not be there, and is not read both ways in the whole pact.

    That an answer lacks it says nothing where nobody looked.

    A header needs only one interaction that has it: a provider that always sends it is no fault.
    """
    read = {each for judgement in judged for each in judgement.read}
    for each in sorted(read):
        other = OptionalPart(each.answer, each.place, not each.present)
        if other not in read and not (each.present and each.place.startswith("header ")):
            yield each
