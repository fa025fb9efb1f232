"""Messages over HTTP, for other verifiers than this kit's: pact's own, above all.

Such a verifier asks by ``POST / {"description": "a user is deleted", "providerStates": [{"name": …,
"params": {…}}]}`` (Pact, "Verifying message pacts"), once the states are made so.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pactwright.contract.errors import ContractError, PactError
from pactwright.contract.pacts import Pact, State
from pactwright.contract.recognition import same
from pactwright.contract.verification.environment import Environment
from pactwright.local.endpoint import Received
from pactwright.wire import ResponseMessage


@dataclass(frozen=True, slots=True)
class MessageServer:
    """Has a provider publish its messages when it is asked to.

    Attributes:
        environment: the provider.
        pacts: all with it.
        done: called once a message was given.
    """

    environment: Environment
    pacts: tuple[Pact, ...]
    done: Callable[[], object] = lambda: None

    def respond(self, received: Received) -> ResponseMessage:
        """Give the message of an interaction; 4xx with a text where that can't be."""
        try:
            asked = json.loads(received.body)
            states = [State(s["name"], **s.get("params", {})) for s in asked["providerStates"]]
            description = str(asked["description"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return _text(400, 'POST {"description": "…", "providerStates": [{"name": "…"}]}')
        try:
            producing = self.environment.producing(self._message(description, states), states)
            text = producing.published()
        except ContractError as error:
            return _text(422, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a project's producer may raise
            return _text(422, f"{description!r}: {type(error).__name__}: {error}")
        self.done()
        return _given(producing.media_type, text)

    def _message(self, description: str, states: Iterable[State]) -> str:
        wanted = _plain(states)
        found = {
            each.message
            for pact in self.pacts
            for each in pact.interactions
            if each.description == description and same(_plain(each.states), wanted)
        } - {None}
        if len(found) != 1:
            said = "is no message" if not found else "is more than one message"
            raise PactError(f"{description!r} {said} of {self.environment.provider.name}")
        return str(found.pop())


def _plain(states: Iterable[State]) -> list[Any]:
    return [[state.name, dict(state.parameters)] for state in states]


def _given(media_type: str, text: str) -> ResponseMessage:
    metadata = base64.b64encode(json.dumps({"contentType": media_type}).encode()).decode("ascii")
    headers = {"Content-Type": media_type, "Pact-Message-Metadata": metadata}
    return ResponseMessage(200, headers, text.encode())


def _text(status: int, said: str) -> ResponseMessage:
    return ResponseMessage(status, {"Content-Type": "text/plain; charset=utf-8"}, said.encode())
