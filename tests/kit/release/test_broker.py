"""A Pact Broker in place of records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from pactwright.cli import main
from pactwright.contract.pacts import Pact
from pactwright.release.broker.broker import Broker, Source
from pactwright.release.broker.hal import Bearer, Hal, link
from pactwright.release.broker.reporting import Reporting
from pactwright.release.errors import BrokerError
from pactwright.release.verdict import Kind
from pactwright.schema import Project
from tests.kit.contract.verification.provided import A_KEY, NO_KEY, RED, interaction, write_pact
from tests.kit.release import broker as double
from tests.kit.release.conftest import bundle, verified
from tests.kit.release.history import ARM, CLEAN, DIRTY

WRONG = interaction("a wrong key", "/keys/red", RED, body={"opens": 1})
SOURCE = Source("main", "https://ci.example/builds/7")


@pytest.fixture
def state() -> Iterator[double.State]:
    """What the double keeps."""
    with double.serving(production="0b8f", staging="1c9e") as running:
        yield running


@pytest.fixture
def broker(state: double.State) -> Broker:
    return Broker(Hal(state.url, Bearer(double.TOKEN)))


@pytest.fixture
def pact(tmp_path: Path) -> Pact:
    return write_pact(tmp_path, "shelf-keys", [A_KEY, NO_KEY])


def test_the_life_of_two_services(broker: Broker, state: double.State, project: Project) -> None:
    """Verified, deployed in the order of the calls, and then a provider that fails its consumer."""
    Reporting(broker, SOURCE).verification(verified(project, chain=True), CLEAN)
    keys, shelf = bundle("keys").digest, bundle("shelf").digest
    assert state.versions["shelf", shelf] == {"branch": "main", "build": SOURCE.build}
    assert broker.judge("keys", keys, ARM, "production").allowed
    no = broker.judge("shelf", shelf, ARM, "production")
    assert [reason.kind for reason in no.reasons] == [Kind.UNVERIFIED, Kind.NOT_DEPLOYED]
    assert no.reasons[1].text.startswith("shelf → keys: no version of keys there was verified")
    broker.record_deployment("keys", keys, "production")
    assert broker.judge("shelf", shelf, ARM, "production").allowed
    broker.record_deployment("shelf", shelf, "production")

    (kept,) = broker.deployed("keys", "production")
    assert (kept.pact.name, len(kept.pact.interactions)) == ("shelf-keys", 1)
    broker.publish_result(kept, "keys 2", ["a key"], SOURCE)
    (_, failed) = broker.judge("keys", "keys 2", ARM, "production").reasons
    assert (failed.kind, failed.commands) == (Kind.FAILED, ("pactwright verify keys",))
    assert state.results[-1]["success"] is False


def test_a_release_of_an_sdk(broker: Broker, state: double.State, project: Project) -> None:
    """Its version follows from what it relies on; while it is in use, it binds."""
    Reporting(broker, SOURCE).verification(verified(project, chain=True), CLEAN)
    (number,) = [number for name, number in state.versions if name == "reader"]
    broker.record_release("reader", number, "production")

    assert {each.pact.consumer for each in broker.deployed("keys", "production")} == {"reader"}


def test_what_fails_is_published_as_failed(
    broker: Broker, state: double.State, project: Project, folder: Path
) -> None:
    """With the interactions that do not hold."""
    write_pact(folder, "reader-keys", [A_KEY, WRONG])
    found = Reporting(broker, SOURCE).verification(verified(project, "keys"), CLEAN)

    assert [(each.consumer, each.passed) for each in found] == [("shelf", True), ("reader", False)]
    assert [each["success"] for each in state.results] == [True, False]
    assert state.results[1]["testResults"] == {"failures": ["a wrong key"]}


def test_what_is_no_commit_is_not_published(
    broker: Broker, state: double.State, project: Project
) -> None:
    """A broker can't tell it from what is."""
    assert Reporting(broker, SOURCE).verification(verified(project), DIRTY) == []
    assert state.asked == []


