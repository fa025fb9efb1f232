"""Text by the charset that its media type names."""

from __future__ import annotations

import codecs
from typing import Final

from pactwright.wire.errors import MalformedBody

_NOT_CHARSETS: Final = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape"})
"""Codecs of Python's own among those for text."""


def decoded(data: bytes, charset: str) -> str:
    """Bytes as text.

    Raises:
        MalformedBody: they are no text in that charset, or there is no such charset.
    """
    try:
        return _decoded(data, charset)
    except (ValueError, LookupError):
        raise MalformedBody(f"the body is not text in {charset!r}") from None


def _decoded(data: bytes, charset: str) -> str:
    if codecs.lookup(charset).name in _NOT_CHARSETS:
        raise LookupError(charset)
    text = data.decode(charset)
    text.encode("utf-8")  # half a surrogate pair is no text, whatever lets it through
    return text
