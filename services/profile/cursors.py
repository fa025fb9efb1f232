"""Cursors: a place in the list of profiles, signed, so that nobody can make one up."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

_MAC_BYTES = 16


class InvalidCursor(ValueError):
    """The text is no cursor that this service gave out."""


@dataclass(frozen=True, slots=True)
class Position:
    """The last profile that was listed: the list goes on behind it.

    Attributes:
        created_at: when it was created, as the index sorts it.
        user_id: whose it is; it orders profiles of the same moment.
    """

    created_at: str
    user_id: str


class Cursors:
    """Writes and reads cursors.

    Args:
        key: the secret that signs them; at least 16 bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("a cursor's key has at least 16 bytes")
        self._key = key

    def write(self, position: Position) -> str:
        """The cursor for a position: base64url, a dot, its MAC."""
        payload = json.dumps([position.created_at, position.user_id]).encode()
        return f"{_text(payload)}.{_text(self._mac(payload))}"

    def read(self, cursor: str) -> Position:
        """The position of a cursor.

        Raises:
            InvalidCursor: it was not signed with this key.
        """
        body, _, mac = cursor.partition(".")
        try:
            payload, signature = _bytes(body), _bytes(mac)
        except (binascii.Error, ValueError):
            raise InvalidCursor(cursor) from None
        if not hmac.compare_digest(signature, self._mac(payload)):
            raise InvalidCursor(cursor)
        created_at, user_id = json.loads(payload)
        return Position(created_at, user_id)

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, b"profiles\0" + payload, hashlib.sha256)[:_MAC_BYTES]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
