"""What the state machine plays on: the services, and what callers have got from them so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final, TypeVar
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine

from tests.services.composition import MakeTable
from tests.services.model import accounts, places, profiles, sessions, showings
from tests.services.model.disturbances import Disturbance
from tests.services.model.places import Copy
from tests.services.model.players import Player
from tests.services.model.worlds import Answer, Step
from tests.services.observations import Observation

T = TypeVar("T")

NAMES: Final = ("ines", "kamau", "yuki")
HANDLES: Final = ("anna", "bela", "cleo")
PASSWORDS: Final = ("tram 28 climbs to Graça", "the ferry leaves at seven")
MOST_WORLDS: Final = 24
"""With more of them, what was lost is looked up before anything else is done."""


class Stage(RuleBasedStateMachine):
    """The three services, and all that callers have of them: tokens, entity tags, cursors.

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
        self._cursors: list[tuple[str, showings.Position]] = []
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
                self._signed_in(self._player.play(sessions.SignIn(name, password)))
        for handle in HANDLES:
            self._player.play(showings.FindProfile(handle))
        token = self._service_token()
        for user_id in self._users:
            self._player.play(showings.GetProfile(user_id))
            self._player.play(places.GetLocation(token, user_id))
        self._player.play(showings.ListProfiles(100))
        for each in self._access[-6:]:
            self._player.play(sessions.Introspect(each))
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
        answer = self._player.play(sessions.IssueServiceToken())
        self._services.append(answer.body["access_token"])
        return self._services[-1]

    def _token(self, which: int) -> str:
        """Mostly one that works: somebody comes back where there is none."""
        if which > 2:
            return from_last(self._access, which)
        live = self._live()
        if not live:
            self._play(self._register(NAMES[0], PASSWORDS[0]))
            for password in PASSWORDS:
                self._signed_in(self._play(sessions.SignIn(NAMES[0], password)))
            live = self._live()
        return from_last(live or self._access, which)

    def _live(self) -> list[str]:
        worlds = self._player.worlds
        return [t for t in self._access if any(w.live(t, "access") for w in worlds)]

    def _reader(self, which: int, service: bool) -> str:
        if not service:
            return self._token(which)
        return from_last(self._services, which) if which else self._service_token()

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
        return from_last(copies, 0 if which == "last" else 1).etag

    def _saw_profile(self, user_id: UUID, answer: Answer | None) -> None:
        if answer and answer.etag:
            self._profiles[user_id].append(Copy(answer.etag, profiles.read(answer.body)))

    def _saw_place(self, user_id: UUID, answer: Answer | None) -> None:
        if answer and answer.etag:
            self._places[user_id].append(Copy(answer.etag, places.read(answer.body)))


def from_last(items: Sequence[T], which: int) -> T:
    """An item, counted from the last one on."""
    return items[-1 - which % len(items)]
