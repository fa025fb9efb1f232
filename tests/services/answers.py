"""What an answer has to look like."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
import requests

from hereabouts import PROBLEM_TYPES
from pactwright.client.errors import StatusError
from pactwright.wire import PROBLEM_JSON

E = TypeVar("E", bound=StatusError)


def problem(response: requests.Response) -> dict[str, Any]:
    """The problem document (RFC 9457) of an answer, in its due form."""
    assert response.headers["Content-Type"] == PROBLEM_JSON, response.text
    document: dict[str, Any] = json.loads(response.content)
    assert {"type", "title", "status", "request_id"} <= document.keys()
    assert document["status"] == response.status_code
    assert document["request_id"] == response.headers["X-Request-Id"]
    return document


def slug(response: requests.Response) -> str:
    """The kind of problem."""
    kind: str = problem(response)["type"]
    return kind.removeprefix(PROBLEM_TYPES)


def pointers(response: requests.Response) -> set[str]:
    """The places that an answer says are wrong, each with the part of the request."""
    return {f"{e['location']} {e['pointer']}" for e in problem(response)["errors"]}


def refused(kind: type[E], call: Callable[[], object]) -> E:
    """The error that a call ends with."""
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.response is not None
    assert "x-request-id" in {name.lower() for name in caught.value.headers}
    return caught.value


def kind_of(error: StatusError) -> str:
    """The slug of an error's problem; the answer fits what the document declares for it."""
    assert error.problem is not None
    assert error.problem.status == error.status
    assert error.body is not None
    assert error.problem.type is not None
    return error.problem.type.removeprefix(PROBLEM_TYPES)
