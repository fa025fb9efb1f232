"""The operations of location, each by what it calls and how it answers.

Who may call them is in the document, and seen to before they are called.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from hereabouts.location import models
from hereabouts.location.service import LocationService
from pactwright.service import (
    Answer,
    AnswerError,
    Call,
    NotFound,
    PreconditionFailed,
)
from pactwright.service.conditional import etag, not_modified
from services.location.introspection import gone
from services.location.records import ACCURACY_PLACES, COORDINATE_PLACES, Place
from services.location.table import LocationTable, StaleRevision, UserGone

_REVALIDATE: Final = {"Cache-Control": "private, no-cache"}


class LocationApi(LocationService):
    """Implements the operations.

    Args:
        table: where locations are kept.
        clock: seconds since the epoch.
        new_revision: a new random name for a state of a location.
    """

    def __init__(
        self, table: LocationTable, clock: Callable[[], float], new_revision: Callable[[], str]
    ) -> None:
        self._table = table
        self._clock = clock
        self._new_revision = new_revision

    def put_location(
        self,
        call: Call,
        user_id: UUID,
        body: models.LocationInput,
        *,
        if_match: str | None = None,
        if_none_match: str | None = None,
    ) -> Answer[models.Location]:
        """Set where a user is."""
        place = self._place(user_id, body)
        try:
            created = self._table.put(place, if_match=if_match, create=if_none_match is not None)
        except StaleRevision:
            if if_none_match is not None:
                raise PreconditionFailed from None
            created, place = False, self._done_already(place)
        except UserGone:
            raise gone() from None
        headers = {"ETag": etag(place.revision)}
        if not created:
            return Answer(_location(place), 200, headers)
        return Answer(_location(place), 201, {**headers, "Location": str(user_id)})

    def get_location(
        self, call: Call, user_id: UUID, *, if_none_match: str | None = None
    ) -> Answer[models.Location]:
        """Tell where a user is."""
        place = self._table.get(user_id)
        if place is None:
            raise NotFound(f"There is no location of the user {user_id}.")
        headers = {**_REVALIDATE, "ETag": etag(place.revision)}
        if not_modified(if_none_match, headers["ETag"]):
            raise AnswerError(Answer(None, 304, headers))
        return Answer(_location(place), headers=headers)

    def list_locations(self, call: Call, *, user_id: list[UUID]) -> Answer[models.LocationList]:
        """Tell where several users are; those without a location are left out."""
        places = self._table.get_many(user_id)
        found = models.LocationList(locations=[_location(place) for place in places])
        return Answer(found, headers=_REVALIDATE)

    def delete_location(
        self, call: Call, user_id: UUID, *, if_match: str | None = None
    ) -> Answer[None]:
        """Forget where a user is."""
        try:
            self._table.delete(user_id, if_match=if_match)
        except StaleRevision:
            raise PreconditionFailed from None
        return Answer(None)

    def _done_already(self, wanted: Place) -> Place:
        """The location that there is, where it is the one that is wanted.

        It may be this writer's own work, whose answer was lost (RFC 9110 section 13.1.1).

        Raises:
            PreconditionFailed: it is another.
        """
        current = self._table.get(wanted.user_id)
        if current is None or current.stated != wanted.stated:
            raise PreconditionFailed
        return current

    def _place(self, user_id: UUID, body: models.LocationInput) -> Place:
        accuracy = body.accuracy_m
        return Place(
            user_id=user_id,
            latitude=round(body.latitude, COORDINATE_PLACES) + 0.0,  # no minus before a zero
            longitude=round(body.longitude, COORDINATE_PLACES) + 0.0,
            label=body.label,
            accuracy_m=None if accuracy is None else round(accuracy, ACCURACY_PLACES),
            updated_at=datetime.fromtimestamp(int(self._clock()), UTC),
            revision=self._new_revision(),
        )


def _location(place: Place) -> models.Location:
    return models.Location(
        user_id=place.user_id,
        latitude=place.latitude,
        longitude=place.longitude,
        label=place.label,
        accuracy_m=place.accuracy_m,
        updated_at=place.updated_at,
    )
