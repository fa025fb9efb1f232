"""Bearer tokens (RFC 6750), each looked up by a function such as an introspection (RFC 7662)."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from typing import Final

from pactwright.service.call import Call, Principal
from pactwright.service.problems import MalformedRequest, MissingCredentials, Unauthenticated

Introspect = Callable[[str], "Principal | None"]
"""Tells whose token it is; None for one that is unknown, expired or revoked."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
_LONGEST: Final = 4096


def challenge(realm: str | None, error: str | None = None) -> str:
    """What WWW-Authenticate says (RFC 6750 section 3)."""
    parts = [f'realm="{realm}"'] if realm else []
    parts += [f'error="{error}"'] if error else []
    return f"Bearer {', '.join(parts)}".rstrip()


class BearerAuthenticator:
    """Authenticates by ``Authorization: Bearer``.

    Args:
        introspect: tells whose token it is. What it raises ends the call.
        ttl: for how many seconds a token's principal is kept: this long a token may still work
            after it was revoked. Never beyond the principal's own end. 0 asks every time.
        capacity: how many tokens are kept; the oldest gives way. Only their SHA-256 is.
        clock: the time in seconds since the epoch.
        realm: the challenge's realm, if any.
    """

    def __init__(
        self,
        introspect: Introspect,
        *,
        ttl: float = 0,
        capacity: int = 1024,
        clock: Callable[[], float] = time.time,
        realm: str | None = None,
    ) -> None:
        self._introspect = introspect
        self._ttl = ttl
        self._capacity = capacity
        self._clock = clock
        self._realm = realm
        self._known: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()
        self._lock = Lock()

    def authenticate(self, call: Call) -> Principal:
        """Tell who calls.

        Raises:
            MissingCredentials: there is no bearer token.
            MalformedRequest: there is one, but it is none by its form, or another one in the query
                (section 3.1: 400).
            Unauthenticated: it is unknown, expired or revoked.
        """
        token = self._token(call.headers.get("authorization", ""))
        if any(name == "access_token" for name, _ in call.query):
            raise self._malformed("A token is sent in the Authorization header, and nowhere else.")
        principal = self._principal(token) if len(token) <= _LONGEST else None
        if principal is None or self._ended(principal):
            raise Unauthenticated(
                "The token is unknown, expired or revoked.",
                challenge=self._challenge("invalid_token"),
            )
        return principal

    def _token(self, header: str) -> str:
        scheme, _, token = header.strip().partition(" ")
        if scheme.lower() != "bearer":
            raise MissingCredentials(
                "Send a token: Authorization: Bearer …", challenge=self._challenge()
            )
        token = token.strip()
        if not _TOKEN.fullmatch(token):
            raise self._malformed("The Authorization header is not Bearer and one token.")
        return token

    def _malformed(self, detail: str) -> MalformedRequest:
        challenge = self._challenge("invalid_request")
        return MalformedRequest(detail, headers={"WWW-Authenticate": challenge})

    def _challenge(self, error: str | None = None) -> str:
        return challenge(self._realm, error)

    def _ended(self, principal: Principal) -> bool:
        return principal.expires_at is not None and principal.expires_at <= self._clock()

    def _principal(self, token: str) -> Principal | None:
        if self._ttl <= 0:
            return self._introspect(token)
        key = sha256(token.encode("ascii")).digest()
        with self._lock:
            kept = self._known.get(key)
        if kept is not None and kept[1] > self._clock():
            return kept[0]
        asked = self._clock()
        principal = self._introspect(token)
        self._keep(key, principal, asked)
        return principal

    def _keep(self, key: bytes, principal: Principal | None, asked: float) -> None:
        with self._lock:
            self._known.pop(key, None)
            if principal is None:
                return
            ends = float("inf") if principal.expires_at is None else principal.expires_at
            self._known[key] = (principal, min(asked + self._ttl, ends))
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)
