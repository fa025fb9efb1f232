"""No sequence of faults holds a call beyond its time, or has it end in another way than is told."""

from __future__ import annotations

import contextlib

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from pactwright.client import FunctionTransport, RetryPolicy, errors
from pactwright.wire import ResponseMessage, deadlines, trace
from tests.kit.client.things import BASE, ID, Script, StoppedClock, ThingClient, answer, thing

DOCUMENTED = (
    errors.TransportError,
    errors.StatusError,
    errors.InvalidResponse,
)
ERRORS = [
    requests.ConnectTimeout("late"),
    requests.ReadTimeout("late"),
    requests.ConnectionError("reset"),
    requests.exceptions.ChunkedEncodingError("cut off"),
    requests.exceptions.ContentDecodingError("not gzip"),
]
statuses = st.sampled_from([200, 204, 302, 400, 401, 404, 429, 500, 502, 503, 504, 599])
waits = st.sampled_from([None, "0", "1", "7", "60", "soon", "Fri, 31 Dec 2038 23:59:59 GMT"])
answers = st.builds(
    lambda status, after: answer(status, {}, **({"Retry_After": after} if after else {})),
    statuses,
    waits,
)
steps = st.tuples(st.sampled_from(ERRORS) | answers | st.just(thing()), st.floats(0, 4))


@given(
    st.lists(steps, min_size=1, max_size=12),
    st.floats(0.5, 20),
    st.integers(1, 6),
    st.floats(0, 0.999),
)
def test_any_sequence_of_faults_ends_in_time(
    sequence: list[tuple[ResponseMessage | Exception, float]],
    deadline: float,
    attempts: int,
    chance: float,
) -> None:
    """A transport keeps to its limits; then so does the call, its waits included."""
    stopped = StoppedClock()
    left = list(sequence)

    def send(_: requests.PreparedRequest) -> ResponseMessage:
        outcome, seconds = left.pop(0) if len(left) > 1 else left[0]
        rest = deadlines.left()
        assert rest > 0, "sent when no time was left"
        stopped.now += min(seconds, rest)
        if seconds > rest:
            raise requests.ReadTimeout("late")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    things = ThingClient(
        BASE,
        transport=FunctionTransport(send),
        clock=stopped.clock,
        random=lambda: chance,
        retries=RetryPolicy(attempts=attempts),
    )
    with contextlib.suppress(*DOCUMENTED):
        assert things.get_thing(ID, deadline=deadline).name == "lamp"
    assert stopped.now <= deadline + 1e-6
    assert stopped.slept == [seconds for seconds in stopped.slept if seconds < deadline]
    assert len(stopped.slept) < attempts


def test_a_call_ends_with_what_it_is_made_for(stopped: StoppedClock) -> None:
    """A service that asks another one need not pass its deadline on by hand."""
    things = ThingClient(BASE, transport=Script(answer(503)).transport, clock=stopped.clock)
    token = deadlines.current.set(lambda: 0.0)
    try:
        with pytest.raises(errors.DeadlineExceeded):
            things.get_thing(ID)
    finally:
        deadlines.current.reset(token)


@pytest.mark.parametrize("served", [True, False])
def test_only_a_service_tells_how_long_it_waits(served: bool, stopped: StoppedClock) -> None:
    """To a service that it asks, anew for each attempt; nobody else has a use for it."""
    script = Script(answer(503), thing())
    things = ThingClient(BASE, transport=script.transport, clock=stopped.clock, random=lambda: 0.5)
    token = trace.current.set(trace.Trace(request_id="r") if served else None)
    try:
        things.get_thing(ID, deadline=2.0)
    finally:
        trace.current.reset(token)

    told = [request.headers.get("X-Request-Timeout-Ms") for request in script.requests]
    assert told == (["2000", "1950"] if served else [None, None])
