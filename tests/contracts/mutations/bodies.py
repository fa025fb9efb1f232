"""Changes to whole answers: status, media type, body."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from pactwright.contract.pacts import Interaction
from pactwright.wire import PROBLEM_JSON, ResponseMessage
from tests.contracts.mutations import places
from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.mutant import Answered, Mutant, is_json, json_of, media_type
from tests.contracts.mutations.oracle import mentions, needs_all

_NEIGHBOURS: Final = {204: 200, 304: 200}
_ADDED: Final = {"since": "a later release", "details": [1, 2.5, None, True]}
_PAGE: Final = b"<!doctype html><title>A page</title><p>It is about somebody."


def mutants(group: Answered) -> Iterator[Mutant]:
    """Mutants that answer otherwise as a whole."""
    yield from _statuses(group)
    if group.json is not None:
        yield from _wrapped(group)
        yield from _written_otherwise(group)
    elif group.content is not None:
        yield from _texts(group)
    if group.content is not None:
        yield group.mutant(
            Kind.MEDIA_TYPE,
            "answered as text/plain",
            lambda answer: typed(answer, "text/plain"),
            lambda each: needs_all(each) or each.response.has_body,
        )


def _statuses(group: Answered) -> Iterator[Mutant]:
    neighbour = _NEIGHBOURS.get(group.status, group.status + 1)
    yield group.mutant(
        Kind.STATUS_CHANGED,
        f"became {neighbour}",
        lambda answer: replace(answer, status=neighbour),
        lambda _: True,
    )
    yield group.mutant(
        Kind.FAILURE, "became 500", lambda _: problem(500, "internal-error"), lambda _: True
    )


def _wrapped(group: Answered) -> Iterator[Mutant]:
    """A body without any of its fields: the generated client misses those that are required."""

    def breaks(interaction: Interaction) -> bool:
        return (needs_all(interaction) and _demands(group)) or interaction.response.has_body

    changes: tuple[tuple[Kind, Callable[[Any], Any]], ...] = (
        (Kind.ENVELOPED, lambda body: {"data": body}),
        (Kind.BODY_LOST, lambda _: {}),
    )
    for kind, change in changes:
        mutant = group.mutant(kind, "body", _rewritten(change), breaks)
        if mutant.breaks:
            yield mutant


def _demands(group: Answered) -> bool:
    declared = group.json.type if group.json else None
    found = places.fields(group.asked.api, declared) if declared else ()
    return any(field.required and len(field.path) == 1 for field in found)


def _written_otherwise(group: Answered) -> Iterator[Mutant]:
    """The same said otherwise, or more said: it breaks nobody."""
    spaced = _rewritten(lambda body: body, indent=4)
    yield group.mutant(Kind.FIELD_ADDED, "body", _rewritten(lambda body: {**body, "new": _ADDED}))
    yield group.mutant(Kind.FIELD_ADDED, "objects in body", _rewritten(_enriched))
    yield group.mutant(Kind.KEYS_REVERSED, "body", _rewritten(_reversed))
    yield group.mutant(Kind.WHITESPACE, "body", spaced)
    yield group.mutant(Kind.ESCAPED, "body", _rewritten(lambda body: body, ensure_ascii=True))
    yield group.mutant(Kind.CHARSET, "Content-Type", _with_charset)


def _texts(group: Answered) -> Iterator[Mutant]:
    mentioned = group.mutant(
        Kind.MENTION_LOST, "body", lambda answer: replace(answer, body=_PAGE), mentions
    )
    if mentioned.breaks:
        yield mentioned
    yield group.mutant(
        Kind.TEXT_REWORDED,
        "body",
        lambda answer: replace(answer, body=answer.body + b"\n<!-- Until tomorrow. -->\n"),
    )


def typed(answer: ResponseMessage, kind: str) -> ResponseMessage:
    """The same answer with another Content-Type."""
    kept = {k: v for k, v in answer.headers.items() if k.lower() != "content-type"}
    return replace(answer, headers={**kept, "Content-Type": kind})


def problem(status: int, slug: str) -> ResponseMessage:
    """A problem that a provider may answer."""
    said = {
        "type": f"https://hereabouts.example/problems/{slug}",
        "title": slug.replace("-", " ").capitalize(),
        "status": status,
        "request_id": "00000000-0000-4000-8000-000000000000",
        "errors": [{"location": "header", "pointer": "/", "detail": "is not what it should be"}],
    }
    return ResponseMessage(status, {"Content-Type": PROBLEM_JSON}, json.dumps(said).encode())


def _rewritten(
    change: Callable[[Any], Any], *, indent: int | None = None, ensure_ascii: bool = False
) -> Callable[[ResponseMessage], ResponseMessage | None]:
    def answered(answer: ResponseMessage) -> ResponseMessage | None:
        body = json_of(answer)
        if not isinstance(body, dict):
            return None
        text = json.dumps(change(body), indent=indent, ensure_ascii=ensure_ascii)
        same_text = ensure_ascii and text == json.dumps(body, ensure_ascii=False)
        return None if same_text else replace(answer, body=text.encode())

    return answered


def _with_charset(answer: ResponseMessage) -> ResponseMessage | None:
    kind = media_type(answer)
    return typed(answer, f"{kind}; charset=utf-8") if is_json(kind) else None


def _enriched(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _enriched(member) for key, member in value.items()} | {"new": _ADDED}
    return [_enriched(item) for item in value] if isinstance(value, list) else value


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value
