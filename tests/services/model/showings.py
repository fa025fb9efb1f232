"""Requests to profile that read, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from tests.services.model.places import Copy
from tests.services.model.profiles import TEXTS, read, showing, views
from tests.services.model.worlds import (
    Answer,
    Callers,
    Outcome,
    Step,
    World,
    moment,
    revision,
)

Position = tuple[float, str]
"""Where a profile stands in the list: when it was created, and whose it is."""


@dataclass(frozen=True)
class GetProfile(Step):
    """See a profile."""

    user_id: UUID
    copy: Copy | None = None

    def send(self, to: Callers) -> None:
        headers = {"If-None-Match": self.copy.etag} if self.copy else {}
        to.profile.get_profile(self.user_id, headers=headers)

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:
        profile = world.profiles.get(self.user_id)
        if profile is None:
            yield Outcome(404, world, "not-found")
            return
        seen = [*views(world, self.user_id, disturbed=disturbed)]
        copy = self.copy if self.copy and revision(self.copy.etag) == profile.revision else None
        if copy and copy.shown in seen:
            yield Outcome(304, world)
            seen.remove(dict(copy.shown))
        if seen:
            yield _seen(world, self.user_id, seen)


def _seen(world: World, user_id: UUID, ways: Sequence[Mapping[str, Any]]) -> Outcome:
    found = showing(world, user_id)
    return replace(found, fits=lambda a: found.fits(a) and read(a.body) in ways)


@dataclass(frozen=True)
class FindProfile(Step):
    """See who has a handle."""

    handle: str

    def send(self, to: Callers) -> None:
        to.profile.find_profile(self.handle)

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        user_id = world.having(self.handle)
        if user_id is None:
            yield Outcome(404, world, "not-found")
            return
        found = showing(world, user_id)
        yield replace(found, fits=lambda a: found.fits(a) and a.body["user_id"] == str(user_id))


@dataclass(frozen=True)
class ReadPage(Step):
    """See the page of who has a handle."""

    handle: str

    def send(self, to: Callers) -> None:
        to.profile.profile_page(self.handle)

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        user_id = world.having(self.handle)
        if user_id is None:
            yield Outcome(404, world)
            return
        profile, place = world.profiles[user_id], world.places.get(user_id)
        label = place.label if place else None

        def fits(answer: Answer) -> bool:
            told = not label or label in answer.body or answer.disturbed
            return (
                profile.display_name in answer.body and (profile.bio or "") in answer.body and told
            )

        yield Outcome(200, world, fits=fits)


@dataclass(frozen=True)
class ListProfiles(Step):
    """See a page of the list, from its beginning or behind a cursor's position."""

    limit: int
    cursor: str | None = None
    after: Position | None = None

    def send(self, to: Callers) -> None:
        if self.cursor is None:
            to.profile.list_profiles(limit=self.limit)
        else:
            to.profile.list_profiles(limit=self.limit, cursor=self.cursor)

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        listed = sorted(((p.created_at, str(u)) for u, p in world.profiles.items()), reverse=True)
        behind = [each for each in listed if self.after is None or each < self.after]
        wanted = [self._item(world, UUID(user)) for _, user in behind[: self.limit]]
        yield Outcome(
            200,
            world,
            fits=lambda a: (
                [self._read(item) for item in a.body["items"]] == wanted
                and (a.body.get("next_cursor") is not None) == (len(behind) > self.limit)
            ),
        )

    def _item(self, world: World, user_id: UUID) -> dict[str, Any]:
        profile = world.profiles[user_id]
        texts = {name: getattr(profile, name) for name in TEXTS}
        return {"user_id": str(user_id), "created_at": profile.created_at, **texts}

    def _read(self, item: Mapping[str, Any]) -> dict[str, Any]:
        texts = {name: item.get(name) for name in TEXTS}
        return {"user_id": item["user_id"], "created_at": moment(item["created_at"]), **texts}