def test_a_version_that_says_something_else_now(broker: Broker, tmp_path: Path) -> None:
    """The broker refuses, and says why."""
    first = write_pact(tmp_path, "shelf-keys", [A_KEY])
    broker.publish("shelf", "1", [first], SOURCE)
    broker.publish("shelf", "1", [first], SOURCE)
    other = write_pact(tmp_path, "shelf-keys", [A_KEY, NO_KEY])

    with pytest.raises(BrokerError, match="409 Conflict: contracts Cannot change the content"):
        broker.publish("shelf", "1", [other], SOURCE)


def test_a_pact_comes_back_as_it_was_published(broker: Broker, pact: Pact) -> None:
    """Without what the broker adds; so its digest still fits."""
    broker.publish("shelf", "1", [pact], SOURCE)
    broker.record_deployment("shelf", "1", "staging")
    (kept,) = broker.deployed("keys", "staging")

    assert (kept.pact.digest, kept.pact.interactions) == (pact.digest, pact.interactions)
    assert broker.deployed("keys", "production") == []


def test_a_pact_of_somebody_elses(broker: Broker, state: double.State, pact: Pact) -> None:
    """One that was not recorded by Pactwright can't be verified by it."""
    broker.publish("shelf", "1", [pact], SOURCE)
    broker.record_deployment("shelf", "1", "staging")
    state.pacts["shelf", "1", "keys"]["interactions"][0]["response"]["status"] = 500

    with pytest.raises(BrokerError, match=r"a pact of the broker can't be verified: .* by hand"):
        broker.deployed("keys", "staging")
    state.pacts["shelf", "1", "keys"].pop("metadata")
    with pytest.raises(BrokerError, match="the broker keeps a pact without 'metadata'"):
        broker.deployed("keys", "staging")


def test_what_the_broker_does_not_know(broker: Broker, pact: Pact) -> None:
    """Environments, services and versions that are misspelt are told."""
    broker.publish("shelf", "1", [pact], SOURCE)
    with pytest.raises(BrokerError, match="no pb:record-deployment for 'prod'; it has production"):
        broker.record_deployment("shelf", "1", "prod")
    with pytest.raises(BrokerError, match="the broker knows no version 2 of shelf: `pactwright v"):
        broker.record_deployment("shelf", "2", "production")
    with pytest.raises(BrokerError, match="404 Not Found: The requested document was not found"):
        broker.hal.get("/pacts/provider/keys/consumer/shelf/version/2")
    with pytest.raises(BrokerError, match=r"400 .*: environment environment with name 'prod' does"):
        broker.judge("shelf", "1", ARM, "prod")
    with pytest.raises(BrokerError, match="pacticipant Pacticipant shlef not found"):
        broker.judge("shlef", "1", ARM, "production")
    (reason,) = broker.judge("shelf", "2", ARM, "production").reasons
    assert reason.text == "No version with number 2 exists for shelf"


def test_the_double_refuses_what_the_broker_does(state: double.State) -> None:
    """Else, nothing that passes here would prove anything."""
    known = {"Authorization": double.BASIC, "Accept": "application/hal+json"}

    def status(method: str, path: str, **more: Any) -> int:
        headers = {**known, **more.pop("headers", {})}
        return requests.request(
            method, state.url + path, headers=headers, timeout=5, **more
        ).status_code

    assert status("GET", "/nothing") == 404
    assert status("POST", "/can-i-deploy", json={}) == 405
    assert status("GET", "/", headers={"Accept": "text/html"}) == 406
    assert status("POST", "/contracts/publish", data="{}") == 415
    assert status("POST", "/contracts/publish", json={}) == 400
    as_json = {"Content-Type": "application/json"}
    assert status("POST", "/contracts/publish", data="{", headers=as_json) == 400
    assert status("GET", "/", headers={"Authorization": "Bearer other"}) == 401
    assert status("GET", "/can-i-deploy?pacticipant=a") == 400


