"""What one typed GET costs beside a bare `requests.Session` with pydantic, in the same run.

Prints ratios only: the time itself is the machine's. Run it on a quiet one:
``python benchmarks/client.py``.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final, Unpack
from uuid import UUID

import requests

from pactwright.client import Bearer, CallOptions, Client, with_response
from pactwright.wire import (
    Content,
    Date,
    DateTime,
    Model,
    Operation,
    Parameter,
    Requirement,
    Response,
    SecurityScheme,
    Uuid,
)

BARE: Final = "requests.Session + pydantic"
USER_ID: Final = UUID("6f1c2a34-9d53-4f0e-8f9a-0f5b7a1d2c3e")
BODY: Final = (
    b'{"user_id":"6f1c2a34-9d53-4f0e-8f9a-0f5b7a1d2c3e","handle":"ada","display_name":"Ada",'
    b'"bio":"Notes on the engine","website":"https://ada.example","born":"1815-12-10",'
    b'"latitude":51.5074,"longitude":-0.1278,"version":7,"updated_at":"2026-11-01T12:00:00Z"}'
)
ANSWER: Final = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: "7"\r\n'
    b"Date: Sun, 01 Nov 2026 12:00:00 GMT\r\nX-Request-Id: 0b5c\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
)


class Profile(Model):
    """A body of ten fields."""

    user_id: Uuid
    handle: str
    display_name: str
    bio: str
    website: str
    born: Date
    latitude: float
    longitude: float
    version: int
    updated_at: DateTime


GET_PROFILE: Final[Operation[Profile]] = Operation(
    name="get_profile",
    method="GET",
    path="/profiles/{user_id}",
    parameters=(
        Parameter(
            name="user_id", argument="user_id", location="path", type=lambda: Uuid, required=True
        ),
    ),
    responses={
        "200": Response(contents=(Content(media_type="application/json", type=lambda: Profile),))
    },
    security=((Requirement(scheme=SecurityScheme(name="token", kind="bearer")),),),
)


class ProfileClient(Client):
    """What the generator would write."""

    def get_profile(self, user_id: UUID, **options: Unpack[CallOptions]) -> Profile:
        """Get a profile."""
        return self._call(GET_PROFILE, {"user_id": user_id}, options)


class PassOn:
    """A hook that does nothing."""

    def handle(self, request: Any, call_next: Any) -> Any:
        """Pass the request on."""
        return call_next(request)


def serve(ready: Connection) -> None:
    """Answer every request on each connection in turn, without looking at it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ready.send(server.getsockname()[1])
        while True:
            connection, _ = server.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection:
                while connection.recv(65536):
                    connection.sendall(ANSWER)


def seconds(work: Callable[[], object], calls: int) -> float:
    """Seconds for one of so many calls."""
    started = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - started) / calls


def measure(ports: list[int], rounds: int, calls: int) -> dict[str, float]:
    """How long each way to make the call takes beside the bare one: the median of the rounds."""
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    session = requests.Session()
    headers = {"Authorization": "Bearer abc"}

    def bare() -> Profile:
        url = f"{urls[0]}/profiles/{USER_ID}"
        response = session.get(url, headers=headers, timeout=(3, 10), allow_redirects=False)
        response.raise_for_status()
        return Profile.model_validate_json(response.content)

    plain = ProfileClient(urls[1], credentials=Bearer("abc"))
    hooked = ProfileClient(urls[2], credentials=Bearer("abc"), hooks=[PassOn()])
    whole = with_response(hooked.get_profile)
    ways: dict[str, Callable[[], object]] = {
        BARE: bare,
        "client": lambda: plain.get_profile(USER_ID),
        "client, hook and with_response": lambda: whole(USER_ID),
    }
    for work in ways.values():
        seconds(work, calls)
    ratios: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        taken = {name: seconds(work, calls) for name, work in ways.items()}
        for name, span in taken.items():
            ratios[name].append(span / taken[BARE])
    return {name: statistics.median(found) for name, found in ratios.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--calls", type=int, default=100)
    options = parser.parse_args()
    context = get_context("spawn")
    servers, ports = [], []
    for _ in range(3):
        ours, theirs = context.Pipe()
        server = context.Process(target=serve, args=(theirs,), daemon=True)
        server.start()
        servers.append(server)
        ports.append(ours.recv())
    ratios = measure(ports, options.rounds, options.calls)
    for server in servers:
        server.terminate()
    for name, ratio in ratios.items():
        print(f"{ratio:5.2f}  {name}")


if __name__ == "__main__":
    main()
