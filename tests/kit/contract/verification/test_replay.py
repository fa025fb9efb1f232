"""An interaction is replayed with its states, and the whole of the answer judged."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from pactwright.client import FunctionTransport
from pactwright.contract.pacts import State
from pactwright.contract.verification.contracts import Operations
from pactwright.contract.verification.environment import Environment, Wrap
from pactwright.contract.verification.report import Result
from pactwright.schema import Project
from pactwright.wire import ResponseMessage
from tests.kit.contract.verification.provided import (
    A_SHELF,
    CUT_OFF,
    NO_SHELF,
    RED,
    TOP,
    interaction,
    write_pact,
)

Replay = Callable[..., Result]


@pytest.fixture
def replay(shelf: Environment, tmp_path: Path) -> Replay:
    def replay(content: dict[str, Any], wrap: Wrap | None = None) -> Result:
        pact = write_pact(tmp_path, "reader-shelf", [content])
        return shelf.replay(pact, pact.interactions[0], wrap=wrap)

    return replay


def answering(status: int, body: bytes = b"", kind: str = "application/json") -> Wrap:
    """Answers in the provider's place."""
    message = ResponseMessage(status, {"Content-Type": kind}, body)
    return lambda _: FunctionTransport(lambda _: message)


@pytest.mark.parametrize("content", [A_SHELF, NO_SHELF, CUT_OFF])
def test_an_interaction_holds(replay: Replay, content: dict[str, Any]) -> None:
    """With its states made so, through the provider and the stub of what it calls."""
    result = replay(content)

    assert (result.reasons, result.ok) == ((), True)
    assert (result.consumer, result.provider) == ("reader", "shelf")
    assert result.test == "tests_of_shelves/test_all.py::test_one"


def test_each_interaction_begins_anew(replay: Replay) -> None:
    """What the one before has left is gone: from the table, and from what stubs assume."""
    assert replay(A_SHELF).ok
    result = replay(interaction("none now", "/shelves/top", status=404))

    assert result.reasons == ()


def test_what_does_not_hold_is_told_by_place_with_the_answer(replay: Replay) -> None:
    """The status first, then headers and body."""
    result = replay(interaction("a shelf", "/shelves/low", body={"opens": "the attic"}))

    assert result.reasons[0] == "status: expected 200 but was 404"
    assert result.reasons[1].startswith("body /: Expected body")
    assert result.reasons[-1] == "it answered 404 application/json"


def test_a_call_that_no_contract_covers_fails_though_the_provider_copes(replay: Replay) -> None:
    """What it asked is told by name."""
    (reason,) = replay(interaction("a shelf", "/shelves/top", TOP, status=503)).reasons

    assert reason.startswith("shelf asked keys: GET /keys/red; no interaction of shelf-keys covers")


def test_an_answer_that_the_generated_client_refuses_fails(replay: Replay) -> None:
    """Though the consumer reads nothing of what is wrong with it."""
    wrong = answering(200, b'{"name": 1, "opens": "the attic"}')
    (reason,) = replay(A_SHELF, wrong).reasons

    assert reason == (
        "the generated client refuses the answer: body /name Input should be a valid string"
    )


@pytest.mark.parametrize(("read", "ok"), [({"by": "Inês"}, False), (None, True)])
def test_an_error_that_the_generated_client_can_not_read(
    replay: Replay, read: dict[str, str] | None, ok: bool
) -> None:
    """It fails where the consumer reads any of it, for then it has nothing to read."""
    in_use = interaction("a shelf in use", "/shelves/top", TOP, status=409, body=read)
    result = replay(in_use, answering(409, '{"by": "Inês", "until": null}'.encode()))

    assert result.ok is ok
    assert all(
        reason.endswith("/until should not be null: leave it out instead")
        for reason in result.reasons
    )


def test_an_answer_of_another_media_type_fails(replay: Replay) -> None:
    """As its client would."""
    reasons = replay(A_SHELF, answering(200, b'{"opens": "the attic"}', "text/plain")).reasons

    assert any(reason.startswith("header Content-Type: ") for reason in reasons)
    assert any("answered text/plain, not application/json" in reason for reason in reasons)


def test_a_provider_that_does_not_answer_fails(replay: Replay) -> None:
    """At once, and by that name."""

    def gone(_: requests.PreparedRequest) -> ResponseMessage:
        raise requests.ConnectionError("nobody")

    result = replay(A_SHELF, lambda _: FunctionTransport(gone))

    assert "the provider did not answer: ConnectionError: nobody" in result.reasons


