"""An address on loopback for a handler: what the gateway is on AWS, without its checks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from requests import PreparedRequest
from requests.adapters import BaseAdapter

from pactwright.local.bodies import read_body
from pactwright.local.loopback import BODILESS, HOST, Handler, Server

_SET_HERE: Final = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


class Front:
    """Passes requests to an adapter, such as an `InProcessAdapter`.

    Attributes:
        port: on loopback.

    Args:
        adapter: what answers, from several threads at once.
        port: to listen on; 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """

    def __init__(self, adapter: BaseAdapter, port: int = 0) -> None:
        self._server = _Server(adapter, port)
        self.port = self._server.port

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Serve until the block ends; gives the URL."""
        with self._server.serving():
            yield self.url


class _Server(Server):
    def __init__(self, adapter: BaseAdapter, port: int) -> None:
        self.adapter = adapter
        super().__init__(port, _Handler)


class _Handler(Handler):
    server: _Server

    def serve(self) -> None:
        """Have the adapter answer a request."""
        try:
            body = read_body(self.headers, self.rfile)
        except ValueError as error:
            self.close_connection = True  # where the next request begins is not known
            self.send_error(HTTPStatus.BAD_REQUEST, explain=str(error))
            return
        answer = self.server.adapter.send(self._prepared(body))
        self.send_response_only(answer.status_code)
        for name, value in answer.raw.headers.items():
            if name.lower() not in _SET_HERE:
                self.send_header(name, value)
        if answer.status_code not in BODILESS:
            self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    def _prepared(self, body: bytes) -> PreparedRequest:
        """The request; headers of one name are joined, as the gateway joins them for most names."""
        headers = {name: ", ".join(self.headers.get_all(name, [])) for name in self.headers}
        url = f"http://{self.headers.get('Host', HOST)}{self.path}"
        request = PreparedRequest()
        request.prepare(self.command, url, headers, data=body or None)
        return request
