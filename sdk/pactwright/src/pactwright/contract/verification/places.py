"""What a provider is composed of, what its states are made of, and what can be done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pactwright.contract.errors import StateError
from pactwright.contract.pacts import State

if TYPE_CHECKING:  # they take 0.3 s, and what is wrong with contracts is told within a second
    from requests.adapters import BaseAdapter

    from pactwright.client import Client
    from pactwright.service.dynamodb import Table
    from pactwright.wire import Message

    C = TypeVar("C", bound=Client)


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


class Publisher(Protocol):
    """A topic, as `pactwright.service.topics` has it."""

    def publish(self, message: Message[Any], value: Any, /) -> None:
        """Have a message delivered to all subscribers."""
        ...


@dataclass(frozen=True, slots=True)
class Composition(_Place):
    """What a provider is composed of where it runs in this process."""

    _topic: Publisher | None = None

    @property
    def topic(self) -> Publisher:
        """Where it publishes its messages.

        Raises:
            StateError: what it runs on has none.
        """
        if self._topic is None:
            raise StateError("nothing can be published here")
        return self._topic

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


@dataclass(frozen=True, slots=True)
class Occasion(_Place):
    """What can be done to a provider so that it publishes a message."""

    _url: str = ""
    _adapter: BaseAdapter | None = None

    def client(self, kind: type[C], **options: Any) -> C:
        """A client of the provider, as it runs.

        Args:
            kind: the generated client's class.
            options: what it is made with; nothing is tried again unless `retries` says so.
        """
        settings = {"retries": None, "trust_env": False, **options}
        return kind(self._url, transport=self._adapter, **settings)


def _called(called: Mapping[str, CalledService], service: str) -> CalledService:
    if service not in called:
        names = ", ".join(called) or "none"
        raise StateError(f"the provider does not call {service!r}; it calls: {names}")
    return called[service]
