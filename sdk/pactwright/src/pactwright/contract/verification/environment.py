"""Where providers are replayed: the states made so, the request sent, the answer judged."""

from __future__ import annotations

import contextlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final

from requests.adapters import BaseAdapter

from pactwright.contract.errors import ContractError, StateError
from pactwright.contract.pacts import Interaction, Pact, State
from pactwright.contract.verification.contracts import Contracts, Messages, Operations
from pactwright.contract.verification.producing import Producing, Publications
from pactwright.contract.verification.provider import Given, Occasion, Provider
from pactwright.contract.verification.reading import misreadings, refusals
from pactwright.contract.verification.replay import PATIENCE, replay
from pactwright.contract.verification.report import Result
from pactwright.contract.verification.standins import Standins
from pactwright.contract.verification.store import Store
from pactwright.contract.verification.stub import Stub
from pactwright.contract.verification.tap import Tap
from pactwright.deploy.bundle import Bundle
from pactwright.wire import ResponseMessage

Wrap = Callable[[BaseAdapter], BaseAdapter]
"""Puts something around the way to a provider, such as what changes its answers."""

IN_TIME: Final = 9.0
"""Seconds within which an answer comes of which there is hope: a function has ten."""

_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Running:
    """A provider that runs, and how to reach it.

    Attributes:
        url: where its adapter sends requests.
        adapter: what reaches it.
        store: its own table; None where it has none.
        direct: lets the services that it calls be its stubs from now on, where several share them.
        failures: takes the id of a request that was answered 5xx, returns what is known of why.
        publications: what it publishes; None where that can't be seen.
    """

    url: str
    adapter: BaseAdapter
    store: Store | None
    direct: Callable[[], object] = lambda: None
    failures: Callable[[str], Sequence[str]] = lambda _: ()
    publications: Publications | None = None


