"""Small HTTP servers on loopback, each connection in a thread of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Final

HOST: Final = "127.0.0.1"
BODILESS: Final = frozenset({*range(100, 200), 204, 304})
"""Statuses of answers that have no body (RFC 9110 section 6.4.1)."""

_LONGEST_LINE: Final = 65_536


class Server(ThreadingHTTPServer):
    """Listens on loopback from the moment that it is made.

    Args:
        port: to listen on; 0 takes a free one.
        handler: the class of what serves a connection.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, handler: type[Handler]) -> None:
        self._open: set[socket.socket] = set()
        super().__init__((HOST, port), handler)
        self.port = int(self.server_address[1])

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Serve until the block ends."""
        thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            self.server_close()
            thread.join()

    def server_bind(self) -> None:
        """Bind, without asking for the host's name as the base class does."""
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection, and remember it until it ends."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Stop listening and end what clients keep open."""
        super().server_close()
        self.hang_up()

    def hang_up(self) -> None:
        """End what clients keep open, also where they wait for an answer."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that went away is not worth a traceback."""


class Handler(BaseHTTPRequestHandler):
    """Serves a connection: keeps it open, writes an answer at once, prints nothing.

    Subclasses implement `serve`, for requests of every method.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle_one_request(self) -> None:
        """Read one request, whatever its method, and serve it."""
        self.raw_requestline = self.rfile.readline(_LONGEST_LINE + 1)
        if len(self.raw_requestline) > _LONGEST_LINE:
            self.requestline = self.request_version = self.command = ""
            self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
        elif not self.raw_requestline:
            self.close_connection = True
        elif self.parse_request():
            self.serve()
            self.wfile.flush()

    def serve(self) -> None:
        """Serve the request whose head was read; its body was not."""
        raise NotImplementedError

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""
