from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from pactwright.client import Bearer, Timeout, errors
from pactwright.wire import Requirement
from tests.kit.client.things import (
    ID,
    TOKEN,
    Serve,
    StoppedClock,
    Thing,
    ThingClient,
    operation,
)

BODY = json.dumps({"id": str(ID), "name": "lamp"}).encode()
JSON = b"Content-Type: application/json\r\n"
SIZE = 20_000_000


def head(connection: socket.socket) -> bytes:
    """A request as it came, without a body."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return received
        received += chunk
    return received


def whole(body: bytes = BODY, fields: bytes = JSON, status: bytes = b"200 OK") -> bytes:
    """A complete answer."""
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, fields, len(body), body)


def chunked(*chunks: bytes) -> bytes:
    """An answer in chunks."""
    parts = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\n%sTransfer-Encoding: chunked\r\n\r\n%s0\r\n\r\n" % (JSON, parts)


def answering(data: bytes) -> Callable[[socket.socket], None]:
    """A server that gives the same answer to each request, and keeps connections."""

    def talk(connection: socket.socket) -> None:
        while head(connection):
            connection.sendall(data)

    return talk


def reset(connection: socket.socket) -> None:
    """Close by RST rather than FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    "data",
    [
        whole(),
        chunked(BODY[:5], BODY[5:]),
        whole(gzip.compress(BODY), JSON + b"Content-Encoding: gzip\r\n"),
        whole(zlib.compress(BODY), JSON + b"Content-Encoding: deflate\r\n"),
        b"HTTP/1.0 200 OK\r\n" + JSON + b"\r\n" + BODY,
    ],
    ids=["length", "chunked", "gzip", "deflate", "until closed"],
)
def test_every_way_to_send_a_body_is_read(data: bytes, serve: Serve) -> None:
    """Whatever stands between a provider and a caller may choose another."""

    def talk(connection: socket.socket) -> None:
        while head(connection):
            connection.sendall(data)
            if data.startswith(b"HTTP/1.0"):
                return

    with ThingClient(serve(talk), trust_env=False) as things:
        assert [things.get_thing(ID).name for _ in range(2)] == ["lamp", "lamp"]


def test_a_connection_is_used_again(serve: Serve) -> None:
    """After an answer, an error and a body that no one reads."""
    connections = []
    answers = [
        whole(),
        whole(b"{}", status=b"404 Not Found"),
        chunked(BODY),
        whole(b"", b"", b"204 No Content"),
        whole(),
    ]

    def talk(connection: socket.socket) -> None:
        connections.append(connection)
        while head(connection):
            connection.sendall(answers.pop(0))

    with ThingClient(serve(talk), trust_env=False) as things:
        things.get_thing(ID)
        with pytest.raises(errors.NotFound):
            things.get_thing(ID)
        things.get_thing(ID)
        assert things.use(operation("DELETE")) is None
        things.get_thing(ID)

    assert len(connections) == 1


def test_threads_share_a_client(serve: Serve) -> None:
    """Each has a connection of its own; answers don't get mixed up."""

    def talk(connection: socket.socket) -> None:
        threading.Thread(target=echo, args=(connection.dup(),), daemon=True).start()

    def echo(connection: socket.socket) -> None:
        with connection:
            while request := head(connection):
                name = request.split(b"secret=")[1].split(b" ")[0].decode()
                connection.sendall(whole(json.dumps({"id": str(ID), "name": name}).encode()))

    with ThingClient(serve(talk), trust_env=False) as things, ThreadPoolExecutor(8) as threads:
        names = [f"n{number}" for number in range(100)]
        found = threads.map(lambda name: things.get_thing(ID, secret=name).name, names)
        assert list(found) == names


