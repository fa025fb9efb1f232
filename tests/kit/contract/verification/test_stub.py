"""A stub answers the interactions of one pact, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from pactwright.contract.errors import ExpectationError, StateError
from pactwright.contract.pacts import State
from pactwright.contract.verification.standins import Standins
from pactwright.contract.verification.stub import Stub
from pactwright.schema import Project
from pactwright.wire import ResponseMessage
from tests.kit.contract.verification.provided import A_KEY, NO_KEY, RED, interaction, write_pact

GREEN = State("a key", name="green", opens="the gate")
LOCKED = State("a lock")
BOTH = interaction("a key and a lock", "/keys/red", LOCKED, RED, body={"opens": "nothing"})
TWIN = interaction("a twin", "/keys/red", LOCKED, body={"opens": "it"})


@pytest.fixture
def interactions() -> list[dict[str, Any]]:
    return [A_KEY, NO_KEY, BOTH, TWIN]


@pytest.fixture
def stub(project: Project, interactions: list[dict[str, Any]]) -> Iterator[Stub]:
    pact = write_pact(project.root, "shelf-keys", interactions)
    standins = Standins(project, "keys")
    made = Stub(pact, standins.answer, meaningful=standins.meaningful)
    with made.endpoint.serving():
        yield made


def get(stub: Stub, path: str) -> requests.Response:
    return requests.get(stub.url + path, timeout=5)


def test_an_interaction_is_answered_where_its_states_are_assumed(stub: Stub) -> None:
    """What the consumer doesn't read is filled in from the document, as its client needs it."""
    stub.assume(RED)
    found = get(stub, "/keys/red")

    assert (found.status_code, found.headers["Content-Type"]) == (200, "application/json")
    assert found.json() == {"name": "red", "opens": "the attic"}
    assert stub.take_missed() == []


def test_an_answer_without_a_body_has_none(stub: Stub) -> None:
    """As the document declares it; an interaction without states needs none."""
    found = get(stub, "/keys/blue")

    assert (found.status_code, found.content) == (404, b"")


def test_what_no_interaction_covers_is_refused_and_noted_by_name(stub: Stub) -> None:
    """With the states that were assumed, and why those near by don't cover it."""
    stub.assume(GREEN)
    found = get(stub, "/keys/red?x=1")

    (said,) = stub.take_missed()
    assert found.status_code == 501
    assert found.headers["Content-Type"] == "application/problem+json"
    assert found.json()["detail"] == said
    assert said.startswith(
        "shelf asked keys: GET /keys/red?x=1; no interaction of shelf-keys covers it under: "
        "a key (name='green', opens='the gate')\n"
    )
    assert "'a key' does not: a key (name='red', opens='the attic') is not assumed; " in said
    assert "the query is {'x': ('1',)}, not {}" in said
    assert stub.take_missed() == []


def test_the_interaction_in_the_most_states_answers(stub: Stub) -> None:
    """It is the one that knows most of what is so."""
    stub.assume(RED, LOCKED)

    assert get(stub, "/keys/red").json()["opens"] == "nothing"


@pytest.mark.parametrize("interactions", [[A_KEY, NO_KEY, TWIN]])
def test_two_interactions_that_cover_the_same_request_are_named(stub: Stub) -> None:
    """Neither can be preferred."""
    stub.assume(RED, LOCKED)

    assert get(stub, "/keys/red").status_code == 501
    assert "'a key' and 'a twin' of shelf-keys both cover it" in stub.take_missed()[0]


def test_credentials_that_no_interaction_has_are_not_covered(stub: Stub) -> None:
    """A header that the operation takes makes another request; what any client adds doesn't."""
    headers = {"Authorization": "Bearer t", "User-Agent": "shelf"}
    found = requests.get(f"{stub.url}/keys/blue", headers=headers, timeout=5)

    assert found.status_code == 501
    assert "Authorization is sent" in stub.take_missed()[0]


def test_a_parameter_that_is_null_is_as_good_as_none(stub: Stub) -> None:
    """So a state can be handed on with all that a function takes."""
    stub.assume(State("a key", name="red", opens="the attic", note=None))

    assert get(stub, "/keys/red").status_code == 200


def test_a_state_of_no_interaction_cannot_be_assumed(stub: Stub) -> None:
    """It would be a mistyped one; the known ones are told."""
    with pytest.raises(StateError, match=r"of shelf-keys is in the state 'a kee'; .*'a key'"):
        stub.assume(State("a kee"))


def test_what_is_away_ends_the_connection(stub: Stub) -> None:
    """Without an answer, until it is reset."""
    stub.disappear()
    with pytest.raises(requests.ConnectionError):
        get(stub, "/keys/blue")
    stub.reset()

    assert get(stub, "/keys/blue").status_code == 404
    assert stub.take_missed() == []


def test_a_reset_leaves_what_is_always_so(stub: Stub) -> None:
    """And forgets the rest."""
    always = Stub(stub.pact, stub.answer, (RED,))
    always.assume(LOCKED)
    always.reset()
    with always.endpoint.serving():
        found = get(always, "/keys/red")

    assert json.loads(found.content)["opens"] == "the attic"


def test_an_answer_that_cannot_be_made_is_noted(stub: Stub) -> None:
    """A provider may cope with it: the interaction must not."""

    def unanswerable(_: object) -> ResponseMessage:
        raise ExpectationError("nothing to fill in")

    stub.answer = unanswerable

    assert get(stub, "/keys/blue").status_code == 501
    assert stub.take_missed() == ["shelf-keys.json: 'no key' can't be answered: nothing to fill in"]


def test_a_key_that_a_caller_makes_up_may_be_any(stub: Stub, project: Project) -> None:
    """Clients make another for each call; without one, it is another request."""
    keyed = interaction(
        "a key, once", "/keys/once", request={"headers": {"Idempotency-Key": ['"in-the-pact"']}}
    )
    made = Stub(write_pact(project.root, "shelf-keys", [keyed]), stub.answer)
    with made.endpoint.serving():
        url = f"{made.url}/keys/once"
        with_one = requests.get(url, headers={"Idempotency-Key": '"random"'}, timeout=5)
        without = requests.get(url, timeout=5)

    assert (with_one.status_code, without.status_code) == (200, 501)
