"""Whatever event a handler gets, its answer is well-formed, declared and harmless."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hereabouts import PROBLEM_TYPES
from hereabouts.authentication.models import TokenRequest
from pactwright.service.records import is_batch
from pactwright.wire import PROBLEM_JSON, Operation
from tests import hostile
from tests.services.composition import PASSWORD, SECRET, Hereabouts

pytestmark = pytest.mark.any_table

BODIES: Final = (
    json.dumps({"username": "ines", "password": PASSWORD}),
    json.dumps({"current_password": PASSWORD, "new_password": PASSWORD + "!"}),
    json.dumps({"latitude": 38.7, "longitude": -9.1, "label": hostile.MARKER}),
    json.dumps({"handle": "ines", "display_name": hostile.MARKER}),
    json.dumps({"bio": hostile.MARKER, "website": None}),
    "grant_type=client_credentials",
    "token=a&token_type_hint=b",
)
SETTINGS: Final = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),  # events are large on purpose
)
CONTEXTS: Final = st.none() | st.just(object())


def of_a_service(hereabouts: Hereabouts) -> list[str]:
    """A service client's own credentials, and its token."""
    client = hereabouts.service_client("reader", "locations:read", audience=("location",))
    request = TokenRequest(grant_type="client_credentials")
    token = hereabouts.authentication.client(client).issue_token(request).access_token
    basic = base64.b64encode(f"reader:{SECRET}".encode()).decode()
    return [f"Basic {basic}", f"Bearer {token}"]


def declared(operations: Sequence[Operation[Any]], event: Any, status: int) -> bool:
    """Whether an operation that the event may have reached declares the status."""
    method = str(event.get("httpMethod", "")).upper() if isinstance(event, dict) else ""
    reached = [o for o in operations if o.method == method]
    return not reached or any(o.response(status) is not None for o in reached)


@pytest.mark.parametrize("name", ["authentication", "location", "profile"])
def test_any_event_gets_an_answer_that_is_well_formed(hereabouts: Hereabouts, name: str) -> None:
    """No exception and no 5xx; each fault is a problem, or OAuth's error, with the request's id."""
    service, person = hereabouts.service(name), hereabouts.person("somebody")
    credentials = [f"Bearer {person.access}", *of_a_service(hereabouts), "Basic Og==", "Bearer"]
    values = {"user_id": [str(person.user_id)], "handle": ["ines"]}

    statuses: set[int] = set()

    @SETTINGS
    @given(hostile.events(service.operations, credentials, values, BODIES), CONTEXTS)
    def answers(event: Any, context: object) -> None:
        assume(not is_batch(event))
        result: Any = service.handler(event, context)
        statuses.add(result["statusCode"])
        hostile.assert_well_formed(result)
        assert declared(service.operations, event, result["statusCode"])
        assert_tells_its_fault(result)

    answers()
    assert statuses >= {400, 401, 404, 405, 431}, "the events don't get far enough"
    assert service.told.failures == []


def assert_tells_its_fault(result: Any) -> None:
    kind = result["headers"].get("Content-Type", "")
    if result["statusCode"] < 400 or not result["body"] or kind.startswith("text/html"):
        return
    document = json.loads(result["body"])
    if kind == PROBLEM_JSON:
        assert document["type"].startswith(PROBLEM_TYPES)
        assert document["status"] == result["statusCode"]
        assert document["request_id"] == result["headers"]["X-Request-Id"]
    else:
        assert set(document) <= {"error", "error_description"}
        assert document["error"]
