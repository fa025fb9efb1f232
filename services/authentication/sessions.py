"""Sessions and tokens: signing in, refreshing, revoking, telling what a token stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from services.authentication import tokens
from services.authentication.accounts import Users
from services.authentication.issuing import (
    ACCESS_SECONDS,
    SESSION_SECONDS,
    Issued,
    derived,
    issue,
)
from services.authentication.passwords import Passwords
from services.authentication.records import FIRST_PARTY, Rotation, ServiceClient, Session, Token

__all__ = ["ACCESS_SECONDS", "SESSION_SECONDS", "Issued"]

REPEAT_SECONDS: Final = 60
"""How long after a refresh the same request gets the same answer, by its Idempotency-Key."""


class WrongCredentials(Exception):
    """There is no user with this username and password."""


class InvalidGrant(Exception):
    """The refresh token is unknown, expired, spent or revoked (RFC 6749 section 5.2)."""


class OtherClient(Exception):
    """The token was issued to another client than the one that shows it (RFC 7009 section 2.1)."""


class UnauthorizedClient(Exception):
    """The client may have no tokens of its own (RFC 6749 section 5.2)."""


class InvalidScope(Exception):
    """The scope is more than may be granted (RFC 6749 section 5.2)."""


class SessionEnded(Exception):
    """The session, its user or its generation is no longer what it was."""


class TokenSpent(Exception):
    """The refresh token was used before."""


class Tokens(Protocol):
    """Where sessions and tokens are kept."""

    def begin_session(self, session: Session, issued: tuple[Token, Token]) -> None:
        """Add a session and its tokens, if the user is in its generation; all or nothing.

        Raises:
            SessionEnded: the user is not.
        """
        ...

    def rotate(
        self, spent: Token, session: Session, issued: tuple[Token, Token], how: Rotation
    ) -> None:
        """Spend a refresh token, prolong its session and add new tokens; all or nothing.

        Raises:
            TokenSpent: it was spent before.
            SessionEnded: the session has ended.
        """
        ...

    def add_token(self, token: Token) -> None:
        """Add a service's token."""
        ...

    def find_token(self, digest: str) -> Token | None:
        """The token, if it is kept and its session or client is live; expiry is not looked at."""
        ...

    def delete_token(self, digest: str) -> None:
        """Delete a token; gone already is fine."""
        ...

    def end_session(self, session: Session) -> None:
        """End a session with all its tokens; ended already is fine."""
        ...


