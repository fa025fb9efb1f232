"""What a client would miss in an answer that matches all the same."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from pactwright.contract.pacts import Interaction
from pactwright.contract.verification.reading import refusals
from pactwright.wire import PROBLEM_JSON, Content, Operation, Problem, Response, ResponseMessage

FAULT: Final = {"location": "body", "pointer": "/name", "detail": "is too long"}
PROBLEM: Final = {"type": "https://shelves.example/problems/invalid", "errors": [FAULT]}

OPERATION: Final[Operation[None]] = Operation(
    name="put_shelf",
    method="PUT",
    path="/shelves",
    responses={
        "204": Response(),
        "422": Response(contents=(Content(media_type=PROBLEM_JSON, type=lambda: Problem),)),
    },
)


def said(read: Any, problem: Any, status: int = 422) -> list[str]:
    """What is said of a problem of which something is read."""
    response = {"status": status, "body": {"contentType": PROBLEM_JSON, "content": read}}
    answer = ResponseMessage(status, {"content-type": PROBLEM_JSON}, json.dumps(problem).encode())
    return list(refusals(OPERATION, Interaction({"response": response}), answer))


def test_a_problem_whose_members_fit() -> None:
    """There is nothing to say, whatever else it has."""
    assert said(PROBLEM, PROBLEM | {"balance": 30}) == []


@pytest.mark.parametrize(
    "fault",
    [{"location": "body", "pointer": "/name"}, FAULT | {"detail": None}],
    ids=["lacking", "null"],
)
def test_a_member_that_is_left_out(fault: dict[str, Any]) -> None:
    """It is told, though the consumer looks at something else in it."""
    found = said({"errors": [{"pointer": "/name"}]}, PROBLEM | {"errors": [fault]})

    assert found == [
        "the generated client leaves out /errors: what is in it is not a problem's",
    ]


def test_a_part_of_the_request_that_the_client_does_not_know() -> None:
    """It is kept as it came: a provider may tell more parts than there were once."""
    assert said(PROBLEM, PROBLEM | {"errors": [FAULT | {"location": "trailer"}]}) == []


def test_a_member_that_is_left_out_and_not_read() -> None:
    """Nobody misses it."""
    assert said({"type": PROBLEM["type"]}, PROBLEM | {"errors": "some"}) == []


@pytest.mark.parametrize(
    "body",
    [b'["a problem"]', b"<h1>Sorry</h1>", b"[" * 100_000, b'{"type": "\xff"}', b""],
    ids=["no-object", "no-JSON", "deep", "no-UTF-8", "empty"],
)
def test_a_problem_that_is_none(body: bytes) -> None:
    """There is no member to read."""
    response = {"status": 422, "body": {"contentType": PROBLEM_JSON, "content": {"type": "a"}}}
    answer = ResponseMessage(422, {"Content-Type": PROBLEM_JSON}, body)
    (reason,) = refusals(OPERATION, Interaction({"response": response}), answer)

    assert reason.startswith("the generated client leaves out /type")


def test_an_error_of_which_nothing_is_read() -> None:
    """Its body may be anything."""
    answer = ResponseMessage(422, {"Content-Type": "text/html"}, b"<h1>Sorry</h1>")

    assert list(refusals(OPERATION, Interaction({"response": {"status": 422}}), answer)) == []
