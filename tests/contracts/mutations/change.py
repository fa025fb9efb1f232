"""A provider that was changed: what it does otherwise with requests, and in its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from pactwright.wire import ResponseMessage

ChangeRequest = Callable[[PreparedRequest], bool]
"""Changes a request in place; says whether it did."""

ChangeAnswer = Callable[[PreparedRequest, ResponseMessage], ResponseMessage | None]
"""The answer to give instead; None leaves it as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a provider does otherwise than the real one."""

    asked: ChangeRequest | None = None
    answered: ChangeAnswer | None = None

    def touches(self, request: PreparedRequest, answer: ResponseMessage) -> bool:
        """Whether it would make a difference to a request that was answered so."""
        changed = self.asked is not None and self.asked(request.copy())
        return changed or (self.answered is not None and self.answered(request, answer) is not None)


class Changed(BaseAdapter):
    """A way to the real provider that changes what passes.

    Attributes:
        touched: how many requests or answers it changed.
        fault: what went wrong in the change itself.
    """

    def __init__(self, real: BaseAdapter, change: Change) -> None:
        super().__init__()
        self.touched = 0
        self.fault: Exception | None = None
        self._real = real
        self._change = change

    def send(self, request: PreparedRequest, *_: object, **options: Any) -> Response:
        """Ask the real provider, and change what it says."""
        try:
            return self._send(request, options)
        except Exception as error:
            self.fault = error
            raise

    def _send(self, request: PreparedRequest, options: dict[str, Any]) -> Response:
        if self._change.asked is not None:
            self.touched += self._change.asked(request)
        response = self._real.send(request, **options)
        if self._change.answered is None:
            return response
        answer = ResponseMessage(response.status_code, dict(response.headers), response.content)
        changed = self._change.answered(request, answer)
        if changed is None:
            return response
        self.touched += 1
        return _response(request, changed)

    def close(self) -> None:
        """Nothing of its own is open."""


class Listening(BaseAdapter):
    """A way to the real provider that keeps what passed.

    Attributes:
        heard: each request with its answer.
    """

    def __init__(self, real: BaseAdapter) -> None:
        super().__init__()
        self.heard: list[tuple[PreparedRequest, ResponseMessage]] = []
        self._real = real

    def send(self, request: PreparedRequest, *_: object, **options: Any) -> Response:
        """Ask the real provider."""
        kept = request.copy()
        response = self._real.send(request, **options)
        answer = ResponseMessage(response.status_code, dict(response.headers), response.content)
        self.heard.append((kept, answer))
        return response

    def close(self) -> None:
        """Nothing of its own is open."""


def _response(request: PreparedRequest, answer: ResponseMessage) -> Response:
    response = Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers)
    response.request = request
    response.url = request.url or ""
    response._content = answer.body
    return response
