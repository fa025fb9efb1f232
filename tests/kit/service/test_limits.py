"""What is too long is refused before anything of it is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pactwright.service import Answer, RequestLimits
from pactwright.service.responses import LAMBDA_BYTES
from pactwright.wire import Body, Content, Operation, Response
from tests.kit.service.conftest import Service, put
from tests.kit.service.widgets import JSON, Widget


def test_long_uris_are_414(make: type[Service]) -> None:
    """Path and query together, decoded."""
    service = make(limits=RequestLimits(uri=20))

    assert service.ask("GET", "/widgets/5?a=" + "b" * 7).status == 200
    assert service.ask("GET", "/widgets/5?a=" + "b" * 8).slug == "uri-too-long"
    refused = service.ask("GET", "/widgets/" + "5" * 12)
    assert (refused.slug, refused.problem["title"]) == ("uri-too-long", "URI too long")


def test_many_header_fields_are_431(make: type[Service]) -> None:
    """Those of one name count once."""
    service = make(limits=RequestLimits(fields=3))
    fields = {f"X-{n}": "a" for n in range(3)}

    assert service.ask("GET", "/widgets/5", **fields).status == 200
    refused = service.ask("GET", "/widgets/5", **fields, More="a")
    assert (refused.status, refused.slug) == (431, "request-header-fields-too-large")
    repeated = {name: [value] * 5 for name, value in fields.items()}
    event = {"path": "/widgets/5", "httpMethod": "GET", "multiValueHeaders": repeated}
    assert service(event).status == 200


def test_long_header_fields_are_431(make: type[Service]) -> None:
    """Whether one is long or all are, their names too."""
    service = make(limits=RequestLimits(field_size=20))

    assert service.ask("GET", "/widgets/5", Accept="*/*" + " " * 11).status == 200
    assert service.ask("GET", "/widgets/5", Accept="*/*" + " " * 12).status == 431
    assert service.ask("GET", "/widgets/5", **{"X" * 21: ""}).status == 431
    repeated = {"Accept": ["*/*"] * 5}
    event = {"path": "/widgets/5", "httpMethod": "GET", "multiValueHeaders": repeated}
    assert service(event).status == 431


def test_limits_come_before_credentials(make: type[Service]) -> None:
    """Nobody is authenticated for a request that is not taken."""
    service = make(limits=RequestLimits(field_size=100))

    assert put(service, Authorization="Bearer " + "x" * 100).status == 431
    assert service.api.calls == []


def test_a_hundred_ids_fit_a_uri() -> None:
    """The limit leaves room for what an operation takes."""
    assert 100 * len("user_id=&" + "0" * 36) < RequestLimits().uri


def _limited(limit: int) -> tuple[Operation[Any], ...]:
    contents = (Content(media_type=JSON, type=lambda: Widget),)
    operation: Operation[Any] = Operation(
        name="put_widget",
        method="PUT",
        path="/widgets",
        body=Body(contents=contents, max_bytes=limit),
        responses={"200": Response(contents=contents)},
    )
    return (operation,)


@pytest.mark.parametrize(("limit", "status"), [(14, 413), (15, 200), (10_000, 200)])
def test_an_operations_own_limit_counts(make: type[Service], limit: int, status: int) -> None:
    """It is higher or lower than the application's."""
    service = make(operations=_limited(limit), limits=RequestLimits(body=100))
    body = '{"name": "abc"}'

    assert service.ask("PUT", "/widgets", body=body).status == status
    if limit == 10_000:
        padded = body + " " * 9_900
        assert service.ask("PUT", "/widgets", body=padded).status == 200


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "[{" * 100_000])
def test_deep_json_is_400(service: Service, text: str) -> None:
    """Long before a stack is spent."""
    assert put(service, text).slug == "malformed-request"
    assert service.ask("POST", "/notes", body=text).slug == "malformed-request"


def test_an_answer_that_lambda_would_drop_is_told(service: Service) -> None:
    """The gateway would answer 502 without a reason; this one is in the logs."""
    service.api.behaviour = lambda _: Answer("\0" * (LAMBDA_BYTES // 6))

    assert service.ask("POST", "/notes", body="1").slug == "internal-error"

    assert "more than Lambda gives" in str(service.telemetry.failures[0].message)


def test_a_long_answer_that_fits_is_sent(service: Service) -> None:
    """What counts is how long it is as Lambda's JSON."""
    service.api.behaviour = lambda _: Answer("a" * (LAMBDA_BYTES - 1_000))

    answer = service.ask("POST", "/notes", body="1")

    assert answer.status == 200
    assert len(json.loads(answer.body)) == LAMBDA_BYTES - 1_000
