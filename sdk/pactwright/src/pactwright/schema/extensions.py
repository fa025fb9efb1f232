"""The kit's extensions of an operation: ``x-pagination``, ``x-owner`` and ``x-cors``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from pactwright.schema.description import (
    CorsDescription,
    OwnerDescription,
    PaginationDescription,
    ParameterDescription,
    RequirementDescription,
)
from pactwright.schema.document import Node, is_sequence
from pactwright.schema.faults import FaultLog

_ORIGIN: Final = re.compile(
    r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:.]+\](:[0-9]+)?"
)
_LONGEST_AGE: Final = 24 * 60 * 60


class ExtensionReader:
    """Reads the extensions of operations; what can't be read is a fault."""

    def __init__(self, faults: FaultLog) -> None:
        self._faults = faults

    def pagination(self, operation: Node) -> PaginationDescription | None:
        """How a list goes on."""
        if "x-pagination" not in operation:
            return None
        given = operation.child("x-pagination")
        cursor, items, following = (given.text(k) for k in ("cursor", "items", "next"))
        if not (cursor and items and following):
            self._faults.error(given.place, "needs the members cursor, items and next")
            return None
        return PaginationDescription(cursor=cursor, items=items, next_cursor=following)

    def owner(
        self,
        operation: Node,
        parameters: Collection[ParameterDescription],
        security: Sequence[Sequence[RequirementDescription]],
    ) -> OwnerDescription | None:
        """Whose object it is.

        Args:
            operation: the operation.
            parameters: its parameters.
            security: its alternatives.
        """
        if "x-owner" not in operation:
            return None
        given = operation.child("x-owner")
        scope, parameter = given.text("scope"), given.text("parameter")
        if not any(p.location == "path" and p.name == parameter for p in parameters):
            self._faults.error(given.place, "its parameter must be one of the path")
        elif not any(scope in r.scopes for alternative in security for r in alternative):
            self._faults.error(given.place, "its scope must be one that security asks for")
        else:
            return OwnerDescription(scope=scope, parameter=parameter)
        return None

    def cors(self, item: Node, operation: Node) -> CorsDescription | None:
        """Which websites' scripts may use it; an operation's own word outdoes its path's."""
        owner = operation if "x-cors" in operation else item
        if "x-cors" not in owner:
            return None
        given = owner.child("x-cors")
        faults = list(_cors_faults(given))
        for fault in faults:
            self._faults.error(given.place, fault)
        if faults:
            return None
        return CorsDescription(
            allow_origins=tuple(given.get("allowOrigins")), max_age=given.get("maxAge")
        )


def _cors_faults(given: Node) -> Iterator[str]:
    unknown = sorted({name for name, _ in given.members()} - {"allowOrigins", "maxAge"})
    if unknown:
        yield f"knows no {', '.join(unknown)}: only allowOrigins and maxAge"
    origins = given.get("allowOrigins")
    if not is_sequence(origins) or not origins:
        yield "needs allowOrigins, a list"
    elif origins != ["*"] and not all(isinstance(o, str) and _ORIGIN.fullmatch(o) for o in origins):
        yield 'allowOrigins is either ["*"] or origins such as https://shop.example'
    age = given.get("maxAge", 0)
    if not isinstance(age, int) or isinstance(age, bool) or not 0 <= age <= _LONGEST_AGE:
        yield f"maxAge is seconds, up to {_LONGEST_AGE}"
