"""What a generated client sends, as it stands in a pact."""

from __future__ import annotations

from typing import Final

from pactwright.contract.recording.sending import KEY, request_of
from pactwright.wire import Operation, Parameter, Response

MAKE: Final[Operation[None]] = Operation(
    name="make",
    method="POST",
    path="/things",
    parameters=(
        Parameter(name="Idempotency-Key", argument="key", location="header", type=lambda: str),
    ),
    responses={"204": Response()},
)


def test_key_that_a_client_makes_is_the_same_in_every_recording() -> None:
    """By itself it is random, and a pact is literal."""
    sent = [request_of(MAKE, {}, None) for _ in range(2)]

    assert [request.headers for request in sent] == [{"Idempotency-Key": f'"{KEY}"'}] * 2


def test_key_that_a_test_gives_is_recorded() -> None:
    """As any other argument."""
    assert request_of(MAKE, {"key": '"mine"'}, None).headers == {"Idempotency-Key": '"mine"'}
