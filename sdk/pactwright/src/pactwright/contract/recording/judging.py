"""Whether what a consumer expects is what it reads: no more, no less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pactwright.contract.recording.expectations import Expectation, Path, at, leaves
from pactwright.contract.recording.readings import Readings
from pactwright.contract.schemas import ABSENT, Schema
from pactwright.schema.document import is_mapping, is_sequence
from pactwright.wire.problems import pointer


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
        absent: the optional parts that the answer lacks, read or not.
    """

    faults: list[str] = field(default_factory=list[str])
    read: set[OptionalPart] = field(default_factory=set[OptionalPart])
    absent: set[OptionalPart] = field(default_factory=set[OptionalPart])


def judge(expected: Expectation, readings: Readings) -> Judgement:
    """Compare what is expected with what was read."""
    judgement = Judgement(absent=set(_absent(expected)))
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
    _judge_headers(expected, readings, judgement)
    return judgement


def _judge_unread(expected: Expectation, readings: Readings, judgement: Judgement) -> None:
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


def _optional(expected: Expectation, path: Path) -> OptionalPart | None:
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


def _schema_at(expected: Expectation, path: Path) -> Schema | None:
    schema = expected.schema
    for length, part in enumerate(path):
        if schema is None:
            return None
        schema = schema.fitting(at(expected.served, path[:length]))
        schema = schema.member(part) if isinstance(part, str) else schema.items()
    return schema.fitting(at(expected.served, path)) if schema else None


def _judge_headers(expected: Expectation, readings: Readings, judgement: Judgement) -> None:
    declared = expected.declaration.response_headers(expected.status)
    present = {name.lower() for name in expected.headers}
    for name in sorted(readings.headers & declared.keys()):
        if declared[name].get("required") is not True:
            judgement.read.add(OptionalPart(expected.answer, f"header {name}", name in present))
        elif name not in present:
            judgement.faults.append(
                f"{expected.description}: the header {name} is read but not expected: "
                "add it to headers="
            )


def _absent(expected: Expectation) -> Iterator[OptionalPart]:
    """The optional members that the answer does not have, whether or not anyone looked."""
    if expected.schema is not None:
        yield from _absent_from(expected, expected.schema, ())


def _absent_from(expected: Expectation, schema: Schema, path: Path) -> Iterator[OptionalPart]:
    value = at(expected.served, path)
    schema = schema.fitting(value)
    if is_sequence(value):
        inside: list[tuple[str | int, Schema | None]] = [
            (i, schema.items()) for i in range(len(value))
        ]
    elif is_mapping(value):
        inside = [(name, schema.member(name)) for name in schema.names]
    else:
        return
    for part, below in inside:
        if at(expected.served, (*path, part)) is ABSENT:
            yield OptionalPart(expected.answer, _place((*path, part)), present=False)
        elif below is not None:
            yield from _absent_from(expected, below, (*path, part))


def unpaired(judged: Sequence[Judgement]) -> Iterator[OptionalPart]:
    """What is read that needs not be there, and is not there both ways in the whole pact.

    A header needs only one interaction that has it: a provider that always sends it is no fault.
    """
    read = {each for judgement in judged for each in judgement.read}
    seen = read | {each for judgement in judged for each in judgement.absent}
    for each in sorted(read):
        other = OptionalPart(each.answer, each.place, not each.present)
        if other not in seen and not (each.present and each.place.startswith("header ")):
            yield each
