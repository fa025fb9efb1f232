"""How a project makes a provider's states so, before its interactions are replayed.

A module of the project for each provider defines `PROVIDER`::

    PROVIDER = Provider("location", compose=compose)

    @PROVIDER.state("a location")
    def a_location(given: Given, *, user_id: UUID, latitude: float, …) -> None:
        LocationTable(given.table).put(…)

What a state's parameters are follows from the function's annotations; an interaction that gives
others is refused before anything is replayed.

What makes the provider publish a message is registered, too; its parameters are those of the
states that have them::

    @PROVIDER.publishes(USER_DELETED)
    def deleting(occasion: Occasion, *, token: str) -> None:
        occasion.client(AuthenticationClient, credentials=Bearer(token)).delete_current_user()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pactwright.contract.errors import StateError
from pactwright.contract.pacts import Interaction, Pact, State
from pactwright.contract.verification.places import Composition, Given, Occasion
from pactwright.contract.verification.producing import Producer
from pactwright.contract.verification.states import StateHandler, adapter

if TYPE_CHECKING:  # they take 0.3 s, and what is wrong with contracts is told within a second
    from pactwright.deploy.deployment import Deployment
    from pactwright.local.inprocess import Handler
    from pactwright.wire import Message

__all__ = ["Composition", "Given", "Occasion", "Provider"]

F = TypeVar("F", bound=Callable[..., None])


@dataclass(slots=True)
class Provider:
    """A service as its pacts are verified.

    Attributes:
        name: the service's.
        compose: its handler for events of API Gateway, in this process; as its entry composes it.
        always: what is always so for the services that it calls.
        prepare: called once with the stacks that are up, before anything is replayed on them.
        topic: the output of its stack that tells the ARN of the topic that it publishes to.
        handlers: what makes each of its states so.
        producers: what makes it publish each of its messages, by name.
    """

    name: str
    compose: Callable[[Composition], Handler]
    always: Mapping[str, Iterable[State]] = field(default_factory=dict[str, Iterable[State]])
    prepare: Callable[[Deployment], object] | None = None
    topic: str = "TopicArn"
    handlers: dict[str, StateHandler] = field(default_factory=dict[str, StateHandler])
    producers: dict[str, Producer] = field(default_factory=dict[str, Producer])

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

    def publishes(self, message: Message[Any]) -> Callable[[F], F]:
        """Register what makes it publish a message: a function of `Occasion`.

        Its other parameters, by name, are those of the interaction's states that have these names.
        What is done has to be one thing, of which one message comes.

        Args:
            message: which one, of its generated package.

        Raises:
            StateError: the message has a producer already, or its parameters can't be read.
        """

        def register(function: F) -> F:
            what = f"{self.name}: the message {message.name!r}"
            if message.name in self.producers:
                raise StateError(f"{what} has two producers")
            parameters = adapter(what, function, extra="ignore")
            self.producers[message.name] = Producer(message, function, parameters)
            return function

        return register

    def check(self, pacts: Iterable[Pact], called: Mapping[str, Pact]) -> None:
        """Hold all states and messages against what handles them, `always` against what is called.

        Args:
            pacts: all with this provider.
            called: what it relies on, by the services that it calls.

        Raises:
            StateError: a state is not handled, handled but not used, or has other parameters; or
                so a message; or what is always so is no state of the pact with that service.
        """
        self._check_always(called)
        used: set[str] = set()
        published: set[str] = set()
        for pact in pacts:
            for interaction in pact.interactions:
                used.update(state.name for state in interaction.states)
                published.update(filter(None, [interaction.message]))
                try:
                    for state in interaction.states:
                        self._handler(state).read(state)
                    self._check_message(interaction)
                except StateError as error:
                    where = f"{pact.name}, {interaction.description!r}"
                    raise StateError(f"{self.name}: {error} (needed by {where})") from None
        if unused := [name for name in self.handlers if name not in used]:
            raise StateError(
                f"{self.name}: the state {unused[0]!r} is handled, but no interaction is in it: "
                "remove its function, or record what needs it"
            )

        if idle := [name for name in self.producers if name not in published]:
            raise StateError(
                f"{self.name}: the message {idle[0]!r} has a producer, but nobody relies on it: "
                "remove its function, or record who does"
            )

    def _check_message(self, interaction: Interaction) -> None:
        if interaction.message is not None:
            self.producer(interaction.message).arguments(interaction.states)

    def producer(self, message: str) -> Producer:
        """What makes it publish a message.

        Raises:
            StateError: nothing does.
        """
        if message not in self.producers:
            names = ", ".join(map(repr, self.producers)) or "none"
            raise StateError(f"the message {message!r} has no producer; those that do: {names}")
        return self.producers[message]

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