class Sessions:
    """People's sessions and services' tokens.

    Args:
        users: where users are kept.
        kept: where sessions and tokens are kept.
        passwords: how passwords are hashed.
        clock: seconds since the epoch.
        random_bytes: unguessable bytes.
    """

    def __init__(
        self,
        users: Users,
        kept: Tokens,
        passwords: Passwords,
        clock: Callable[[], float],
        random_bytes: tokens.RandomBytes,
    ) -> None:
        self._users = users
        self._kept = kept
        self._passwords = passwords
        self._clock = clock
        self._random_bytes = random_bytes

    def sign_in(self, username: str, password: str) -> Issued:
        """Begin a session. An unknown user costs as much work as a wrong password.

        Raises:
            WrongCredentials: as it says.
        """
        user = self._users.find_user(username)
        if not self._passwords.verify(user.password_hash if user else None, password) or not user:
            raise WrongCredentials
        session = Session(
            self._random_bytes(16).hex(), user.user_id, user.generation, self._now(SESSION_SECONDS)
        )
        issued, records = issue(session, user.username, self._now(), self._random_bytes)
        try:
            self._kept.begin_session(session, records)
        except SessionEnded:
            raise WrongCredentials from None
        if self._passwords.are_outdated(user.password_hash):
            self._users.renew_hash(user, self._passwords.hash(password))
        return issued

    def refresh(
        self,
        refresh_token: str,
        scope: str | None = None,
        *,
        client_id: str = FIRST_PARTY,
        key: str | None = None,
    ) -> Issued:
        """Spend a refresh token for new tokens. Using a spent one ends the whole session.

        Args:
            refresh_token: as its holder got it.
            scope: what the new tokens should allow; all that was granted if empty.
            client_id: the client that asks (RFC 6749 section 6: a refresh token is bound to one).
            key: the request's Idempotency-Key: repeated, it gets the same tokens for a minute.

        Raises:
            InvalidGrant, InvalidScope: as they say.
        """
        token = self._live(refresh_token, "refresh")
        if token is None or token.session is None or token.client_id != client_id:
            raise InvalidGrant
        too_much = not set((scope or "").split()) <= set(token.scope.split())
        if token.spent:  # by a request that was granted, so by another than one for too much
            repeated = None if too_much else key
            return self._used_again(token, token.session, refresh_token, repeated)
        if too_much:
            raise InvalidScope
        try:
            return self._rotated(token, token.session, refresh_token, key)
        except TokenSpent:
            now_spent = self._kept.find_token(token.digest) or token
            return self._used_again(now_spent, token.session, refresh_token, key)
        except SessionEnded:
            if self._generation(token) in (None, token.session.generation):
                raise InvalidGrant from None
        # the password was changed meanwhile, in this very session: it goes on
        return self.refresh(refresh_token, scope, client_id=client_id, key=key)

    def _generation(self, token: Token) -> int | None:
        """In which generation the token's session is live now."""
        now = self._kept.find_token(token.digest)
        return now.session.generation if now and now.session else None

    def _rotated(self, token: Token, old: Session, refresh_token: str, key: str | None) -> Issued:
        session = replace(old, expires_at=self._now(SESSION_SECONDS))
        salt = self._random_bytes(16).hex() if key else ""
        chance = derived(refresh_token, key, salt) if key else self._random_bytes
        issued, records = issue(session, token.username, self._now(), chance)
        self._kept.rotate(token, session, records, Rotation(self._now(), salt))
        return issued

    def _used_again(
        self, token: Token, session: Session, refresh_token: str, key: str | None
    ) -> Issued:
        """The same tokens once more, for the same request; else the session's end."""
        issued = self._repeated(token, session, refresh_token, key)
        if issued is None:
            self._kept.end_session(session)
            raise InvalidGrant
        return issued

    def _repeated(
        self, token: Token, session: Session, refresh_token: str, key: str | None
    ) -> Issued | None:
        how, now = token.spent, self._now()
        if not (how and how.salt and key) or now >= how.at + REPEAT_SECONDS:
            return None
        chance = derived(refresh_token, key, how.salt)
        issued, (access, refresh) = issue(session, token.username, now, chance)
        first = self._kept.find_token(access.digest)
        following = self._kept.find_token(refresh.digest)
        if first is None or following is None or following.spent:
            return None
        return replace(issued, record=replace(first, issued_at=now))

    def issue_to(self, client: ServiceClient, scope: str | None = None) -> Issued:
        """A token of a service's own: all of its scopes, or those asked for.

        Raises:
            UnauthorizedClient: it has no scopes.
            InvalidScope: it may not have them.
        """
        if not client.scopes:
            raise UnauthorizedClient
        wanted = frozenset(scope.split()) if scope else client.scopes
        if not wanted <= client.scopes:
            raise InvalidScope
        access = tokens.generate("access", self._random_bytes)
        record = Token(
            digest=tokens.digest(access),
            kind="access",
            scope=" ".join(sorted(wanted)),
            issued_at=self._now(),
            expires_at=self._now(ACCESS_SECONDS),
            client_id=client.client_id,
            audience=client.audience,
            generation=client.generation,
        )
        self._kept.add_token(record)
        return Issued(access, None, record)

    def introspect(self, token: str) -> Token | None:
        """What an access token stands for, or None where it does not work (RFC 7662 section 2.2).

        A refresh token is told nothing of: no service may take it for an access token.
        """
        return self._live(token, "access")

    def revoke(self, token: str, client_id: str = FIRST_PARTY) -> None:
        """End a token; with a refresh token its whole session (RFC 7009 section 2.1).

        Raises:
            OtherClient: it was not issued to this client.
        """
        kind = tokens.kind_of(token)
        record = self._live(token, kind) if kind else None
        if record is None:
            return
        if record.client_id != client_id:
            raise OtherClient
        if kind == "refresh" and record.session is not None:
            self._kept.end_session(record.session)
        else:
            self._kept.delete_token(record.digest)

    def sign_out(self, session: Session) -> None:
        """End a session; ended already is fine."""
        self._kept.end_session(session)

    def _live(self, token: str, kind: tokens.Kind) -> Token | None:
        if tokens.kind_of(token) != kind:
            return None
        record = self._kept.find_token(tokens.digest(token))
        return record if record and record.expires_at > self._clock() else None

    def _now(self, later: int = 0) -> int:
        return int(self._clock()) + later
