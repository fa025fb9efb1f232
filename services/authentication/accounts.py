"""Accounts: what is kept of them, changing the password, leaving."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol
from uuid import UUID

from pactwright.service.idempotency import Claim
from services.authentication.passwords import Passwords, is_common
from services.authentication.records import Session, User


class UsernameTaken(Exception):
    """Another user has the username."""


class CommonPassword(Exception):
    """The password is one of the first that others would try."""


class WrongPassword(Exception):
    """The current password that was given is not the user's."""


class NoSuchUser(Exception):
    """The user is gone, or the session is."""


class Superseded(Exception):
    """The password was changed in the same moment."""


class Users(Protocol):
    """Where users are kept."""

    def add_user(self, user: User, key: Claim | None = None) -> None:
        """Add a user, claim the username and complete the request's key: all or nothing.

        Raises:
            UsernameTaken: somebody has it.
            KeyInUse: another request has taken the key over.
        """
        ...

    def get_user(self, user_id: UUID) -> User | None:
        """The user as of now."""
        ...

    def find_user(self, username: str) -> User | None:
        """The user with this username, as of now."""
        ...

    def change_password(self, old: User, new: User, session: Session) -> None:
        """Replace the user and move the session into the new generation, both or neither.

        Raises:
            Superseded: the password was changed meanwhile.
            NoSuchUser: the session has ended.
        """
        ...

    def renew_hash(self, user: User, password_hash: str) -> None:
        """Keep another hash of the same password, unless the password was changed meanwhile."""
        ...

    def delete_user(self, user: User) -> None:
        """Delete the user and free the username, both or neither; gone already is fine."""
        ...


class Accounts:
    """People's accounts.

    Args:
        users: where they are kept.
        passwords: how passwords are hashed.
    """

    def __init__(self, users: Users, passwords: Passwords) -> None:
        self._users = users
        self._passwords = passwords

    def get(self, user_id: UUID) -> User:
        """The user of an id.

        Raises:
            NoSuchUser: there is none.
        """
        user = self._users.get_user(user_id)
        if user is None:
            raise NoSuchUser
        return user

    def change_password(self, session: Session, current: str, new: str) -> None:
        """Set a new password; all sessions but the given one end at once.

        Raises:
            NoSuchUser, WrongPassword, CommonPassword: as they say.
        """
        user = self.get(session.user_id)
        if not self._passwords.verify(user.password_hash, current):
            raise WrongPassword
        if is_common(new, user.username):
            raise CommonPassword
        changed = user.with_password(self._passwords.hash(new))
        try:
            self._users.change_password(user, changed, replace(session, generation=user.generation))
        except Superseded:
            raise WrongPassword from None

    def delete(self, user_id: UUID) -> None:
        """Delete an account; all its tokens end at once. Gone already is fine."""
        user = self._users.get_user(user_id)
        if user is not None:
            self._users.delete_user(user)