def test_a_provider_that_only_announces_an_answer_fails(replay: Replay) -> None:
    """At once: after such a status, the engine would wait for another."""
    reasons = replay(A_SHELF, answering(100)).reasons

    assert "the provider did not answer: ValueError: 100 is not the status of a final answer" in (
        reasons
    )


def test_a_provider_that_is_waited_for_in_vain_fails(shelf: Environment, replay: Replay) -> None:
    """And its answer, when it comes, is not taken for that of the next interaction."""
    next_asked, answered = Event(), Event()

    def slow(_: requests.PreparedRequest) -> ResponseMessage:
        next_asked.wait(5)
        answered.set()
        return ResponseMessage(404)

    def later(_: requests.PreparedRequest) -> ResponseMessage:
        next_asked.set()
        answered.wait(5)
        time.sleep(0.1)
        return ResponseMessage(404)

    shelf.patience, shelf.in_time = 0.2, 0.1
    result = replay(NO_SHELF, _function(slow))
    shelf.patience = 5

    assert result.late
    assert "the provider did not answer within 0.2 s" in result.reasons
    assert replay(NO_SHELF, _function(later)).reasons == ()


def test_what_holds_is_not_late(shelf: Environment, replay: Replay) -> None:
    """However long it took."""
    shelf.in_time = 0

    assert not replay(A_SHELF).late


def test_a_provider_that_answers_503_is_asked_once(replay: Replay) -> None:
    """The engine tries nothing twice, so that what is measured is the provider."""
    asked = []

    def unavailable(request: requests.PreparedRequest) -> ResponseMessage:
        asked.append(request.path_url)
        return ResponseMessage(503)

    started = time.monotonic()
    result = replay(interaction("a shelf", "/shelves/top", status=503), _function(unavailable))

    assert result.ok
    assert asked == ["/shelves/top"]
    assert time.monotonic() - started < 5


def _function(function: Callable[[requests.PreparedRequest], ResponseMessage]) -> Wrap:
    return lambda _: FunctionTransport(function)


def test_the_way_to_the_provider_can_be_wrapped(replay: Replay) -> None:
    """What is put around it sees the request and may change the answer."""

    class Renamed(BaseAdapter):
        def __init__(self, adapter: BaseAdapter) -> None:
            super().__init__()
            self._adapter = adapter

        def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
            answer = self._adapter.send(request)
            assert answer.json()["opens"] == "the attic"
            body = answer.content.replace(b"opens", b"locks")
            message = ResponseMessage(200, {"Content-Type": "application/json"}, body)
            return FunctionTransport(lambda _: message).send(request)

        def close(self) -> None:
            self._adapter.close()

    assert "body $: Actual map is missing the following keys: opens" in (
        replay(A_SHELF, Renamed).reasons
    )
    assert replay(A_SHELF).ok


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State("a key", name=1, opens="x"), "its states can't be made so: the state 'a key'"),
        (State("no such"), "its states can't be made so: the state 'no such' is not handled"),
    ],
)
def test_a_state_that_cannot_be_made_so_fails_the_interaction(
    replay: Replay, state: State, said: str
) -> None:
    """Without a request to the provider."""
    (reason,) = replay(interaction("a shelf", "/shelves/top", state)).reasons

    assert reason.startswith(said)


def test_whatever_a_state_raises_is_told(shelf: Environment, replay: Replay) -> None:
    """By its type and text."""

    @shelf.provider.state("a fault")
    def a_fault(_: object) -> None:
        raise ZeroDivisionError("too few shelves")

    (reason,) = replay(interaction("a shelf", "/shelves/top", State("a fault"))).reasons

    assert reason == "its states can't be made so: ZeroDivisionError: too few shelves"


def test_the_engine_prints_nothing(replay: Replay, capfd: pytest.CaptureFixture[str]) -> None:
    """Standard output is the report's."""
    replay(A_SHELF)

    assert capfd.readouterr().out == ""


def test_operations_are_found_by_method_and_path(project: Project, folder: Path) -> None:
    """An interaction of no operation has none."""
    pact = write_pact(folder, "reader-shelf", [A_SHELF, interaction("odd", "/boxes", RED)])
    found = [Operations(project, "shelf").of(each) for each in pact.interactions]

    assert [each.name if each else None for each in found] == ["get_shelves", None]
