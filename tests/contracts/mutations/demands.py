"""Changes to what an operation demands of requests."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import Final

from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict

from pactwright.contract.pacts import Interaction
from pactwright.wire import ResponseMessage
from tests.contracts.mutations import places, sent
from tests.contracts.mutations.bodies import problem
from tests.contracts.mutations.change import Change, ChangeAnswer
from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.mutant import Asked, Mutant
from tests.contracts.mutations.oracle import sent_body, succeeds

Lacks = Callable[[PreparedRequest], bool]
"""Whether a request lacks what is demanded."""

_NEW: Final = "purpose"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of requests in which something may be demanded.

    Attributes:
        kind: of change.
        names: what may be demanded: something new, and all that is optional.
        on_wire: the names that a request has in it.
        in_pact: the names that an interaction's request has in it.
    """

    kind: Kind
    names: Callable[[Asked], Iterator[str]]
    on_wire: Callable[[PreparedRequest], Container[str]]
    in_pact: Callable[[Interaction], Container[str]]


def mutants(asked: Asked) -> Iterator[Mutant]:
    """Mutants that refuse what the real provider takes."""
    yield _moved(asked, Kind.PATH_MOVED, problem(404, "not-found"))
    yield _moved(asked, Kind.METHOD_MOVED, problem(405, "method-not-allowed"))
    for part in _PARTS:
        for name in part.names(asked):
            yield _demanded(asked, part, name)
    yield _understood(asked)


def refusal(lacks: Lacks) -> ChangeAnswer:
    """Answer 422 where the real provider takes a request that lacks something."""

    def answered(request: PreparedRequest, answer: ResponseMessage) -> ResponseMessage | None:
        return problem(422, "invalid-request") if answer.status < 400 and lacks(request) else None

    return answered


def _moved(asked: Asked, kind: Kind, gone: ResponseMessage) -> Mutant:
    """The real path or method is gone; who asked for nothing there does not notice."""
    noticing = [each for each in asked.heard if each.interaction.response.status != gone.status]
    what = f"{asked.operation.method} {asked.operation.path} answers {gone.status}"
    change = Change(answered=lambda *_: gone)
    return asked.mutant(kind, what, change, lambda _: True, noticing)


def _demanded(asked: Asked, part: Part, name: str) -> Mutant:
    def lacks(request: PreparedRequest) -> bool:
        return name not in part.on_wire(request)

    def breaks(interaction: Interaction) -> bool:
        return succeeds(interaction) and name not in part.in_pact(interaction)

    return asked.mutant(part.kind, name, Change(answered=refusal(lacks)), breaks)


def _understood(asked: Asked) -> Mutant:
    """A parameter is understood that nobody sends."""

    def answered(request: PreparedRequest, answer: ResponseMessage) -> ResponseMessage:
        return problem(422, "invalid-request") if _NEW in sent.query(request) else answer

    accepted = [each for each in asked.heard if succeeds(each.interaction)]
    change = Change(answered=answered)
    return asked.mutant(Kind.QUERY_ADDED, _NEW, change, lambda _: False, accepted)


def _fields(asked: Asked) -> Iterator[str]:
    for content in asked.operation.body.contents[:1] if asked.operation.body else ():
        yield _NEW
        for field in places.fields(asked.api, content.type) if content.type else ():
            if len(field.path) == 1 and not field.required:
                yield field.path[0]


def _headers(asked: Asked) -> Iterator[str]:
    yield f"X-{_NEW.capitalize()}"
    yield from _optional(asked, "header")


def _parameters(asked: Asked) -> Iterator[str]:
    yield _NEW
    yield from _optional(asked, "query")


def _optional(asked: Asked, location: str) -> Iterator[str]:
    of = (each for each in asked.operation.parameters if each.location == location)
    return (each.name for each in of if not each.required)


_PARTS: Final = (
    Part(
        Kind.BODY_FIELD_REQUIRED,
        _fields,
        on_wire=lambda request: sent.body(request) or (),
        in_pact=lambda interaction: sent_body(interaction) or (),
    ),
    Part(
        Kind.HEADER_REQUIRED,
        _headers,
        on_wire=lambda request: request.headers,
        in_pact=lambda interaction: CaseInsensitiveDict(interaction.request.headers),
    ),
    Part(
        Kind.QUERY_REQUIRED,
        _parameters,
        on_wire=sent.query,
        in_pact=lambda interaction: interaction.request.query,
    ),
)
