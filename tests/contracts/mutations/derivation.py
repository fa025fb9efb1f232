"""All mutants of a provider, and an even choice of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import TypeVar

from pactwright.schema import ApiDescription, OperationDescription
from pactwright.schema.description import ResponseDescription
from tests.contracts.mutations import bodies, demands, fields, headers, limits, messages, rules
from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.mutant import Answered, Asked, Heard, Mutant

T = TypeVar("T")


def derived(provider: str, api: ApiDescription, heard: Sequence[Heard]) -> list[Mutant]:
    """Every mutant that makes a difference to some interaction.

    Args:
        provider: by name.
        api: what its document says.
        heard: all interactions with it.
    """
    found = [mutant for asked in _asked(provider, api, heard) for mutant in _of(asked)]
    return [mutant for mutant in found if mutant.cases]


def _asked(provider: str, api: ApiDescription, heard: Sequence[Heard]) -> Iterator[Asked]:
    messages = [message_as_answer(api, webhook.name) for webhook in api.webhooks]
    for operation in (*api.operations, *messages):
        own = tuple(each for each in heard if each.operation == operation)
        if own:
            yield Asked(provider=provider, api=api, operation=operation, heard=own)


def message_as_answer(api: ApiDescription, message: str) -> OperationDescription:
    """A message as an operation that takes nothing, and answers with it."""
    (webhook,) = (each for each in api.webhooks if each.name == message)
    contents = webhook.body.contents if webhook.body else ()
    answer = ResponseDescription(
        status="200", description="", place=webhook.place, contents=contents
    )
    return OperationDescription(
        name=message, method="", path="", place=webhook.place, responses=(answer,)
    )


def _of(asked: Asked) -> Iterator[Mutant]:
    if not asked.operation.method:
        yield from (mutant for group in _answered(asked) for mutant in messages.mutants(group))
        return
    for group in _answered(asked):
        yield from fields.mutants(group)
        yield from bodies.mutants(group)
        yield from headers.mutants(group)
    yield from demands.mutants(asked)
    yield from limits.mutants(asked)
    yield from rules.mutants(asked)


def _answered(asked: Asked) -> Iterator[Answered]:
    for status in sorted({each.answer.status for each in asked.heard}):
        response = _declared(asked, status)
        if response is not None:
            own = tuple(each for each in asked.heard if each.answer.status == status)
            yield Answered(asked=asked, response=response, status=status, heard=own)


def _declared(asked: Asked, status: int) -> ResponseDescription | None:
    declared = {response.status: response for response in asked.operation.responses}
    names = (str(status), f"{status // 100}XX", "default")
    return next((declared[name] for name in names if name in declared), None)


def chosen(mutants: Iterable[Mutant], most: int) -> list[Mutant]:
    """At most so many mutants of each kind, of as many operations as there are.

    Each kind begins with another operation, and each operation with another field.
    """
    by_kind: dict[Kind, list[Mutant]] = {}
    for mutant in mutants:
        by_kind.setdefault(mutant.kind, []).append(mutant)
    kinds = [by_kind.get(kind, []) for kind in Kind]
    return [one for turns, found in enumerate(kinds) for one in _evenly(found, turns)[:most]]


def _evenly(mutants: Sequence[Mutant], turns: int) -> list[Mutant]:
    by_operation = [list(group) for _, group in groupby(mutants, key=lambda m: m.operation)]
    turned = [_turned(group, turns + index) for index, group in enumerate(by_operation)]
    rows = zip_longest(*_turned(turned, turns))
    return [mutant for row in rows for mutant in row if mutant is not None]


def _turned(group: Sequence[T], turns: int) -> list[T]:
    """The same, beginning with another one."""
    start = turns % len(group) if group else 0
    return [*group[start:], *group[:start]]
