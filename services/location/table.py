"""Locations in DynamoDB: one item for each user, every write conditional.

When a user is deleted, a tombstone takes the place of the location: the same item, without a place.
As long as it is there, no location can be written, so that one which was on its way when the user
was deleted does not stay behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pactwright.service.conditional import versions
from pactwright.service.dynamodb import Expression, Item, Table
from pactwright.service.errors import ConditionFailed
from services.location.records import Place

_SORT_KEY: Final = "LOCATION"
_MOST_OPERANDS: Final = 100  # that DynamoDB takes in one IN


class StaleRevision(Exception):
    """The location is not in the state that the writer has asked for."""


class UserGone(Exception):
    """The user was deleted."""


class LocationTable:
    """Where locations are kept."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, user_id: UUID) -> Place | None:
        """A user's location as of now."""
        item = self._table.get(_key(user_id), consistent=True)
        return None if item is None or _is_tombstone(item) else _place(item)

    def get_many(self, user_ids: Sequence[UUID]) -> list[Place]:
        """The locations of those users who have one."""
        found = self._table.batch_get([_key(u) for u in user_ids])
        return [_place(item) for item in found if not _is_tombstone(item)]

    def put(self, place: Place, *, if_match: str | None = None, create: bool = False) -> bool:
        """Set a location.

        Args:
            place: what to keep.
            if_match: the entity tags one of which must be the current one, as in If-Match.
            create: whether there must be none.

        Returns:
            Whether there was none before.

        Raises:
            StaleRevision: it is not so.
            UserGone: the user was deleted.
        """
        condition = _not_there() if create else _precondition(if_match)
        if create and if_match is not None:
            raise StaleRevision  # no state satisfies both
        try:
            return self._table.put(_item(place), condition=condition) is None
        except ConditionFailed as error:
            raise (UserGone if _is_tombstone(error.item) else StaleRevision) from None

    def delete(self, user_id: UUID, *, if_match: str | None = None) -> None:
        """Forget a location; gone already is fine unless If-Match asks for one.

        Raises:
            StaleRevision: its entity tag is none of those.
        """
        try:
            self._table.delete(_key(user_id), condition=_precondition(if_match))
        except ConditionFailed as error:
            if if_match is not None or not _is_tombstone(error.item):
                raise StaleRevision from None

    def bury(self, user_id: UUID, expires_at: int) -> None:
        """Put a tombstone in the place of a deleted user's location, whatever is there.

        Args:
            user_id: who was deleted.
            expires_at: until when locations are refused, at least, in seconds since the epoch.
        """
        self._table.put({**_key(user_id), "buried": True, "expires_at": expires_at})


def _is_tombstone(item: Mapping[str, Any] | None) -> bool:
    return item is not None and "buried" in item


def _not_there() -> Expression:
    return Expression("attribute_not_exists(pk)")


def _precondition(if_match: str | None) -> Expression:
    """If-Match as a condition on the item, so that no writer comes in between."""
    if if_match is None:
        return Expression("attribute_not_exists(buried)")
    if if_match.strip() == "*":
        return Expression("attribute_exists(revision)")
    allowed = versions(if_match)
    if not allowed:
        raise StaleRevision
    values = {f":r{i}": revision for i, revision in enumerate(allowed)}
    names = list(values)
    parts = [names[i : i + _MOST_OPERANDS] for i in range(0, len(names), _MOST_OPERANDS)]
    return Expression(" OR ".join(f"revision IN ({', '.join(p)})" for p in parts), {}, values)


def _key(user_id: UUID) -> dict[str, str]:
    return {"pk": f"USER#{user_id}", "sk": _SORT_KEY}


def _item(place: Place) -> Item:
    item: Item = {
        **_key(place.user_id),
        "user_id": str(place.user_id),
        "latitude": place.latitude,
        "longitude": place.longitude,
        "updated_at": place.updated_at.isoformat(),
        "revision": place.revision,
    }
    if place.label is not None:
        item["label"] = place.label
    if place.accuracy_m is not None:
        item["accuracy_m"] = place.accuracy_m
    return item


def _place(item: Item) -> Place:
    accuracy = item.get("accuracy_m")
    return Place(
        user_id=UUID(item["user_id"]),
        latitude=float(item["latitude"]),
        longitude=float(item["longitude"]),
        label=item.get("label"),
        accuracy_m=None if accuracy is None else float(accuracy),
        updated_at=datetime.fromisoformat(item["updated_at"]),
        revision=item["revision"],
    )
