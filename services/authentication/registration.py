"""Registering: an account for each request, however often the request is sent.

A caller who registers is nobody yet, so an Idempotency-Key belongs to whoever can repeat the whole
request, password included. Of the password nothing is kept but the hash that the user has anyway:
a repetition is told by it, and counts as an attempt to sign in, for it answers the same question.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Protocol
from uuid import UUID

from pactwright.service.idempotency import Claim, Completed, KeyReused
from services.authentication.accounts import CommonPassword, Users
from services.authentication.passwords import Passwords, is_common
from services.authentication.records import User
from services.authentication.throttle import Throttle

SCOPE: Final = "register_user"
"""Within it, an Idempotency-Key is one."""


class Keys(Protocol):
    """Where it is kept which requests were done; see `pactwright.service.idempotency`."""

    def claim(self, scope: str, key: str, subject: str) -> Claim | Completed:
        """Claim a key, or learn what was done with it.

        Raises:
            KeyInUse, KeyReused: as they say.
        """
        ...

    def release(self, claim: Claim) -> None:
        """Give a claim up whose work was not done."""
        ...


class Registration:
    """Creates accounts.

    Args:
        users: where they are kept.
        keys: where it is kept which requests were done.
        passwords: how passwords are hashed.
        throttle: how often somebody may register, or try a password.
        clock: seconds since the epoch.
        new_id: a new random UUID.
    """

    def __init__(
        self,
        users: Users,
        keys: Keys,
        passwords: Passwords,
        throttle: Throttle,
        clock: Callable[[], float],
        new_id: Callable[[], UUID],
    ) -> None:
        self._users = users
        self._keys = keys
        self._passwords = passwords
        self._throttle = throttle
        self._clock = clock
        self._new_id = new_id

    def register(
        self, username: str, password: str, *, source: str, key: str | None = None
    ) -> User:
        """Create an account, or find the one that the same request has created.

        Args:
            username: the name to sign in with.
            password: of at least 15 characters, which the document demands.
            source: where the request comes from.
            key: the request's Idempotency-Key.

        Raises:
            CommonPassword, UsernameTaken, KeyInUse, KeyReused: as they say.
            TooManyAttempts: of registrations from there; of repetitions, which count as sign-ins.
        """
        if is_common(password, username):
            raise CommonPassword
        if key is None:
            return self._create(username, password, source)
        claim = self._keys.claim(SCOPE, key, username)
        if isinstance(claim, Completed):
            return self._repeated(UUID(claim.result), username, password, source)
        try:
            return self._create(username, password, source, claim)
        except Exception:
            self._keys.release(claim)
            raise

    def _create(
        self, username: str, password: str, source: str, claim: Claim | None = None
    ) -> User:
        self._throttle.admit_registration(source)
        created_at = datetime.fromtimestamp(int(self._clock()), UTC)
        user = User(self._new_id(), username, self._passwords.hash(password), created_at)
        self._users.add_user(user, claim)
        return user

    def _repeated(self, user_id: UUID, username: str, password: str, source: str) -> User:
        """The user of the first request, for who knows the password. One who has left is gone."""
        self._throttle.admit_sign_in(username, source)
        user = self._users.get_user(user_id)
        if not self._passwords.verify(user.password_hash if user else None, password) or not user:
            raise KeyReused
        self._throttle.signed_in(username, source)
        return user
