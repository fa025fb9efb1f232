"""Errors as problem documents, and in other forms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pactwright.service import (
    Answer,
    Conflict,
    FieldError,
    InvalidRequest,
    PreconditionRequired,
    ProblemError,
    TemporarilyUnavailable,
    TooManyRequests,
)
from pactwright.service.errors import AccessDenied, Throttled, Unavailable
from pactwright.wire import Operation, Problem
from tests.kit.service.conftest import Service, raising
from tests.kit.service.widgets import OAuthError


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (ProblemError(409, "name-taken", detail="taken"), 409, "name-taken"),
        (Conflict("busy"), 409, "conflict"),
        (PreconditionRequired(), 428, "precondition-required"),
        (InvalidRequest("bad", slug="common-name"), 422, "common-name"),
        (Throttled("x"), 503, "temporarily-unavailable"),
        (Unavailable("x"), 503, "temporarily-unavailable"),
        (AccessDenied("x"), 500, "internal-error"),
        (KeyError("x"), 500, "internal-error"),
        (RecursionError(), 500, "internal-error"),
    ],
)
def test_errors_of_operations_are_problems(
    service: Service, error: Exception, status: int, slug: str
) -> None:
    """What an operation raises is answered with its problem."""
    service.api.behaviour = raising(error)
    answer = service.ask("GET", "/widgets/5")

    assert (answer.status, answer.slug) == (status, slug)
    assert answer.problem["request_id"] == "gateway-id" == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (Throttled("x"), "1"),
        (Throttled("x", retry_after=2.1), "3"),
        (TooManyRequests(0), "1"),
        (TemporarilyUnavailable(30), "30"),
    ],
)
def test_what_time_mends_says_when(service: Service, error: Exception, seconds: str) -> None:
    """Retry-After comes with 429 and 503, in whole seconds from 1 up."""
    service.api.behaviour = raising(error)
    assert service.ask("GET", "/widgets/5").headers["retry-after"] == seconds


def test_problems_carry_further_members(service: Service) -> None:
    """Members that RFC 9457 does not name are sent too."""
    service.api.behaviour = raising(ProblemError(409, "name-taken", "Taken", "it is", by="ines"))
    problem = service.ask("GET", "/widgets/5").problem

    assert (problem["title"], problem["detail"], problem["by"]) == ("Taken", "it is", "ines")


def test_problems_are_clipped(service: Service) -> None:
    """A problem does not grow with what was sent."""
    place = FieldError(location="body", pointer="/" + "p" * 5000, detail="d" * 5000)
    service.api.behaviour = raising(InvalidRequest("d" * 5000, errors=[place] * 500))
    problem = service.ask("GET", "/widgets/5").problem

    assert len(problem["detail"]) == 2000
    assert len(problem["errors"]) == 100
    assert {len(e["detail"]) for e in problem["errors"]} == {1000}
    assert {len(e["pointer"]) for e in problem["errors"]} == {1000}


def test_internal_errors_tell_the_caller_nothing(service: Service) -> None:
    """What went wrong inside is told to the log only: without the message, which may quote."""
    service.api.behaviour = raising(ValueError("secret 42"))
    answer = service.ask("GET", "/widgets/5")
    failure = service.telemetry.failures[0]

    assert "secret" not in answer.body + repr(failure)
    assert (failure.error, failure.request_id) == ("builtins.ValueError", "gateway-id")
    assert failure.stack[-1].endswith("behaviour")
    assert failure.operation == "get_widget"
    assert not failure.transient


def test_faults_of_dependencies_are_told_once_with_their_cause(service: Service) -> None:
    """The kit's own errors hold no values, so their text is told."""
    error = Throttled("DynamoDB get_item on widgets")
    error.__cause__ = OSError("connection to 10.0.0.1")
    service.api.behaviour = raising(error)
    service.ask("GET", "/widgets/5")

    (failure,) = service.telemetry.failures
    assert failure.message == "DynamoDB get_item on widgets"
    assert failure.causes == ("builtins.OSError",)
    assert failure.transient


def test_errors_from_outside_are_translated(make: type[Service]) -> None:
    """A service says once what the errors of its clients stand for."""
    service = make(
        translate=lambda e: TemporarilyUnavailable(5) if isinstance(e, OSError) else None
    )
    service.api.behaviour = raising(ConnectionError("reset"))
    assert service.ask("GET", "/widgets/5").headers["retry-after"] == "5"

    service.api.behaviour = raising(KeyError("x"))
    assert service.ask("GET", "/widgets/5").status == 500


def present(operation: Operation[Any], problem: Problem) -> Answer[Any] | None:
    """Faults of the token endpoint, in OAuth's form."""
    if operation.name != "token" or problem.status not in (400, 415, 422):
        return None
    return Answer(OAuthError(error="invalid_request"), status=400, headers={"X-Own": "1"})


def test_problems_can_be_presented_in_another_form(make: type[Service]) -> None:
    """The kit's own problems take the form, and the status, that a service gives them."""
    service = make(present_problem=present)
    answer = service.ask("POST", "/token", body="{}")

    assert (answer.status, json.loads(answer.body)) == (400, {"error": "invalid_request"})
    assert answer.headers["x-own"] == "1"
    assert answer.headers["accept"] == "application/x-www-form-urlencoded"
    assert service.ask("GET", "/token").slug == "method-not-allowed"
    assert service.ask("GET", "/nothing").slug == "not-found"


def test_a_fault_in_presenting_is_500(make: type[Service]) -> None:
    """A presentation that fails, or that is not declared, does not end the process."""
    for presentation in (lambda *_: 1 / 0, lambda *_: Answer("x", status=418)):
        service = make(present_problem=presentation)
        assert service.ask("GET", "/widgets/five").slug == "internal-error"
        assert len(service.telemetry.failures) == 1


def test_a_problem_with_a_broken_header_is_500(service: Service) -> None:
    """No header is sent that would split the answer."""
    service.api.behaviour = raising(Conflict("x", headers={"X-Name": "a\nb"}))
    assert service.ask("GET", "/widgets/5").slug == "internal-error"
