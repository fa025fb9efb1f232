"""Nothing that a caller sends, in any place of any operation's request, comes into a log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from pydantic import TypeAdapter

from hereabouts.authentication.operations import OPERATIONS as AUTHENTICATION
from hereabouts.location.operations import OPERATIONS as LOCATION
from hereabouts.profile.operations import OPERATIONS as PROFILE
from pactwright.service.telemetry import TOLD_HEADERS
from pactwright.wire import Operation
from tests.services.composition import Hereabouts, SignedIn
from tests.services.test_exposure import logged

pytestmark = pytest.mark.any_table

OPERATIONS: Final = tuple(
    (service, operation)
    for service, operations in (
        ("authentication", AUTHENTICATION),
        ("location", LOCATION),
        ("profile", PROFILE),
    )
    for operation in operations
)
MARKER: Final = "mArKeR"
FORM: Final = "application/x-www-form-urlencoded"


def properties(operation: Operation[Any]) -> list[str]:
    """The members of what an operation takes, on its first level."""
    if operation.body is None:
        return []
    schema = TypeAdapter(operation.body.contents[0].type).json_schema()
    return sorted(schema.get("properties", {}))


def bodies(operation: Operation[Any]) -> Iterator[str | None]:
    """A marker in each member, then in what is no body at all."""
    if operation.body is None:
        yield None
        return
    members = [*properties(operation), f"{MARKER}-unknown"]
    if operation.body.contents[0].media_type == FORM:
        yield "&".join(f"{name}={MARKER}" for name in members)
        yield f"%ff{MARKER}"
        return
    for value in (MARKER, [MARKER], {MARKER: MARKER}):
        yield json.dumps(dict.fromkeys(members, value))
    yield json.dumps(MARKER)
    yield f'{{"{MARKER}'


def path(operation: Operation[Any], ines: SignedIn, *, own: bool) -> str:
    """A path, and a query with a marker in each parameter."""
    queries = [p.name for p in operation.parameters if p.location == "query"]
    query = "&".join(f"{name}={MARKER}" for name in [*queries, "access_token"])
    filled = operation.path.replace("{user_id}", str(ines.user_id) if own else MARKER)
    return f"{filled.replace('{handle}', MARKER)}?{query}"


def headers(operation: Operation[Any], authorization: str) -> Mapping[str, str]:
    """Markers in each header field that isn't told, declared or not."""
    declared = [p.name for p in operation.parameters if p.location == "header"]
    named = dict.fromkeys((*declared, "Cookie", "X-Api-Key", "Referer", "X-Forwarded-For"), MARKER)
    taken = operation.body.contents[0].media_type if operation.body else "text/plain"
    return named | {"Authorization": authorization, "Content-Type": taken}


def test_headers_that_are_told_are_no_place_for_secrets() -> None:
    """Whoever adds one has to think of it."""
    secret = {"authorization", "cookie", "x-api-key", "idempotency-key", "if-match", "referer"}

    assert not secret & set(TOLD_HEADERS)


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=lambda each: str(each)[:40])
def test_no_place_of_a_request_is_told(
    hereabouts: Hereabouts,
    caplog: pytest.LogCaptureFixture,
    service: str,
    operation: Operation[Any],
) -> None:
    """Whether the caller is known or not, and the request in order or not."""
    caplog.set_level(logging.INFO)
    for name in ("pactwright", "hereabouts"):
        caplog.set_level(logging.DEBUG, logger=name)
    ines = hereabouts.person("ines")
    running = hereabouts.service(service)
    statuses = []

    for authorization in (f"Bearer {MARKER}", f"Basic {MARKER}", f"Bearer {ines.access}"):
        sent = headers(operation, authorization)
        for body in bodies(operation):
            for own in (True, False):
                where = path(operation, ines, own=own)
                answer = running.send(operation.method, where, body, **sent)
                statuses.append(answer.status_code)

    told = "\n".join([running.told.stream.getvalue(), repr(running.told.failures), logged(caplog)])
    assert len(running.told.records) >= len(statuses) > 0
    assert MARKER not in told
    assert ines.access not in told
    assert max(statuses) < 500
