"""The state machine: requests in any order, by several people, with failures in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.services.composition import MakeTable
from tests.services.model import accounts, places, profiles
from tests.services.model.disturbances import FRONTS, LINES, TABLES, Disturbance
from tests.services.model.places import Copy, Where
from tests.services.model.players import Player
from tests.services.model.worlds import Answer, Step, moment
from tests.services.observations import Observation

T = TypeVar("T")

NAMES: Final = ("ines", "kamau", "yuki")
HANDLES: Final = ("anna", "bela", "cleo")
PASSWORDS: Final = ("tram 28 climbs to Graça", "the ferry leaves at seven")
MOST_WORLDS: Final = 24
"""With more of them, what was lost is looked up before anything else is done."""

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


class HereaboutsMachine(RuleBasedStateMachine):
    """Plays steps by chance.

    Args:
        tables: makes tables, which are gone when its block ends.
        seen: where it is noted what was answered.
    """

    def __init__(
        self, tables: Callable[[], AbstractContextManager[MakeTable]], seen: set[Observation]
    ) -> None:
        super().__init__()
        self._tables = tables()
        self._player = Player(self._tables.__enter__(), seen)
        self._users: list[UUID] = []
        self._access: list[str] = ["haat_nonsense"]
        self._refresh: list[str] = ["hart_nonsense"]
        self._services: list[str] = []
        self._profiles: defaultdict[UUID, list[Copy]] = defaultdict(list)
        self._places: defaultdict[UUID, list[Copy]] = defaultdict(list)
        self._cursors: list[tuple[str, profiles.Position]] = []
        self._keys = 0

    def teardown(self) -> None:
        """Read back all there is, unless something was wrong already."""
        try:
            if self._player.worlds:
                self._resolve()
        finally:
            self._tables.__exit__(None, None, None)

    def _play(self, step: Step, disturbance: Disturbance | None = None) -> Answer | None:
        """The last answer, where it is a success."""
        answer = self._player.play(step, disturbance)
        if len(self._player.worlds) > MOST_WORLDS:
            self._resolve()
        return answer if answer.status in (200, 201) else None

    def _resolve(self) -> None:
        """Ask for everything: what was lost is then known."""
        self._player.deliver()
        for name in NAMES:
            for password in PASSWORDS:
                self._signed_in(self._player.play(accounts.SignIn(name, password)))
        for handle in HANDLES:
            self._player.play(profiles.FindProfile(handle))
        token = self._service_token()
        for user_id in self._users:
            self._player.play(profiles.GetProfile(user_id))
            self._player.play(places.GetLocation(token, user_id))
        self._player.play(profiles.ListProfiles(100))
        for each in self._access[-6:]:
            self._player.play(accounts.Introspect(each))
        self._player.check_claims()

    def _register(self, name: str, password: str, *, again: bool = False) -> accounts.Register:
        """With a new key, or with that of the last one."""
        return accounts.Register(name, password, self._key(again=again))

    def _key(self, *, again: bool = False) -> str:
        self._keys += not again
        return f"key-number-{self._keys:06}"

    def _signed_in(self, answer: Answer | None) -> None:
        if answer is None or answer.status not in (200, 201):
            return
        user_id = answer.body.get("user_id")
        if user_id is not None and UUID(user_id) not in self._users:
            self._users.append(UUID(user_id))
        self._access.append(answer.body["access_token"])
        self._refresh.append(answer.body["refresh_token"])

    def _service_token(self) -> str:
        answer = self._player.play(accounts.IssueServiceToken())
        self._services.append(answer.body["access_token"])
        return self._services[-1]

    def _token(self, which: int) -> str:
        """Mostly one that works: somebody comes back where there is none."""
        if which > 2:
            return _from_last(self._access, which)
        live = self._live()
        if not live:
            self._play(self._register(NAMES[0], PASSWORDS[0]))
            for password in PASSWORDS:
                self._signed_in(self._play(accounts.SignIn(NAMES[0], password)))
            live = self._live()
        return _from_last(live or self._access, which)

    def _live(self) -> list[str]:
        worlds = self._player.worlds
        return [t for t in self._access if any(w.live(t, "access") for w in worlds)]

    def _reader(self, which: int, service: bool) -> str:
        if not service:
            return self._token(which)
        return _from_last(self._services, which) if which else self._service_token()

    def _owned(self, token: str, other: bool) -> UUID:
        """Whose token it is, or somebody else."""
        for world in self._player.worlds:
            kept = world.tokens.get(token)
            if kept and kept.user_id and not other:
                return kept.user_id
        return self._users[0]

    def _tag(self, copies: list[Copy], which: str | None) -> str | None:
        if which == "other":
            return '"never"'
        if which in (None, "*") or not copies:
            return which if which == "*" else None
        return _from_last(copies, 0 if which == "last" else 1).etag

    def _saw_profile(self, user_id: UUID, answer: Answer | None) -> None:
        if answer and answer.etag:
            self._profiles[user_id].append(Copy(answer.etag, profiles.read(answer.body)))

    def _saw_place(self, user_id: UUID, answer: Answer | None) -> None:
        if answer and answer.etag:
            self._places[user_id].append(Copy(answer.etag, places.read(answer.body)))

    @initialize()
    def two_people(self) -> None:
        """Two have an account and have signed in; one of them has a profile and a location."""
        for name in NAMES[:2]:
            self._play(self._register(name, PASSWORDS[0]))
            self._signed_in(self._play(accounts.SignIn(name, PASSWORDS[0])))
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
        self._signed_in(self._play(accounts.SignIn(name, password), failing))

    @rule(which=recent, again=seldom, same_key=st.booleans(), failing=disturbances)
    def refresh(self, which: int, again: bool, same_key: bool, failing: Disturbance | None) -> None:
        token = _from_last(self._refresh, which)
        self._signed_in(self._play(accounts.Refresh(token, self._key()), failing))
        if again:
            key = self._key(again=same_key)
            self._signed_in(self._play(accounts.Refresh(token, key)))

    @rule(
        which=recent, kind=st.sampled_from(("access", "refresh", "service")), failing=disturbances
    )
    def revoke(self, which: int, kind: str, failing: Disturbance | None) -> None:
        given = {"access": self._access, "refresh": self._refresh, "service": self._services}
        token = _from_last(given[kind], which)
        self._play(accounts.Revoke(token, kind == "service" or which > 4), failing)

    @rule(which=recent, failing=disturbances)
    def sign_out(self, which: int, failing: Disturbance | None) -> None:
        self._play(accounts.SignOut(self._token(which)), failing)

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
        self._play(accounts.Introspect(self._reader(which, service)), failing)
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
        user_id = _from_last(self._users, which)
        kept = self._profiles[user_id]
        step = profiles.GetProfile(user_id, kept[-1] if copy and kept else None)
        self._saw_profile(user_id, self._play(step, failing))

    @rule(handle=handles, page=st.booleans(), failing=disturbances)
    def find_profile(self, handle: str, page: bool, failing: Disturbance | None) -> None:
        self._play(profiles.ReadPage(handle) if page else profiles.FindProfile(handle), failing)

    @rule(limit=st.integers(1, 3), which=recent, go_on=st.booleans(), failing=disturbances)
    def list_profiles(
        self, limit: int, which: int, go_on: bool, failing: Disturbance | None
    ) -> None:
        cursor, after = (
            _from_last(self._cursors, which) if go_on and self._cursors else (None, None)
        )
        answer = self._play(profiles.ListProfiles(limit, cursor, after), failing)
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


def _from_last(items: Sequence[T], which: int) -> T:
    """An item, counted from the last one on."""
    return items[-1 - which % len(items)]