def test_a_reset_connection_is_lost(serve: Serve) -> None:
    """The provider died, or was redeployed."""

    def talk(connection: socket.socket) -> None:
        head(connection)
        reset(connection)

    with (
        ThingClient(serve(talk), retries=None, trust_env=False) as things,
        pytest.raises(errors.ConnectionLost, match=r"ended before .* \(.*eset"),
    ):
        things.get_thing(ID)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: 100\r\n\r\n" + BODY[:9],
        chunked(BODY)[:-20],
    ],
    ids=["nothing", "part of the head", "part of the body", "part of the chunks"],
)
def test_a_truncated_answer_is_not_taken_for_a_whole(data: bytes, serve: Serve) -> None:
    """Half a body may well be valid JSON."""

    def talk(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(data)

    with (
        ThingClient(serve(talk), retries=None, trust_env=False) as things,
        pytest.raises((errors.ConnectionLost, errors.InvalidResponse)),
    ):
        things.get_thing(ID)


def test_how_much_is_missing_is_told(serve: Serve) -> None:
    """Where the answer had said how long it would be."""

    def talk(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: 100\r\n\r\n{}")

    with (
        ThingClient(serve(talk), retries=None, trust_env=False) as things,
        pytest.raises(errors.ConnectionLost, match="2 bytes read, 98 more expected"),
    ):
        things.get_thing(ID)


def test_an_answer_that_was_lost_is_asked_for_again(serve: Serve) -> None:
    """A GET over a connection that dies comes through on the next."""
    count = []

    def talk(connection: socket.socket) -> None:
        while head(connection):
            count.append(1)
            if len(count) < 3:
                return
            connection.sendall(whole())

    with ThingClient(serve(talk), trust_env=False, random=lambda: 0.0) as things:
        assert things.get_thing(ID).name == "lamp"
    assert len(count) == 3


def test_no_server_is_no_connection() -> None:
    """The port is free, so no one listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with (
        ThingClient(f"http://127.0.0.1:{port}", retries=None, trust_env=False) as things,
        pytest.raises(errors.ConnectError, match=r"could not connect .*refused"),
    ):
        things.get_thing(ID)


def test_an_unknown_host_is_no_connection() -> None:
    """RFC 6761: .invalid never resolves."""
    with (
        ThingClient("http://things.invalid", retries=None, trust_env=False) as things,
        pytest.raises(errors.ConnectError),
    ):
        things.get_thing(ID)


def test_a_silent_provider_is_given_up(serve: Serve) -> None:
    """After the read timeout."""
    done = threading.Event()

    def talk(connection: socket.socket) -> None:
        head(connection)
        done.wait(10)

    with ThingClient(serve(talk), retries=None, trust_env=False) as things:
        with pytest.raises(errors.ReadTimeout, match="no answer in time"):
            things.get_thing(ID, timeout=Timeout(read=0.05))
        done.set()


@pytest.mark.parametrize("chunks", [False, True], ids=["length", "chunked"])
def test_a_dripping_provider_is_given_up(chunks: bool, serve: Serve) -> None:
    """Each byte comes in time, but the whole would take for ever."""
    done = threading.Event()

    def talk(connection: socket.socket) -> None:
        head(connection)
        framing = b"Transfer-Encoding: chunked" if chunks else b"Content-Length: 100000"
        connection.sendall(b"HTTP/1.1 200 OK\r\n%s%s\r\n\r\n" % (JSON, framing))
        while not done.wait(0.01):
            connection.sendall(b"1\r\n \r\n" if chunks else b" ")

    with ThingClient(serve(talk), trust_env=False) as things:
        with pytest.raises(errors.DeadlineExceeded):
            things.get_thing(ID, timeout=Timeout(read=5, total=0.2))
        done.set()


def test_a_dripping_head_is_given_up(serve: Serve) -> None:
    """A header field whose every byte comes in time."""
    done = threading.Event()

    def talk(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not done.wait(0.01):
            connection.sendall(b"a")

    with ThingClient(serve(talk), trust_env=False) as things:
        with pytest.raises(errors.DeadlineExceeded):
            things.get_thing(ID, timeout=Timeout(read=5, total=0.2))
        done.set()


def test_a_provider_that_reads_slowly_is_given_up(serve: Serve) -> None:
    """Each part of a large body is taken long before a timeout; the whole would take seconds."""
    done, taken = threading.Event(), [0]

    def talk(connection: socket.socket) -> None:
        while not done.wait(0.01) and (chunk := connection.recv(65536)):
            taken[0] += len(chunk)

    body = Thing(id=ID, name="n" * SIZE)
    with ThingClient(serve(talk), retries=None, trust_env=False) as things:
        with pytest.raises(errors.DeadlineExceeded):
            things.use(operation("PUT"), body, timeout=Timeout(connect=5, read=5, total=0.2))
        done.set()

    assert taken[0] < SIZE


def test_an_endless_answer_ends_at_the_deadline(serve: Serve, stopped: StoppedClock) -> None:
    """Bytes come as fast as they are read, and never end."""

    def talk(connection: socket.socket) -> None:
        head(connection)
        stopped.now = 11
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"1\r\n \r\n" * 100)

    with (
        ThingClient(serve(talk), clock=stopped.clock, trust_env=False) as things,
        pytest.raises(errors.DeadlineExceeded),
    ):
        things.get_thing(ID, deadline=10)


def test_a_read_waits_no_longer_than_there_is_time(serve: Serve, stopped: StoppedClock) -> None:
    """The head took almost all of it; the read timeout alone would let the body take ten more."""
    done = threading.Event()

    def talk(connection: socket.socket) -> None:
        head(connection)
        stopped.now = 9.95
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: 10\r\n\r\n ")
        assert done.wait(5)

    url = serve(talk)
    with ThingClient(url, clock=stopped.clock, retries=None, trust_env=False) as things:
        with pytest.raises(errors.ReadTimeout):
            things.get_thing(ID, timeout=Timeout(read=10, total=10))
        done.set()


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 70_000 + b"\r\n\r\n",
        whole(b"not gzip", JSON + b"Content-Encoding: gzip\r\n"),
        whole(BODY, JSON + b"Content-Length: 3\r\n"),
    ],
    ids=["not HTTP", "a field too long", "badly compressed", "two lengths"],
)
def test_what_is_not_http_is_told_so(data: bytes, serve: Serve) -> None:
    """Another program may listen on the port."""
    with (
        ThingClient(serve(answering(data)), retries=None, trust_env=False) as things,
        pytest.raises(errors.ProtocolError),
    ):
        things.get_thing(ID)


def test_plain_http_behind_https_is_not_trusted(serve: Serve) -> None:
    """A TLS handshake that fails is not tried again."""
    connections = []

    def talk(connection: socket.socket) -> None:
        connections.append(connection)
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    url = serve(talk).replace("http:", "https:")
    with ThingClient(url, trust_env=False) as things, pytest.raises(errors.TLSError):
        things.get_thing(ID)

    assert len(connections) == 1


@pytest.mark.parametrize(
    "data",
    [
        whole(b" " * 70_000),
        chunked(b" " * 40_000, b" " * 30_000),
        whole(gzip.compress(b" " * 10_000_000), JSON + b"Content-Encoding: gzip\r\n"),
    ],
    ids=["length", "chunked", "a compression bomb"],
)
def test_an_answer_that_is_too_large_is_given_up(data: bytes, serve: Serve) -> None:
    """Before it is all in memory; the connection is not used again."""
    requests = []

    def talk(connection: socket.socket) -> None:
        while request := head(connection):
            requests.append(request)
            connection.sendall(data if len(requests) == 1 else whole())

    with ThingClient(serve(talk), response_limit=66_000, trust_env=False) as things:
        with pytest.raises(errors.ResponseTooLarge, match="66000 bytes"):
            things.get_thing(ID)
        assert things.get_thing(ID).name == "lamp"


def test_a_connection_that_is_given_up_is_closed_at_once(serve: Serve) -> None:
    """Even while the error is kept: each one would hold a connection, of which there are few."""
    ended = threading.Event()

    def talk(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(whole(b" " * 1_000)[:-1])
        head(connection)
        ended.set()

    with ThingClient(serve(talk), response_limit=500, retries=None, trust_env=False) as things:
        with pytest.raises(errors.ResponseTooLarge) as kept:
            things.get_thing(ID)
        assert ended.wait(2)
        assert kept.value


def test_a_redirect_is_not_followed(serve: Serve) -> None:
    """Neither silently nor with credentials: the other host never hears of it."""
    elsewhere: list[socket.socket] = []
    other = serve(elsewhere.append)
    location = b"Location: %s/?token=hush\r\n" % other.encode()
    url = serve(answering(whole(b"", location, b"307 Temporary Redirect")))
    guarded = operation("GET", security=((Requirement(scheme=TOKEN),),))

    with (
        ThingClient(url, credentials=Bearer("abc"), trust_env=False) as things,
        pytest.raises(errors.UnexpectedRedirect) as caught,
    ):
        things.use(guarded)

    assert caught.value.location == f"{other}/?token=hush"
    assert "hush" not in str(caught.value)
    assert not elsewhere


def test_a_proxy_from_the_environment_is_used(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for the whole URL; the environment is read when the client is made."""
    seen = []

    def talk(connection: socket.socket) -> None:
        while request := head(connection):
            seen.append(request)
            connection.sendall(whole())

    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("http_proxy", serve(talk))
    with ThingClient("http://things.invalid/v1") as things:
        monkeypatch.delenv("http_proxy")
        assert things.get_thing(ID).name == "lamp"

    assert seen[0].startswith(b"GET http://things.invalid/v1/things/%s HTTP/1.1" % str(ID).encode())
    assert b"Host: things.invalid" in seen[0]


def test_a_proxy_that_is_away_is_told_from_the_provider() -> None:
    """The provider was not reached either way."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    proxies = {"http": f"http://ada:hush@127.0.0.1:{port}"}
    with (
        ThingClient("http://things.invalid", proxies=proxies, retries=None) as things,
        pytest.raises(errors.ProxyError, match="proxy can't be used") as caught,
    ):
        things.get_thing(ID)

    assert "hush" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_cookies_are_not_kept(serve: Serve) -> None:
    """An API is not a browser: what one call is given must not change the next."""
    seen = []

    def talk(connection: socket.socket) -> None:
        while request := head(connection):
            seen.append(request)
            connection.sendall(whole(fields=JSON + b"Set-Cookie: a=b\r\n"))

    with ThingClient(serve(talk), trust_env=False) as things:
        things.get_thing(ID)
        things.get_thing(ID)

    assert b"cookie" not in seen[1].lower()


def test_a_request_says_only_what_it_must(serve: Serve) -> None:
    """Host, what is accepted, and who asks."""
    seen = []

    def talk(connection: socket.socket) -> None:
        while request := head(connection):
            seen.append(request)
            connection.sendall(whole())

    with ThingClient(serve(talk), user_agent="tour/1", trust_env=False) as things:
        things.get_thing(ID)

    names = [line.split(b":")[0].decode() for line in seen[0].strip().split(b"\r\n")[1:]]
    assert sorted(names) == ["Accept", "Accept-Encoding", "Host", "User-Agent"]
    assert b"User-Agent: tour/1" in seen[0]