class Page(double.Handler):
    """What is no broker, but says yes."""

    def _answered(self, *_: object) -> double.Answer:
        return 200, ["<html>"]


class Mover(double.Handler):
    """What is somewhere else now."""

    def send_response(self, *_: object) -> None:
        super().send_response(302)
        self.send_header("Location", "https://elsewhere.example/")


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        (Page, "no HAL: is a Pact Broker there"),
        (Mover, "302 Found to https://elsewhere.example/: set PACT_BROKER_BASE_URL"),
    ],
)
def test_what_is_no_broker(handler: type[double.Handler], said: str) -> None:
    """Neither a page nor a redirection is followed or believed."""
    with double.serving(handler) as running, pytest.raises(BrokerError, match=said):
        Broker(Hal(running.url)).judge("shelf", "1", ARM, "production")


def test_a_link_to_somewhere_else_is_not_followed(broker: Broker, state: double.State) -> None:
    """It would be given the credentials."""
    with pytest.raises(BrokerError, match="not one of its own"):
        broker.hal.get("https://elsewhere.example/")
    with pytest.raises(BrokerError, match="not one of its own"):
        broker.hal.get(f"{state.url}.example/")


def test_a_broker_that_is_down() -> None:
    """By its address."""
    with pytest.raises(BrokerError, match=r"the broker http://127\.0\.0\.1:9 can't be reached"):
        Hal("http://127.0.0.1:9").get("/")


def test_a_broker_that_wants_credentials(state: double.State) -> None:
    """The variables that give them are named."""
    with pytest.raises(BrokerError, match="401 Unauthorized: set PACT_BROKER_TOKEN, or PACT_BR"):
        Hal(state.url).get("/")


def test_how_a_broker_is_configured(state: double.State) -> None:
    """By the variables of all of Pact's tools."""
    url = {"PACT_BROKER_BASE_URL": f"{state.url}/"}
    assert Hal.configured({}) is None
    for more in (
        {"PACT_BROKER_TOKEN": double.TOKEN},
        {"PACT_BROKER_USERNAME": "ines", "PACT_BROKER_PASSWORD": "tram 28"},
    ):
        hal = Hal.configured(url | more)
        assert hal is not None
        assert link(hal.get("/"), "pb:publish-contracts") == f"{state.url}/contracts/publish"
        assert "tram" not in repr(hal)
        assert double.TOKEN not in repr(hal)
    with pytest.raises(BrokerError, match="belong together"):
        Hal.configured(url | {"PACT_BROKER_USERNAME": "ines"})
    with pytest.raises(BrokerError, match="both set"):
        Hal.configured(url | {"PACT_BROKER_TOKEN": "t", "PACT_BROKER_USERNAME": "ines"})


def test_the_commands_ask_the_broker(
    broker: Broker,
    state: double.State,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In place of any records, as soon as its address is set."""
    Reporting(broker, SOURCE).verification(verified(project, chain=True), CLEAN)
    monkeypatch.setenv("PACT_BROKER_BASE_URL", state.url)
    monkeypatch.setenv("PACT_BROKER_TOKEN", double.TOKEN)
    root, keys = ["--project", str(project.root)], bundle("keys").digest
    shelf = bundle("shelf").digest
    ask = [*root, "can-deploy", "shelf", "--to", "staging", "--digest", shelf, "--json"]
    assert main(ask) == 1
    assert json.loads(capsys.readouterr().out)["allowed"] is False
    assert main([*root, "record-deployment", "keys", "--env", "staging", "--digest", keys]) == 0
    capsys.readouterr()
    assert main(ask) == 0
    assert main([*root, "record-release", "reader", "--version", "1", "--env", "staging"]) == 0

    assert state.released[0][:2] == ("staging", "reader")
    assert not (project.root / "build").exists()
