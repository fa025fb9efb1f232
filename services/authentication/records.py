"""What the authentication service keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.authentication.tokens import Kind

USER_SCOPE: Final = "user"
"""The scope of a person's own tokens: to act as that person."""

FIRST_PARTY: Final = "hereabouts"
"""The client id of people's sessions: they sign in here, at no other application."""


@dataclass(frozen=True, slots=True)
class User:
    """An account.

    Attributes:
        generation: raised when the password changes; only sessions of the same one are live.
    """

    user_id: UUID
    username: str
    password_hash: str
    created_at: datetime
    generation: int = 1

    def with_password(self, password_hash: str) -> User:
        """The same user with another password, in the next generation."""
        return replace(self, password_hash=password_hash, generation=self.generation + 1)


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in, and the family of tokens that came of it.

    Attributes:
        expires_at: when it ends unless it is refreshed, in seconds since the epoch.
    """

    session_id: str
    user_id: UUID
    generation: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Rotation:
    """How a refresh token was used.

    Attributes:
        at: when, in seconds since the epoch.
        salt: what the tokens that followed were made with, besides the request's Idempotency-Key,
            in hexadecimal; "" if it had no key.
    """

    at: int
    salt: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token; the token itself is not.

    Attributes:
        digest: its SHA-256.
        scope: names with one space between (RFC 6749 section 3.3).
        issued_at: in seconds since the epoch.
        expires_at: in seconds since the epoch.
        client_id: the client that it was issued to.
        session: the session it belongs to; None for a service's token.
        username: the user's name; None for a service's token.
        audience: the services that it is meant for; none in particular where empty.
        spent: how a refresh token was used; None while it was not.
        generation: of the service client that it was issued to; only those of the same are live.
    """

    digest: str
    kind: Kind
    scope: str
    issued_at: int
    expires_at: int
    client_id: str
    session: Session | None = None
    username: str | None = None
    audience: tuple[str, ...] = ()
    spent: Rotation | None = None
    generation: int = 1

    @property
    def subject(self) -> str:
        """Whom it speaks for."""
        return str(self.session.user_id) if self.session else self.client_id

    def is_told_to(self, client_id: str) -> bool:
        """Whether a client may know of it (RFC 7662 section 2.2): meant for it, or its own."""
        return not self.audience or client_id in (*self.audience, self.client_id)


@dataclass(frozen=True, slots=True)
class ServiceClient:
    """A service that authenticates itself.

    Attributes:
        secrets: SHA-256 of each secret that is valid, the newest first: two while one takes the
            other's place, none of a client that was revoked.
        scopes: what its tokens may allow.
        audience: the services that its tokens are meant for.
        generation: raised to end the tokens that it has; only those of the same one are live.
        dropped: SHA-256 of secrets that were valid once and never will be again.
    """

    client_id: str
    secrets: tuple[str, ...]
    scopes: frozenset[str] = frozenset()
    audience: tuple[str, ...] = ()
    generation: int = 1
    dropped: tuple[str, ...] = ()
