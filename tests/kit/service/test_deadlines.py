"""Until when a request has to be answered."""

from __future__ import annotations

import pytest

from pactwright.service.deadlines import GATEWAY_SECONDS, LEAST_SECONDS, granted
from tests.kit.service.conftest import Context


@pytest.mark.parametrize(
    ("asked", "milliseconds", "seconds"),
    [
        (None, 3000, 3.0),
        (None, 60_000, GATEWAY_SECONDS),
        ("2000", 3000, 2.0),
        ("9000", 3000, 3.0),
        ("1", 3000, LEAST_SECONDS),
        ("0", 3000, LEAST_SECONDS),
        ("0", 500, 0.5),
        ("never", 3000, 3.0),
        ("-5", 3000, 3.0),
    ],
)
def test_the_least_time_counts(asked: str | None, milliseconds: int, seconds: float) -> None:
    """Lambda's, the gateway's or the caller's; but no caller can ask for none."""
    headers = {"x-request-timeout-ms": asked} if asked else {}

    assert granted(headers, Context(milliseconds=milliseconds)) == seconds


def test_without_lambda_the_gateway_counts() -> None:
    """As in a test of somebody else's."""
    assert granted({}, None) == GATEWAY_SECONDS
