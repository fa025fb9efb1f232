"""The operations of profile, each by what it calls and how it answers.

Who may call them is in the document, and seen to before they are called.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from hereabouts.profile import models
from hereabouts.profile.service import ProfileService
from pactwright.service import (
    Answer,
    AnswerError,
    Call,
    FieldError,
    InvalidRequest,
    NotFound,
    ProblemError,
    TemporarilyUnavailable,
)
from pactwright.service.conditional import not_modified
from pactwright.wire import Operation, Problem
from services.profile import page, presentation
from services.profile.cursors import Cursors, InvalidCursor
from services.profile.introspection import gone
from services.profile.preconditions import Precondition
from services.profile.records import Person
from services.profile.table import HandleTaken, ProfileTable, UserGone
from services.profile.whereabouts import Locations, Whereabouts

_ATTEMPTS: Final = 10
_RETRY_AFTER: Final = 1
_REVALIDATE: Final = {"Cache-Control": "public, no-cache"}


class ProfileApi(ProfileService):
    """Implements the operations.

    Args:
        table: where profiles are kept.
        locations: where people are.
        cursors: signs places in the list.
        executor: asks for locations while profiles are read.
        clock: seconds since the epoch.
        new_revision: a new random name for a state of a profile, in letters and digits.
        pause: waits a little after a write that another one crossed, longer after each.
    """

    def __init__(
        self,
        table: ProfileTable,
        locations: Locations,
        cursors: Callable[[], Cursors],
        executor: Executor,
        clock: Callable[[], float],
        new_revision: Callable[[], str],
        pause: Callable[[int], None],
    ) -> None:
        self._table = table
        self._locations = locations
        self._cursors = cursors
        self._executor = executor
        self._clock = clock
        self._new_revision = new_revision
        self._pause = pause

    def put_profile(
        self,
        call: Call,
        user_id: UUID,
        body: models.ProfileInput,
        *,
        if_match: str | None = None,
        if_none_match: str | None = None,
    ) -> Answer[models.Profile]:
        """Create or replace a profile."""
        precondition = Precondition(if_match, create=if_none_match is not None)

        def replaced(old: Person | None) -> Person:
            now = self._now()
            new = Person(
                user_id=user_id,
                handle=body.handle,
                display_name=body.display_name,
                bio=body.bio,
                website=body.website,
                created_at=old.created_at if old else now,
                updated_at=now,
                revision=self._new_revision(),
            )
            return new if precondition.check_replacement(old, new) else old or new

        old, new = self._write(user_id, replaced)
        answer = self._shown(call, new)
        if old is not None:
            return replace(answer, status=200)
        return replace(answer, status=201, headers={**answer.headers, "Location": str(user_id)})

    def patch_profile(
        self,
        call: Call,
        user_id: UUID,
        body: models.ProfilePatch,
        *,
        if_match: str | None = None,
    ) -> Answer[models.Profile]:
        """Change parts of a profile (RFC 7396)."""
        precondition = Precondition(if_match)
        changes: dict[str, Any] = body.model_dump(exclude_unset=True)

        def patched(old: Person | None) -> Person:
            precondition.check(old)
            if old is None:
                raise _no_profile(user_id)
            if not changes:
                return old
            changed = replace(old, updated_at=self._now(), revision=self._new_revision())
            return replace(changed, **changes)

        _, new = self._write(user_id, patched)
        return self._shown(call, new)

    def get_profile(
        self, call: Call, user_id: UUID, *, if_none_match: str | None = None
    ) -> Answer[models.Profile]:
        """Show a profile with its location, which is asked for at the same time."""
        with self._locations.asked(call, user_id, self._executor) as whereabouts:
            person = self._existing(user_id)
            answer = _answer(person, whereabouts())
        if not_modified(if_none_match, answer.headers["ETag"]):
            raise AnswerError(Answer(None, 304, answer.headers))
        return answer

    def find_profile(self, call: Call, handle: str) -> Answer[models.Profile]:
        """Show the profile with a handle."""
        return self._shown(call, self._with_handle(handle), cacheable=True)

    def list_profiles(
        self, call: Call, *, limit: int = 20, cursor: str | None = None
    ) -> Answer[models.ProfilePage]:
        """List profiles, newest first."""
        try:
            after = self._cursors().read(cursor) if cursor else None
        except InvalidCursor:
            place = FieldError(
                location="query", pointer="/cursor", detail="is no cursor of this list"
            )
            raise InvalidRequest(
                "Take the cursor from next_cursor of a page.", errors=[place]
            ) from None
        people, position = self._table.list(limit, after)
        following = None if position is None else self._cursors().write(position)
        headers = dict(_REVALIDATE)
        if following is not None:
            query = urlencode({"limit": limit, "cursor": following})
            headers["Link"] = f'<?{query}>; rel="next"'
        items = [presentation.summary(person) for person in people]
        return Answer(models.ProfilePage(items=items, next_cursor=following), headers=headers)

    def delete_profile(
        self, call: Call, user_id: UUID, *, if_match: str | None = None
    ) -> Answer[None]:
        """Delete a profile and free its handle; gone already is fine."""
        precondition = Precondition(if_match)
        for attempt in range(_ATTEMPTS):
            old = self._table.get(user_id)
            precondition.check(old)
            if old is None or self._table.delete(old):
                return Answer(None)
            self._pause(attempt)
        raise TemporarilyUnavailable(_RETRY_AFTER)

    def put_profile_location(
        self, call: Call, user_id: UUID, body: models.LocationInput
    ) -> Answer[models.ProfileLocation]:
        """Hand the location on to the location service, as the user."""
        self._existing(user_id)
        place = presentation.location_input(body)
        return Answer(presentation.profile_location(self._locations.put(call, user_id, place)))

    def profile_page(self, call: Call, handle: str) -> Answer[str]:
        """Show the public page of a person."""
        person = self._with_handle(handle)
        shown = presentation.profile(person, self._locations.find(call, person.user_id))
        return Answer(page.render(shown), headers=_page_headers())

    def _with_handle(self, handle: str) -> Person:
        person = self._table.find(handle)
        if person is None:
            raise NotFound(f"Nobody has the handle {handle}.")
        return person

    def _existing(self, user_id: UUID) -> Person:
        person = self._table.get(user_id)
        if person is None:
            raise _no_profile(user_id)
        return person

    def _shown(
        self, call: Call, person: Person, *, cacheable: bool = False
    ) -> Answer[models.Profile]:
        answer = _answer(person, self._locations.find(call, person.user_id))
        return answer if cacheable else replace(answer, headers={"ETag": answer.headers["ETag"]})

    def _write(
        self, user_id: UUID, change: Callable[[Person | None], Person]
    ) -> tuple[Person | None, Person]:
        """Read, change and write; read anew where somebody wrote in between."""
        for attempt in range(_ATTEMPTS):
            old = self._table.get(user_id)
            new = change(old)
            try:
                if new is old or self._table.put(old, new):
                    return old, new
            except HandleTaken:
                detail = f"The handle {new.handle} is taken."
                raise ProblemError(409, "handle-taken", detail=detail) from None
            except UserGone:
                raise gone() from None
            self._pause(attempt)
        raise TemporarilyUnavailable(_RETRY_AFTER)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def present_problem(operation: Operation[Any], problem: Problem) -> Answer[Any] | None:
    """Who is missing from the pages for people is told by a page."""
    if operation.name != "profile_page" or problem.status != 404:
        return None
    return Answer(page.render_missing(), headers=_page_headers())


def _no_profile(user_id: UUID) -> NotFound:
    return NotFound(f"There is no profile of the user {user_id}.")


def _page_headers() -> dict[str, str]:
    return {**_REVALIDATE, "Content-Security-Policy": page.CONTENT_SECURITY_POLICY}


def _answer(person: Person, whereabouts: Whereabouts) -> Answer[models.Profile]:
    shown = presentation.profile(person, whereabouts)
    headers = {**_REVALIDATE, "ETag": presentation.entity_tag(person, shown)}
    return Answer(shown, headers=headers)
