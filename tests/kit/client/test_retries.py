from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from pactwright.client import RetryPolicy, Timeout, errors
from pactwright.client.retries import retry_after
from pactwright.wire import ResponseMessage
from tests.kit.client.things import (
    BASE,
    ID,
    Script,
    StoppedClock,
    ThingClient,
    answer,
    operation,
    thing,
)

POLICY = RetryPolicy()
NOW = 1_800_000_000.0
IDEMPOTENT = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")
UNSAFE = ("POST", "PATCH")
REFUSED = ConnectionRefusedError(111, "Connection refused")
RESET = ConnectionResetError(104, "Connection reset by peer")


def client(script: Script, stopped: StoppedClock, retries: RetryPolicy = POLICY) -> ThingClient:
    return ThingClient(
        BASE,
        transport=script.transport,
        clock=stopped.clock,
        random=lambda: 0.5,
        retries=retries,
    )


@given(st.integers(1, 2000), st.floats(0, 1, exclude_max=True), st.floats(0, 9), st.floats(0, 9))
def test_a_wait_is_between_zero_and_a_limit_that_doubles(
    attempt: int, random: float, backoff: float, longest: float
) -> None:
    """Full jitter: spread over the whole of it, and never beyond the longest."""
    policy = RetryPolicy(backoff=backoff, longest_backoff=longest)

    wait = policy.wait(attempt, random)

    assert 0 <= wait <= longest
    assert wait <= backoff * 2.0 ** min(attempt - 1, 64)
    assert wait <= policy.wait(attempt + 1, random)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("method", IDEMPOTENT)
def test_idempotent_requests_are_sent_again(
    method: str, status: int, stopped: StoppedClock
) -> None:
    """Doing it twice does what doing it once does."""
    script = Script(answer(status), answer(status), ResponseMessage(204))

    client(script, stopped).use(operation(method))

    assert len(script.requests) == 3
    assert stopped.slept == [0.05, 0.1]


@pytest.mark.parametrize("failure", [RESET, requests.ReadTimeout(), REFUSED])
@pytest.mark.parametrize("method", IDEMPOTENT)
def test_idempotent_requests_survive_a_broken_connection(
    method: str, failure: Exception, stopped: StoppedClock
) -> None:
    """Whether or not the provider saw the first one."""
    script = Script(failure, ResponseMessage(204))

    client(script, stopped).use(operation(method))

    assert len(script.requests) == 2


@pytest.mark.parametrize("outcome", [RESET, requests.ReadTimeout(), answer(503), answer(429)])
@pytest.mark.parametrize("method", UNSAFE)
def test_other_requests_are_not_sent_again(
    method: str, outcome: Exception | ResponseMessage, stopped: StoppedClock
) -> None:
    """The provider may have done what was asked; twice would be wrong."""
    script = Script(outcome)

    with pytest.raises(errors.ClientError):
        client(script, stopped).use(operation(method))

    assert len(script.requests) == 1


@pytest.mark.parametrize("failure", [REFUSED, requests.ConnectTimeout()])
@pytest.mark.parametrize("method", UNSAFE)
def test_requests_that_never_arrived_are_sent_again(
    method: str, failure: Exception, stopped: StoppedClock
) -> None:
    """Nothing was done, so nothing is done twice."""
    script = Script(failure, ResponseMessage(204))

    client(script, stopped).use(operation(method))

    assert len(script.requests) == 2


def test_a_caller_may_know_better(stopped: StoppedClock) -> None:
    """A POST can be idempotent, and a PUT need not be."""
    post, put = Script(answer(503), ResponseMessage(204)), Script(answer(503))

    client(post, stopped).use(operation("POST"), idempotent=True)
    with pytest.raises(errors.ServiceUnavailable):
        client(put, stopped).use(operation("PUT"), idempotent=False)

    assert (len(post.requests), len(put.requests)) == (2, 1)


@pytest.mark.parametrize("outcome", [answer(500), answer(404), requests.exceptions.SSLError()])
def test_what_will_not_pass_is_not_tried_again(
    outcome: Exception | ResponseMessage, stopped: StoppedClock
) -> None:
    """A fault in the provider or in its certificate stays what it is."""
    script = Script(outcome)

    with pytest.raises(errors.ClientError):
        client(script, stopped).get_thing(ID)

    assert len(script.requests) == 1


def test_the_last_failure_is_what_the_caller_gets(stopped: StoppedClock) -> None:
    """After as many attempts as the policy allows."""
    script = Script(RESET, answer(503), answer(504))

    with pytest.raises(errors.GatewayTimeout):
        client(script, stopped).get_thing(ID)

    assert len(script.requests) == 3


@pytest.mark.parametrize("retries", [None, RetryPolicy(attempts=1)])
def test_retries_can_be_switched_off_for_a_call(
    retries: RetryPolicy | None, stopped: StoppedClock
) -> None:
    """By None as well as by a policy of one attempt."""
    script = Script(answer(503))

    with pytest.raises(errors.ServiceUnavailable):
        client(script, stopped).get_thing(ID, retries=retries)

    assert len(script.requests) == 1


def test_the_provider_s_wait_is_kept(stopped: StoppedClock) -> None:
    """At least as long as Retry-After says, and not all callers at once."""
    script = Script(answer(503, Retry_After="7"), thing())

    client(script, stopped).get_thing(ID)

    assert stopped.slept == [7.05]


