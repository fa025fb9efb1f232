"""A message is verified by what the provider publishes when it is acted upon, and nothing else."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from pactwright.contract.errors import PactError, StateError
from pactwright.contract.pacts import Pact, State
from pactwright.contract.verification.environment import Environment
from pactwright.contract.verification.messageserver import MessageServer
from pactwright.contract.verification.precheck import load
from pactwright.contract.verification.provider import Occasion, Provider
from pactwright.contract.verification.report import Result
from pactwright.contract.verification.stub import Stub
from pactwright.local.endpoint import Endpoint
from pactwright.schema import Project
from pactwright.wire import ResponseMessage
from tests.kit.contract.verification import bells, provided
from tests.kit.contract.verification.bells import BELL_RUNG, HUNG, RUNG, Heard, Here, message

Says = Callable[[dict[str, Any]], Sequence[dict[str, Any]]]


@pytest.fixture(scope="session")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, to be copied."""
    return bells.make_project(tmp_path_factory.mktemp("cast") / "bells").root


@pytest.fixture
def project(cast: Path, tmp_path: Path) -> Iterator[Project]:
    """The project, to be changed at will."""
    shutil.copytree(cast, tmp_path / "bells")
    with provided.importable(Project.load(tmp_path / "bells")) as made:
        yield made


@pytest.fixture
def heard() -> Heard:
    """What the tower publishes."""
    return Heard()


@pytest.fixture
def tower(project: Project, heard: Heard) -> Iterator[Environment]:
    """What publishes, ready to be replayed on."""
    with Here(load(project), heard).environment("tower") as ready:
        yield ready


def rewrite(project: Project, *interactions: dict[str, Any]) -> Pact:
    """Record another pact."""
    folder = project.root / "contracts" / "pacts"
    return provided.write_pact(folder, "ringer-tower", list(interactions))


def replayed(environment: Environment, project: Project, *interactions: dict[str, Any]) -> Result:
    """What became of the first interaction of a pact."""
    pact = rewrite(project, *(interactions or (RUNG,)))
    return environment.replay(pact, pact.interactions[0])


def test_the_message_that_is_published_holds(tower: Environment, project: Project) -> None:
    """By what the provider's own code does on the real request."""
    assert replayed(tower, project).reasons == ()
    unread = message("a bell is rung", HUNG)
    assert replayed(tower, project, unread).reasons == ()


@pytest.mark.parametrize(
    ("says", "said"),
    [
        (
            lambda m: [{**m, "bell": "treble"}],
            "body $.bell: Expected 'treble' (String)",
        ),
        (
            lambda m: [{"bell": m["bell"]}],
            "Actual map is missing the following keys: times",
        ),
        (lambda m: [{**m, "times": "thrice"}], "body $.times: Expected 'thrice' (String)"),
        (lambda m: [{**m, "times": None}], "body $.times: Expected null"),
        (lambda m: [{**m, "times": 13}], "the generated model refuses the message: body /times"),
        (lambda m: [{**m, "by": 7}], "the generated model refuses the message: body /by"),
        (lambda _: [], "the provider did not publish it: no messages came of it, not one"),
        (lambda m: [m, m], "the provider did not publish it: 2 messages came of it, not one"),
    ],
)
def test_any_other_message_does_not(
    tower: Environment, project: Project, heard: Heard, says: Says, said: str
) -> None:
    """What the engine doesn't see, the generated model does, whether it is read or not."""
    heard.says = says

    result = replayed(tower, project)
    assert not result.ok
    assert said in "\n".join(result.reasons)


def test_what_was_published_is_shown(tower: Environment, project: Project, heard: Heard) -> None:
    """It has no status."""
    heard.says = lambda m: [{**m, "bell": "treble"}]

    reasons = replayed(tower, project).reasons
    assert 'it published application/json {"bell":"treble","times":3}' in reasons


def test_what_the_producer_raises_is_told(tower: Environment, project: Project) -> None:
    """What can't be done to the provider makes it publish nothing."""
    absent = message("a bell is rung", State("a bell", bell="treble"), read={"times": 3})

    (*_, reason) = replayed(tower, project, absent).reasons
    assert reason.startswith("the provider did not publish it: BadGateway: POST http://tower/ring")


def test_where_nothing_shows_what_is_published(project: Project) -> None:
    """It is a failure, not a pass."""
    with Here(load(project), None).environment("tower") as tower:
        result = replayed(tower, project)

    assert "what tower publishes can't be seen here" in result.reasons[0]


