"""How a provider comes to publish a message: what is done to it, and what it publishes then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pydantic import TypeAdapter
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from pactwright.contract.errors import NotPublished, StateError
from pactwright.contract.pacts import State
from pactwright.contract.verification.states import read_arguments
from pactwright.wire import Message

_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Producer:
    """What makes a provider publish a message.

    Attributes:
        message: which one.
        function: takes an `Occasion`, and parameters of the interaction's states by their names.
        parameters: reads them from JSON; those that it has no need of are passed over.
    """

    message: Message[Any]
    function: Callable[..., None]
    parameters: TypeAdapter[Any]

    def arguments(self, states: Sequence[State]) -> dict[str, Any]:
        """The function's arguments.

        Raises:
            StateError: the states don't give them, or two of them give one otherwise.
        """
        given: dict[str, Any] = {}
        for state in states:
            for name, value in state.parameters.items():
                if given.get(name, _MISSING) not in (_MISSING, value):
                    raise StateError(f"its states give the parameter {name} twice, and otherwise")
                given[name] = value
        return read_arguments(f"the message {self.message.name!r}", self.parameters, given)


class Publications(Protocol):
    """What a provider publishes."""

    def begin(self) -> None:
        """Forget what was published until now."""
        ...

    def collect(self) -> Sequence[str]:
        """The texts of what was published since.

        Raises:
            NotPublished: the provider failed on what should have made it publish something.
        """
        ...


class Producing(BaseAdapter):
    """A way to a message, as if it were asked for: an answer that holds what was published.

    Args:
        message: which one.
        act: does what makes the provider publish it.
        publications: of the provider.
    """

    def __init__(
        self, message: Message[Any], act: Callable[[], object], publications: Publications
    ) -> None:
        super().__init__()
        self._message = message
        self._act = act
        self._publications = publications

    @property
    def media_type(self) -> str:
        """The message's."""
        return self._message.content.media_type

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        """Have the message published, whatever the request says.

        Raises:
            NotPublished: it was not, or not once.
        """
        response = Response()
        response.status_code = 200
        response.headers = CaseInsensitiveDict({"Content-Type": self.media_type})
        response.request = request
        response.url = request.url or ""
        response._content = self.published().encode()  # noqa: SLF001 - as tests of requests do
        return response

    def published(self) -> str:
        """The message that the provider publishes when it is acted upon.

        Raises:
            NotPublished: as `send` says.
        """
        self._publications.begin()
        self._act()
        found = self._publications.collect()
        if len(found) != 1:
            count = len(found) or "no"
            raise NotPublished(
                f"{count} message{'' if len(found) == 1 else 's'} came of it, not one: "
                f"see what publishes {self._message.name}"
            )
        return found[0]

    def close(self) -> None:
        """Nothing of its own is open."""
