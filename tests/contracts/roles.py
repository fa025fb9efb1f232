"""What a person, a program and a place are in contracts, and the states of services about them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pactwright.client import Basic, Bearer
from pactwright.contract.pacts import State
from services.authentication import tokens
from tests.contracts.times import CHANGED, EXPIRES, LOCATED

_IN_LISBON: Final = "73b9571a52b1bbfb"


def token(kind: tokens.Kind, name: str) -> str:
    """A token that is valid by its form, the same in each run."""
    return tokens.generate(kind, lambda _: hashlib.sha256(f"{kind} {name}".encode()).digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody is."""

    latitude: float
    longitude: float
    label: str | None = None
    accuracy_m: float | None = None

    @property
    def given(self) -> dict[str, Any]:
        """What is known of it: as arguments of a model, or parameters of a state."""
        known = {"label": self.label, "accuracy_m": self.accuracy_m}
        place = {"latitude": self.latitude, "longitude": self.longitude}
        return place | {name: value for name, value in known.items() if value is not None}

    @property
    def shown(self) -> dict[str, Any]:
        """What profile shows of it."""
        return {name: value for name, value in self.given.items() if name != "accuracy_m"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user, with what each service keeps of them."""

    user_id: UUID
    username: str
    password: str
    handle: str
    display_name: str
    optional: Mapping[str, str]
    created_at: str
    revision: str

    @property
    def access_token(self) -> str:
        """The access token of their session."""
        return token("access", self.username)

    @property
    def refresh_token(self) -> str:
        """The refresh token of their session."""
        return token("refresh", self.username)

    @property
    def bearer(self) -> Bearer:
        """What they call with."""
        return Bearer(self.access_token)

    @property
    def account(self) -> State:
        """Authentication knows them by their password."""
        return State(
            "a user",
            user_id=str(self.user_id),
            username=self.username,
            password=self.password,
            created_at=self.created_at,
        )

    def registered_with(self, key: str) -> State:
        """The request that made their account had a key."""
        user = {"user_id": str(self.user_id), "username": self.username}
        return State("a user registered with a key", **user, key=key)

    def registering_with(self, key: str) -> State:
        """A request with a key is about to make their account."""
        return State("a registration at work", username=self.username, key=key)

    def session(self, *, exp: int = EXPIRES, **more: str) -> State:
        """Authentication has a session of theirs; `refresh_token` is known where it is given."""
        return State("a session", **self._token, scope="user", exp=exp, **more)

    @property
    def signed_in(self) -> State:
        """To location and profile, their access token works."""
        return State("a user's token", **self._token)

    def at(self, place: Place) -> State:
        """Location knows where they are."""
        return State(
            "a location",
            user_id=str(self.user_id),
            **place.given,
            updated_at=LOCATED,
            revision=self.revision,
        )

    @property
    def described(self) -> dict[str, Any]:
        """What they write into their profile."""
        return {"handle": self.handle, "display_name": self.display_name, **self.optional}

    @property
    def profile(self) -> State:
        """Profile has a profile of theirs."""
        return State(
            "a profile",
            user_id=str(self.user_id),
            **self.described,
            created_at=self.created_at,
            updated_at=CHANGED,
            revision=self.revision,
        )

    @property
    def etag(self) -> str:
        """The entity tag of their location."""
        return f'"{self.revision}"'

    @property
    def profile_etag(self) -> str:
        """The entity tag of their profile while they are in Lisbon.

        The second part is what profile makes of that location.
        """
        return f'"{self.revision}-{_IN_LISBON}"'

    @property
    def _token(self) -> dict[str, str]:
        user_id = str(self.user_id)
        return {"token": self.access_token, "user_id": user_id, "username": self.username}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A service that is a client of authentication."""

    client_id: str
    scopes: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()

    @property
    def secret(self) -> str:
        """What it authenticates with."""
        return f"the-secret-of-{self.client_id}-in-contracts"

    @property
    def access_token(self) -> str:
        """A token of its own."""
        return token("access", f"the service {self.client_id}")

    @property
    def basic(self) -> Basic:
        """What it calls authentication with."""
        return Basic(self.client_id, self.secret)

    @property
    def bearer(self) -> Bearer:
        """What it calls other services with."""
        return Bearer(self.access_token)

    @property
    def registered(self) -> State:
        """Authentication knows it."""
        scopes, audience = list(self.scopes), list(self.audience)
        return State(
            "a service client",
            client_id=self.client_id,
            secret=self.secret,
            scopes=scopes,
            audience=audience,
        )

    @property
    def token(self) -> State:
        """Authentication has given it a token."""
        return State("a service token", **self._token, exp=EXPIRES)

    @property
    def signed_in(self) -> State:
        """To location and profile, its token works, if it is meant for them."""
        return State("a service's token", **self._token)

    @property
    def _token(self) -> dict[str, Any]:
        return {
            "token": self.access_token,
            "client_id": self.client_id,
            "scopes": list(self.scopes),
            "audience": list(self.audience),
        }