@pytest.mark.parametrize(
    ("interactions", "said"),
    [
        (
            [RUNG, message("more", HUNG, name="bell_cast")],
            "tower: the message 'bell_cast' has no producer; those that do: 'bell_rung' (needed by",
        ),
        (
            [RUNG, message("no bell")],
            "'bell_rung': its parameter bell is missing (needed by ringer-tower, 'no bell')",
        ),
        (
            [RUNG, message("two bells", HUNG, State("a bell", bell="treble"))],
            "its states give the parameter bell twice, and otherwise",
        ),
        ([message("a bell", State("a clock"))], "the state 'a clock' is not handled"),
        (
            [provided.interaction("rings", "/ring", HUNG, status=204)],
            "the message 'bell_rung' has a producer, but nobody relies on it",
        ),
    ],
)
def test_what_cannot_be_verified_is_told_before(
    project: Project, interactions: list[dict[str, Any]], said: str
) -> None:
    """By name, and nothing was started."""
    rewrite(project, *interactions)

    with pytest.raises(StateError) as raised:
        load(project)
    assert said in str(raised.value)


def test_a_message_of_no_name_is_no_pact_of_ours(project: Project) -> None:
    """Which webhook it is has to be there."""
    nameless = {**RUNG, "comments": {"testname": RUNG["comments"]["testname"]}}

    with pytest.raises(PactError, match="no pact that pactwright recorded: KeyError\\('message'"):
        rewrite(project, nameless)


def test_two_producers_of_a_message_are_one_too_many() -> None:
    """So is a parameter that can't be given by name."""
    provider = bells.tower()

    def again(_: Occasion) -> None: ...
    def by_position(_: Occasion, bell: str) -> None: ...

    with pytest.raises(StateError, match="the message 'bell_rung' has two producers"):
        provider.publishes(BELL_RUNG)(again)
    with pytest.raises(StateError, match="bell must be a parameter by name"):
        Provider("tower", compose=bells.compose).publishes(BELL_RUNG)(by_position)


@dataclass
class Asked:
    """Where another verifier asks for messages."""

    url: str
    done: list[str]

    def post(self, body: Any) -> requests.Response:
        return requests.post(self.url, json=body, timeout=5)


@pytest.fixture
def asked(tower: Environment, project: Project) -> Iterator[Asked]:
    done: list[str] = []
    pact = rewrite(project, RUNG, {**RUNG, "description": "rung"}, provided.A_KEY)
    other = rewrite(project, message("rung", HUNG, name="bell_cast"))
    server = MessageServer(tower, (pact, other), lambda: done.append("done"))
    with Endpoint(server.respond).serving() as url:
        yield Asked(url, done)


def test_other_verifiers_ask_for_a_message(tower: Environment, asked: Asked) -> None:
    """As pact has it, once its states are made so."""
    tower.provider.apply(tower.reset(), [HUNG])
    states = [{"name": HUNG.name, "params": dict(HUNG.parameters)}]
    answer = asked.post({"description": "a bell is rung", "providerStates": states})

    assert (answer.status_code, answer.json()) == (200, {"bell": "bourdon", "times": 3})
    metadata = json.loads(base64.b64decode(answer.headers["Pact-Message-Metadata"]))
    assert metadata == {"contentType": "application/json"}
    assert asked.done == ["done"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ([], 400, "POST {"),
        ({"description": "a bell is rung"}, 400, "POST {"),
        ({"description": "a bell is hung", "providerStates": []}, 422, "is no message of tower"),
        ({"description": "a key", "providerStates": []}, 422, "is no message of tower"),
        ({"description": "rung", "providerStates": [HUNG]}, 422, "is more than one message"),
        ({"description": "a bell is rung", "providerStates": [HUNG]}, 422, "BadGateway"),
    ],
)
def test_what_is_no_message_is_refused(
    asked: Asked, body: dict[str, Any], status: int, said: str
) -> None:
    """With the reason, and 4xx, which no verifier tries again."""
    if isinstance(body, dict) and HUNG in body.get("providerStates", ()):
        body = {**body, "providerStates": [{"name": HUNG.name, "params": dict(HUNG.parameters)}]}
    answer = asked.post(body)

    assert (answer.status_code, said in answer.text) == (status, True)
    assert asked.done == []


def test_stubs_know_nothing_of_messages(project: Project) -> None:
    """Who calls the tower gets what was asked for in the pact, whatever else is in it."""
    pact = rewrite(project, RUNG, provided.interaction("rings", "/ring", status=204))
    stub = Stub(pact.asked, lambda _: ResponseMessage(204))

    said = "no interaction of ringer-tower is in the state 'a bell'"
    with stub.endpoint.serving(), pytest.raises(StateError, match=said):
        stub.assume(HUNG)
