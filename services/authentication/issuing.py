"""Making the tokens of a session, by chance or anew.

The tokens that a refresh gives are random. Where the request has an Idempotency-Key, they follow
from the refresh token, the key and a random salt instead. Of these the service keeps the salt and
hashes only: it can't make the tokens again by itself, nor can who reads its table; but it can when
the same request comes once more, its answer having been lost.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import Final

from services.authentication import tokens
from services.authentication.records import FIRST_PARTY, USER_SCOPE, Session, Token

ACCESS_SECONDS: Final = 15 * 60
SESSION_SECONDS: Final = 30 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Issued:
    """Tokens as their holder gets them, once."""

    access_token: str
    refresh_token: str | None
    record: Token


def issue(
    session: Session, username: str | None, now: int, random_bytes: tokens.RandomBytes
) -> tuple[Issued, tuple[Token, Token]]:
    """A session's next tokens, and what is kept of them.

    Args:
        session: whose they are.
        username: the user's.
        now: in seconds since the epoch.
        random_bytes: what they are made of: 32 bytes, twice.
    """
    access = tokens.generate("access", random_bytes)
    refresh = tokens.generate("refresh", random_bytes)
    record = Token(
        digest=tokens.digest(access),
        kind="access",
        scope=USER_SCOPE,
        issued_at=now,
        expires_at=now + ACCESS_SECONDS,
        client_id=FIRST_PARTY,
        session=session,
        username=username,
    )
    refreshing = replace(
        record, digest=tokens.digest(refresh), kind="refresh", expires_at=session.expires_at
    )
    return Issued(access, refresh, record), (record, refreshing)


def derived(refresh_token: str, key: str, salt: str) -> tokens.RandomBytes:
    """Bytes that follow from a request to refresh; unguessable without its refresh token.

    HMAC-SHA256, counted on from one block to the next.

    Args:
        refresh_token: as its holder got it: 256 random bits.
        key: the request's Idempotency-Key.
        salt: random, in hexadecimal.
    """
    made = 0

    def block(count: int) -> bytes:
        nonlocal made
        made += 1
        message = f"{made}\0{salt}\0{key}".encode()
        return hmac.digest(refresh_token.encode(), message, hashlib.sha256)[:count]

    return block