def test_too_long_a_wait_is_the_caller_s_business(stopped: StoppedClock) -> None:
    """The error says how long."""
    script = Script(answer(429, Retry_After="3600"))

    with pytest.raises(errors.TooManyRequests) as caught:
        client(script, stopped).get_thing(ID)

    assert caught.value.retry_after == 3600
    assert not stopped.slept


def test_a_wait_beyond_the_deadline_is_not_begun(stopped: StoppedClock) -> None:
    """The answer that there is says more than a deadline that has passed."""
    script = Script(answer(503, Retry_After="7"))

    with pytest.raises(errors.ServiceUnavailable):
        client(script, stopped).get_thing(ID, deadline=5)

    assert not stopped.slept


def test_a_dead_provider_is_not_hammered(stopped: StoppedClock) -> None:
    """Once the budget is spent, calls fail after one attempt; calls that go well refill it."""
    script = Script(answer(503))
    things = client(script, stopped, retries=RetryPolicy(attempts=3, budget=4))

    for _ in range(10):
        with pytest.raises(errors.ServiceUnavailable):
            things.get_thing(ID)
    assert len(script.requests) == 10 + 4

    script.answers = [thing()]
    for _ in range(11):
        things.get_thing(ID)
    script.answers = [answer(503)]
    before = len(script.requests)
    with pytest.raises(errors.ServiceUnavailable):
        things.get_thing(ID)
    assert len(script.requests) - before == 2


@given(st.integers(0, 10**9))
def test_seconds_to_wait_are_read(seconds: int) -> None:
    """RFC 9110: delay-seconds."""
    assert retry_after(ResponseMessage(503, {"retry-after": f" {seconds} "}), NOW) == seconds


@given(st.timedeltas(timedelta(days=-9), timedelta(days=9)))
def test_a_date_to_wait_for_counts_from_the_answer_s_own(wait: timedelta) -> None:
    """So that the two clocks need not agree; a date that has passed is no wait."""
    sent = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    until = (sent + wait).replace(microsecond=0)
    headers = {
        "Date": format_datetime(sent, usegmt=True),
        "Retry-After": format_datetime(until, usegmt=True),
    }

    expected = max(0.0, (until - sent).total_seconds())

    assert retry_after(ResponseMessage(503, headers), NOW) == expected


def test_a_date_counts_from_now_where_the_answer_has_none() -> None:
    """All three forms of RFC 9110 section 5.6.7 that are still met."""
    now = datetime(2026, 11, 23, 9, 30, tzinfo=UTC).timestamp()
    for text in ("Mon, 23 Nov 2026 09:30:20 GMT", "Mon Nov 23 09:30:20 2026"):
        assert retry_after(ResponseMessage(503, {"Retry-After": text}), now) == 20


@given(st.text(st.characters(codec="latin-1")))
def test_what_can_not_be_understood_asks_for_nothing(text: str) -> None:
    """A header field from outside never breaks the call."""
    found = retry_after(ResponseMessage(503, {"Retry-After": text, "Date": text}), NOW)

    assert found is None or found >= 0


@pytest.mark.parametrize("settings", [{"attempts": 0}, {"backoff": -1}, {"budget": -1}])
def test_a_policy_that_makes_no_sense_is_refused(settings: dict[str, int]) -> None:
    """Where it is written, not where it is used."""
    with pytest.raises(errors.ArgumentError):
        RetryPolicy(**settings)  # type: ignore[arg-type]


def test_each_attempt_waits_no_longer_than_there_is_time(stopped: StoppedClock) -> None:
    """Connect and read timeouts shrink with what is left of the whole."""
    given_timeouts = []

    class Transport(requests.adapters.BaseAdapter):
        def send(self, *_: object, timeout: object = None, **__: object) -> requests.Response:
            given_timeouts.append(timeout)
            stopped.now += 6
            raise requests.ReadTimeout

        def close(self) -> None: ...

    things = ThingClient(BASE, transport=Transport(), clock=stopped.clock, random=lambda: 0.0)

    with pytest.raises(errors.DeadlineExceeded) as caught:
        things.get_thing(ID, timeout=Timeout(connect=3, read=10, total=8))

    assert given_timeouts == [(3, 8), (2, 2)]
    assert isinstance(caught.value, TimeoutError)


@pytest.mark.parametrize("deadline", [0, -1, 1e-12])
def test_a_call_without_time_is_not_begun(deadline: float, stopped: StoppedClock) -> None:
    """What remains of a Lambda invocation may be nothing."""
    script = Script(thing())
    stopped.now = 1e9

    with pytest.raises(errors.DeadlineExceeded):
        client(script, stopped).get_thing(ID, deadline=deadline)

    assert not script.requests


@pytest.mark.parametrize(
    ("timeout", "expected"),
    [
        (None, Timeout(connect=None, read=None, total=None)),
        (5, Timeout(connect=5, read=5, total=5)),
        (Timeout(read=1), Timeout(connect=3.0, read=1, total=30.0)),
    ],
)
def test_a_timeout_can_be_said_in_short(timeout: Timeout | float | None, expected: Timeout) -> None:
    """One number for all three; None for no end."""
    assert Timeout.of(timeout) == expected


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_timeout_is_above_zero(seconds: float) -> None:
    """Zero would mean "at once" to one library and "for ever" to another."""
    with pytest.raises(errors.ArgumentError, match="above zero"):
        Timeout(read=seconds)
