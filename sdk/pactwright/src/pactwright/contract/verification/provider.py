"""How a project makes a provider's states so, before its interactions are replayed.

A module of the project for each provider defines `PROVIDER`::

    PROVIDER = Provider("location", compose=compose)

    @PROVIDER.state("a location")
    def a_location(given: Given, *, user_id: UUID, latitude: float, …) -> None:
        LocationTable(given.table).put(…)

What a state's parameters are follows from the function's annotations; an interaction that gives
others is refused before anything is replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from pactwright.contract.errors import StateError
from pactwright.contract.pacts import Pact, State
from pactwright.contract.verification.states import StateHandler, adapter

if TYPE_CHECKING:  # they take 0.3 s, and what is wrong with contracts is told within a second
    from pactwright.deploy.deployment import Deployment
    from pactwright.local.inprocess import Handler
    from pactwright.service.dynamodb import Table

F = TypeVar("F", bound=Callable[..., None])


class CalledService(Protocol):
    """What stands in for a service that the provider calls."""

    @property
    def url(self) -> str:
        """Where it answers."""
        ...

    def assume(self, *states: State) -> None:
        """Answer as in these states, too."""
        ...

    def disappear(self) -> None:
        """Answer nothing."""
        ...


@dataclass(frozen=True, slots=True)
class _Place:
    """A provider's own table, and what stands in for the services that it calls.

    Attributes:
        called: those stand-ins, by the services' names.
    """

    called: Mapping[str, CalledService]
    _table: Table | None = None

    @property
    def table(self) -> Table:
        """The provider's own table.

        Raises:
            StateError: its template has none.
        """
        if self._table is None:
            raise StateError("the provider's template has no table")
        return self._table


class Composition(_Place):
    """What a provider is composed of where it runs in this process."""

    def url(self, service: str) -> str:
        """Where a called service answers.

        Raises:
            StateError: the provider does not call it.
        """
        return _called(self.called, service).url


class Given(_Place):
    """What a state can be made of. The table is empty before the first state of an interaction."""

    def assume(self, service: str, *states: State) -> None:
        """Let what stands in for a called service answer as in these states, too.

        Raises:
            StateError: the provider does not call it, or no interaction with it is in such a state.
        """
        _called(self.called, service).assume(*states)

    def unreachable(self, service: str) -> None:
        """Let a called service answer nothing.

        Raises:
            StateError: the provider does not call it.
        """
        _called(self.called, service).disappear()


def _called(called: Mapping[str, CalledService], service: str) -> CalledService:
    if service not in called:
        names = ", ".join(called) or "none"
        raise StateError(f"the provider does not call {service!r}; it calls: {names}")
    return called[service]


@dataclass(slots=True)
class Provider:
    """A service as its pacts are verified.

    Attributes:
        name: the service's.
        compose: its handler for events of API Gateway, in this process; as its entry composes it.
        always: what is always so for the services that it calls.
        prepare: called once with the stacks that are up, before anything is replayed on them.
        handlers: what makes each of its states so.
    """

    name: str
    compose: Callable[[Composition], Handler]
    always: Mapping[str, Iterable[State]] = field(default_factory=dict[str, Iterable[State]])
    prepare: Callable[[Deployment], object] | None = None
    handlers: dict[str, StateHandler] = field(default_factory=dict[str, StateHandler])

    def state(self, name: str) -> Callable[[F], F]:
        """Register what makes a state so: a function of `Given`, and of parameters by name.

        Raises:
            StateError: the state is handled already, or the function's parameters can't be read.
        """

        def register(function: F) -> F:
            if name in self.handlers:
                raise StateError(f"{self.name}: the state {name!r} is handled twice")
            parameters = adapter(f"{self.name}: the state {name!r}", function)
            self.handlers[name] = StateHandler(name, function, parameters)
            return function

        return register

    def check(self, pacts: Iterable[Pact], called: Mapping[str, Pact]) -> None:
        """Hold all states against what handles them, and `always` against what is called.

        Args:
            pacts: all with this provider.
            called: what it relies on, by the services that it calls.

        Raises:
            StateError: a state is not handled, handled but not used, or has other parameters; or
                what is always so is no state of the pact with that service.
        """
        self._check_always(called)
        used: set[str] = set()
        for pact in pacts:
            for interaction in pact.interactions:
                used.update(state.name for state in interaction.states)
                try:
                    for state in interaction.states:
                        self._handler(state).read(state)
                except StateError as error:
                    where = f"{pact.name}, {interaction.description!r}"
                    raise StateError(f"{self.name}: {error} (needed by {where})") from None
        if unused := [name for name in self.handlers if name not in used]:
            raise StateError(
                f"{self.name}: the state {unused[0]!r} is handled, but no interaction is in it: "
                "remove its function, or record what needs it"
            )

    def _check_always(self, called: Mapping[str, Pact]) -> None:
        for service, states in self.always.items():
            if service not in called:
                raise StateError(f"{self.name} does not call {service!r}, of which `always` speaks")
            known = {state.name for each in called[service].interactions for state in each.states}
            if wrong := [state.name for state in states if state.name not in known]:
                raise StateError(
                    f"{self.name}: `always` has the state {wrong[0]!r} of {service}, in which no "
                    f"interaction of {called[service].name} is"
                )

    def apply(self, given: Given, states: Iterable[State]) -> None:
        """Make states so, one after the other.

        Raises:
            StateError: one is not handled, or has other parameters.
        """
        for state in states:
            handler = self._handler(state)
            handler.function(given, **handler.read(state))

    def _handler(self, state: State) -> StateHandler:
        if state.name not in self.handlers:
            names = ", ".join(map(repr, self.handlers)) or "none"
            raise StateError(f"the state {state.name!r} is not handled; handled are: {names}")
        return self.handlers[state.name]
