"""Stands between the engine and the provider: passes requests on, keeps what was answered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from pactwright.local.endpoint import Endpoint, Received
from pactwright.wire import ResponseMessage

_TIMEOUT: Final = (5.0, 35.0)  # the gateway waits 29 seconds for a function
_FIRST_FINAL: Final = 200  # a status below says that an answer is yet to come
_NOT_PASSED_ON: Final = frozenset({"accept-encoding", "connection", "content-length", "host"})


class Tap:
    """A server on loopback in front of a provider.

    Attributes:
        answers: what the provider answered while `through` lasts; where it did not, the error.
        waiting: whether it was asked meanwhile and has yet to answer.

    Args:
        url: the provider's, without a slash at the end.
        adapter: what reaches it.
    """

    def __init__(self, url: str, adapter: BaseAdapter) -> None:
        self.answers: list[ResponseMessage | Exception] = []
        self._asked = 0
        self._url = url
        self._adapter = adapter
        self._endpoint = Endpoint(self._pass_on)

    @property
    def url(self) -> str:
        """Its own address."""
        return self._endpoint.url

    @property
    def waiting(self) -> bool:
        """See above."""
        return len(self.answers) < self._asked

    def hang_up(self) -> None:
        """End all connections to it, so that nobody waits for an answer."""
        self._endpoint.hang_up()

    @contextlib.contextmanager
    def serving(self) -> Iterator[Tap]:
        """Serve until the block ends."""
        with self._endpoint.serving():
            yield self

    @contextlib.contextmanager
    def through(self, adapter: BaseAdapter) -> Iterator[None]:
        """Reach the provider by another adapter while the block lasts, and forget the answers."""
        before, self._adapter = self._adapter, adapter
        self.answers, self._asked = [], 0
        try:
            yield
        finally:
            self._adapter = before

    def _pass_on(self, received: Received) -> ResponseMessage | None:
        answers = self.answers  # of this interaction: there may be another by the time it answers
        self._asked += 1
        request = PreparedRequest()
        request.method = received.method
        request.url = self._url + received.target
        passed = {k: v for k, v in received.headers.items() if k not in _NOT_PASSED_ON}
        request.headers = CaseInsensitiveDict(passed)
        if received.body:
            request.body = received.body
            request.headers["Content-Length"] = str(len(received.body))
        try:
            answer = _answer(self._adapter.send(request, timeout=_TIMEOUT))
        except Exception as error:  # noqa: BLE001 - whatever an adapter may raise
            answers.append(error)
            return None
        answers.append(answer)
        return answer


def _answer(response: Response) -> ResponseMessage:
    """A whole answer; ValueError for one after which another is to come."""
    if response.status_code < _FIRST_FINAL:
        raise ValueError(f"{response.status_code} is not the status of a final answer")
    return ResponseMessage(response.status_code, dict(response.headers), response.content)
