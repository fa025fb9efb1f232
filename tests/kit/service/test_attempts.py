"""Attempts at DynamoDB through true sockets: in time, and whole answers only."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pactwright.service import errors
from pactwright.service.dynamodb import Table, dynamodb_client
from pactwright.service.topics import sns_client
from pactwright.wire import deadlines
from tests.kit.client.things import Serve

LARGE = 20_000_000
FOUND = b'{"Item": {"pk": {"S": "a"}}}'
JSON = b"Content-Type: application/x-amz-json-1.0\r\n"
THROTTLED = b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"}'
KEYS: dict[str, Any] = {
    "region_name": "eu-west-1",
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
}

Talk = Callable[[socket.socket], None]


def request(connection: socket.socket) -> bytes:
    """A request as it came, with its body."""
    received, length = b"", 0
    while b"\r\n\r\n" not in received or len(received.partition(b"\r\n\r\n")[2]) < length:
        chunk = connection.recv(65536)
        if not chunk:
            return b""
        received += chunk
        found = re.search(rb"(?i)content-length: (\d+)", received)
        length = int(found[1]) if found else 0
    return received


def whole(body: bytes = FOUND, fields: bytes = JSON, status: bytes = b"200 OK") -> bytes:
    """A complete answer."""
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, fields, len(body), body)


class Answers:
    """A DynamoDB that gives answers in turn, the last of them again and again."""

    def __init__(self, *answers: bytes, keep: bool = True) -> None:
        self.answers = list(answers)
        self.requests = 0
        self._keep = keep

    def __call__(self, connection: socket.socket) -> None:
        while request(connection):
            self.requests += 1
            connection.sendall(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
            if not self._keep:
                return


@contextmanager
def reached(url: str, waits: list[float] | None = None) -> Iterator[Table]:
    """A table at a URL; what it would wait between attempts is noted, and not waited."""
    sleep = (lambda _: None) if waits is None else waits.append
    client: Any = dynamodb_client(endpoint_url=url, connect=5, read=5, sleep=sleep, **KEYS)
    try:
        yield Table(client, "people")
    finally:
        client.close()


@contextmanager
def left(seconds: Callable[[], float]) -> Iterator[None]:
    """Only so much time is left."""
    token = deadlines.current.set(seconds)
    try:
        yield
    finally:
        deadlines.current.reset(token)


def counting_down(seconds: float) -> Callable[[], float]:
    """Time that is left, of true time."""
    ends = time.monotonic() + seconds
    return lambda: max(0.0, ends - time.monotonic())


DAMAGED = {
    "cut off": b"HTTP/1.1 200 OK\r\n%sContent-Length: 100\r\n\r\n%s" % (JSON, FOUND),
    "only its head": b"HTTP/1.1 200 OK\r\n%sContent-Length: 100\r\n\r\n" % JSON,
    "another checksum": whole(fields=JSON + b"x-amz-crc32: 5\r\n"),
    "HTML": whole(b"<html>a captive portal</html>", b"Content-Type: text/html\r\n"),
    "no content type, HTML": whole(b"<html>a captive portal</html>", b""),
    "empty": whole(b""),
    "no object": whole(b"[]"),
    "half of a JSON": whole(FOUND[:9]),
    "deep": whole(b"[" * 100_000),
    "403 in HTML": whole(b"<html>no</html>", b"Content-Type: text/html\r\n", b"403 Forbidden"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_answer_is_asked_for_again(damage: str, serve: Serve) -> None:
    """It tells nothing, least of all that there is no such item."""
    dynamodb = Answers(DAMAGED[damage], keep=False)
    with reached(serve(dynamodb)) as people, pytest.raises(errors.Unavailable):
        people.get({"pk": "a"})

    assert dynamodb.requests == 3


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_write_with_a_damaged_answer_is_not_made_again(damage: str, serve: Serve) -> None:
    """It was made, most likely; whoever wants it twice has to say so."""
    dynamodb = Answers(DAMAGED[damage], keep=False)
    with reached(serve(dynamodb)) as people, pytest.raises(errors.Unavailable):
        people.put({"pk": "a"})

    assert dynamodb.requests == 1


def test_the_right_checksum_is_none_to_mind(serve: Serve) -> None:
    """Nor is it where there is none."""
    checksum = b"x-amz-crc32: %d\r\n" % zlib.crc32(FOUND)
    with reached(serve(Answers(whole(fields=JSON + checksum), whole()))) as people:
        assert [people.get({"pk": "a"}) for _ in range(2)] == [{"pk": "a"}] * 2


def test_a_service_that_speaks_xml_is_understood(serve: Serve) -> None:
    """SNS does; JSON from it would be damage."""
    published = b"<PublishResult><MessageId>1</MessageId></PublishResult>"
    body = b"<PublishResponse>%s</PublishResponse>" % published
    url = serve(Answers(whole(body, b"Content-Type: text/xml\r\n")))
    client: Any = sns_client(endpoint_url=url, sleep=lambda _: None, **KEYS)

    assert client.publish(TopicArn="arn", Message="{}")["MessageId"] == "1"
    client.close()


def dripping(before: bytes) -> tuple[Talk, threading.Event]:
    done = threading.Event()

    def talk(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(before)
        while not done.wait(0.01):
            connection.sendall(b" ")

    return talk, done


@pytest.mark.parametrize(
    "before",
    [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", DAMAGED["only its head"]],
    ids=["line", "head", "body"],
)
def test_no_drip_holds_a_request_beyond_its_time(before: bytes, serve: Serve) -> None:
    """Each byte comes long before the read timeout."""
    talk, done = dripping(before)
    with reached(serve(talk)) as people:
        with left(counting_down(0.15)), pytest.raises(errors.Unavailable):
            people.get({"pk": "a"})
        done.set()


def test_no_reader_that_is_slow_holds_a_request_beyond_its_time(serve: Serve) -> None:
    """What it does not take in time is never sent, on a connection that is there already."""
    resumed, ended, taken = threading.Event(), threading.Event(), [0]

    def talk(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(whole())
        resumed.wait(1)
        with contextlib.suppress(OSError):
            while chunk := connection.recv(65536):
                taken[0] += len(chunk)
        ended.set()

    with reached(serve(talk)) as people:
        people.get({"pk": "a"})
        with left(counting_down(0.15)), pytest.raises(errors.Unavailable):
            people.put({"pk": "a", "large": "x" * LARGE})
        resumed.set()

    assert ended.wait(10)
    assert taken[0] < LARGE


def test_no_pause_is_longer_than_the_time_that_is_left(serve: Serve) -> None:
    """Throttled requests are repeated after up to a second, then two; not where it is too late."""
    dynamodb = Answers(whole(THROTTLED, status=b"400 Bad Request"))
    waits: list[float] = []
    with reached(serve(dynamodb), waits) as people:
        with pytest.raises(errors.Throttled):
            people.get({"pk": "a"})
        assert (dynamodb.requests, len(waits)) == (3, 2)
        with left(lambda: 1e-9), pytest.raises(errors.Throttled):
            people.get({"pk": "a"})

    assert (dynamodb.requests, len(waits)) == (4, 2)


def test_pauses_have_jitter(serve: Serve) -> None:
    """Who is throttled together must not come back together."""
    waits: list[float] = []
    with reached(serve(Answers(whole(THROTTLED, status=b"400 Bad Request"))), waits) as people:
        for _ in range(5):
            with pytest.raises(errors.Throttled):
                people.get({"pk": "a"})

    assert len(set(waits)) == len(waits)
    assert max(waits) <= 2


def test_retries_run_out(serve: Serve) -> None:
    """A DynamoDB that is down is soon asked once for each request, not three times."""
    dynamodb = Answers(whole(b"{}", status=b"500 Internal Server Error"))
    with reached(serve(dynamodb)) as people:
        for _ in range(100):
            with pytest.raises(errors.Unavailable):
                people.get({"pk": "a"})

    assert 100 < dynamodb.requests < 150


def test_why_it_was_throttled_is_told(serve: Serve) -> None:
    """To the log: the reason, but not the resource, which names the account."""
    reasons = (
        b'[{"reason": "TableReadKeyRangeThroughputExceeded", "resource": "arn:aws:dynamodb:x:1:t"},'
        b' {"reason": "no reason at all!"}, {}]'
    )
    body = THROTTLED[:-1] + b', "throttlingReasons": %s}' % reasons
    url = serve(Answers(whole(body, status=b"400 Bad Request")))
    text = "DynamoDB get_item on people: ThrottlingException (TableReadKeyRangeThroughputExceeded)"
    with reached(url) as people, pytest.raises(errors.Throttled, match=f"^{re.escape(text)}$"):
        people.get({"pk": "a"})


def test_a_connection_with_something_left_on_it_is_not_used_again(serve: Serve) -> None:
    """The rest of a longer body is not the beginning of the next answer."""
    longer = whole(b'{"Item": {"pk": {"S": "b"}}}').replace(b"28", b"20")
    with reached(serve(Answers(longer, whole()))) as people:
        assert people.get({"pk": "a"}) == {"pk": "a"}
