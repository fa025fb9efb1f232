"""People who use the three services by the SDK: each reads and writes, and keeps a journal."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from random import Random
from typing import Final, TypeVar

from benchmarks.load.journal import Meter, Value
from benchmarks.load.people import FLOOR, TEXTS, Lost, Person, Services
from hereabouts.authentication import NewUser, PasswordChange
from hereabouts.authentication.models import TokenRequest
from hereabouts.profile import LocationInput, ProfileInput, ProfilePatch
from pactwright.client import errors

T = TypeVar("T")

_READ_AT_ONCE: Final = 0.5
"""The part of writes that are read back before anything else is done."""


class User(Person):
    """Somebody with an account, a profile and a location.

    Args:
        name: to sign in with; the handle is the same with underscores.
        services: to use.
        meter: where it is noted how long requests take.
        random: chooses what is done.
    """

    def __init__(self, name: str, services: Services, meter: Meter, random: Random) -> None:
        super().__init__(name, services, meter)
        self._random = random
        self._counted = 0
        self._often: tuple[tuple[Callable[[], object], int], ...] = (
            (self.see_own_profile, 16),
            (self.see_own_location, 8),
            (self.see_by_handle, 8),
            (self.see_page, 6),
            (self.see_list, 5),
            (self.ask_floor, 12),
            (self.move, 16),
            (self.patch, 10),
            (self.replace, 7),
            (self.refresh, 5),
            (self.change_password, 1),
            (self.leave_no_location, 2),
            (self.begin_anew, 2),
        )
        self._checked = {
            self.move: self.see_own_location,
            self.leave_no_location: self.see_own_location,
            self.patch: self.see_own_profile,
            self.replace: self.see_own_profile,
            self.begin_anew: self.see_own_profile,
        }

    def live(self, loops: int, until: float) -> None:
        """Do so many things, by chance, or as many as there is time for.

        Args:
            loops: how many.
            until: when to stop, by `time.monotonic`.
        """
        actions, weights = zip(*self._often, strict=True)
        with contextlib.suppress(Lost):  # what is read back at the end tells whether it is
            self.arrive()
            for action in self._random.choices(actions, weights, k=loops):
                if time.monotonic() > until:
                    return
                action()
                if action in self._checked and self._random.random() < _READ_AT_ONCE:
                    self._checked[action]()

    def arrive(self) -> None:
        """Register, sign in, and write a profile."""
        body = NewUser(username=self.name, password=self._password)
        self._write(
            ("account", self.name),
            (self._password,),
            "register_user",
            lambda: self._services.authentication.register_user(body),
        )
        self.sign_in()
        self.create()

    def refresh(self) -> None:
        """Spend the refresh token; sign in, where it was spent in vain."""
        if self._tokens is None:
            self.sign_in()
            return
        body = TokenRequest(grant_type="refresh_token", refresh_token=self._tokens.refresh_token)
        fresh = self._read("refresh", lambda: self._services.authentication.issue_token(body))
        self._tokens = fresh
        if fresh is None:
            self.sign_in()

    def change_password(self) -> None:
        """Set another password."""
        self._counted += 1
        new = f"the password of {self.name}, number {self._counted + 1}"
        body = PasswordChange(current_password=self._password, new_password=new)
        done = self._write(
            ("account", self.name),
            (new,),
            "change_password",
            lambda: self._services.authentication.change_password(body, credentials=self._bearer),
        )
        if done:
            self._password = new
        else:
            self.sign_in()

    def create(self) -> None:
        """Write a profile where there is none."""
        self._put(self._texts(), create=True)

    def replace(self) -> None:
        """Write the profile anew in place of what was read."""
        if self._etag is None:
            self.see_own_profile()
        if self._etag is not None:
            self._put(self._texts(), if_match=self._etag)

    def _texts(self) -> dict[str, str]:
        self._counted += 1
        handle = f"{self.name.replace('-', '_')}_{self._counted % 7}"
        return {"handle": handle, "display_name": self.name, "bio": f"word {self._counted}"}

    def _put(
        self,
        texts: dict[str, str],
        *,
        if_match: str | None = None,
        create: bool = False,
    ) -> None:
        profile, user = self._services.profile, self._user_id
        body = ProfileInput.model_validate(texts)
        self._write(
            self._key("profile"),
            tuple(texts[name] for name in TEXTS),
            "put_profile",
            lambda: self._tagged(
                lambda: profile.put_profile(
                    user,
                    body,
                    if_match=if_match,
                    if_none_match="*" if create else None,
                    credentials=self._bearer,
                )
            ),
        )

    def patch(self) -> None:
        """Change the profile's text."""
        entry = dict(self.journal).get(self._key("profile"))
        if entry is None or entry.acknowledged is None or entry.possible:
            self.see_own_profile()
            return
        self._counted += 1
        bio = f"word {self._counted}"
        body, profile, user = ProfilePatch(bio=bio), self._services.profile, self._user_id
        self._write(
            self._key("profile"),
            (*entry.acknowledged[:2], bio),
            "patch_profile",
            lambda: self._tagged(
                lambda: profile.patch_profile(user, body, credentials=self._bearer)
            ),
        )

    def move(self) -> None:
        """Set the location, by way of the profile."""
        latitude = round(self._random.uniform(-90, 90), 5)
        self._counted += 1
        label = f"stop {self._counted}"
        body = LocationInput(latitude=latitude, longitude=1.5, label=label)
        profile, user = self._services.profile, self._user_id
        self._write(
            self._key("location"),
            (latitude, label),
            "put_profile_location",
            lambda: profile.put_profile_location(user, body, credentials=self._bearer),
        )

    def leave_no_location(self) -> None:
        """Delete the location."""
        location, user = self._services.location, self._user_id
        self._write(
            self._key("location"),
            None,
            "delete_location",
            lambda: location.delete_location(user, credentials=self._bearer),
        )

    def begin_anew(self) -> None:
        """Delete the profile, and write another."""
        profile, user = self._services.profile, self._user_id
        self._write(
            self._key("profile"),
            None,
            "delete_profile",
            lambda: profile.delete_profile(user, credentials=self._bearer),
        )
        self._etag = None
        self.create()

    def see_own_profile(self) -> None:
        """Read the profile, and hold it to the journal."""
        user, profile = self._user_id, self._services.profile

        def found() -> Value:
            try:
                shown = self._tagged(lambda: profile.get_profile(user))
            except errors.NotFound:
                self._etag = None
                return None
            return tuple(getattr(shown, name) for name in TEXTS)

        self._hold(self._key("profile"), "get_profile", found)
        if self._etag is None:
            self.create()

    def see_own_location(self) -> None:
        """Read the location, and hold it to the journal."""
        user, location = self._user_id, self._services.location

        def found() -> Value:
            try:
                place = location.get_location(user, credentials=self._bearer)
            except errors.NotFound:
                return None
            return place.latitude, place.label

        self._hold(self._key("location"), "get_location", found)

    def see_by_handle(self) -> None:
        """Look the profile up by its handle."""
        handle = self._handle()
        if handle:
            self._read("find_profile", lambda: self._services.profile.find_profile(handle))

    def see_page(self) -> None:
        """Read the page for people."""
        handle = self._handle()
        if handle:
            self._read("profile_page", lambda: self._services.profile.profile_page(handle))

    def see_list(self) -> None:
        """Read a page of the list, and the next one."""
        profile = self._services.profile
        page = self._read("list_profiles", lambda: profile.list_profiles(limit=20))
        cursor = page.next_cursor if page else None
        if cursor:
            self._read("list_profiles", lambda: profile.list_profiles(limit=20, cursor=cursor))

    def ask_floor(self) -> None:
        """Make a bare request through the same front."""
        self._timed(FLOOR, self._services.floor)

    def read_back(self) -> int:
        """Read everything that was written; how much it was."""
        if not self.sign_in():
            self.journal.lost.append(f"the account of {self.name} can't be signed in to")
            return 0
        self.see_own_profile()
        self.see_own_location()
        return 3

    def _handle(self) -> str | None:
        entry = dict(self.journal).get(self._key("profile"))
        known = entry is not None and entry.acknowledged is not None and not entry.possible
        return str(entry.acknowledged[0]) if entry and entry.acknowledged and known else None
