"""What goes out: declared answers, their types and their headers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pactwright.service import (
    Answer,
    AnswerError,
    Application,
    Call,
)
from tests.kit.service.conftest import Nobody, Service, put, raising
from tests.kit.service.widgets import OPERATIONS, OAuthError, Widget, Widgets


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/json", "application/json"),
        ("text/*;q=0.5, application/json;q=0.1", "text/csv; charset=utf-8"),
        ("*/*", "application/json"),
    ],
)
def test_the_answer_is_of_the_type_that_is_liked_best(
    service: Service, accept: str, expected: str
) -> None:
    """Accept chooses among the declared media types."""
    service.api.behaviour = lambda _: Answer(
        "a" if expected.startswith("text") else [Widget(name="a")]
    )
    assert service.ask("GET", "/widgets", Accept=accept).headers["content-type"] == expected


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "nonsense"])
def test_nothing_acceptable_is_406_before_anything_is_done(service: Service, accept: str) -> None:
    """An answer that the caller can't take is not made."""
    assert put(service, Accept=accept).slug == "not-acceptable"
    assert service.api.calls == []


def test_problems_are_served_whatever_is_accepted(service: Service) -> None:
    """A caller who takes only JSON still learns what was wrong."""
    assert service.ask("GET", "/nothing", Accept="application/json").slug == "not-found"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(Widget(name="a"), status=302),
        Answer(Widget(name="a"), status=304),
        Answer({"name": 1}),
        Answer(None),
        Answer(Widget(name="a"), media_type="text/html"),
        Answer(Widget(name="a"), headers={"X-Name": "a\r\nb"}),
        Answer(Widget(name="a"), headers={"X-Name": "ü"}),
    ],
)
def test_an_answer_that_is_not_declared_is_500(answer: Answer[Any]) -> None:
    """What the document does not declare is not sent."""

    class Strict(Widgets):
        def get_default(self, _: Call) -> Answer[Any]:
            return answer

    application = Application(
        Strict(), OPERATIONS, service="w", problem_types="", authenticators={"bearer": Nobody()}
    )
    result = application({"path": "/widgets/default", "httpMethod": "GET"}, None)
    assert result["statusCode"] == 500


def test_declared_headers_must_be_there(service: Service) -> None:
    """An answer without a header that the document requires is a fault of the service."""
    service.api.behaviour = lambda _: Answer(Widget(name="a"), status=201)
    assert put(service).status == 500

    service.api.behaviour = lambda _: Answer(Widget(name="a"), 201, {"ETag": '"1"'})
    assert put(service).status == 201


def test_declared_errors_of_another_form(service: Service) -> None:
    """An operation may end with a declared answer that is no problem."""
    refusal = Answer(OAuthError(error="invalid_grant"), status=400)
    service.api.behaviour = raising(AnswerError(refusal))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = service.ask("POST", "/token", body="name=a", **form)

    assert (answer.status, json.loads(answer.body)) == (400, {"error": "invalid_grant"})
    assert answer.headers["cache-control"] == "no-store"


SECURITY = {
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "x-request-id": "gateway-id",
}


@pytest.mark.parametrize("path", ["/widgets/5", "/nothing", "/widgets/five"])
def test_every_answer_has_security_headers(service: Service, path: str) -> None:
    """Successes and problems alike."""
    assert SECURITY.items() <= service.ask("GET", path).headers.items()


def test_an_answer_may_set_its_own_headers(service: Service) -> None:
    """A page sets its own policy, and a resource how it may be cached, in any case."""
    own = {"content-security-policy": "default-src 'self'", "CACHE-CONTROL": "public"}
    service.api.behaviour = lambda _: Answer(Widget(name="a"), headers=own)
    headers = service.ask("GET", "/widgets/5").headers

    assert headers["content-security-policy"] == "default-src 'self'"
    assert headers["cache-control"] == "public"


def test_not_modified_has_no_body(service: Service) -> None:
    """304 carries the ETag and nothing else."""
    service.api.behaviour = lambda _: Answer(None, 304, {"ETag": '"1"'})
    answer = service.ask("GET", "/widgets/5")

    assert (answer.status, answer.body, answer.headers["etag"]) == (304, "", '"1"')
    assert "content-type" not in answer.headers
