"""What can go wrong with an answer on its way, by true sockets."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import Final

from tests.services.faulty import (
    JSON,
    Exchange,
    Fault,
    answer,
    answering,
    cut_off,
    dripping_body,
    dripping_head,
    ending,
    lost,
    refused,
    reset,
    silent,
)

HTML: Final = {"Content-Type": "text/html"}
HUGE: Final = 17 * 2**20


def too_short(exchange: Exchange) -> bool:
    """Done, but the length that is told is less than that of the body."""
    head, _, body = exchange.forward(exchange.asked).partition(b"\r\n\r\n")
    told = b"Content-Length: %d" % len(body)
    exchange.send(head.replace(told, b"Content-Length: %d" % max(0, len(body) - 3)))
    exchange.send(b"\r\n\r\n" + body)
    return True


def too_long(exchange: Exchange) -> bool:
    """Done, but the length that is told is more than that of the body, and the connection stays."""
    head, _, body = exchange.forward(exchange.asked).partition(b"\r\n\r\n")
    told = b"Content-Length: %d" % len(body)
    exchange.send(head.replace(told, b"Content-Length: %d" % (len(body) + 3)))
    exchange.send(b"\r\n\r\n" + body)
    exchange.hush()
    return False


def not_compressed(exchange: Exchange) -> bool:
    """Done, and the body is not in the encoding that is told."""
    head, _, body = exchange.forward(exchange.asked).partition(b"\r\n\r\n")
    exchange.send(head + b"\r\nContent-Encoding: gzip\r\n\r\n" + body)
    return True


def bomb(exchange: Exchange) -> bool:
    """A few bytes that become many."""
    packed = gzip.compress(b" " * HUGE)
    exchange.send(answer(200, packed, {**JSON, "Content-Encoding": "gzip"}))
    return True


SLOW: Final[Mapping[str, Fault]] = {
    "silence": silent,
    "head drips": dripping_head,
    "body drips": dripping_body,
    "length too long": too_long,
}
"""What would take for ever."""

BROKEN: Final[Mapping[str, Fault]] = {
    "connection refused": refused,
    "reset": reset,
    "closed": ending(),
    "done, answer lost": lost,
    "done, body cut off": cut_off,
    "done, length too short": too_short,
    "done, not as encoded": not_compressed,
    "not HTTP": ending(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
}
"""What ends the connection, or makes no sense of it."""

WRONG: Final[Mapping[str, Fault]] = {
    "200 with HTML": answering(200, b"<html>a captive portal</html>", HTML),
    "200 with half of a JSON": answering(200, b'{"active": tr', JSON),
    "200 with nothing": answering(200, b"", JSON),
    "200 with another schema": answering(200, b'{"active": "yes", "latitude": "north"}', JSON),
    "200 with 17 MiB": answering(200, b" " * HUGE, JSON),
    "200 with a gzip bomb": bomb,
    "302": answering(302, b"", {"Location": "http://elsewhere.test/"}),
    "400 of a gateway": answering(400, b'{"message": "Bad request"}', JSON),
    "401 of a gateway": answering(401, b'{"message": "Unauthorized"}', JSON),
    "403 of a gateway": answering(403, b'{"message": "Missing Authentication Token"}', JSON),
    "404 with HTML": answering(404, b"<html>not found</html>", HTML),
}
"""What is no answer of the service."""

BUSY: Final[Mapping[str, Fault]] = {
    "429": answering(429, b'{"message": "Too Many Requests"}', JSON),
    "429, Retry-After: 1": answering(429, b"{}", {**JSON, "Retry-After": "1"}),
    "429, Retry-After: 60": answering(429, b"{}", {**JSON, "Retry-After": "60"}),
    "500": answering(500, b'{"message": "Internal server error"}', JSON),
    "502 with HTML": answering(502, b"<html>bad gateway</html>", HTML),
    "503": answering(503, b"{}", JSON),
    "503, Retry-After: 1": answering(503, b"{}", {**JSON, "Retry-After": "1"}),
    "503, Retry-After: 60": answering(503, b"{}", {**JSON, "Retry-After": "60"}),
    "504": answering(504, b'{"message": "Endpoint request timed out"}', JSON),
}
"""What may be worth another attempt."""

FAULTS: Final[Mapping[str, Fault]] = {
    **BROKEN,
    **SLOW,
    **WRONG,
    **BUSY,
}
