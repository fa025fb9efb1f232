from __future__ import annotations

import pytest

from pactwright.wire.trace import Trace

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize("parent", [PARENT, f"cc{PARENT[2:]}-what-comes"])
def test_a_trace_is_sent_on(parent: str) -> None:
    """Of this version of the standard, and of those to come."""
    trace = Trace(traceparent=parent, tracestate="a=1", amazon="Root=1-2", request_id="r 1")

    assert trace.headers() == {
        "traceparent": parent,
        "tracestate": "a=1",
        "X-Amzn-Trace-Id": "Root=1-2",
        "X-Request-Id": "r 1",
    }


@pytest.mark.parametrize(
    "parent", ["", f"ff{PARENT[2:]}", PARENT.upper(), f"{PARENT}-\rX-Evil: 1", f"{PARENT}-\x00"]
)
def test_a_malformed_trace_is_not_sent_on(parent: str) -> None:
    """Nor its state; and no other header can be smuggled in."""
    trace = Trace(traceparent=parent, tracestate="a=1", request_id="a\r\nX-Evil: 1")

    assert trace.headers() == {}
