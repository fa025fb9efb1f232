"""Users, sessions, tokens, clients and counters in DynamoDB.

A username is an item of its own, written with its user. A session carries the generation of its
user in which it began: raising the user's generation ends all sessions of the one before, in one
write, however many there are.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from uuid import NAMESPACE_OID, UUID, uuid5

from pactwright.service.dynamodb import Check, Delete, Expression, Put, Table, Update, Write
from pactwright.service.errors import (
    ConditionFailed,
    TransactionCancelled,
    TransactionConflict,
    Transient,
)
from pactwright.service.idempotency import Claim, KeyInUse
from services.authentication import items
from services.authentication.accounts import NoSuchUser, Superseded, UsernameTaken
from services.authentication.client_table import ClientTable
from services.authentication.records import Rotation, Session, Token, User
from services.authentication.sessions import SessionEnded, TokenSpent

_NEW = Expression("attribute_not_exists(pk)")
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Seconds before a write that met another transaction is tried again."""
_SOON = 1
"""Seconds after which to ask again what became of a key that another request has taken over."""


class AuthenticationTable(ClientTable):
    """Where the service keeps what it keeps; see `Users`, `Tokens`, `Clients` and `Counters`.

    Args:
        table: the service's own.
        pause: waits that many seconds.
    """

    def __init__(self, table: Table, pause: Callable[[float], None] = time.sleep) -> None:
        super().__init__(table)
        self._pause = pause

    def add_user(self, user: User, key: Claim | None = None) -> None:
        """Add a user, claim the username and complete the request's key: all or nothing.

        Raises:
            UsernameTaken: somebody has it.
            KeyInUse: another request has taken the key over.
        """
        claim = {**items.username_key(user.username), "user_id": str(user.user_id)}
        writes: list[Write] = [Put(items.user_item(user), _NEW), Put(claim, _NEW)]
        if key is not None:
            writes.append(key.completed(str(user.user_id)))
        try:
            self._table.transact(writes)
        except TransactionConflict:
            if self.find_user(user.username) is None:
                raise
            raise UsernameTaken from None
        except TransactionCancelled as error:
            if error.failed(2):
                raise KeyInUse(_SOON) from None
            if error.failed(1):
                raise UsernameTaken from None
            raise

    def get_user(self, user_id: UUID) -> User | None:
        """The user as of now."""
        item = self._table.get(items.user_key(user_id), consistent=True)
        return items.user(item) if item else None

    def find_user(self, username: str) -> User | None:
        """The user with this username, as of now; that nobody has it takes no less to find."""
        claim = self._table.get(items.username_key(username), consistent=True)
        user = self.get_user(UUID(claim["user_id"]) if claim else _nobody(username))
        return user if claim else None

    def change_password(self, old: User, new: User, session: Session) -> None:
        """Replace the user and move the session into the new generation, both or neither.

        Raises:
            Superseded: the password was changed meanwhile.
            NoSuchUser: the session has ended.
        """
        moved = Expression("SET generation = :new", {}, {":new": new.generation})
        writes: list[Write] = [
            Put(items.user_item(new), _in_generation(old.generation)),
            Update(items.session_key(session), moved, _in_generation(session.generation)),
        ]
        try:
            self._table.transact(writes)
        except TransactionCancelled as error:
            if not error.failed(0) and not error.failed(1):
                raise
            changed = error.failed(0) and error.reasons[0].item is not None
            raise (Superseded if changed else NoSuchUser) from None

    def renew_hash(self, user: User, password_hash: str) -> None:
        """Keep another hash of the same password, unless the password was changed meanwhile.

        Where the table has no time for it now, the next sign-in does it.
        """
        renewed = Expression("SET password_hash = :new", {}, {":new": password_hash})
        same = Expression("password_hash = :old", {}, {":old": user.password_hash})
        with suppress(ConditionFailed, Transient):
            self._table.update(items.user_key(user.user_id), renewed, condition=same)

    def delete_user(self, user: User) -> None:
        """Delete the user and free the username, both or neither; gone already is fine."""
        owned = Expression("user_id = :user", {}, {":user": str(user.user_id)})
        there = Expression("attribute_exists(pk)")
        writes: list[Write] = [
            Delete(items.user_key(user.user_id), there),
            Delete(items.username_key(user.username), owned),
        ]
        try:
            self._table.transact(writes)
        except TransactionCancelled as error:
            if not error.failed(0):
                raise

    def begin_session(self, session: Session, issued: tuple[Token, Token]) -> None:
        """Add a session and its tokens, if the user is in its generation; all or nothing.

        Raises:
            SessionEnded: the user is not.
        """
        writes: list[Write] = [
            Check(items.user_key(session.user_id), _in_generation(session.generation)),
            Put(items.session_item(session), _NEW),
            *(Put(items.token_item(token), _NEW) for token in issued),
        ]
        try:
            self._table.transact(writes)
        except TransactionCancelled as error:
            if error.failed(0):
                raise SessionEnded from None
            raise

    def rotate(
        self, spent: Token, session: Session, issued: tuple[Token, Token], how: Rotation
    ) -> None:
        """Spend a refresh token, prolong its session and add new tokens; all or nothing.

        Raises:
            TokenSpent: it was spent before.
            SessionEnded: the session has ended.
        """
        unspent = Expression("attribute_exists(pk) AND attribute_not_exists(spent)")
        spend = Expression("SET spent = :spent", {}, {":spent": items.rotation_item(how)})
        prolong = Expression("SET expires_at = :expiry", {}, {":expiry": session.expires_at})
        writes: list[Write] = [
            Update(items.token_key(spent.digest), spend, unspent),
            Check(items.user_key(session.user_id), _in_generation(session.generation)),
            Update(items.session_key(session), prolong, _in_generation(session.generation)),
            *(Put(items.token_item(token), _NEW) for token in issued),
        ]
        try:
            self._table.transact(writes)
        except TransactionCancelled as error:
            if error.failed(0):
                raise TokenSpent from None
            if error.failed(1) or error.failed(2):
                raise SessionEnded from None
            raise

    def add_token(self, token: Token) -> None:
        """Add a service's token."""
        self._table.put(items.token_item(token), condition=_NEW)

    def find_token(self, digest: str) -> Token | None:
        """The token, if it is kept and its session or client is live; expiry is not looked at."""
        item = self._table.get(items.token_key(digest), consistent=True)
        if item is None:
            return None
        if "session_id" not in item:
            token, client = items.token(item), self.get_client(item["client_id"])
            return token if client and client.generation == token.generation else None
        session = self._live_session(UUID(item["user_id"]), item["session_id"])
        return items.token(item, session) if session else None

    def delete_token(self, digest: str) -> None:
        """Delete a token; gone already is fine."""
        self._table.delete(items.token_key(digest))

    def end_session(self, session: Session) -> None:
        """End a session with all its tokens; ended already is fine.

        A refresh in the same moment may be at it: this is tried again until it is done, for what
        was found out about the session must not be forgotten.
        """
        for pause in _PAUSES:
            try:
                self._table.delete(items.session_key(session))
            except TransactionConflict:
                self._pause(pause)
            else:
                return
        self._table.delete(items.session_key(session))

    def increment(self, key: str, limit: int, expires_at: int) -> int | None:
        """Count one more, unless the limit is reached; how many it are now, None where it is."""
        more = Expression(
            "SET expires_at = :expiry ADD attempts :one", {}, {":one": 1, ":expiry": expires_at}
        )
        below = Expression(
            "attribute_not_exists(attempts) OR attempts < :limit", {}, {":limit": limit}
        )
        try:
            counter = self._table.update(items.counter_key(key), more, condition=below)
        except ConditionFailed:
            return None
        return int(counter["attempts"])

    def reset(self, key: str) -> None:
        """Begin at none again."""
        self._table.delete(items.counter_key(key))

    def mark(self, key: str, expires_at: int) -> None:
        """Set a mark, or keep it longer."""
        self._table.put({**items.mark_key(key), "expires_at": expires_at})

    def is_marked(self, key: str, now: int) -> bool:
        """Whether the mark is set, and has not expired."""
        item = self._table.get(items.mark_key(key), consistent=True)
        return item is not None and item["expires_at"] > now

    def _live_session(self, user_id: UUID, session_id: str) -> Session | None:
        """The session, if it is of its user's generation.

        The two items are not read in one moment. Where they differ, a change of the password may
        have come in between, which moves both: then a second look shows them alike.
        """
        session_key = {"pk": f"USER#{user_id}", "sk": f"SESSION#{session_id}"}
        for _ in range(2):
            found = self._table.batch_get([items.user_key(user_id), session_key], consistent=True)
            by_key = {item["sk"]: item for item in found}
            user, session = by_key.get("USER"), by_key.get(session_key["sk"])
            if user is None or session is None:
                return None
            if user["generation"] == session["generation"]:
                return Session(session_id, user_id, session["generation"], session["expires_at"])
        return None


def _in_generation(generation: int) -> Expression:
    return Expression("generation = :generation", {}, {":generation": generation})


def _nobody(username: str) -> UUID:
    """An id that no user has, for ids of users are random (RFC 9562 section 5.8)."""
    return uuid5(NAMESPACE_OID, username)
