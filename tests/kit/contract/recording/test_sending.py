"""What a generated client sends, as it stands in a pact."""

from __future__ import annotations

from typing import Final

from pactwright.client.request import Request
from pactwright.contract.recognition import KEY, differences
from pactwright.contract.recording.sending import received, request_of
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


def test_key_of_another_client_is_as_good_where_a_client_made_it() -> None:
    """A stub is asked with random keys; one that a test gave has to be that one."""
    for key, as_good in ((None, True), ('"mine"', False)):
        wanted = request_of(MAKE, {"key": key}, None)
        for sent, fits in (('"any"', as_good), (None, False)):
            headers = {"Idempotency-Key": sent} if sent else {}
            came = received(
                Request(operation="make", method="POST", url="http://a/things", headers=headers)
            )

            assert (list(differences(wanted, came)) == []) is fits
