"""The state machine: requests in any order, by several people, with failures in between."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.services.model import accounts, places, profiles, sessions, showings
from tests.services.model.disturbances import FRONTS, LINES, TABLES, Disturbance
from tests.services.model.places import Where
from tests.services.model.stage import HANDLES, NAMES, PASSWORDS, Stage, from_last
from tests.services.model.worlds import moment

names = st.sampled_from(NAMES)
handles = st.sampled_from(HANDLES)
passwords = st.sampled_from(PASSWORDS)
texts = st.sampled_from((None, "tea", "maps & trains"))
websites = st.sampled_from((None, "https://people.example/me"))
wheres = st.sampled_from(
    (Where(38.71, -9.14, "Lisbon"), Where(-1.29, 36.82, None, 12.5), Where(35.0, 135.75, "Kyoto"))
)
recent = st.sampled_from((0, 0, 0, 1, 2, 5))
"""Which of what was seen, from the last on."""
tags = st.sampled_from((None, "last", "last", "older", "other", "*"))
kinds = st.sampled_from(("access", "refresh", "service"))
seldom = st.sampled_from((False, False, False, True))
failures = st.sampled_from((*TABLES, *LINES, *FRONTS))
disturbances = st.one_of(*(st.none() for _ in range(4)), failures, st.sampled_from(TABLES))
waits = st.sampled_from((1, 60, 60, 899, 900, 901, 30 * 86_400))


class HereaboutsMachine(Stage):
    """Plays requests by chance."""

    @initialize()
    def two_people(self) -> None:
        """Two have an account and have signed in; one of them has a profile and a location."""
        for name in NAMES[:2]:
            self._play(self._register(name, PASSWORDS[0]))
            self._signed_in(self._play(sessions.SignIn(name, PASSWORDS[0])))
        token, user_id = self._access[-1], self._users[-1]
        step = profiles.PutProfile(token, user_id, HANDLES[0], f"{HANDLES[0]} writes")
        self._saw_profile(user_id, self._play(step))
        where = places.PutLocation(token, user_id, Where(0.0, 0.0))
        self._saw_place(user_id, self._play(where))
        self._service_token()

    @rule(seconds=waits)
    def wait(self, seconds: int) -> None:
        self._player.wait(seconds)

    @rule(name=names, password=passwords, again=seldom, failing=disturbances)
    def register(self, name: str, password: str, again: bool, failing: Disturbance | None) -> None:
        self._play(self._register(name, password, again=again), failing)

    @rule(name=names, password=passwords, failing=disturbances)
    def sign_in(self, name: str, password: str, failing: Disturbance | None) -> None:
        self._signed_in(self._play(sessions.SignIn(name, password), failing))

    @rule(which=recent, again=seldom, same_key=st.booleans(), failing=disturbances)
    def refresh(self, which: int, again: bool, same_key: bool, failing: Disturbance | None) -> None:
        token = from_last(self._refresh, which)
        self._signed_in(self._play(sessions.Refresh(token, self._key()), failing))
        if again:
            key = self._key(again=same_key)
            self._signed_in(self._play(sessions.Refresh(token, key)))

    @rule(
        which=recent, kind=st.sampled_from(("access", "refresh", "service")), failing=disturbances
    )
    def revoke(self, which: int, kind: str, failing: Disturbance | None) -> None:
        given = {"access": self._access, "refresh": self._refresh, "service": self._services}
        token = from_last(given[kind], which)
        self._play(sessions.Revoke(token, kind == "service" or which > 4), failing)

    @rule(which=recent, failing=disturbances)
    def sign_out(self, which: int, failing: Disturbance | None) -> None:
        self._play(sessions.SignOut(self._token(which)), failing)

    @rule(which=recent, current=passwords, new=passwords, failing=disturbances)
    def change_password(
        self, which: int, current: str, new: str, failing: Disturbance | None
    ) -> None:
        self._play(accounts.ChangePassword(self._token(which), current, new), failing)

    @rule(which=recent, failing=disturbances)
    def delete_account(self, which: int, failing: Disturbance | None) -> None:
        self._play(accounts.DeleteAccount(self._token(which)), failing)

    @rule(failing=disturbances)
    def deliver(self, failing: Disturbance | None) -> None:
        self._player.deliver(failing)

    @rule(which=recent, service=st.booleans(), failing=disturbances)
    def introspect(self, which: int, service: bool, failing: Disturbance | None) -> None:
        self._play(sessions.Introspect(self._reader(which, service)), failing)
        self._play(accounts.WhoAmI(self._token(which)))

    @rule(
        which=recent,
        handle=handles,
        bio=texts,
        website=websites,
        tag=tags,
        create=seldom,
        other=seldom,
        failing=disturbances,
    )
    def put_profile(
        self,
        which: int,
        handle: str,
        bio: str | None,
        website: str | None,
        tag: str | None,
        *,
        create: bool,
        other: bool,
        failing: Disturbance | None,
    ) -> None:
        token = self._token(which)
        user_id = self._owned(token, other)
        if_match = None if create else self._tag(self._profiles[user_id], tag)
        step = profiles.PutProfile(
            token, user_id, handle, f"{handle} writes", bio, website, if_match, create
        )
        self._saw_profile(user_id, self._play(step, failing))

    @rule(
        which=recent,
        changes=st.fixed_dictionaries({}, optional={"handle": handles, "bio": texts}),
        tag=tags,
        failing=disturbances,
    )
    def patch_profile(
        self, which: int, changes: dict[str, Any], tag: str | None, failing: Disturbance | None
    ) -> None:
        token = self._token(which)
        user_id = self._owned(token, other=False)
        if_match = self._tag(self._profiles[user_id], tag)
        step = profiles.PatchProfile(token, user_id, changes, if_match)
        self._saw_profile(user_id, self._play(step, failing))

    @rule(which=recent, tag=tags, failing=disturbances)
    def delete_profile(self, which: int, tag: str | None, failing: Disturbance | None) -> None:
        token = self._token(which)
        user_id = self._owned(token, other=False)
        if_match = self._tag(self._profiles[user_id], tag)
        self._play(profiles.DeleteProfile(token, user_id, if_match), failing)

    @rule(which=recent, copy=st.booleans(), failing=disturbances)
    def get_profile(self, which: int, copy: bool, failing: Disturbance | None) -> None:
        user_id = from_last(self._users, which)
        kept = self._profiles[user_id]
        step = showings.GetProfile(user_id, kept[-1] if copy and kept else None)
        self._saw_profile(user_id, self._play(step, failing))

    @rule(handle=handles, page=st.booleans(), failing=disturbances)
    def find_profile(self, handle: str, page: bool, failing: Disturbance | None) -> None:
        self._play(showings.ReadPage(handle) if page else showings.FindProfile(handle), failing)

    @rule(limit=st.integers(1, 3), which=recent, go_on=st.booleans(), failing=disturbances)
    def list_profiles(
        self, limit: int, which: int, go_on: bool, failing: Disturbance | None
    ) -> None:
        cursor, after = from_last(self._cursors, which) if go_on and self._cursors else (None, None)
        answer = self._play(showings.ListProfiles(limit, cursor, after), failing)
        if answer and answer.body.get("next_cursor"):
            last = answer.body["items"][-1]
            position = (moment(last["created_at"]), last["user_id"])
            self._cursors.append((answer.body["next_cursor"], position))

    @rule(which=recent, where=wheres, failing=disturbances)
    def put_profile_location(self, which: int, where: Where, failing: Disturbance | None) -> None:
        token = self._token(which)
        user_id = self._owned(token, other=False)
        self._play(profiles.PutProfileLocation(token, user_id, where), failing)

    @rule(
        which=recent,
        where=wheres,
        tag=tags,
        create=seldom,
        service=seldom,
        failing=disturbances,
    )
    def put_location(
        self,
        which: int,
        where: Where,
        tag: str | None,
        *,
        create: bool,
        service: bool,
        failing: Disturbance | None,
    ) -> None:
        token = self._reader(which, service)
        user_id = self._owned(token, other=False)
        if_match = None if create else self._tag(self._places[user_id], tag)
        step = places.PutLocation(token, user_id, where, if_match, create)
        self._saw_place(user_id, self._play(step, failing))

    @rule(which=recent, service=st.booleans(), copy=st.booleans(), failing=disturbances)
    def get_location(
        self, which: int, service: bool, copy: bool, failing: Disturbance | None
    ) -> None:
        token = self._reader(which, service)
        user_id = self._owned(token, other=False)
        kept = self._places[user_id]
        step = places.GetLocation(token, user_id, kept[-1] if copy and kept else None)
        self._saw_place(user_id, self._play(step, failing))

    @rule(which=recent, service=st.sampled_from((True, True, False)), failing=disturbances)
    def list_locations(self, which: int, service: bool, failing: Disturbance | None) -> None:
        token = self._reader(which, service)
        self._play(places.ListLocations(token, tuple(self._users)), failing)

    @rule(which=recent, tag=tags, failing=disturbances)
    def delete_location(self, which: int, tag: str | None, failing: Disturbance | None) -> None:
        token = self._token(which)
        user_id = self._owned(token, other=False)
        if_match = self._tag(self._places[user_id], tag)
        self._play(places.DeleteLocation(token, user_id, if_match), failing)
