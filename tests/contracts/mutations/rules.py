"""Changes to what a provider checks: who asks, what is sent, in which state, from where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from requests import PreparedRequest

from pactwright.contract.pacts import Interaction
from pactwright.schema.description import PaginationDescription
from tests.contracts.mutations import places, sent
from tests.contracts.mutations.change import Change
from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.mutant import Asked, Case, Heard, Mutant
from tests.contracts.mutations.oracle import pins, succeeds

Part = Callable[[PreparedRequest, PreparedRequest], None]
"""Puts a part of a request, the second, in the place of the same part of another one."""

_AUTHORIZATION: Final = "Authorization"
_PRECONDITIONS: Final = ("If-Match", "If-None-Match")
_INVALID: Final = (400, 401, 403, 422)
_FORBIDDEN: Final = "https://hereabouts.example/problems/forbidden"


def mutants(asked: Asked) -> Iterator[Mutant]:
    """Mutants that leave out a check.

    Most of them take a request for that of a donor: an interaction of the same operation that
    succeeds. What is so for the donor is so besides.
    """
    if asked.operation.security:
        yield from _unauthenticated(asked)
    for heard in asked.heard:
        if not succeeds(heard.interaction):
            yield from _accepted(asked, heard)
    yield from _others(asked)
    yield _unconditional(asked)
    if asked.operation.pagination is not None:
        yield from _pages(asked, asked.operation.pagination)


def _unauthenticated(asked: Asked) -> Iterator[Mutant]:
    """Whoever asks for something is taken for one who may have it."""
    for donor in asked.heard:
        targets = [
            each
            for each in asked.heard
            if each.answer.status == 401 or _is_forbidden(each)
            if each.interaction.request.path == donor.interaction.request.path
        ]
        if donor.answer.status < 300 and targets:
            yield from _donated(asked, Kind.AUTHENTICATION_SKIPPED, targets, donor, [_credentials])
            return


def _accepted(asked: Asked, target: Heard) -> Iterator[Mutant]:
    """What is refused for one reason is taken for what is not."""
    donor = next(iter(_donors(asked, target)), None)
    if donor is None:
        return
    if _is_forbidden(target):
        parts, kind = [_credentials, _path], Kind.OWNER_UNCHECKED
    elif target.answer.status == 401 and asked.operation.security:
        parts, kind = [_credentials], Kind.INVALID_ACCEPTED
    elif target.answer.status in _INVALID:
        parts, kind = [sent.set_body, _query], Kind.VALIDATION_SKIPPED
    else:
        return
    yield from _donated(asked, kind, [target], donor, parts)


def _is_forbidden(target: Heard) -> bool:
    return target.answer.status == 403 and (target.json or {}).get("type") == _FORBIDDEN


def _others(asked: Asked) -> Iterator[Mutant]:
    """Answers meant for another request, where the one asked for pins what differs."""
    parts = [sent.set_body, _query, _path, _credentials]
    for target in asked.heard:
        for donor in asked.heard:
            alike = donor.answer.status == target.answer.status < 300
            if alike and _names(donor) != _names(target) and _tells_apart(target, donor):
                yield from _donated(asked, Kind.ANOTHERS_RESOURCE, [target], donor, parts)
                break


def _names(heard: Heard) -> tuple[object, ...]:
    """By what a request tells which resource it means."""
    request = heard.interaction.request
    named = request.body if request.method == "POST" else None
    return request.path, request.query, request.headers.get(_AUTHORIZATION), named


def _tells_apart(target: Heard, donor: Heard) -> bool:
    """Whether a consumer reads, and pins, what the donor's answer has otherwise."""
    return any(
        pins(target.interaction, path)
        and places.values(target.json, path) != places.values(donor.json, path)
        for path in set(places.ends(target.interaction.response.body))
    )


def _donors(asked: Asked, target: Heard) -> list[Heard]:
    """Interactions that succeed, those most like the target first."""

    def unlike(donor: Heard) -> tuple[bool, bool]:
        sends = [_AUTHORIZATION in each.request.headers for each in (target, donor)]
        paths = [each.interaction.request.path for each in (target, donor)]
        return sends[0] != sends[1], paths[0] != paths[1]

    return sorted((each for each in asked.heard if each.answer.status < 300), key=unlike)


def _donated(
    asked: Asked, kind: Kind, targets: Sequence[Heard], donor: Heard, parts: Sequence[Part]
) -> Iterator[Mutant]:
    """Parts of every request are those of the donor's; nothing where they are already."""

    def change(request: PreparedRequest) -> bool:
        before = _sent(request)
        for put in parts:
            put(request, donor.request)
        return _sent(request) != before

    what = f"taken for {donor.interaction.description!r}"
    mutant = asked.mutant(kind, what, Change(asked=change), lambda _: True, targets)
    if mutant.cases:
        yield replace(mutant, cases=tuple(_as_for(donor, case) for case in mutant.cases))


def _sent(request: PreparedRequest) -> tuple[object, ...]:
    return request.url, request.body, request.headers.get(_AUTHORIZATION)


def _as_for(donor: Heard, case: Case) -> Case:
    """What is so for the donor is so besides."""
    own = case.heard.interaction.states
    return replace(case, states=tuple(s for s in donor.interaction.states if s not in own))


def _credentials(request: PreparedRequest, donor: PreparedRequest) -> None:
    sent.set_header(request, _AUTHORIZATION, donor)


def _query(request: PreparedRequest, donor: PreparedRequest) -> None:
    sent.set_query(request, sent.query(donor))


def _path(request: PreparedRequest, donor: PreparedRequest) -> None:
    sent.set_path(request, sent.path(donor))


def _unconditional(asked: Asked) -> Mutant:
    demanded = any(response.status == "428" for response in asked.operation.responses)

    def change(request: PreparedRequest) -> bool:
        found = [request.headers.pop(name, None) for name in _PRECONDITIONS]
        if demanded and found[0] is not None:
            request.headers["If-Match"] = "*"  # it has to be there, and is ignored all the same
        return any(value is not None for value in found)

    def breaks(interaction: Interaction) -> bool:
        return interaction.response.status in (304, 412)

    what = " and ".join(_PRECONDITIONS)
    return asked.mutant(Kind.PRECONDITION_IGNORED, what, Change(asked=change), breaks)


def _pages(asked: Asked, pages: PaginationDescription) -> Iterator[Mutant]:
    """Whatever the cursor, the first page is answered; whatever the page's size, all there is.

    Who gets a page that is not the last one needs its size; of others the pact does not tell.
    """
    change = Change(asked=partial(_drop, pages.cursor))
    yield asked.mutant(Kind.CURSOR_IGNORED, pages.cursor, change, lambda _: True)
    unfinished = [
        each
        for each in asked.heard
        if any(places.values(each.interaction.response.body, (pages.next_cursor,)))
    ]
    for parameter in asked.operation.parameters:
        if parameter.location == "query" and parameter.name != pages.cursor:
            name, change = parameter.name, Change(asked=partial(_drop, parameter.name))
            yield asked.mutant(Kind.PAGE_SIZE_IGNORED, name, change, lambda _: True, unfinished)


def _drop(name: str, request: PreparedRequest) -> bool:
    values = sent.query(request)
    found = values.pop(name, None)
    sent.set_query(request, values)
    return found is not None
