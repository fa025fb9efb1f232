"""The address of AWS during a rehearsal: passes requests to the emulator, notes what they ask."""

from __future__ import annotations

import contextlib
import http.client
import re
from collections.abc import Iterator
from typing import Final

from pactwright.local.bodies import read_body
from pactwright.local.loopback import BODILESS, HOST, Handler, Server
from pactwright.local.rehearsal.policies import Need
from pactwright.local.rehearsal.requests import asked
from pactwright.local.rehearsal.resources import Place

_API: Final = re.compile(
    rb"https://([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com/([A-Za-z0-9_-]+)"
)
_TIMEOUT: Final = 60.0
_NOT_PASSED_ON: Final = frozenset(
    {"connection", "content-length", "expect", "transfer-encoding", "keep-alive"}
)


class Recorder:
    """An address on loopback that stands for all of AWS.

    The URLs of deployed APIs in its answers are those at which the emulator has them.

    Attributes:
        port: on loopback.
        needs: what was asked for, in the order of the requests.

    Args:
        emulator: the emulator's port.
        place: where the account's resources are.
    """

    def __init__(self, emulator: int, place: Place) -> None:
        self.emulator = emulator
        self.place = place
        self.needs: list[Need] = []
        self._server = _Server(self)
        self.port = self._server.port

    @property
    def url(self) -> str:
        """The endpoint of every AWS service."""
        return f"http://{HOST}:{self.port}"

    @contextlib.contextmanager
    def serving(self) -> Iterator[Recorder]:
        """Serve until the block ends."""
        with self._server.serving():
            yield self

    def taken(self) -> list[Need]:
        """What was asked for since the last time."""
        needs, self.needs = self.needs, []
        return needs


class _Server(Server):
    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        super().__init__(0, _Handler)


class _Handler(Handler):
    server: _Server

    def serve(self) -> None:
        """Note what the request asks for, pass it on, and its answer back."""
        recorder = self.server.recorder
        body = read_body(self.headers, self.rfile)
        headers = {name.lower(): value for name, value in self.headers.items()}
        recorder.needs += asked(self.command, self.path, headers, body, recorder.place)
        connection = http.client.HTTPConnection(HOST, recorder.emulator, timeout=_TIMEOUT)
        try:
            passed = {k: v for k, v in self.headers.items() if k.lower() not in _NOT_PASSED_ON}
            connection.request(self.command, self.path, body or None, passed)
            response = connection.getresponse()
            self._answer(response, response.read())
        finally:
            connection.close()

    def _answer(self, response: http.client.HTTPResponse, body: bytes) -> None:
        local = f"http://{HOST}:{self.server.recorder.emulator}/_aws/execute-api".encode()
        body = _API.sub(rb"%s/\1/\2" % local, body)
        self.send_response_only(response.status)
        for name, value in response.getheaders():
            if name.lower() not in _NOT_PASSED_ON:
                self.send_header(name, value)
        if self.command == "HEAD":
            self.send_header("Content-Length", response.getheader("Content-Length") or "0")
        elif response.status not in BODILESS:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
