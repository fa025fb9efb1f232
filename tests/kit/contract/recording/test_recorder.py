"""A test's calls go to the engine's mock server, and what they rely on goes into the pact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pactwright.client import Bearer
from pactwright.client.errors import InternalServerError, NotFound
from pactwright.client.response import with_response
from pactwright.contract import pacts
from pactwright.contract.errors import ContractError, ExpectationError
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import Recorder, only
from pactwright.contract.recording.recordings import Recordings
from tests.kit.contract.recording.things import (
    GET_THING,
    LAMP,
    LIST_THINGS,
    PUT_THING,
    SHOW_LABEL,
    MissingProblem,
    NewThing,
    Thing,
    ThingPage,
    ThingsClient,
)

SOCKETS = Path("/proc/net/tcp")
LAMP_EXPECTED: dict[str, Any] = {"thing_id": LAMP, "reason": "test"}


def test_what_is_read_is_recorded(recorder: Recorder, recordings: Recordings) -> None:
    """A whole answer is served, and the pact has what was read of it."""
    recorder.expect(
        "the size of a lamp",
        GET_THING,
        **LAMP_EXPECTED,
        given=[State("a lamp", size=3)],
        credentials=Bearer("t0ken"),
        answer=only(Thing, "size"),
        headers={"ETag": '"a"'},
    )
    client = recorder.client(ThingsClient, credentials=Bearer("t0ken"))
    found = with_response(client.get_thing)(LAMP)

    assert (found.value.size, found.etag) == (3, '"a"')
    recorder.finish()
    (interaction,) = recorded(recordings)
    assert interaction["response"]["body"]["content"] == {"size": 3}
    assert interaction["request"]["headers"] == {
        "Authorization": ["Bearer t0ken"],
        "X-Reason": ["test"],
    }
    assert interaction["providerStates"] == [{"name": "a lamp", "params": {"size": 3}}]
    assert interaction["comments"]["testname"] == "tests/test_things.py::test_a_thing"


def recorded(recordings: Recordings) -> list[dict[str, Any]]:
    interactions: list[dict[str, Any]] = json.loads(content(recordings))["interactions"]
    return interactions


def content(recordings: Recordings) -> bytes:
    return recordings.content(("shop", "things"))


def test_errors_are_readings_too(recorder: Recorder, recordings: Recordings) -> None:
    """A typed exception's problem is read as any body."""
    answer = only(MissingProblem, "type")
    recorder.expect("no lamp", GET_THING, **LAMP_EXPECTED, status=404, answer=answer)
    client = recorder.client(ThingsClient)

    with pytest.raises(NotFound) as raised:
        client.get_thing(LAMP)
    assert raised.value.problem is not None
    assert raised.value.problem.type == "https://shop.example/missing"
    recorder.finish()
    assert recorded(recordings)[0]["response"]["headers"] == {
        "Content-Type": ["application/problem+json"]
    }


def test_an_answer_of_which_nothing_is_read_is_its_status(
    recorder: Recorder, recordings: Recordings
) -> None:
    """Neither body nor media type are relied on."""
    recorder.expect("no lamp", GET_THING, **LAMP_EXPECTED, status=404)

    with pytest.raises(NotFound):
        recorder.client(ThingsClient).get_thing(LAMP)
    recorder.finish()
    assert recorded(recordings)[0]["response"] == {"status": 404}


def test_text_is_recorded_as_text(recorder: Recorder, recordings: Recordings) -> None:
    """With the Content-Type that it is written with."""
    recorder.expect("a label", SHOW_LABEL, answer="<p>lamp</p>")

    assert recorder.client(ThingsClient).show_label() == "<p>lamp</p>"
    recorder.finish()
    assert recorded(recordings)[0]["response"]["body"] == {
        "content": "<p>lamp</p>",
        "contentType": "text/html;charset=utf-8",
        "encoded": False,
    }


def test_several_interactions_are_told_apart_by_their_requests(recorder: Recorder) -> None:
    """What is read of one answer is not taken for a reading of another."""
    recorder.expect("a lamp", GET_THING, **LAMP_EXPECTED, answer=only(Thing, "size"))
    recorder.expect("a why", GET_THING, thing_id=LAMP, reason="why", answer=only(Thing, "name"))
    client = recorder.client(ThingsClient)

    assert client.get_thing(LAMP).size == 3
    client.get_thing(LAMP, reason="why")
    with pytest.raises(ContractError, match=r"^a why: /name is expected but never read"):
        recorder.finish()


