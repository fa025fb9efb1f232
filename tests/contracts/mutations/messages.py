"""Changes to messages: those of an answer with success, for they are read as strictly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Final

from tests.contracts.mutations import bodies, fields
from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.mutant import Answered, Mutant

_KINDS: Final[Mapping[Kind, Kind]] = {
    Kind.FIELD_RENAMED: Kind.MESSAGE_RENAMED,
    Kind.FIELD_REMOVED: Kind.MESSAGE_REMOVED,
    Kind.FIELD_NULLED: Kind.MESSAGE_NULLED,
    Kind.FIELD_RETYPED: Kind.MESSAGE_RETYPED,
    Kind.ARRAY_FOR_OBJECT: Kind.MESSAGE_ARRAY,
    Kind.ENUM_CHANGED: Kind.MESSAGE_CONSTANT,
    Kind.ECHO_ALTERED: Kind.MESSAGE_OF_ANOTHER,
    Kind.DATE_AS_NUMBER: Kind.MESSAGE_TIME,
    Kind.ZONE_LOST: Kind.MESSAGE_TIME,
    Kind.LIMIT_EXCEEDED: Kind.MESSAGE_LIMIT,
    Kind.ENVELOPED: Kind.MESSAGE_WRAPPED,
    Kind.BODY_LOST: Kind.MESSAGE_WRAPPED,
    Kind.FIELD_ADDED: Kind.MESSAGE_ADDED,
    Kind.UNPINNED_CHANGED: Kind.MESSAGE_UNPINNED,
    Kind.TIME_REWRITTEN: Kind.MESSAGE_REWRITTEN,
    Kind.KEYS_REVERSED: Kind.MESSAGE_REWRITTEN,
    Kind.WHITESPACE: Kind.MESSAGE_REWRITTEN,
}
"""What a change to a body is in a message. It has no status and no headers."""


def mutants(group: Answered) -> Iterator[Mutant]:
    """Mutants whose message is another."""
    for mutant in chain(fields.mutants(group), bodies.mutants(group)):
        if mutant.kind in _KINDS:
            yield replace(mutant, kind=_KINDS[mutant.kind])
