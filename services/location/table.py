"""Locations in DynamoDB: one item for each user, every write conditional where it has to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from pactwright.service.conditional import versions
from pactwright.service.dynamodb import Expression, Item, Table
from pactwright.service.errors import ConditionFailed
from services.location.records import Place

_SORT_KEY: Final = "LOCATION"
_MOST_OPERANDS: Final = 100  # that DynamoDB takes in one IN


class StaleRevision(Exception):
    """The location is not in the state that the writer has asked for."""


class LocationTable:
    """Where locations are kept."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, user_id: UUID) -> Place | None:
        """A user's location as of now."""
        item = self._table.get(_key(user_id), consistent=True)
        return _place(item) if item else None

    def get_many(self, user_ids: Sequence[UUID]) -> list[Place]:
        """The locations of those users who have one."""
        return [_place(item) for item in self._table.batch_get([_key(u) for u in user_ids])]

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
        """
        condition = _not_there() if create else _precondition(if_match)
        if create and if_match is not None:
            raise StaleRevision  # no state satisfies both
        try:
            return self._table.put(_item(place), condition=condition) is None
        except ConditionFailed:
            raise StaleRevision from None

    def delete(self, user_id: UUID, *, if_match: str | None = None) -> None:
        """Forget a location; gone already is fine unless If-Match asks for one.

        Raises:
            StaleRevision: its entity tag is none of those.
        """
        try:
            self._table.delete(_key(user_id), condition=_precondition(if_match))
        except ConditionFailed:
            raise StaleRevision from None


def _not_there() -> Expression:
    return Expression("attribute_not_exists(pk)")


def _precondition(if_match: str | None) -> Expression | None:
    """If-Match as a condition on the item, so that no writer comes in between."""
    if if_match is None:
        return None
    if if_match.strip() == "*":
        return Expression("attribute_exists(pk)")
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
