"""Requests to profile that write, and what they mean; how a profile is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from hereabouts.profile.models import LocationInput, ProfileInput, ProfilePatch
from pactwright.client import Bearer
from tests.services.model.admission import refused
from tests.services.model.places import Where, holds, known
from tests.services.model.worlds import (
    Callers,
    Outcome,
    Profile,
    Step,
    World,
    moment,
    revision,
)

TEXTS: Final = ("handle", "display_name", "bio", "website")


def shown(world: World, user_id: UUID) -> dict[str, Any]:
    """A profile as the public sees it."""
    profile, place = world.profiles[user_id], world.places.get(user_id)
    texts = {name: getattr(profile, name) for name in TEXTS}
    names = ("latitude", "longitude", "label", "updated_at")
    return {
        **texts,
        "created_at": profile.created_at,
        "updated_at": profile.updated_at,
        "location_status": "known" if place else "unknown",
        "location": {name: getattr(place, name) for name in names} if place else None,
    }


def views(world: World, user_id: UUID, *, disturbed: bool) -> Iterator[dict[str, Any]]:
    """The ways in which it may be seen: without the location, where that can't be asked for."""
    whole = shown(world, user_id)
    yield whole
    if disturbed:
        yield {**whole, "location_status": "unavailable", "location": None}


def read(body: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer shows."""
    location = body.get("location")
    return {
        **{name: body.get(name) for name in TEXTS},
        **{name: moment(body[name]) for name in ("created_at", "updated_at")},
        "location_status": body["location_status"],
        "location": location and where(location),
    }


def where(location: Mapping[str, Any]) -> dict[str, Any]:
    """The location in an answer."""
    names = ("latitude", "longitude", "label")
    texts = {name: location.get(name) for name in names}
    return {**texts, "updated_at": moment(location["updated_at"])}


def _refusal(world: World, token: str, user_id: UUID) -> Outcome | None:
    kept = world.live(token, "access")
    if kept is None:
        return refused(world)
    return None if kept.user_id == user_id else Outcome(403, world, "forbidden")


def _written(world: World, user_id: UUID, profile: Profile, status: int) -> Iterator[Outcome]:
    """What a write comes to, unless somebody else has the handle."""
    if world.having(profile.handle) not in (None, user_id):
        yield Outcome(409, world, "handle-taken")
        return
    after = world.with_profile(user_id, profile)
    yield showing(after, user_id, status)


def showing(world: World, user_id: UUID, status: int = 200) -> Outcome:
    profile = world.profiles[user_id]
    return Outcome(
        status,
        world,
        fits=lambda a: (
            read(a.body) in views(world, user_id, disturbed=a.disturbed)
            and known(profile.revision, a)
        ),
        learned=lambda a: world.with_profile(user_id, replace(profile, revision=a.revision)),
    )


@dataclass(frozen=True)
class PutProfile(Step):
    """Create or replace a profile."""

    claims = True
    token: str
    user_id: UUID
    handle: str
    display_name: str
    bio: str | None = None
    website: str | None = None
    if_match: str | None = None
    create: bool = False

    def send(self, to: Callers) -> None:
        texts = {name: getattr(self, name) for name in TEXTS}
        given = {name: value for name, value in texts.items() if value is not None}
        to.profile.put_profile(
            self.user_id,
            ProfileInput.model_validate(given),
            if_match=self.if_match,
            if_none_match="*" if self.create else None,
            credentials=Bearer(self.token),
        )

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        if refusal := _refusal(world, self.token, self.user_id):
            yield refusal
            return
        old = world.profiles.get(self.user_id)
        texts = {name: getattr(self, name) for name in TEXTS}
        if old and not self.create and all(getattr(old, name) == texts[name] for name in texts):
            yield showing(world, self.user_id)  # it is there already, whoever wrote it
            return
        if not holds(old, own(self.if_match), self.create):
            yield Outcome(412, world, "precondition-failed")
            return
        if old and self.if_match is None:
            yield Outcome(428, world, "precondition-required")
            return
        created = old.created_at if old else world.now
        new = Profile(**texts, created_at=created, updated_at=world.now)
        yield from _written(world, self.user_id, new, 200 if old else 201)


def own(if_match: str | None) -> str | None:
    """If-Match, without the part of the tag that tells of the location."""
    return if_match if if_match in (None, "*") else f'"{revision(if_match)}"'


@dataclass(frozen=True)
class PatchProfile(Step):
    """Change parts of a profile."""

    claims = True
    token: str
    user_id: UUID
    changes: Mapping[str, str | None]
    if_match: str | None = None

    def send(self, to: Callers) -> None:
        to.profile.patch_profile(
            self.user_id,
            ProfilePatch.model_validate(dict(self.changes)),
            if_match=self.if_match,
            credentials=Bearer(self.token),
        )

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        if refusal := _refusal(world, self.token, self.user_id):
            yield refusal
            return
        old = world.profiles.get(self.user_id)
        if not holds(old, own(self.if_match), create=False):
            yield Outcome(412, world, "precondition-failed")
        elif old is None:
            yield Outcome(404, world, "not-found")
        elif not self.changes:
            yield showing(world, self.user_id)
        else:
            new = replace(old, updated_at=world.now, revision=None)
            changed: dict[str, Any] = dict(self.changes)
            yield from _written(world, self.user_id, replace(new, **changed), 200)


@dataclass(frozen=True)
class DeleteProfile(Step):
    """Delete a profile and free its handle."""

    claims = True
    token: str
    user_id: UUID
    if_match: str | None = None

    def send(self, to: Callers) -> None:
        to.profile.delete_profile(
            self.user_id, if_match=self.if_match, credentials=Bearer(self.token)
        )

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        if refusal := _refusal(world, self.token, self.user_id):
            yield refusal
        elif not holds(world.profiles.get(self.user_id), own(self.if_match), create=False):
            yield Outcome(412, world, "precondition-failed")
        else:
            yield Outcome(204, world.with_profile(self.user_id, None))


@dataclass(frozen=True)
class PutProfileLocation(Step):
    """Set where the owner of a profile is."""

    token: str
    user_id: UUID
    where: Where

    def send(self, to: Callers) -> None:
        to.profile.put_profile_location(
            self.user_id,
            LocationInput.model_validate(self.where.sent()),
            credentials=Bearer(self.token),
        )

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        if refusal := _refusal(world, self.token, self.user_id):
            yield refusal
            return
        if self.user_id not in world.profiles:
            yield Outcome(404, world, "not-found")
            return
        place = self.where.at(world.now)
        after = world.with_place(self.user_id, place)
        yield Outcome(
            200, after, fits=lambda a: where(a.body) == shown(after, self.user_id)["location"]
        )
