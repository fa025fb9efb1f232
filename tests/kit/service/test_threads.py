"""Work in other threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from pactwright.service.errors import Unavailable
from pactwright.service.threads import begin
from pactwright.wire import deadlines


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    """One thread."""
    with ThreadPoolExecutor(1) as made:
        yield made


def test_work_has_the_time_of_the_request(executor: ThreadPoolExecutor) -> None:
    """Its context goes with it, and its result comes back."""
    token = deadlines.current.set(lambda: 7.0)
    try:
        assert begin(executor, deadlines.left).result() == 7.0
    finally:
        deadlines.current.reset(token)


def test_work_that_is_not_done_in_time_is_waited_for_no_longer(
    executor: ThreadPoolExecutor,
) -> None:
    """What waits behind it for a thread never begins."""
    done, ran = threading.Event(), threading.Event()
    slow, behind = begin(executor, done.wait, 20), begin(executor, ran.set)
    token = deadlines.current.set(lambda: 0.01)
    try:
        with pytest.raises(Unavailable, match="not done in time"):
            behind.result()
    finally:
        deadlines.current.reset(token)
    with pytest.raises(Unavailable):
        slow.result(most=0.0)
    done.set()

    assert slow.result() is True
    assert not ran.is_set()


def test_errors_of_the_work_are_its_own(executor: ThreadPoolExecutor) -> None:
    """Also a TimeoutError."""

    def failing() -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        begin(executor, failing).result()
