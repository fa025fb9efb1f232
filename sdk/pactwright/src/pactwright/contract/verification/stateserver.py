"""Provider states over HTTP, for other verifiers than this kit's: pact's own, above all.

``POST /location`` with ``{"state": "a location", "params": {…}, "action": "setup"}`` makes a state
so. An interaction's first state begins with an empty table and with nothing assumed; it is told
from the later ones by the request, or the teardown, before it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pactwright.contract.errors import ContractError
from pactwright.contract.pacts import Pact, State
from pactwright.contract.verification.contracts import Contracts
from pactwright.contract.verification.deployed import Deployed
from pactwright.contract.verification.environment import Environment
from pactwright.contract.verification.messageserver import MessageServer
from pactwright.contract.verification.provider import Given
from pactwright.local.endpoint import Endpoint, Received
from pactwright.local.errors import LocalError
from pactwright.local.loopback import HOST
from pactwright.local.proxy import Proxy
from pactwright.wire import ResponseMessage

_ACTIONS: Final = ("setup", "teardown")


class StateServer:
    """Makes states so when it is asked to.

    Attributes:
        endpoint: where it is asked.
        environments: the providers, by name.
        messages: where those that publish messages are asked for them.

    Args:
        port: to listen on; 0 takes a free one.
        tell: called with a line about what stubs were asked that no contract covers.

    Raises:
        OSError: the port is taken.
    """

    def __init__(
        self,
        port: int = 0,
        tell: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.endpoint = Endpoint(self.respond, port)
        self.environments: Mapping[str, Environment] = {}
        self.messages: Mapping[str, Endpoint] = {}
        self._tell = tell
        self._begun: tuple[str, Given] | None = None
        self._lock = threading.Lock()

    def end(self) -> None:
        """Take what was made so for done with: a request has been answered."""
        with self._lock:
            self._begun = None

    def respond(self, received: Received) -> ResponseMessage:
        """Make a state so, or forget it; 4xx with a text where that can't be."""
        name = received.path.strip("/")
        if name not in self.environments:
            known = ", ".join(f"/{each}" for each in self.environments) or "none yet"
            return _text(404, f"no provider is at {received.path!r}; there are: {known}")
        try:
            asked = json.loads(received.body)
            action, state = asked.get("action", "setup"), asked.get("state") or ""
            parameters = asked.get("params") or {}
        except (ValueError, AttributeError):
            return _text(400, 'send JSON: {"state": "…", "params": {…}, "action": "setup"}')
        if action not in _ACTIONS or received.method != "POST":
            return _text(400, f"POST one of the actions {', '.join(_ACTIONS)}")
        return self._done(name, action, state, parameters)

    def _done(
        self, name: str, action: str, state: str, parameters: Mapping[str, Any]
    ) -> ResponseMessage:
        environment = self.environments[name]
        with self._lock:
            for stub in environment.stubs.values():
                for missed in stub.take_missed():
                    self._tell(missed)
            if action == "teardown":
                self._begun = None
                return _done()
            try:
                given = self._given(name, environment)
                if state:
                    environment.provider.apply(given, [State(state, **parameters)])
            except ContractError as error:
                return _text(422, str(error))
            except Exception as error:  # noqa: BLE001 - whatever a project's state may raise
                return _text(422, f"the state {state!r}: {type(error).__name__}: {error}")
            return _done()

    def _given(self, name: str, environment: Environment) -> Given:
        if self._begun is None or self._begun[0] != name:
            self._begun = name, environment.reset()
        return self._begun[1]


def _done() -> ResponseMessage:
    return ResponseMessage(200, {"Content-Type": "application/json"}, b"{}")


def _text(status: int, said: str) -> ResponseMessage:
    return ResponseMessage(status, {"Content-Type": "text/plain; charset=utf-8"}, said.encode())


@contextlib.contextmanager
def listening(
    port: int = 0, tell: Callable[[str], object] = lambda _: None
) -> Iterator[StateServer]:
    """A server of states that listens until the block ends; it has no providers yet.

    Args:
        port: see `StateServer`.
        tell: see `StateServer`.

    Raises:
        LocalError: the port is taken.
    """
    try:
        server = StateServer(port, tell)
    except OSError as error:
        raise LocalError(
            f"port {port} on {HOST}, for states, is taken: stop what listens there, or choose "
            f"another with --port ({error.strerror})"
        ) from error
    with server.endpoint.serving():
        yield server


@contextlib.contextmanager
def serving(site: Deployed, server: StateServer) -> Iterator[Mapping[str, str]]:
    """Serve states of all providers of a system that is up, until the block ends.

    Args:
        site: the system.
        server: that listens.

    Yields:
        Where each provider itself can be reached.

    Raises:
        StateError: what is always so for a stub is no state of its pact.
    """
    with contextlib.ExitStack() as stack:
        environments = {
            name: stack.enter_context(site.environment(name)) for name in site.contracts.providers
        }
        doors = {}
        for name in environments:
            door = stack.enter_context(Proxy(name, observe=lambda _: server.end()).serving())
            door.target = site.targets[name]
            doors[name] = door
        server.environments = environments
        server.messages = {
            name: _messages(site.contracts, environment, server.end)
            for name, environment in environments.items()
            if environment.provider.producers
        }
        for endpoint in server.messages.values():
            stack.enter_context(endpoint.serving())
        yield {name: door.url for name, door in doors.items()}


def _messages(contracts: Contracts, environment: Environment, end: Callable[[], None]) -> Endpoint:
    kept = contracts.kept(environment.provider.name)
    return Endpoint(MessageServer(environment, kept, end).respond)


def command(pact: Pact, provider_url: str, server: StateServer) -> str:
    """How pact's own verifier is called, of the package pact-python-cli beside this Python.

    Args:
        pact: read from a file.
        provider_url: where the provider is.
        server: where its states are made so, and its messages are.
    """
    port = provider_url.rpartition(":")[2]
    takes = any(each.message for each in pact.interactions)
    messages = server.messages.get(pact.provider) if takes else None
    transports = (
        f"--transports http:{port} --transports message:{messages.port} " if messages else ""
    )
    program = os.path.relpath(Path(sys.executable).with_name("pact"))
    file = os.path.relpath(pact.path) if pact.path else f"{pact.name}.json"
    return (
        f"PACT_DO_NOT_TRACK=true {shlex.quote(program)} verifier --file {shlex.quote(file)} "
        f"--provider-name {pact.provider} --hostname {HOST} --port {port} "
        f"{transports}--state-change-url {server.endpoint.url}/{pact.provider}"
    )
