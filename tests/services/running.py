"""A service that runs in this process, and the way from one to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

import requests
from requests.adapters import BaseAdapter

from pactwright.client import Client, Credential
from pactwright.client.adapter import OriginAdapter
from pactwright.client.transport import as_response
from pactwright.local.inprocess import Handler, InProcessAdapter
from pactwright.service.dynamodb import Table
from pactwright.wire import Operation, ResponseMessage
from tests.services.doubles import Told
from tests.services.observations import Observation, ObservedAdapter

C = TypeVar("C", bound=Client)


SOURCE: Final = "192.0.2.1"

Answering = Callable[[requests.PreparedRequest], ResponseMessage | requests.Response]
"""Answers in the place of a service."""


class Line(BaseAdapter):
    """The way from one service to another.

    Attributes:
        fault: answers or raises in the other's place, while it is set.
        through: gives the URL of a server that stands between, to which requests then go by true
            sockets.
        calls: how many requests went over it.
    """

    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self.fault: Answering | None = None
        self.through: Callable[[], str] | None = None
        self.calls = 0
        self._adapter = adapter
        self._sockets: dict[str, OriginAdapter] = {}

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Send it, or have the fault answer."""
        self.calls += 1
        if self.fault is not None:
            answer = self.fault(request)
            if isinstance(answer, requests.Response):
                return answer
            return as_response(answer, request)
        if self.through is None:
            return self._adapter.send(request)
        url = self.through()
        request.url = f"{url}{request.path_url}"
        sockets = self._sockets.setdefault(url, OriginAdapter())
        return sockets.send(request, *args, **options)

    def close(self) -> None:
        """Close the connections."""
        for sockets in self._sockets.values():
            sockets.close()


class Running(Generic[C]):
    """A service, running in this process.

    Args:
        name: the service's.
        handler: its application.
        operations: its operations.
        make: makes its clients.
        seen: where it is noted what tests got from it.
        table: its table.
        told: what it told.
    """

    def __init__(
        self,
        name: str,
        handler: Handler,
        operations: Sequence[Operation[Any]],
        make: Callable[..., C],
        seen: set[Observation],
        table: Table,
        told: Told,
    ) -> None:
        self.name = name
        self.handler = handler
        self.table = table
        self.told = told
        self.operations = operations
        self._make = make
        self._seen = seen

    def adapter(self, source: str = SOURCE, seconds: float = 10.0) -> BaseAdapter:
        """Sends requests to it, as from an address; it has so many seconds for each."""
        return InProcessAdapter(self.handler, self.operations, source=source, seconds=seconds)

    def observed(self, source: str = SOURCE) -> BaseAdapter:
        """Sends a test's requests to it; what is answered is noted."""
        return ObservedAdapter(self.adapter(source), self.name, self.operations, self._seen)

    def client(self, *credentials: Credential, source: str = SOURCE) -> C:
        """A client of a test's, which tries nothing twice."""
        transport = self.observed(source)
        client: C = self._make(
            f"http://{self.name}", credentials=credentials, transport=transport, retries=None
        )
        return client

    def send(
        self, method: str, path: str, body: str | bytes | None = None, **headers: str
    ) -> requests.Response:
        """Send what no client would; underscores in headers' names are hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = requests.Request(method, f"http://{self.name}{path}", named, data=body)
        return self.observed().send(request.prepare())
