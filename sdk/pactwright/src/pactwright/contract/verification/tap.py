"""Stands between the engine and the provider: passes requests on, keeps what was answered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

from requests import PreparedRequest
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from pactwright.contract.endpoint import Answer, Endpoint, Received

_TIMEOUT: Final = (5.0, 35.0)  # the gateway waits 29 seconds for a function
_NOT_PASSED_ON: Final = frozenset({"accept-encoding", "connection", "content-length", "host"})


class Tap:
    """A server on loopback in front of a provider.

    Attributes:
        answers: what the provider answered while `through` lasts; where it did not, the error.

    Args:
        url: the provider's, without a slash at the end.
        adapter: what reaches it.
    """

    def __init__(self, url: str, adapter: BaseAdapter) -> None:
        self.answers: list[Answer | Exception] = []
        self._url = url
        self._adapter = adapter
        self._endpoint = Endpoint(self._pass_on)

    @property
    def url(self) -> str:
        """Its own address."""
        return self._endpoint.url

    @contextlib.contextmanager
    def serving(self) -> Iterator[Tap]:
        """Serve until the block ends."""
        with self._endpoint.serving():
            yield self

    @contextlib.contextmanager
    def through(self, adapter: BaseAdapter) -> Iterator[None]:
        """Reach the provider by another adapter while the block lasts, and forget the answers."""
        before, self._adapter = self._adapter, adapter
        self.answers = []
        try:
            yield
        finally:
            self._adapter = before

    def _pass_on(self, received: Received) -> Answer | None:
        request = PreparedRequest()
        request.method = received.method
        request.url = self._url + received.target
        passed = {k: v for k, v in received.headers.items() if k not in _NOT_PASSED_ON}
        request.headers = CaseInsensitiveDict(passed)
        if received.body:
            request.body = received.body
            request.headers["Content-Length"] = str(len(received.body))
        try:
            response = self._adapter.send(request, timeout=_TIMEOUT)
            answer = Answer(response.status_code, dict(response.headers), response.content)
        except Exception as error:  # noqa: BLE001 - whatever an adapter may raise
            self.answers.append(error)
            return None
        self.answers.append(answer)
        return answer
