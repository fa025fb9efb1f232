"""Whoever reads that a provider answered 500 reads why, too."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pactwright.client import FunctionTransport
from pactwright.contract.verification.environment import Environment
from pactwright.contract.verification.failures import FunctionLog
from pactwright.wire import ResponseMessage
from tests.kit.contract.verification.provided import A_SHELF, write_pact

FAILURE = {
    "message": "failure",
    "request_id": "r-1",
    "error": "builtins.KeyError",
    "reason": None,
    "stack": ["/var/task/a.py:1 outer", "/var/task/b.py:2 inner"],
}


def log(*looks: Sequence[str]) -> FunctionLog:
    """A log that has other messages at each look."""
    pages = iter([[{"events": [{"message": each} for each in look]}] for look in looks])
    paginator = SimpleNamespace(paginate=lambda **_: next(pages, []))
    client = SimpleNamespace(get_paginator=lambda _: paginator)
    return FunctionLog(client, "/group", lambda _: None)


def test_the_failure_of_a_request_is_told() -> None:
    """Also where it comes a moment after the answer, and beside other lines."""
    other = json.dumps(FAILURE | {"request_id": "r-2", "error": "builtins.OSError"})
    request = json.dumps({"message": "request", "request_id": "r-1"})
    both = f"START r-1\n{request}\n{json.dumps(FAILURE)}\n"

    assert log([other], [other, both]).failures("r-1") == (
        "its log says: builtins.KeyError, at /var/task/b.py:2 inner",
    )


def test_the_reason_is_told_where_the_log_has_it() -> None:
    """It is the kit's own text then, and quotes nothing of the request."""
    told = FAILURE | {"reason": "no such table", "stack": []}

    assert log([json.dumps(told)]).failures("r-1") == (
        "its log says: builtins.KeyError: no such table",
    )


def test_what_is_not_in_the_log_is_not_told() -> None:
    """It is looked for a moment, and nothing is made up."""
    assert log(["REPORT r-1", '["r-1"]']).failures("r-1") == ()


def test_the_log_of_a_function_is_where_its_configuration_says() -> None:
    """Or, by Lambda's default, in a group of its name."""

    def of(**configuration: Any) -> str:
        ask = SimpleNamespace(get_function_configuration=lambda **_: configuration)
        return FunctionLog.of("fn", lambda _: ask).group

    assert of(LoggingConfig={"LogGroup": "/own"}) == "/own"
    assert of() == "/aws/lambda/fn"


def test_it_stands_beside_the_answer(shelf: Environment, tmp_path: Path) -> None:
    """For answers that are the provider's own fault only."""
    shelf._running = replace(shelf._running, failures=lambda request: (f"why {request}",))
    pact = write_pact(tmp_path, "reader-shelf", [A_SHELF])

    def reasons(status: int) -> tuple[str, ...]:
        answer = ResponseMessage(status, {"X-Request-Id": "r-1"}, b"{}")
        wrapped = FunctionTransport(lambda _: answer)
        return shelf.replay(pact, pact.interactions[0], wrap=lambda _: wrapped).reasons

    assert "why r-1" in reasons(500)
    assert "why r-1" not in reasons(404)
