"""The time that is left, as it goes from service to service."""

from __future__ import annotations

import math

import pytest

from pactwright.wire import deadlines


@pytest.mark.parametrize(
    ("seconds", "written"), [(1.5, "1500"), (0.0, "0"), (0.0004, "0"), (29.0, "29000")]
)
def test_time_left_is_written_in_milliseconds(seconds: float, written: str) -> None:
    """And read as what was written."""
    header = deadlines.header(seconds)

    assert header == {"X-Request-Timeout-Ms": written}
    assert deadlines.read(written) == pytest.approx(seconds, abs=0.001)


@pytest.mark.parametrize("text", [None, "", "-1", "1.5", "soon", "1e3", "9" * 30, "\uff11"])
def test_what_is_no_number_is_no_limit(text: str | None) -> None:
    """A caller that says nothing that can be understood waits as long as any other."""
    assert deadlines.read(text) == math.inf


def test_without_a_deadline_there_is_no_end() -> None:
    """Nor is there a header field."""
    assert deadlines.left() == math.inf
    assert deadlines.header(deadlines.left()) == {}
