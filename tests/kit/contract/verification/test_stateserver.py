"""States over HTTP let other verifiers replay the same pacts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from pactwright.cli import main
from pactwright.contract.verification.deployed import Deployed
from pactwright.contract.verification.stateserver import StateServer, listening, serving
from pactwright.schema import Project
from tests.kit.contract.verification.standalone import check_replayed

RED = {"state": "a key", "params": {"name": "red", "opens": "the attic"}}


@dataclass
class Served:
    """A server of states, where providers are, and what it told."""

    server: StateServer
    urls: dict[str, str]
    told: list[str]

    def post(self, path: str, body: Any) -> tuple[int, str]:
        answer = requests.post(f"{self.server.endpoint.url}{path}", json=body, timeout=5)
        return answer.status_code, answer.text

    def get(self, provider: str, path: str) -> int:
        return requests.get(f"{self.urls[provider]}{path}", timeout=5).status_code


@pytest.fixture
def served(deployed: Deployed) -> Iterator[Served]:
    told: list[str] = []
    with listening(tell=told.append) as server, serving(deployed, server) as urls:
        yield Served(server, dict(urls), told)


def test_pacts_own_verifier_passes(served: Served, deployed: Deployed) -> None:
    """For each pact, by the command that is told."""
    for pact in deployed.contracts.pacts.values():
        check_replayed(pact, served.urls, served.server)

    assert served.told == []


def test_states_add_up_until_a_request(served: Served) -> None:
    """An interaction may be in several; the next begins with none."""
    assert served.post("/keys", RED) == (200, "{}")
    more = {"state": "a key", "params": {"name": "blue", "opens": "it"}, "action": "setup"}
    assert served.post("/keys", more)[0] == 200
    assert served.get("keys", "/keys/red") == 200
    assert served.post("/keys", {"state": ""})[0] == 200

    assert served.get("keys", "/keys/red") == 404


def test_states_add_up_until_a_teardown(served: Served) -> None:
    """Where a verifier asks for one."""
    served.post("/keys", RED)
    served.post("/keys", {**RED, "action": "teardown"})
    served.post("/keys", {"state": "", "params": None})

    assert served.get("keys", "/keys/red") == 404


def test_what_a_stub_was_asked_in_vain_is_told(served: Served) -> None:
    """By name, for the verifier sees the answer only."""
    served.post("/shelf", {"state": "a shelf", "params": {"name": "top"}})
    assert served.get("shelf", "/shelves/top") == 503
    served.post("/shelf", {"state": ""})

    assert served.told[0].startswith("shelf asked keys: GET /keys/red; no interaction")


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/nobody", RED, 404, "no provider is at '/nobody'; there are: /keys, /shelf"),
        ("/keys", {**RED, "action": "undo"}, 400, "POST one of the actions setup, teardown"),
        ("/keys", [], 400, "send JSON"),
        ("/keys", {"state": "a kee"}, 422, "the state 'a kee' is not handled"),
        ("/keys", {"state": "a key"}, 422, "its parameter name is missing"),
    ],
)
def test_what_cannot_be_made_so_is_refused(
    served: Served, path: str, body: object, status: int, said: str
) -> None:
    """With 4xx, which no verifier tries again, and the reason."""
    answer = served.post(path, body)

    assert (answer[0], said in answer[1]) == (status, True)


def test_before_there_are_providers_it_has_none() -> None:
    """Whoever asks too early is told so."""
    with listening() as server:
        answer = requests.post(f"{server.endpoint.url}/keys", json=RED, timeout=5)

    assert (answer.status_code, "none yet" in answer.text) == (404, True)


def test_a_port_that_is_taken_is_named_before_anything_is_deployed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what to do."""
    with listening() as server:
        port = str(server.endpoint.port)
        status = main(["--project", str(project.root), "states", "--port", port])

    assert status == 1
    assert re.search(f"port {port} on .* is taken: stop what", capsys.readouterr().err)
    assert not (project.root / "build").exists()
