"""Opaque tokens: random, recognisable, with a checksum, and kept only as a hash.

The form lets a secret scanner find a leaked token by its prefix, and lets a mistyped one be told
apart without asking the table.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from typing import Final, Literal

Kind = Literal["access", "refresh"]
RandomBytes = Callable[[int], bytes]

_PREFIXES: Final[dict[Kind, str]] = {"access": "haat_", "refresh": "hart_"}
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET_BYTES: Final = 32
_SECRET_LENGTH: Final = 43  # 256 bits in base 62
_CHECKSUM_LENGTH: Final = 6  # 32 bits in base 62


def generate(kind: Kind, random_bytes: RandomBytes) -> str:
    """A new token: prefix, 256 random bits, checksum.

    Args:
        kind: what it is for.
        random_bytes: a source of unguessable bytes, such as `secrets.token_bytes`.
    """
    secret = _base62(int.from_bytes(random_bytes(_SECRET_BYTES)), _SECRET_LENGTH)
    return _with_checksum(_PREFIXES[kind] + secret)


def client_secret(random_bytes: RandomBytes) -> str:
    """A new secret for a service client: as recognisable as a token, and as long."""
    secret = _base62(int.from_bytes(random_bytes(_SECRET_BYTES)), _SECRET_LENGTH)
    return _with_checksum("hacs_" + secret)


def kind_of(token: str) -> Kind | None:
    """What a token is for; None where it is no token of ours, or a mistyped one."""
    body = token[:-_CHECKSUM_LENGTH]
    if not token.isascii() or _with_checksum(body) != token:
        return None
    for kind, prefix in _PREFIXES.items():
        if body.startswith(prefix) and len(body) == len(prefix) + _SECRET_LENGTH:
            return kind
    return None


def digest(secret: str) -> str:
    """What is kept of a token or a client's secret: its SHA-256, in hexadecimal.

    A plain hash is enough: with 256 random bits there is nothing to guess.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def _with_checksum(body: str) -> str:
    return body + _base62(zlib.crc32(body.encode()), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits
