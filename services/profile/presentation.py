"""Profiles as they are answered."""

from __future__ import annotations

import hashlib

from hereabouts.location.models import Location, LocationInput
from hereabouts.profile import models
from pactwright.service.conditional import etag
from services.profile.records import Person
from services.profile.whereabouts import Whereabouts

_DIGEST_LENGTH = 16


def profile(person: Person, whereabouts: Whereabouts) -> models.Profile:
    """A profile with the location, as far as it is known."""
    location = whereabouts.location
    return models.Profile(
        user_id=person.user_id,
        handle=person.handle,
        display_name=person.display_name,
        bio=person.bio,
        website=person.website,
        location_status=whereabouts.status,
        location=None if location is None else profile_location(location),
        created_at=person.created_at,
        updated_at=person.updated_at,
    )


def profile_location(location: Location) -> models.ProfileLocation:
    """A location as the public sees it: without its accuracy."""
    return models.ProfileLocation(
        latitude=location.latitude,
        longitude=location.longitude,
        label=location.label,
        updated_at=location.updated_at,
    )


def location_input(given: models.LocationInput) -> LocationInput:
    """What the location service takes; both documents refer to the one schema."""
    return LocationInput.model_validate(given.model_dump(exclude_unset=True))


def summary(person: Person) -> models.ProfileSummary:
    """A profile in a list."""
    return models.ProfileSummary(
        user_id=person.user_id,
        handle=person.handle,
        display_name=person.display_name,
        bio=person.bio,
        website=person.website,
        created_at=person.created_at,
        updated_at=person.updated_at,
    )


def entity_tag(person: Person, shown: models.Profile) -> str:
    """A tag in two parts: the profile's revision, and what is shown with it.

    A caller's If-None-Match holds both against the answer; If-Match, the first alone.
    """
    body = shown.model_dump_json(include={"location", "location_status"}).encode()
    digest = hashlib.sha256(body).hexdigest()[:_DIGEST_LENGTH]
    return etag(f"{person.revision}-{digest}")
