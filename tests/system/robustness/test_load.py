"""Many users at once lose nothing that was acknowledged, and whoever loses something is caught."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from benchmarks.load import __main__ as command
from benchmarks.load.journal import Journal, Key
from benchmarks.load.running import Load, Plan, away
from pactwright.local.loopback import HOST, Handler, Server
from pactwright.local.system import System

PLAN = Plan(users=4, loops=20, seconds=600)
EVERY = 10


@dataclass
class Memory:
    """What is to be forgotten: of each so many writes one, the next that sets a location."""

    due: int = EVERY
    forgotten: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fails(self, method: str, path: str) -> bool:
        with self.lock:
            self.due -= method != "GET"
            if self.due > 0 or not path.endswith("/location"):
                return False
            self.due = EVERY
            self.forgotten += 1
            return True


class Forgetful(Server):
    """A service that acknowledges some writes without making them.

    Args:
        port: of the service that makes the others.
    """

    def __init__(self, port: int) -> None:
        self.behind = port
        self.memory = Memory()
        super().__init__(0, _Forgetting)


class _Forgetting(Handler):
    server: Forgetful

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.memory.fails(self.command, self.path):
            given = json.loads(body)
            given.update(updated_at=datetime.now(UTC).isoformat())
            self.answer(200, [("Content-Type", "application/json")], json.dumps(given).encode())
            return
        connection = http.client.HTTPConnection(HOST, self.server.behind, timeout=60)
        connection.request(self.command, self.path, body, dict(self.headers))
        response = connection.getresponse()
        self.answer(response.status, response.getheaders(), response.read())
        connection.close()

    def answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def forgetful(system: System) -> Iterator[Forgetful]:
    """In front of profile."""
    server = Forgetful(system.proxies["profile"].port)
    with server.serving():
        yield server


def test_nothing_is_lost_and_nothing_fails(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that was acknowledged is read back; no request failed in any way."""
    urls = [f"{name}={url}" for name, url in system.urls.items()]

    assert command.main([*urls, "--users", "4", "--loops", "20"]) == 0

    said = capsys.readouterr().out
    assert "writes lost: 0\nerrors: 0\n" in said
    assert "states read back at the end: 12\n" in said
    assert "put_profile_location" in said


def test_nothing_acknowledged_is_lost_while_a_service_is_away(system: System) -> None:
    """Requests fail meanwhile, and are told apart from what was done."""
    load = Load(system.urls, PLAN)

    load.run([away(system.proxies["location"], seconds=4, after=1)])

    assert load.lost == []
    assert {kind.rpartition(": ")[2] for kind in load.errors} <= {
        "ServiceUnavailable 503",
        "ServerError 502",
        "BadGateway 502",
    }


def test_forgetful_service_is_caught(
    system: System, forgetful: Forgetful, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each write that was acknowledged and is not there is told, and the command fails."""
    urls = {**system.urls, "profile": f"http://{HOST}:{forgetful.port}"}
    given = [f"{name}={url}" for name, url in urls.items()]

    assert command.main([*given, "--users", "4", "--loops", "40"]) == 1

    said = capsys.readouterr().out
    assert forgetful.memory.forgotten > 0
    assert "writes lost: 0" not in said
    assert "the location of load-" in said


def test_journal_allows_what_may_have_been_done() -> None:
    """Until something is acknowledged or found, everything that was tried since may be there."""
    journal = Journal()
    key: Key = ("location", "ines")
    journal.tries(key, (1.0, "one"))
    journal.acknowledges(key, (1.0, "one"))
    journal.tries(key, (2.0, "two"))

    assert journal.finds(key, (2.0, "two"))
    assert not journal.finds(key, (1.0, "one"))
    assert journal.lost == ["the location of ines is (1.0, 'one'), not (2.0, 'two')"]
    assert not journal.finds(key, None)
