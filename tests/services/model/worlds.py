"""What the three services hold together, as their documents have it: values, without their code.

A world is one thing that may be the case. What a request would do in it is told by `Step.outcomes`;
`explained` compares that with an answer and gives the worlds that may be the case afterwards. Where
an answer was lost there are two of them, and each later answer leaves those that it agrees with.
None of them left is a fault of the services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, TypeVar
from uuid import UUID

from hereabouts.authentication import AuthenticationClient
from hereabouts.location import LocationClient
from hereabouts.profile import ProfileClient

K = TypeVar("K")
V = TypeVar("V")

Kind = Literal["access", "refresh", "service"]


@dataclass(frozen=True, slots=True)
class Account:
    """An account; its id is None until somebody has been told.

    Attributes:
        key: of the request that made it.
    """

    password: str
    key: str
    created_at: float
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of an Idempotency-Key: whom it is about, until it expires.

    Attributes:
        leased_until: until when a request may be at work with it; None where it was done.
    """

    username: str
    expires_at: float
    leased_until: float | None = None


@dataclass(frozen=True, slots=True)
class Spending:
    """How a refresh token was used, and the tokens that came of it, once somebody has been told."""

    key: str
    at: float
    access: str | None = None
    refresh: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was given out; a service's has no user and no session.

    Attributes:
        spent: how a refresh token was used.
        ended: by whatever but time.
    """

    kind: Kind
    expires_at: float
    username: str | None = None
    user_id: UUID | None = None
    session: str = ""
    spent: Spending | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile; its revision is None until somebody has been told."""

    handle: str
    display_name: str
    bio: str | None
    website: str | None
    created_at: float
    updated_at: float
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A location; its revision is None until somebody has been told."""

    latitude: float
    longitude: float
    label: str | None
    accuracy_m: float | None
    updated_at: float
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """One thing that may be the case: accounts by username, tokens by their text.

    Attributes:
        keys: Idempotency-Keys of registrations.
        deleted: users whose profiles and locations go as soon as the services are told.
    """

    now: float
    accounts: Mapping[str, Account] = field(default_factory=dict[str, Account])
    tokens: Mapping[str, Token] = field(default_factory=dict[str, Token])
    profiles: Mapping[UUID, Profile] = field(default_factory=dict[UUID, Profile])
    places: Mapping[UUID, Place] = field(default_factory=dict[UUID, Place])
    keys: Mapping[str, Claim] = field(default_factory=dict[str, Claim])
    deleted: frozenset[UUID] = frozenset()

    def live(self, token: str, *kinds: Kind) -> Token | None:
        """The token, if it works and is of one of the kinds."""
        kept = self.tokens.get(token)
        works = kept is not None and not kept.ended and kept.expires_at > self.now
        return kept if kept and works and kept.kind in kinds else None

    def has_session(self, session: str) -> bool:
        """Whether a session is live: its refresh tokens end with it, and only so."""
        tokens = self.tokens.values()
        return any(t.session == session and t.kind == "refresh" and not t.ended for t in tokens)

    def with_account(self, username: str, account: Account | None) -> World:
        """With another state of an account; without one, its sessions end."""
        changed = replace(self, accounts=put(self.accounts, username, account))
        if account is not None:
            return changed
        left = {self.accounts[username].user_id} - {None}
        ended = changed.ending(lambda token: token.username == username)
        return replace(ended, deleted=self.deleted.union(user for user in left if user))

    def with_key(self, key: str, claim: Claim | None) -> World:
        """With another state of an Idempotency-Key."""
        return replace(self, keys=put(self.keys, key, claim))

    def told(self) -> World:
        """Once the services were told of all users that are deleted."""
        profiles = {user: p for user, p in self.profiles.items() if user not in self.deleted}
        places = {user: p for user, p in self.places.items() if user not in self.deleted}
        return replace(self, profiles=profiles, places=places)

    def with_token(self, text: str, token: Token) -> World:
        """With another state of a token."""
        return replace(self, tokens=put(self.tokens, text, token))

    def ending(self, ends: Callable[[Token], bool]) -> World:
        """With some tokens ended."""
        tokens = {k: replace(t, ended=t.ended or ends(t)) for k, t in self.tokens.items()}
        return replace(self, tokens=tokens)

    def with_profile(self, user_id: UUID, profile: Profile | None) -> World:
        """With another state of a profile."""
        return replace(self, profiles=put(self.profiles, user_id, profile))

    def with_place(self, user_id: UUID, place: Place | None) -> World:
        """With another state of a location."""
        return replace(self, places=put(self.places, user_id, place))

    def having(self, handle: str) -> UUID | None:
        """Whose profile has the handle."""
        return next((user for user, p in self.profiles.items() if p.handle == handle), None)


def put(mapping: Mapping[K, V], key: K, value: V | None) -> dict[K, V]:
    """The mapping with another value, or without one."""
    rest = {k: v for k, v in mapping.items() if k != key}
    return rest if value is None else {**rest, key: value}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back of one request.

    Attributes:
        status: None where nothing came back, or nothing that tells whether it was done.
        kind: of the problem: the last part of its type, or OAuth's error.
        disturbed: whether something failed meanwhile, so that 503 or less than all may be said.
    """

    status: int | None
    kind: str | None = None
    body: Any = None
    etag: str | None = None
    disturbed: bool = False

    @property
    def revision(self) -> str | None:
        """The resource's own part of the entity tag."""
        return revision(self.etag) if self.etag else None


def revision(etag: str) -> str:
    """The resource's own part of an entity tag: what If-Match is held against."""
    return etag.strip('"').partition("-")[0]


def moment(text: str) -> float:
    """A date-time on the wire, in seconds since the epoch."""
    return datetime.fromisoformat(text).timestamp()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request may come to in a world.

    Attributes:
        status: of the answer; 0 for what has no answer, and is only done or half done.
        world: what is the case afterwards, but for what only the answer tells.
        fits: whether an answer of this status and kind is the right one.
        learned: the world with what the answer tells.
    """

    status: int
    world: World
    kind: str | None = None
    fits: Callable[[Answer], bool] = lambda _: True
    learned: Callable[[Answer], World] | None = None


@dataclass(frozen=True, slots=True)
class Callers:
    """Clients of the services, without credentials of their own but for introspection."""

    authentication: AuthenticationClient
    location: LocationClient
    profile: ProfileClient


class Step(Protocol):
    """A request, and what it means.

    Attributes:
        claims: whether it may change who has which username or handle.
    """

    claims: ClassVar[bool] = False

    def send(self, to: Callers) -> None:
        """Make the request."""
        ...

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:
        """What it may come to in a world: one thing, or several where something fails meanwhile."""
        ...

    def parts(self, answer: Answer) -> Sequence[tuple[Step, Answer]]:
        """What others may come between: it is done at several moments, with an answer for each."""
        return [(self, answer)]


def explained(worlds: Iterable[World], step: Step, answer: Answer) -> list[World]:
    """The worlds that may be the case after an answer; none where it is a wrong one."""
    after: list[World] = []
    for world in worlds:
        for found in _explained(world, step, answer):
            if found not in after:
                after.append(found)
    return after


def _explained(world: World, step: Step, answer: Answer) -> Iterator[World]:
    if answer.status is None or (answer.status == 503 and answer.disturbed):
        yield world
        yield from (each.world for each in step.outcomes(world, disturbed=True))
        return
    for outcome in step.outcomes(world, disturbed=answer.disturbed):
        said = (outcome.status, outcome.kind) == (answer.status, answer.kind)
        if said and outcome.fits(answer):
            yield outcome.learned(answer) if outcome.learned else outcome.world