def test_what_is_expected_but_not_read_is_told(recorder: Recorder) -> None:
    """Fields, and headers."""
    answer = only(Thing, "size", "name")
    recorder.expect("a lamp", GET_THING, **LAMP_EXPECTED, answer=answer, headers={"Age": "3"})

    assert recorder.client(ThingsClient).get_thing(LAMP).size == 3
    with pytest.raises(ContractError) as raised:
        recorder.finish()
    assert str(raised.value).splitlines() == [
        "a lamp: /name is expected but never read: leave it out of the expectation",
        "a lamp: the header Age is expected but never read: leave it out of the expectation",
    ]


def test_what_is_read_but_not_expected_is_told(recorder: Recorder) -> None:
    """A required field, and a header that is required."""
    recorder.expect("a lamp", GET_THING, **LAMP_EXPECTED, answer=only(Thing, "size"))
    found = with_response(recorder.client(ThingsClient).get_thing)(LAMP)

    assert (found.value.size, found.value.name, found.etag) == (3, "lamp", None)
    with pytest.raises(ContractError) as raised:
        recorder.finish()
    assert str(raised.value).splitlines() == [
        "a lamp: /name is read but not expected: add it to the expectation",
        "a lamp: the header etag is read but not expected: add it to headers=",
    ]


def test_a_request_that_is_not_expected_is_told_in_the_engines_words(recorder: Recorder) -> None:
    """So is the one that was expected and not made."""
    recorder.expect("a lamp", GET_THING, **LAMP_EXPECTED, answer=only(Thing, "size"))

    with pytest.raises(InternalServerError):
        recorder.client(ThingsClient).list_things()
    with pytest.raises(ContractError) as raised:
        recorder.finish()
    assert "Request not found: GET /things:" in str(raised.value)
    assert f"Missing request: GET /things/{LAMP}:" in str(raised.value)


def test_a_body_other_than_expected_is_told(recorder: Recorder) -> None:
    """By the place that differs."""
    body = NewThing(name="lamp", weight=1.5)
    recorder.expect("a lamp", PUT_THING, thing_id=LAMP, body=body, answer=only(Thing, "size"))

    with pytest.raises(InternalServerError):
        recorder.client(ThingsClient).put_thing(LAMP, NewThing(name="lamp", weight=2.5))
    assert "2.5" in "\n".join(recorder.complaints())


def test_the_mock_server_is_asked_by_a_client_that_notes_what_is_read(recorder: Recorder) -> None:
    """Nobody is told where it is: of what another client gets, nothing would be noted."""
    recorder.expect("things", LIST_THINGS, answer=only(ThingPage, items=[]))
    recorder.client(ThingsClient)

    shown = [name for name in dir(recorder) if not name.startswith("_")]
    assert shown == [
        *("client", "close", "complaints", "consumer", "deliver"),
        *("expect", "expect_message", "finish", "provider"),
    ]


@pytest.mark.parametrize("first", ["anyone", "somebody"])
def test_a_request_with_one_more_header_is_another_one(recorder: Recorder, first: str) -> None:
    """Whichever is expected first: each answer is that of its own expectation."""
    expected: dict[str, dict[str, Any]] = {
        "anyone": {"answer": only(Thing, size=1)},
        "somebody": {"answer": only(Thing, size=2, name="mine"), "credentials": Bearer("t0ken")},
    }
    for name in sorted(expected, key=lambda each: each != first):
        recorder.expect(name, GET_THING, **LAMP_EXPECTED, **expected[name])
    anyone = recorder.client(ThingsClient)
    somebody = recorder.client(ThingsClient, credentials=Bearer("t0ken"))

    assert anyone.get_thing(LAMP).size == 1
    found = somebody.get_thing(LAMP)
    assert (found.size, found.name) == (2, "mine")
    recorder.finish()


def test_a_header_that_is_not_declared_is_told(recorder: Recorder) -> None:
    """No contract can have it, but for what every answer has."""
    recorder.expect("a lamp", GET_THING, **LAMP_EXPECTED, answer=only(Thing, "size"))
    found = with_response(recorder.client(ThingsClient).get_thing)(LAMP)

    assert (found.value.size, found.request_id) == (3, None)
    assert found.headers["Content-Type"] == "application/json"
    assert "X-Total-Count" not in found.headers
    with pytest.raises(ContractError) as raised:
        recorder.finish()
    assert str(raised.value) == (
        "a lamp: the header x-total-count is read, but the document does not declare that "
        "get_thing 200 has it: declare it there"
    )


def test_a_member_of_a_problem_that_is_not_declared_is_told(recorder: Recorder) -> None:
    """Whether or not it is there, whoever asks for it relies on it."""
    recorder.expect("no lamp", GET_THING, **LAMP_EXPECTED, status=404)

    with pytest.raises(NotFound) as raised:
        recorder.client(ThingsClient).get_thing(LAMP)
    assert not hasattr(raised.value.problem, "retry_at")
    with pytest.raises(ContractError, match=r"^no lamp: /retry_at is read but not expected"):
        recorder.finish()