class Environment:
    """One provider, ready to be replayed on. Not for several threads.

    Attributes:
        provider: what is replayed on.
        stubs: what stands in for the services that it calls.
        patience: seconds to wait for an answer.
        in_time: seconds after which an answer that fails is late: nobody waits for more like it.

    Args:
        provider: see above.
        operations: the provider's.
        messages: the provider's.
        running: how it is reached.
        stubs: see above.
        tap: in front of it, serving.
    """

    def __init__(
        self,
        provider: Provider,
        operations: Operations,
        messages: Messages,
        running: Running,
        stubs: Mapping[str, Stub],
        tap: Tap,
    ) -> None:
        self.provider = provider
        self.stubs = stubs
        self.patience = PATIENCE
        self.in_time = IN_TIME
        self._operations = operations
        self._messages = messages
        self._running = running
        self._tap = tap

    def reset(self) -> Given:
        """Empty the table, reset the stubs; gives what states are made of."""
        self._running.direct()
        store = self._running.store
        if store is not None:
            store.empty()
        for stub in self.stubs.values():
            stub.reset()
        return Given(self.stubs, store.table if store else None)

    def replay(self, pact: Pact, interaction: Interaction, *, wrap: Wrap | None = None) -> Result:
        """Make an interaction's states so, send its request, judge the answer.

        Of a message, have it published, and judge that.

        Args:
            pact: that it is in.
            interaction: what to replay.
            wrap: put around the way to the provider, or to its message, for this interaction.
        """
        started = time.perf_counter()
        try:
            way = self._way(interaction)
            adapter = wrap(way) if wrap else way
            self.provider.apply(self.reset(), interaction.states)
        except Exception as error:  # noqa: BLE001 - whatever a project's state may raise
            reasons = [f"its states can't be made so: {_told(error)}"]
        else:
            with self._tap.through(adapter):
                reasons = list(self._judged(pact, interaction))
        elapsed = time.perf_counter() - started
        late = bool(reasons) and elapsed >= self.in_time
        return Result.of(pact, interaction, reasons, elapsed * 1000, late=late)

    def _way(self, interaction: Interaction) -> BaseAdapter:
        if interaction.message is None:
            return self._running.adapter
        return self.producing(interaction.message, interaction.states)

    def producing(self, message: str, states: Sequence[State]) -> Producing:
        """A way to a message that the provider publishes, once its states are made so.

        Raises:
            StateError: nothing makes the provider publish it, or nothing shows that.
        """
        running, producer = self._running, self.provider.producer(message)
        if running.publications is None:
            raise StateError(f"what {self.provider.name} publishes can't be seen here")
        table = running.store.table if running.store else None
        occasion = Occasion(self.stubs, table, running.url, running.adapter)
        arguments = producer.arguments(states)
        act = partial(producer.function, occasion, **arguments)
        return Producing(producer.message, act, running.publications)

    def _judged(self, pact: Pact, interaction: Interaction) -> Iterator[str]:
        tap = self._tap
        found = replay(pact, interaction, tap.url, self.patience, tap.hang_up)
        yield from found
        answers = tap.answers
        if tap.waiting:
            yield f"the provider did not answer within {self.patience:g} s"
        elif len(answers) != 1:
            yield f"{len(answers)} requests reached the provider, not one"
        elif isinstance(answers[0], Exception):
            what = "did not answer" if interaction.message is None else "did not publish it"
            yield f"the provider {what}: {_told(answers[0])}"
        else:
            if found:
                yield f"it {_did(interaction)} {_shown(interaction, answers[0])}"
                yield from self._failures(answers[0])
            yield from self._refusals(interaction, answers[0])
        for stub in self.stubs.values():
            yield from stub.take_missed()

    def _refusals(self, interaction: Interaction, answer: ResponseMessage) -> Iterator[str]:
        if interaction.message is not None:
            return misreadings(self._messages.of(interaction), answer)
        return refusals(self._operations.of(interaction), interaction, answer)

    def _failures(self, answer: ResponseMessage) -> Sequence[str]:
        request_id = answer.header("x-request-id")
        if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR or not request_id:
            return ()
        return self._running.failures(request_id)


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, ContractError) else f"{type(error).__name__}: {error}"


def _did(interaction: Interaction) -> str:
    return "answered" if interaction.message is None else "published"


def _shown(interaction: Interaction, answer: ResponseMessage) -> str:
    text = answer.body.decode(errors="replace")
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    status = str(answer.status) if interaction.message is None else ""
    return " ".join(filter(None, [status, answer.header("content-type"), cut]))


class Site(ABC):
    """Where a project's providers run, all at once.

    Attributes:
        contracts: of the project.
        bundles: each service's that runs there; None where what runs is no bundle.
    """

    contracts: Contracts
    bundles: Mapping[str, Bundle] | None = None

    @abstractmethod
    def start(self, provider: Provider, stubs: Mapping[str, Stub]) -> Running:
        """Let a provider run against stubs in place of the services that it calls."""

    @contextlib.contextmanager
    def environment(self, name: str) -> Iterator[Environment]:
        """A provider to replay on, until the block ends."""
        provider = self.contracts.providers[name]
        with contextlib.ExitStack() as stack:
            stubs = _stubs(self.contracts, provider)
            for stub in stubs.values():
                stack.enter_context(stub.endpoint.serving())
            running = self.start(provider, stubs)
            tap = stack.enter_context(Tap(running.url, running.adapter).serving())
            operations = Operations(self.contracts.project, name)
            messages = Messages(self.contracts.project, name)
            yield Environment(provider, operations, messages, running, stubs, tap)


def _stubs(contracts: Contracts, provider: Provider) -> dict[str, Stub]:
    stubs = {}
    for name, pact in contracts.stubbed(provider.name).items():
        standins = Standins(contracts.project, name)
        always = tuple(provider.always.get(name, ()))
        stubs[name] = Stub(pact, standins.answer, always, standins.meaningful)
    return stubs
