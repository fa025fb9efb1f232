"""What a client would miss in an answer that matches all the same."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from pactwright.contract.endpoint import Answer
from pactwright.contract.pacts import Interaction
from pactwright.contract.verification.reading import refusals
from pactwright.wire import PROBLEM_JSON, Content, Operation, Problem, Response

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
    answer = Answer(status, {"content-type": PROBLEM_JSON}, json.dumps(problem).encode())
    return list(refusals(OPERATION, Interaction({"response": response}), answer))


def test_a_problem_whose_members_fit() -> None:
    """There is nothing to say, whatever else it has."""
    assert said(PROBLEM, PROBLEM | {"balance": 30}) == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (
            {"location": "body", "pointer": "/name"},
            "/errors: body /errors/0/detail Field required",
        ),
        (FAULT | {"detail": None}, "/errors: body /errors/0/detail Input should be a valid string"),
    ],
)
def test_a_member_that_is_left_out(fault: dict[str, Any], reason: str) -> None:
    """What is wrong in it is told, though the consumer looks at something else in it."""
    found = said({"errors": [{"pointer": "/name"}]}, PROBLEM | {"errors": [fault]})

    assert found == [f"the generated client leaves out {reason}"]


def test_a_member_that_is_left_out_and_not_read() -> None:
    """Nobody misses it."""
    assert said({"type": PROBLEM["type"]}, PROBLEM | {"errors": "some"}) == []


def test_a_problem_that_is_no_object() -> None:
    """There is no member to read."""
    (reason,) = said({"type": PROBLEM["type"]}, ["a problem"])

    assert reason.startswith("the generated client leaves out the body: body / ")


def test_a_problem_that_is_not_json() -> None:
    """It can't be read."""
    response = {"status": 422, "body": {"contentType": PROBLEM_JSON, "content": PROBLEM}}
    answer = Answer(422, {"Content-Type": PROBLEM_JSON}, b"<h1>Sorry</h1>")
    (reason,) = refusals(OPERATION, Interaction({"response": response}), answer)

    assert reason.startswith("the generated client can't read the problem: ")


def test_an_error_of_which_nothing_is_read() -> None:
    """Its body may be anything."""
    answer = Answer(422, {"Content-Type": "text/html"}, b"<h1>Sorry</h1>")

    assert list(refusals(OPERATION, Interaction({"response": {"status": 422}}), answer)) == []
