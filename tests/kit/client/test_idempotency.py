"""Keys that a client makes for requests which are no idempotent ones by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

import pytest
import requests
from pydantic import Field

from pactwright.client import Client, errors
from pactwright.client.idempotency import random_key
from pactwright.wire import Operation, Parameter, Response, ResponseMessage
from tests.kit.client.things import BASE, Script, StoppedClock, answer

RESET = ConnectionResetError(104, "Connection reset by peer")
AT_WORK = answer(409, {"type": "in-use"}, Retry_After="2")


def making(pattern: str = ".*", name: str = "Idempotency-Key") -> Operation[None]:
    """An operation that takes a key of that form."""
    key = Parameter(
        name=name,
        argument="key",
        location="header",
        type=lambda: Annotated[str, Field(pattern=pattern)],
    )
    made = {"200": Response(), "204": Response()}
    return Operation(name="make", method="POST", path="/", parameters=(key,), responses=made)


class Maker(Client):
    """What the generator would write."""

    def make(self, operation: Operation[None], key: str | None = None, **options: Any) -> None:
        """Make something."""
        self._call(operation, {"key": key}, options)  # type: ignore[arg-type]


def numbered() -> Iterator[str]:
    """Keys that tell in which order they were made."""
    return (f"key-{number}" for number in range(1, 100))


def maker(script: Script, stopped: StoppedClock) -> Maker:
    keys = numbered()
    return Maker(
        BASE,
        transport=script.transport,
        clock=stopped.clock,
        random=lambda: 0.5,
        new_key=lambda: next(keys),
    )


def keys_of(script: Script) -> list[str | None]:
    return [request.headers.get("Idempotency-Key") for request in script.requests]


@pytest.mark.parametrize("lost", [RESET, requests.ReadTimeout(), answer(503), answer(504)])
def test_key_stays_over_the_retries_of_a_call(
    lost: Exception | ResponseMessage, stopped: StoppedClock
) -> None:
    """So that the provider knows what it has done; the next call has another one."""
    script = Script(lost, ResponseMessage(204))
    client = maker(script, stopped)

    client.make(making())
    client.make(making())

    assert keys_of(script) == ['"key-1"', '"key-1"', '"key-2"']


def test_caller_s_own_key_is_kept(stopped: StoppedClock) -> None:
    """And none is made; it is retried all the same."""
    script = Script(RESET, ResponseMessage(204))

    maker(script, stopped).make(making(), '"mine"')

    assert keys_of(script) == ['"mine"', '"mine"']


def test_name_of_the_header_has_no_case(stopped: StoppedClock) -> None:
    """As no header's has."""
    script = Script(RESET, ResponseMessage(204))

    maker(script, stopped).make(making(name="idempotency-key"))

    assert keys_of(script) == ['"key-1"', '"key-1"']


@pytest.mark.parametrize(
    ("pattern", "sent"),
    [('^"[a-z0-9-]+"$', '"key-1"'), ("^[a-z0-9-]+$", "key-1"), ("^[0-9]{20}$", None)],
)
def test_key_is_written_as_the_document_has_it(
    pattern: str, sent: str | None, stopped: StoppedClock
) -> None:
    """In quotes or bare; where a key must be something else, it is the caller's to give."""
    script = Script(ResponseMessage(204))

    maker(script, stopped).make(making(pattern))

    assert keys_of(script) == [sent]


@pytest.mark.parametrize("name", ["Idempotency", "X-Idempotency-Key"])
def test_operation_without_a_key_gets_none(name: str, stopped: StoppedClock) -> None:
    """And is not sent again when it may have been done."""
    script = Script(RESET)

    with pytest.raises(errors.ConnectionLost):
        maker(script, stopped).make(making(name=name))

    assert len(script.requests) == 1
    assert keys_of(script) == [None]


def test_caller_may_forbid_retries(stopped: StoppedClock) -> None:
    """The key is sent, once."""
    script = Script(RESET)

    with pytest.raises(errors.ConnectionLost):
        maker(script, stopped).make(making(), idempotent=False)

    assert keys_of(script) == ['"key-1"']


def test_request_at_work_is_waited_for(stopped: StoppedClock) -> None:
    """As long as the provider says; then its answer is there."""
    script = Script(RESET, AT_WORK, ResponseMessage(204))

    maker(script, stopped).make(making())

    assert stopped.slept == [0.05, 2.1]
    assert len(script.requests) == 3


@pytest.mark.parametrize(
    ("operation", "refused"),
    [(making(), answer(409, {"type": "taken"})), (making(name="X-Other"), AT_WORK)],
)
def test_other_conflicts_are_final(
    operation: Operation[None], refused: ResponseMessage, stopped: StoppedClock
) -> None:
    """Without Retry-After, or without a key, waiting does not help."""
    script = Script(refused)

    with pytest.raises(errors.Conflict):
        maker(script, stopped).make(operation)

    assert len(script.requests) == 1


def test_random_keys_are_uuids_and_never_the_same() -> None:
    """As the draft recommends (section 2.2)."""
    keys = {random_key() for _ in range(100)}

    assert len(keys) == 100
    assert {UUID(key).version for key in keys} == {4}
