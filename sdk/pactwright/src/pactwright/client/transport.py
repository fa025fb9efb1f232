"""Requests on their way out and answers on their way in, by an adapter of requests.

Requests are prepared by hand and go straight to the adapter: a `requests.Session` reads proxies
and netrc from the environment for every call, which is a quarter of its time.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

import requests
import urllib3
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from pactwright.client.addresses import Connection
from pactwright.client.deadlines import Deadline, Timeout
from pactwright.client.errors import (
    ArgumentError,
    ClientError,
    DeadlineExceeded,
    ResponseTooLarge,
)
from pactwright.client.errors.mapping import LOWER_ERRORS, map_error
from pactwright.client.request import Request
from pactwright.wire import ResponseMessage

_CHUNK: Final = 65536
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """Sends one request once and reads the answer whole.

    Attributes:
        adapter: what sends; must be safe for threads, as requests' own is.
        connection: proxies and TLS settings.
        limit: bytes of an answer's body, decompressed, that are taken at most.
    """

    adapter: BaseAdapter
    connection: Connection
    limit: int

    def send(self, request: Request, timeout: Timeout, deadline: Deadline) -> ResponseMessage:
        """Send a request.

        Raises:
            TransportError: there was no answer, or not the whole of it, or not in time.
            ResponseTooLarge: the answer's body is beyond the limit.
            ArgumentError: a header field can't be sent.
        """
        if deadline.passed:
            raise _too_late(request)
        try:
            return self._exchange(prepare(request), request, timeout, deadline)
        except ClientError:
            raise
        except LOWER_ERRORS as error:
            mapped, cause = map_error(error, request)
            if deadline.passed:
                raise _too_late(request) from cause
            raise mapped from cause

    def _exchange(
        self,
        prepared: requests.PreparedRequest,
        request: Request,
        timeout: Timeout,
        deadline: Deadline,
    ) -> ResponseMessage:
        limits = (deadline.limit(timeout.connect), deadline.limit(timeout.read))
        response = self.adapter.send(
            prepared,
            stream=True,
            timeout=cast("tuple[float, None]", limits),  # either may be None
            verify=self.connection.verify,
            cert=self.connection.cert,
            proxies=self.connection.proxies,
        )
        try:
            body = self._read(response, request, deadline)
        except BaseException:
            response.close()  # what is left unread must not reach the next request
            raise
        return ResponseMessage(response.status_code, response.headers, body)

    def _read(self, response: requests.Response, request: Request, deadline: Deadline) -> bytes:
        raw = response.raw
        if not isinstance(raw, urllib3.HTTPResponse):
            body = response.content or b""
            self._check_size(len(body), request)
            return body
        chunks: list[bytes] = []
        taken = 0
        # read1 gives what has come; the connection waits for no more than there is time.
        while chunk := raw.read1(_CHUNK, decode_content=True):
            chunks.append(chunk)
            taken += len(chunk)
            self._check_size(taken, request)
            if deadline.passed and not raw.isclosed():
                raise _too_late(request)
        return b"".join(chunks)

    def _check_size(self, taken: int, request: Request) -> None:
        if taken > self.limit:
            message = f"{request}: the answer is larger than the {self.limit} bytes that are taken"
            raise ResponseTooLarge(message, request=request.described())


def _too_late(request: Request) -> DeadlineExceeded:
    return DeadlineExceeded(f"{request}: no time is left", request=request.described())


def prepare(request: Request) -> requests.PreparedRequest:
    """A request as requests' adapters take it.

    Raises:
        ArgumentError: a header field has characters that no header may have.
    """
    for name, value in request.headers.items():
        if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
            raise ArgumentError(f"{request}: the header {name!r} can't be sent as it is")
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = request.url
    prepared.headers = CaseInsensitiveDict(request.headers)
    prepared.body = request.body
    if request.body is not None:
        prepared.headers["Content-Length"] = str(len(request.body))
    return prepared


class FunctionTransport(BaseAdapter):
    """A function in place of the network, e.g. in a test.

    ``Client("http://location", transport=FunctionTransport(lambda request: ResponseMessage(204)))``

    Args:
        function: takes the request as it would be sent; gives the answer, or raises what an
            adapter of requests would.
    """

    def __init__(
        self, function: Callable[[requests.PreparedRequest], ResponseMessage | requests.Response]
    ) -> None:
        super().__init__()
        self._function = function

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002  (as BaseAdapter has it)
        timeout: object = None,  # noqa: ARG002
        verify: object = True,  # noqa: ARG002, FBT002
        cert: object = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        """Call the function."""
        answer = self._function(request)
        return as_response(answer, request) if isinstance(answer, ResponseMessage) else answer

    def close(self) -> None:
        """There is nothing to close."""


def as_response(message: ResponseMessage, request: requests.PreparedRequest) -> requests.Response:
    """An answer as an adapter of requests gives it."""
    response = requests.Response()
    response.status_code = message.status
    response.headers = CaseInsensitiveDict(message.headers)
    response.raw = io.BytesIO(message.body)
    response.url = request.url or ""
    response.request = request
    return response
