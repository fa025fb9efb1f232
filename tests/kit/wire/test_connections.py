"""Connections that end in time: what their sockets are told to wait."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from pactwright.wire import deadlines
from pactwright.wire.connections import HurriedConnection

PLACES = [
    (socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"192.0.2.{number}", 80)) for number in range(4)
]


class Unreached(HurriedConnection):
    """A connection to a host with four addresses, each of which swallows what is sent to it."""

    now = 0.0
    clock = staticmethod(lambda: Unreached.now)
    resolve = staticmethod(lambda *_: PLACES)  # type: ignore[assignment]
    error: type[OSError] = TimeoutError

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.waits: list[float] = []

    def _reached(self, address: Any, seconds: float | None, share: int) -> socket.socket:
        assert address in PLACES
        assert seconds is not None
        self.waits.append(seconds / share)
        if self.error is TimeoutError:
            Unreached.now += seconds / share
        raise self.error("nobody")


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    Unreached.now = 0.0
    yield
    Unreached.error = TimeoutError


def test_addresses_share_one_timeout() -> None:
    """However many a host has, connecting takes no longer than it may."""
    connection = Unreached("things.example", timeout=2.0)
    with pytest.raises(ConnectTimeoutError):
        connection.connect()

    assert connection.waits == pytest.approx([0.5] * 4)
    assert Unreached.now == pytest.approx(2.0)


def test_an_address_that_refuses_costs_the_others_nothing() -> None:
    """What it did not take is theirs."""
    Unreached.error = ConnectionRefusedError
    connection = Unreached("things.example", timeout=2.0)
    with pytest.raises(NewConnectionError):
        connection.connect()

    assert connection.waits == pytest.approx([0.5, 2 / 3, 1.0, 2.0])


def test_connecting_takes_no_longer_than_there_is_time() -> None:
    """Whatever the timeout says."""
    connection = Unreached("things.example", timeout=30.0)
    token = deadlines.current.set(lambda: 1.0)
    try:
        with pytest.raises(ConnectTimeoutError):
            connection.connect()
    finally:
        deadlines.current.reset(token)

    assert sum(connection.waits) == pytest.approx(1.0)


def test_no_time_is_no_connection() -> None:
    """No address is tried."""
    connection = Unreached("things.example", timeout=30.0)
    token = deadlines.current.set(lambda: 0.0)
    try:
        with pytest.raises(ConnectTimeoutError):
            connection.connect()
    finally:
        deadlines.current.reset(token)

    assert connection.waits == []


def test_a_host_without_a_name_is_told() -> None:
    """As urllib3 tells it, for it is mapped by that."""

    class Nameless(Unreached):
        @staticmethod
        def resolve(*_: Any) -> Any:
            raise socket.gaierror("no such host")

    with pytest.raises(NameResolutionError):
        Nameless("things.invalid").connect()
