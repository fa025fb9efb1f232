"""Profiles in DynamoDB.

A profile is an item; so is the claim to its handle, written in the same transaction. The index of
the list is spread over shards by user, so that no partition takes all writes; a page is merged from
all of them.

When a user is deleted, a tombstone takes the profile's place: the same item, without a person and
outside of the index. As long as it is there, no profile can be written, so that one which was on
its way when the user was deleted does not stay behind.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from pactwright.service.dynamodb import Delete, Expression, Item, Put, Table, Write
from pactwright.service.errors import TransactionCancelled, TransactionConflict
from pactwright.service.threads import begin
from services.profile.cursors import Position
from services.profile.records import Person

SHARDS: Final = 8

_INDEX: Final = "gsi1"
_FIRST: Final = "\uffff"


class HandleTaken(Exception):
    """Another profile has the handle."""


class UserGone(Exception):
    """The user was deleted."""


class ProfileTable:
    """Where profiles are kept.

    Args:
        table: the table.
        executor: runs the reads of one page at the same time.
    """

    def __init__(self, table: Table, executor: Executor) -> None:
        self._table = table
        self._executor = executor

    def get(self, user_id: UUID) -> Person | None:
        """A user's profile as of now."""
        item = self._table.get(_profile_key(user_id), consistent=True)
        return None if item is None or _is_tombstone(item) else _person(item)

    def find(self, handle: str) -> Person | None:
        """The profile that has the handle, as of now."""
        claim = self._table.get(_handle_key(handle), consistent=True)
        person = self.get(UUID(claim["user_id"])) if claim else None
        return person if person and person.handle == handle else None

    def put(self, old: Person | None, new: Person) -> bool:
        """Write a profile over the one that was read before, and claim its handle: both or neither.

        Returns:
            Whether it was written: False where somebody else wrote in between.

        Raises:
            HandleTaken, UserGone: as they say.
        """
        writes: list[Write] = [Put(_item(new), _unchanged(old))]
        if old is None or old.handle != new.handle:
            writes.append(Put(_claim(new), Expression("attribute_not_exists(pk)")))
        if old is not None and old.handle != new.handle:
            writes.append(_release(old))
        try:
            self._table.transact(writes)
        except TransactionConflict:
            return False
        except TransactionCancelled as error:
            if error.failed(1) and not error.failed(0):
                raise HandleTaken from None
            if not error.failed(0):
                raise
            if _is_tombstone(error.reasons[0].item):
                raise UserGone from None
            return False
        return True

    def delete(self, old: Person) -> bool:
        """Delete the profile that was read before and free its handle, both or neither.

        Returns:
            Whether it was deleted: False where somebody else wrote in between.
        """
        delete = Delete(_profile_key(old.user_id), _unchanged(old))
        return self._was_unchanged([delete, _release(old)])

    def bury(self, user_id: UUID, expires_at: int) -> bool:
        """Put a tombstone in the place of a deleted user's profile and free its handle: both.

        Args:
            user_id: who was deleted.
            expires_at: until when profiles are refused, at least, in seconds since the epoch.

        Returns:
            Whether it was put: False where somebody wrote in between.
        """
        tombstone = {**_profile_key(user_id), "buried": True, "expires_at": expires_at}
        old = self.get(user_id)
        free = Expression("attribute_not_exists(revision)")
        writes: list[Write] = [Put(tombstone, _unchanged(old) if old else free)]
        if old is not None:
            writes.append(_release(old))
        return self._was_unchanged(writes)

    def _was_unchanged(self, writes: list[Write]) -> bool:
        """Make all the writes; False, and none of them, where the first one's item was changed."""
        try:
            self._table.transact(writes)
        except TransactionConflict:
            return False
        except TransactionCancelled as error:
            if not error.failed(0):
                raise
            return False
        return True

    def list(
        self, limit: int, after: Position | None = None
    ) -> tuple[Sequence[Person], Position | None]:
        """A page of profiles, newest first, and where the next one starts.

        A profile that is written meanwhile may be missing for a moment: the index lags behind.

        Args:
            limit: how many at most.
            after: the last profile of the page before.
        """
        below = _sort_key(after.created_at, after.user_id) if after else _FIRST
        newest = heapq.merge(*self._shards(below, limit + 1), key=_index_key, reverse=True)
        found = [_person(item) for item in islice(newest, limit + 1)]
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], Position(_moment(last.created_at), str(last.user_id))

    def _shards(self, below: str, limit: int) -> Sequence[Iterable[Item]]:
        """What each shard has, asked at the same time; where one fails, no other is begun."""
        begun = [begin(self._executor, self._query, n, below, limit) for n in range(SHARDS)]
        try:
            return [shard.result() for shard in begun]
        finally:
            for shard in begun:
                shard.give_up()

    def _query(self, shard: int, below: str, limit: int) -> Iterable[Item]:
        values = {":shard": _shard_key(shard), ":below": below}
        condition = Expression("gsi1pk = :shard AND gsi1sk < :below", {}, values)
        found = self._table.query_all(condition, index=_INDEX, limit=limit, forward=False)
        return list(islice(found, limit))


def _is_tombstone(item: Mapping[str, Any] | None) -> bool:
    return item is not None and "buried" in item


def _unchanged(old: Person | None) -> Expression:
    if old is None:
        return Expression("attribute_not_exists(pk)")
    return Expression("revision = :revision", {}, {":revision": old.revision})


def _release(old: Person) -> Delete:
    owned = Expression("user_id = :user", {}, {":user": str(old.user_id)})
    return Delete(_handle_key(old.handle), owned)


def _profile_key(user_id: UUID) -> dict[str, str]:
    return {"pk": f"USER#{user_id}", "sk": "PROFILE"}


def _handle_key(handle: str) -> dict[str, str]:
    return {"pk": f"HANDLE#{handle}", "sk": "HANDLE"}


def _shard_key(shard: int) -> str:
    return f"PROFILES#{shard}"


def _moment(created_at: datetime) -> str:
    """Of one length, so that texts sort as times do."""
    return created_at.isoformat(timespec="microseconds")


def _sort_key(created_at: str, user_id: str) -> str:
    return f"{created_at}#{user_id}"


def _index_key(item: Item) -> str:
    key: str = item["gsi1sk"]
    return key


def _claim(person: Person) -> Item:
    return {**_handle_key(person.handle), "user_id": str(person.user_id)}


def _item(person: Person) -> Item:
    user_id, created_at = str(person.user_id), _moment(person.created_at)
    item: Item = {
        **_profile_key(person.user_id),
        "gsi1pk": _shard_key(person.user_id.int % SHARDS),
        "gsi1sk": _sort_key(created_at, user_id),
        "user_id": user_id,
        "handle": person.handle,
        "display_name": person.display_name,
        "created_at": created_at,
        "updated_at": _moment(person.updated_at),
        "revision": person.revision,
    }
    optional = {"bio": person.bio, "website": person.website}
    return item | {name: value for name, value in optional.items() if value is not None}


def _person(item: Item) -> Person:
    return Person(
        user_id=UUID(item["user_id"]),
        handle=item["handle"],
        display_name=item["display_name"],
        bio=item.get("bio"),
        website=item.get("website"),
        created_at=datetime.fromisoformat(item["created_at"]),
        updated_at=datetime.fromisoformat(item["updated_at"]),
        revision=item["revision"],
    )
