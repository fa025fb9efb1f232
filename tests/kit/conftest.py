from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.kit.client.things import Serve


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server on a free loopback port; a function talks on each connection."""
    servers: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(talk: Callable[[socket.socket], None]) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=_accept, args=(server, talk), daemon=True)
        thread.start()
        servers.append(server)
        threads.append(thread)
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield start
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
    for thread in threads:
        thread.join(5)


def _accept(server: socket.socket, talk: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            try:
                talk(connection)
            except OSError:
                continue