@pytest.mark.skipif(not SOCKETS.exists(), reason="the kernel's table of sockets is Linux's")
def test_the_mock_server_listens_on_loopback_only(recorder: Recorder) -> None:
    """Nobody else on the network can ask it, or see the tokens that it is sent."""
    recorder.expect("a lamp", GET_THING, **LAMP_EXPECTED, answer=only(Thing, "size"))
    client = recorder.client(ThingsClient)
    port = int(str(client).rpartition(":")[2].rstrip("')"))

    listening = [line.split()[1] for line in SOCKETS.read_text().splitlines()[1:]]
    assert [place for place in listening if int(place[-4:], 16) == port] == [
        f"0100007F:{port:04X}",
    ]


@pytest.mark.parametrize("given", ["a lamp", ["a lamp"], State("a lamp")])
def test_what_is_no_list_of_states_is_refused(recorder: Recorder, given: Any) -> None:
    """Whoever leaves the brackets out, or State, is told."""
    with pytest.raises(ExpectationError, match=r"given= takes a list of State\(…\), not"):
        recorder.expect("a lamp", GET_THING, **LAMP_EXPECTED, given=given)


def test_expecting_comes_before_calling(recorder: Recorder) -> None:
    """The mock server is not taught anew."""
    with pytest.raises(ExpectationError, match="nothing is expected yet"):
        recorder.client(ThingsClient)
    recorder.expect("a label", SHOW_LABEL)
    recorder.client(ThingsClient)

    with pytest.raises(ExpectationError, match="things: expect it before the first client is made"):
        recorder.expect("things", LIST_THINGS)


def test_a_test_without_a_client_fails(recorder: Recorder) -> None:
    """It would record what nobody asked."""
    with pytest.raises(ContractError, match="nothing was asked of the mock server"):
        recorder.finish()


def test_a_credential_that_is_not_expected_is_told(recorder: Recorder) -> None:
    """The engine minds no further headers; one that the operation knows makes another request."""
    recorder.expect("no lamp", GET_THING, **LAMP_EXPECTED, status=404)
    client = recorder.client(ThingsClient, credentials=Bearer("t0ken"))

    with pytest.raises(NotFound):
        client.get_thing(LAMP)
    with pytest.raises(ContractError, match="no lamp: Authorization is sent, which is not expec"):
        recorder.finish()


def test_the_same_request_or_name_twice_is_refused(recorder: Recorder) -> None:
    """Nobody could tell them apart."""
    recorder.expect("a label", SHOW_LABEL)

    with pytest.raises(ExpectationError, match="'a label' is expected twice"):
        recorder.expect("a label", LIST_THINGS)
    with pytest.raises(ExpectationError, match="'it' and 'a label' are the same request"):
        recorder.expect("it", SHOW_LABEL)


def test_a_name_that_another_test_has_is_refused(
    recorder: Recorder, recordings: Recordings
) -> None:
    """It names that test."""
    recorder.expect("a label", SHOW_LABEL, answer="<p>")
    recorder.client(ThingsClient).show_label()
    recorder.finish()

    with pytest.raises(ExpectationError, match=r"what tests/test_things\.py::test_a_thing calls"):
        recordings.refuse_repetition("shop", "things", "a label")


def test_arguments_may_be_given_by_a_mapping(recorder: Recorder) -> None:
    """Where one is named as a keyword of `expect` is."""
    recorder.expect("a lamp", GET_THING, arguments=LAMP_EXPECTED, answer=only(Thing, "size"))

    assert recorder.client(ThingsClient).get_thing(LAMP).size == 3
    recorder.finish()


def test_the_same_tests_record_the_same_bytes(recorder: Recorder, recordings: Recordings) -> None:
    """A pact that can be read back, each time alike."""
    recorder.expect("a label", SHOW_LABEL, answer="<p>")
    recorder.expect("things", LIST_THINGS, answer=only(ThingPage, items=[]))
    client = recorder.client(ThingsClient)
    assert client.list_things().items == []
    client.show_label()
    recorder.finish()

    assert content(recordings) == content(recordings)
    assert [each["description"] for each in recorded(recordings)] == ["a label", "things"]


def test_what_is_written_can_be_read_back(
    recorder: Recorder, recordings: Recordings, tmp_path: Path
) -> None:
    """What the engine writes is what `pacts` reads."""
    recorder.expect("a label", SHOW_LABEL, answer="<p>")
    recorder.client(ThingsClient).show_label()
    recorder.finish()
    file = tmp_path / "shop-things.json"
    file.write_bytes(content(recordings))

    pact = pacts.read(file)
    assert (pact.name, pact.interactions[0].description) == ("shop-things", "a label")
