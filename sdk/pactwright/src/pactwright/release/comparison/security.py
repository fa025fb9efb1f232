"""What differs in the credentials that an operation takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pactwright.release.comparison.changes import Concern, Finding
from pactwright.release.comparison.kinds import Kind
from pactwright.release.comparison.recorded import Recorded
from pactwright.release.comparison.schemas.expanding import expanded
from pactwright.release.comparison.schemas.values import canonical
from pactwright.release.comparison.scope import Operation, Scope
from pactwright.schema.document import Node, is_mapping

_SAID: Final = {"description", "bearerFormat"}
"""What of a security scheme means nothing on the wire."""

_UNAUTHENTICATED: Final = 401
_DENIED: Final = (401, 403)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A security scheme by what it is, whatever it is called; and how a request shows it.

    Attributes:
        said: all that the document says of it, but for the scopes that there are.
        header: the header that has it; "" where it is somewhere else.
        prefix: how that begins.
        parameter: location and name of the parameter that has it, of an API key.
    """

    said: str
    prefix: str = ""
    parameter: tuple[str, str] = ("header", "Authorization")

    def shown(self, it: Recorded) -> bool:
        """Whether a request shows credentials of this kind."""
        found = it.parameter(*self.parameter)
        return found is not None and found[0].lower().startswith(self.prefix)


Alternative = Mapping[Scheme, frozenset[str]]
"""The schemes that are needed together, each with its scopes."""


def compared(scope: Scope) -> Iterator[Finding]:
    """What differs in the credentials that an operation takes."""
    before, after = alternatives(scope.old), alternatives(scope.new)
    places = tuple(op.owner("security").child("security").place for op in (scope.old, scope.new))
    at = places[0], places[1]
    for each in before:
        if any(_suffices(each, other) for other in after):
            continue
        schemes = [other for other in after if other.keys() <= each.keys()]
        kind = Kind.SCOPES_DEMANDED if schemes else Kind.CREDENTIALS_DEMANDED
        message = f"{_told(after)}, and {_named(each)} does not suffice any more"
        yield scope.note(kind, message, at, "security", _concern(before, after))
    newly = [each for each in after if not any(_suffices(each, other) for other in before)]
    if newly:
        message = f"{_told(after)}, was {_told(before)}"
        relief = _relief(newly)
        yield scope.note(Kind.CREDENTIALS_ALLOWED, message, at, "security", relief=relief)


def alternatives(operation: Operation) -> list[Alternative]:
    """What suffices, each by itself; an empty one is nothing at all."""
    node = operation.owner("security").child("security")
    found = [_alternative(operation, each) for each in node.items()]
    return found or [{}]


def _alternative(operation: Operation, node: Node) -> Alternative:
    schemes = operation.document.root.child("components").child("securitySchemes")
    return {
        _scheme(operation, name, schemes.child(name)): frozenset(
            str(scope.value) for scope in child.items()
        )
        for name, child in node.members()
    }


def _scheme(operation: Operation, name: str, node: Node) -> Scheme:
    said = expanded(operation.document, node)
    if not is_mapping(said):
        return Scheme(canonical([name, said]))
    kept = {key: _without_scopes(value) for key, value in said.items() if key not in _SAID}
    kind = str(said.get("type")).lower()
    if kind == "http":
        kept["scheme"] = str(said.get("scheme")).lower()
        return Scheme(canonical(kept), f"{kept['scheme']} ")
    if kind == "apikey":
        return Scheme(canonical(kept), "", (str(said.get("in")), str(said.get("name"))))
    return Scheme(canonical(kept), "bearer ")


def _without_scopes(value: Any) -> Any:
    """The flows of OAuth without the scopes that there are: those that are needed count."""
    if not is_mapping(value):
        return value
    return {name: _without_scopes(v) for name, v in value.items() if name != "scopes"}


def _suffices(given: Alternative, wanted: Alternative) -> bool:
    """Whether who shows what one alternative needs shows what another one needs."""
    return all(scheme in given and needed <= given[scheme] for scheme, needed in wanted.items())


def _concern(before: list[Alternative], after: list[Alternative]) -> Concern:
    """Who succeeds with credentials that do not suffice any more."""

    def concerned(it: Recorded) -> bool:
        if it.status == _UNAUTHENTICATED:
            return False
        shown = [each for each in before if all(scheme.shown(it) for scheme in each)]
        own = [each for each in shown if each] or shown
        return not any(_suffices(each, other) for each in own for other in after) or not own

    return concerned


def _relief(newly: list[Alternative]) -> Concern:
    """Who relies on being refused with what suffices now."""
    return lambda it: it.status in _DENIED and any(all(s.shown(it) for s in a) for a in newly)


def _named(alternative: Alternative) -> str:
    names = [_name(scheme, scopes) for scheme, scopes in alternative.items()]
    return " with ".join(names) or "nothing"


def _told(found: list[Alternative]) -> str:
    return f"{' or '.join(map(_named, found))} is needed"


def _name(scheme: Scheme, scopes: frozenset[str]) -> str:
    location, name = scheme.parameter
    what = scheme.prefix.strip() or f"{location} {name}"
    return f"{what} ({', '.join(sorted(scopes))})" if scopes else what
