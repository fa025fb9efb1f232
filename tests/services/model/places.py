"""Requests to location, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from hereabouts.location.models import LocationInput
from pactwright.client import Bearer
from tests.services.model.admission import refused
from tests.services.model.worlds import (
    Answer,
    Callers,
    Outcome,
    Place,
    Step,
    World,
    moment,
    revision,
)


class Copy(NamedTuple):
    """What a caller has kept of an earlier answer: its entity tag, and what it showed."""

    etag: str
    shown: Mapping[str, Any]


class Where(NamedTuple):
    """A location as it is sent."""

    latitude: float
    longitude: float
    label: str | None = None
    accuracy_m: float | None = None

    def sent(self) -> dict[str, Any]:
        """Without what is left out."""
        return {name: value for name, value in self._asdict().items() if value is not None}

    def at(self, now: float) -> Place:
        """As it is kept."""
        return Place(*self, updated_at=float(int(now)))


def shown(place: Place) -> dict[str, Any]:
    """A location as its owner sees it."""
    return {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "label": place.label,
        "accuracy_m": place.accuracy_m,
        "updated_at": place.updated_at,
    }


def read(body: Mapping[str, Any]) -> dict[str, Any]:
    """The same, of an answer."""
    names = ("latitude", "longitude", "label", "accuracy_m")
    return {**{name: body.get(name) for name in names}, "updated_at": moment(body["updated_at"])}


def holds(current: Place | Any | None, if_match: str | None, create: bool) -> bool:
    """Whether the preconditions of a write hold."""
    if create and current is not None:
        return False
    if if_match is None:
        return True
    return current is not None and if_match in ("*", f'"{current.revision}"')


def unlike_owner(world: World, token: str, user_id: UUID) -> Outcome | None:
    """How a write of somebody else is refused."""
    kept = world.live(token, "access", "service")
    if kept is None:
        return refused(world)
    return None if kept.user_id == user_id else Outcome(403, world, "forbidden")


@dataclass(frozen=True)
class PutLocation(Step):
    """Set where a user is."""

    token: str
    user_id: UUID
    where: Where
    if_match: str | None = None
    create: bool = False

    def send(self, to: Callers) -> None:
        to.location.put_location(
            self.user_id,
            LocationInput.model_validate(self.where.sent()),
            if_match=self.if_match,
            if_none_match="*" if self.create else None,
            credentials=Bearer(self.token),
        )

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        if refusal := unlike_owner(world, self.token, self.user_id):
            yield refusal
            return
        old, place = world.places.get(self.user_id), self.where.at(world.now)
        if not holds(old, self.if_match, self.create):
            said = replace(place, updated_at=old.updated_at, revision=old.revision) if old else None
            if old and old == said and not self.create:  # it is there already, whoever wrote it
                yield _told(world, self.user_id, old, 200)
            else:
                yield Outcome(412, world, "precondition-failed")
            return
        yield _told(world, self.user_id, place, 201 if old is None else 200)


@dataclass(frozen=True)
class GetLocation(Step):
    """Ask where a user is."""

    token: str
    user_id: UUID
    copy: Copy | None = None

    def send(self, to: Callers) -> None:
        to.location.get_location(
            self.user_id,
            credentials=Bearer(self.token),
            headers={"If-None-Match": self.copy.etag} if self.copy else {},
        )

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        kept = world.live(self.token, "access", "service")
        if kept is None:
            yield refused(world)
            return
        if kept.kind != "service" and kept.user_id != self.user_id:
            yield Outcome(403, world, "forbidden")
            return
        place = world.places.get(self.user_id)
        if place is None:
            yield Outcome(404, world, "not-found")
        elif self.copy and revision(self.copy.etag) == place.revision:
            yield Outcome(304, world)
        else:
            yield _told(world, self.user_id, place, 200)


def _told(world: World, user_id: UUID, place: Place, status: int) -> Outcome:
    """The location is as it is told."""
    return Outcome(
        status,
        world.with_place(user_id, place),
        fits=lambda a: read(a.body) == shown(place) and known(place.revision, a),
        learned=lambda a: world.with_place(user_id, replace(place, revision=a.revision)),
    )


def known(expected: str | None, answer: Answer) -> bool:
    """Whether a revision is the one that was told before, if any was."""
    return expected in (None, answer.revision)


@dataclass(frozen=True)
class ListLocations(Step):
    """Ask where several users are."""

    token: str
    user_ids: tuple[UUID, ...]

    def send(self, to: Callers) -> None:
        to.location.list_locations(user_id=list(self.user_ids), credentials=Bearer(self.token))

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        kept = world.live(self.token, "access", "service")
        if kept is None:
            yield refused(world)
            return
        if kept.kind != "service":
            yield Outcome(403, world, "forbidden")
            return
        there = {
            str(user): shown(place) for user, place in world.places.items() if user in self.user_ids
        }
        yield Outcome(
            200,
            world,
            fits=lambda a: {o["user_id"]: read(o) for o in a.body["locations"]} == there,
        )


@dataclass(frozen=True)
class DeleteLocation(Step):
    """Forget where a user is."""

    token: str
    user_id: UUID
    if_match: str | None = None

    def send(self, to: Callers) -> None:
        to.location.delete_location(
            self.user_id, if_match=self.if_match, credentials=Bearer(self.token)
        )

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        if refusal := unlike_owner(world, self.token, self.user_id):
            yield refusal
        elif not holds(world.places.get(self.user_id), self.if_match, create=False):
            yield Outcome(412, world, "precondition-failed")
        else:
            yield Outcome(204, world.with_place(self.user_id, None))
