"""Changes to the headers of answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pactwright.contract.pacts import Interaction
from pactwright.schema.description import HeaderDescription
from pactwright.schema.types import Enumeration, Scalar
from pactwright.wire import ResponseMessage
from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.mutant import Answered, Mutant
from tests.contracts.mutations.oracle import pins_header, reads_header
from tests.contracts.mutations.substitutes import reworded

_MALFORMED: Final = "not what it was"


def mutants(group: Answered) -> Iterator[Mutant]:
    """Mutants that answer with other headers."""
    for header in group.response.headers:
        yield _dropped(group, header)
        if _has_form(header):
            malformed = _set(group, Kind.HEADER_MALFORMED, header.name, _MALFORMED)
            if malformed.breaks:
                yield malformed
        yield from _otherwise(group, header)
    yield group.mutant(
        Kind.HEADER_ADDED, "X-Served-By", lambda answer: _with(answer, "X-Served-By")
    )
    yield group.mutant(Kind.HEADERS_LOWERED, "all", _lowered)


def _dropped(group: Answered, header: HeaderDescription) -> Mutant:
    name = header.name

    def answered(answer: ResponseMessage) -> ResponseMessage | None:
        kept = {k: v for k, v in answer.headers.items() if k.lower() != name.lower()}
        return replace(answer, headers=kept) if len(kept) < len(answer.headers) else None

    def breaks(interaction: Interaction) -> bool:
        return reads_header(interaction, name)

    mutant = group.mutant(Kind.HEADER_DROPPED, name, answered, breaks)
    if not mutant.breaks:
        return replace(mutant, kind=Kind.UNREAD_HEADER)
    return replace(mutant, kind=Kind.ETAG_DROPPED) if name == "ETag" else mutant


def _has_form(header: HeaderDescription) -> bool:
    """Whether the document says enough of a header to tell what is none."""
    kind = header.type
    if isinstance(kind, Scalar):
        return kind.kind == "integer" or kind.constraints.pattern is not None
    return isinstance(kind, Enumeration)


def _otherwise(group: Answered, header: HeaderDescription) -> Iterator[Mutant]:
    """Another value of the same form: it breaks who relies on the very value."""
    if not isinstance(header.type, Scalar) or header.type.kind != "string":
        return
    found = {value for heard in group.heard for value in _values(heard.answer, header.name)}
    for value in sorted(found)[:1]:
        mutant = _set(group, Kind.ECHO_ALTERED, header.name, reworded(value), pinned=True)
        yield mutant if mutant.breaks else replace(mutant, kind=Kind.UNPINNED_CHANGED)


def _set(group: Answered, kind: Kind, name: str, value: str, *, pinned: bool = False) -> Mutant:
    def answered(answer: ResponseMessage) -> ResponseMessage | None:
        return _with(answer, name, value) if _values(answer, name) else None

    def breaks(interaction: Interaction) -> bool:
        return (pins_header if pinned else reads_header)(interaction, name)

    return group.mutant(kind, name, answered, breaks)


def _values(answer: ResponseMessage, name: str) -> list[str]:
    return [value for key, value in answer.headers.items() if key.lower() == name.lower()]


def _with(answer: ResponseMessage, name: str, value: str = "1") -> ResponseMessage:
    kept = {k: v for k, v in answer.headers.items() if k.lower() != name.lower()}
    return replace(answer, headers={**kept, name: value})


def _lowered(answer: ResponseMessage) -> ResponseMessage:
    return replace(answer, headers={k.lower(): v for k, v in answer.headers.items()})
