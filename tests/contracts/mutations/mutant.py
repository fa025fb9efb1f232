"""Mutants, and what they are derived from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from requests import PreparedRequest

from pactwright.contract.pacts import Interaction, Pact, State
from pactwright.schema import ApiDescription, OperationDescription
from pactwright.schema.description import ContentDescription, ResponseDescription
from pactwright.wire import ResponseMessage, mediatypes
from tests.contracts.mutations.change import Change
from tests.contracts.mutations.kinds import Kind


@dataclass(frozen=True)
class Heard:
    """An interaction, with what the provider was asked and answered before it was changed."""

    pact: Pact
    interaction: Interaction
    operation: OperationDescription
    request: PreparedRequest = field(repr=False)
    answer: ResponseMessage = field(repr=False)

    def __str__(self) -> str:
        return f"{self.pact}: {self.interaction.description}"

    @cached_property
    def json(self) -> Any:
        """The answer's body; None where it is not JSON."""
        return json_of(self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One interaction that a mutant is tried on.

    Attributes:
        breaks: whether its consumer is broken by the change.
        states: what is so besides the interaction's own states.
    """

    heard: Heard
    breaks: bool
    states: tuple[State, ...] = ()

    @property
    def interaction(self) -> Interaction:
        """The interaction, with the states that are so besides; they may say more of its own."""
        content = self.heard.interaction.content
        own = [
            each
            for each in content.get("providerStates", ())
            if not any(_implies(state, each) for state in self.states)
        ]
        more = [{"name": state.name, "params": dict(state.parameters)} for state in self.states]
        return Interaction({**content, "providerStates": [*own, *more]})


def _implies(state: State, other: dict[str, Any]) -> bool:
    said = other.get("params", {}).items()
    return state.name == other["name"] and all(state.parameters.get(n) == v for n, v in said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A provider that was changed in one way.

    Attributes:
        kind: of change.
        operation: what is changed, by name.
        what: the change in words.
        cases: the interactions that it makes a difference to.
    """

    kind: Kind
    provider: str
    operation: str
    what: str
    change: Change
    cases: tuple[Case, ...]

    @property
    def breaks(self) -> bool:
        """Whether it breaks any consumer."""
        return any(case.breaks for case in self.cases)

    def __str__(self) -> str:
        return f"{self.kind}: {self.provider} {self.operation}, {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An operation, and all that is asked of it in pacts."""

    provider: str
    api: ApiDescription
    operation: OperationDescription
    heard: tuple[Heard, ...]

    def mutant(
        self,
        kind: Kind,
        what: str,
        change: Change,
        breaks: Callable[[Interaction], bool],
        among: Iterable[Heard] | None = None,
    ) -> Mutant:
        """A mutant of this operation, tried on those interactions that it makes a difference to.

        Args:
            kind: of change.
            what: the change in words.
            change: to the provider.
            breaks: whether it breaks an interaction's consumer.
            among: the interactions that may be concerned; None is all.
        """
        cases = tuple(
            Case(heard=each, breaks=breaks(each.interaction))
            for each in (self.heard if among is None else among)
            if change.touches(each.request, each.answer)
        )
        return Mutant(
            kind=kind,
            provider=self.provider,
            operation=self.operation.name,
            what=what,
            change=change,
            cases=cases,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An operation's answers of one status, as the document has them and as they were heard."""

    asked: Asked
    response: ResponseDescription
    status: int
    heard: tuple[Heard, ...]

    @property
    def content(self) -> ContentDescription | None:
        """What the document says of the body."""
        return next(iter(self.response.contents), None)

    @property
    def json(self) -> ContentDescription | None:
        """What the document says of the body, where that is JSON."""
        content = self.content
        return content if content and is_json(content.media_type) else None

    def mutant(
        self,
        kind: Kind,
        what: str,
        answered: Callable[[ResponseMessage], ResponseMessage | None],
        breaks: Callable[[Interaction], bool] = lambda _: False,
    ) -> Mutant:
        """A mutant that answers otherwise where it would answer with this status.

        Args:
            kind: of change.
            what: the change in words.
            answered: the answer to give instead; None leaves it as it is.
            breaks: whether it breaks an interaction's consumer; by default, it breaks nobody.
        """

        def change(_: PreparedRequest, answer: ResponseMessage) -> ResponseMessage | None:
            return answered(answer) if answer.status == self.status else None

        where = f"{self.status} {what}"
        return self.asked.mutant(kind, where, Change(answered=change), breaks, self.heard)


def is_json(media_type: str | None) -> bool:
    """Whether a Content-Type is JSON, or any ``+json``."""
    parsed = mediatypes.parse(media_type) if media_type else None
    return parsed is not None and parsed.is_json


def media_type(answer: ResponseMessage) -> str | None:
    """An answer's Content-Type."""
    return next((v for k, v in answer.headers.items() if k.lower() == "content-type"), None)


def json_of(answer: ResponseMessage) -> Any:
    """An answer's body; None where it is not JSON."""
    return json.loads(answer.body) if is_json(media_type(answer)) and answer.body else None
