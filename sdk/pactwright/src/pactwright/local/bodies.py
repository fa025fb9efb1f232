"""The body of a request on a connection that holds more than one.

Source: RFC 9112 section 6.3. Where it allows doubt about the end of a body, the request is refused:
what one server takes for the rest of a body, another takes for the next request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from io import BufferedIOBase
from typing import Final

_LENGTH: Final = re.compile(r"[0-9]{1,15}")
_CHUNK_SIZE: Final = re.compile(rb"[0-9A-Fa-f]{1,12}")
_LONGEST_LINE: Final = 65_536


def read_body(headers: Message, stream: BufferedIOBase) -> bytes:
    """A request's body, without its transfer coding.

    Args:
        headers: of the request.
        stream: stands behind them.

    Raises:
        ValueError: it can't be told where the body ends, or it ends before; the connection is then
            good for nothing more.
    """
    codings = headers.get_all("Transfer-Encoding", [])
    lengths = {length.strip() for length in headers.get_all("Content-Length", [])}
    if len(lengths) + len(codings) > 1:
        raise ValueError("the request says its body's length in more than one way")
    if codings:
        if codings[0].strip().lower() != "chunked":
            raise ValueError(f"the transfer coding {codings[0]!r} is not known")
        return b"".join(_chunks(stream))
    length = next(iter(lengths), "0")
    if not _LENGTH.fullmatch(length):
        raise ValueError(f"the length {length!r} is none")
    return _exactly(stream, int(length))


def _chunks(stream: BufferedIOBase) -> Iterator[bytes]:
    while size := _chunk_size(stream):
        yield _exactly(stream, size)
        if stream.readline(_LONGEST_LINE).strip():
            raise ValueError("a chunk is longer than it says")
    while stream.readline(_LONGEST_LINE).strip():  # trailers
        pass


def _chunk_size(stream: BufferedIOBase) -> int:
    size = stream.readline(_LONGEST_LINE).partition(b";")[0].strip()
    if not _CHUNK_SIZE.fullmatch(size):
        raise ValueError("the size of a chunk is none")
    return int(size, 16)


def _exactly(stream: BufferedIOBase, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise ValueError("the body ends before its end")
    return content
