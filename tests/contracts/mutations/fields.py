"""Changes to the fields of answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from pactwright.contract.pacts import Interaction
from pactwright.schema.types import Array, Enumeration, Object, Scalar, SchemaType
from pactwright.wire import ResponseMessage
from tests.contracts.mutations import edits, places
from tests.contracts.mutations.edits import Rewrite
from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.mutant import Answered, Mutant, json_of
from tests.contracts.mutations.oracle import (
    counts,
    needs,
    needs_all,
    orders,
    pins,
    reads,
)
from tests.contracts.mutations.places import Field
from tests.contracts.mutations.substitutes import beyond, other, retyped, undeclared

_EPOCH: Final = 1795168800
_WITHOUT_ZONE: Final = "2026-11-20T09:30:00"
_DETAIL: Final = ("detail",)
_TYPE: Final = ("type",)


def mutants(group: Answered) -> Iterator[Mutant]:
    """Mutants that answer with some field changed."""
    if group.json is None or group.json.type is None:
        return
    for field in places.fields(group.asked.api, group.json.type):
        if field.path[-1] != places.EACH:
            yield from _gone(group, field)
        yield from _wrong(group, field)
        if isinstance(field.type, Enumeration):
            yield from _enumerated(group, field, field.type)
        elif isinstance(field.type, Scalar):
            yield from _otherwise(group, field, field.type)
            if field.type.format == "date-time":
                yield _edited(group, Kind.TIME_REWRITTEN, field, edits.REWRITTEN, lambda _: False)
        elif isinstance(field.type, Array):
            yield from _listed(group, field)


def _gone(group: Answered, field: Field) -> Iterator[Mutant]:
    is_constant = isinstance(field.type, Enumeration) and field.type.constant
    missed = field.required and not is_constant  # the client knows constants by itself

    def breaks(interaction: Interaction) -> bool:
        return (missed and needs(interaction, field.path)) or reads(interaction, field.path)

    removed = _edited(group, Kind.FIELD_REMOVED, field, edits.removed, breaks)
    renamed = _edited(group, Kind.FIELD_RENAMED, field, edits.renamed, breaks)
    if removed.breaks:
        yield from (removed, renamed)
    elif not field.required:
        yield replace(removed, kind=Kind.UNREAD_REMOVED)


def _wrong(group: Answered, field: Field) -> Iterator[Mutant]:
    """Values that the schema refuses, and so the generated client."""

    def breaks(interaction: Interaction) -> bool:
        return needs(interaction, field.path) or reads(interaction, field.path)

    def misses(interaction: Interaction) -> bool:
        strict = needs(interaction, field.path) and not field.nullable
        return strict or reads(interaction, field.path)

    found = [_edited(group, kind, field, rewrite, breaks) for kind, rewrite in _refused(field.type)]
    found.append(_edited(group, Kind.FIELD_NULLED, field, edits.nulled, misses))
    if isinstance(field.type, Scalar):
        over = edits.replaced(partial(beyond, field.type))
        found.append(_edited(group, Kind.LIMIT_EXCEEDED, field, over, needs_all))
    if not field.nullable:
        found.append(_edited(group, Kind.NULL_FOR_ABSENT, field, edits.null_added, needs_all))
    yield from (mutant for mutant in found if mutant.breaks)


def _refused(kind: SchemaType) -> Iterator[tuple[Kind, Rewrite]]:
    """Values of another type than the declared one."""
    yield Kind.FIELD_RETYPED, edits.replaced(retyped)
    if isinstance(kind, Object):
        yield Kind.ARRAY_FOR_OBJECT, edits.replaced(lambda value: [value])
    elif isinstance(kind, Array):
        yield Kind.OBJECT_FOR_ARRAY, edits.replaced(lambda value: {"items": value})
    elif isinstance(kind, Scalar) and kind.format == "date-time":
        yield Kind.DATE_AS_NUMBER, edits.replaced(lambda _: _EPOCH)
        yield Kind.ZONE_LOST, edits.replaced(lambda _: _WITHOUT_ZONE)
    elif isinstance(kind, Scalar) and kind.kind == "integer":
        yield Kind.FRACTION, edits.replaced(lambda value: value + 0.5)


def _enumerated(group: Answered, field: Field, kind: Enumeration) -> Iterator[Mutant]:
    """An open enum may have values that the client does not know; a constant may not."""

    def breaks(interaction: Interaction) -> bool:
        fits = not kind.constant or not needs(interaction, field.path)
        return reads(interaction, field.path) or not fits

    is_type = field.path == _TYPE and group.status >= 400
    known = Kind.TYPE_CHANGED if is_type else Kind.ENUM_CHANGED
    mutant = _edited(group, known, field, edits.replaced(undeclared), breaks)
    if mutant.breaks:
        yield mutant
    elif not kind.constant:
        yield replace(mutant, kind=Kind.UNREAD_CHANGED)


def _otherwise(group: Answered, field: Field, kind: Scalar) -> Iterator[Mutant]:
    """Values that the schema allows: they break who relies on the very value."""

    def breaks(interaction: Interaction) -> bool:
        return reads(interaction, field.path) and pins(interaction, field.path)

    changed = edits.replaced(lambda value: other(value, kind))
    mutant = _edited(group, Kind.ECHO_ALTERED, field, changed, breaks)
    if kind.kind == "boolean":
        known = Kind.BOOLEAN_FLIPPED if mutant.breaks else Kind.UNREAD_CHANGED
        yield replace(mutant, kind=known)
    elif mutant.breaks:
        yield mutant
    elif field.path == _DETAIL:
        yield replace(mutant, kind=Kind.DETAIL_REWORDED)
    else:
        yield replace(mutant, kind=Kind.UNPINNED_CHANGED)


def _listed(group: Answered, field: Field) -> Iterator[Mutant]:
    def breaks(interaction: Interaction) -> bool:
        return reads(interaction, field.path)

    def counted(interaction: Interaction) -> bool:
        return reads(interaction, field.path) and counts(interaction, field.path)

    def ordered(interaction: Interaction) -> bool:
        return orders(interaction, field.path)

    grown = _edited(group, Kind.LIST_GROWN, field, edits.GROWN, counted)
    found = [
        _edited(group, Kind.LIST_EMPTIED, field, edits.EMPTIED, breaks),
        _edited(group, Kind.LIST_REVERSED, field, edits.REVERSED, ordered),
        grown if grown.breaks else replace(grown, kind=Kind.ITEM_ADDED),
    ]
    yield from (mutant for mutant in found if mutant.breaks or mutant.kind is Kind.ITEM_ADDED)


def _edited(
    group: Answered,
    kind: Kind,
    field: Field,
    rewrite: Rewrite,
    breaks: Callable[[Interaction], bool],
) -> Mutant:
    def answered(answer: ResponseMessage) -> ResponseMessage | None:
        body = json_of(answer)
        if body is None or not rewrite(body, field.path):
            return None
        return replace(answer, body=json.dumps(body, ensure_ascii=False).encode())

    return group.mutant(kind, str(field), answered, breaks)
