"""Stands in for a service that a provider calls, by the pact between the two and nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import to_jsonable_python

from pactwright.client.idempotency import HEADER
from pactwright.contract.errors import ContractError, StateError
from pactwright.contract.pacts import Interaction, Pact, State
from pactwright.contract.recognition import differences, is_at, same
from pactwright.contract.verification.merging import merged
from pactwright.local.endpoint import Endpoint, Received
from pactwright.wire import PROBLEM_JSON, ResponseMessage

NOT_COVERED = 501
"""The status of an answer to what no interaction covers."""

_RANDOM: Final = frozenset({HEADER.lower()})


@dataclass
class Stub:
    """Answers the interactions of one pact whose states are all assumed.

    Attributes:
        pact: between the provider under verification and the service that this stands in for.
        answer: makes an interaction's answer, complete as the service's document has it.
        always: states that are assumed at all times.
        meaningful: the header fields that mean something to an interaction's operation: one that
            the interaction does not have makes another request. Any other that it does not have,
            such as Accept or Range, is passed over: the documents give it no meaning, and clients
            add such fields as they like.
    """

    pact: Pact
    answer: Callable[[Interaction], ResponseMessage]
    always: tuple[State, ...] = ()
    meaningful: Callable[[Interaction], Collection[str]] = lambda _: ()
    _assumed: list[State] = field(default_factory=list[State])
    _missed: list[str] = field(default_factory=list[str])
    _gone: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._known = {state.name for each in self.pact.interactions for state in each.states}
        self.endpoint = Endpoint(self.respond)
        self.reset()

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.endpoint.url

    def reset(self) -> None:
        """Assume again what is always so, and nothing else; forget what was missed."""
        with self._lock:
            self._assumed, self._missed, self._gone = [], [], False
        self.assume(*self.always)

    def assume(self, *states: State) -> None:
        """Assume states, too.

        Raises:
            StateError: no interaction of the pact is in one of them.
        """
        for state in states:
            if state.name not in self._known:
                names = ", ".join(map(repr, sorted(self._known))) or "none"
                raise StateError(
                    f"no interaction of {self.pact.name} is in the state {state.name!r}; "
                    f"there are: {names}"
                )
        with self._lock:
            self._assumed += states

    def disappear(self) -> None:
        """End every connection without an answer."""
        with self._lock:
            self._gone = True

    def take_missed(self) -> list[str]:
        """What was asked since the last time that no interaction covers, in words."""
        with self._lock:
            missed, self._missed = self._missed, []
        return missed

    def respond(self, received: Received) -> ResponseMessage | None:
        """Answer a request as the interaction that covers it says; None where it is gone."""
        with self._lock:
            assumed, gone = tuple(self._assumed), self._gone
        if gone:
            return None
        found = self._covering(received, assumed)
        if found and (covering := merged(found)) is not None:
            return self._answered(covering)
        if found:
            return self._miss(self._ambiguous(received, found))
        return self._miss(self._uncovered(received, assumed))

    def _answered(self, interaction: Interaction) -> ResponseMessage:
        try:
            return self.answer(interaction)
        except ContractError as error:
            said = f"{self.pact.name}.json: {interaction.description!r} can't be answered: {error}"
            return self._miss(said)

    def _miss(self, said: str) -> ResponseMessage:
        with self._lock:
            self._missed.append(said)
        return _problem(said)

    def _covering(self, received: Received, assumed: Iterable[State]) -> list[Interaction]:
        """The interactions that cover a request: of several, those in the most states."""
        active = [
            each
            for each in self.pact.interactions
            if not _missing(each, assumed)
            and is_at(each.request, received)
            and not any(self._differences(each, received))
        ]
        most = max((len(each.states) for each in active), default=0)
        return [each for each in active if len(each.states) == most]

    def _differences(self, each: Interaction, received: Received) -> Iterator[str]:
        return differences(each.request, received, self.meaningful(each), _RANDOM)

    def _ambiguous(self, received: Received, found: Iterable[Interaction]) -> str:
        names = " and ".join(repr(each.description) for each in found)
        return (
            f"{self.pact.consumer} asked {self.pact.provider}: {received}; {names} of "
            f"{self.pact.name} both cover it, and contradict each other: give one another state"
        )

    def _uncovered(self, received: Received, assumed: Iterable[State]) -> str:
        under = "; ".join(map(str, assumed)) or "nothing"
        near = "".join(f"\n  {line}" for line in self._near(received, assumed))
        return (
            f"{self.pact.consumer} asked {self.pact.provider}: {received}; no interaction of "
            f"{self.pact.name} covers it under: {under}{near}"
        )

    def _near(self, received: Received, assumed: Iterable[State]) -> Iterator[str]:
        for each in self.pact.interactions:
            if is_at(each.request, received):
                wrong = [f"{state} is not assumed" for state in _missing(each, assumed)]
                wrong += self._differences(each, received)
                yield f"{each.description!r} does not: {'; '.join(wrong)}"


def _missing(interaction: Interaction, assumed: Iterable[State]) -> list[State]:
    """The states of an interaction that are not assumed."""
    known = [(state.name, _parameters(state)) for state in assumed]
    return [
        state
        for state in interaction.states
        if not any(
            name == state.name and same(parameters, _parameters(state))
            for name, parameters in known
        )
    ]


def _parameters(state: State) -> Mapping[str, Any]:
    """A state's parameters as JSON; one that is null is as good as none."""
    given: Mapping[str, Any] = to_jsonable_python(state.parameters)
    return {name: value for name, value in given.items() if value is not None}


def _problem(said: str) -> ResponseMessage:
    problem = {"type": "about:blank", "title": "Not covered", "status": NOT_COVERED, "detail": said}
    return ResponseMessage(
        NOT_COVERED, {"Content-Type": PROBLEM_JSON}, json.dumps(problem).encode()
    )
