"""Somebody who uses the services by the SDK: each request is timed, each write is noted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import requests

from benchmarks.load.journal import Journal, Key, Meter, Value
from hereabouts.authentication import AuthenticationClient, Credentials
from hereabouts.location import LocationClient
from hereabouts.profile import ProfileClient
from pactwright.client import Bearer, ClientError, errors, with_response

T = TypeVar("T")

FLOOR: Final = "floor: bare GET"
_UNDONE: Final = frozenset({400, 401, 403, 404, 409, 413, 422, 428, 429})
"""Statuses that tell that nothing was done; 412 may tell of an earlier attempt of the client's."""

TEXTS: Final = ("handle", "display_name", "bio")


@dataclass(frozen=True, slots=True)
class Services:
    """Clients of the three services, shared by all users, and a bare request to compare with."""

    authentication: AuthenticationClient
    location: LocationClient
    profile: ProfileClient
    floor: Callable[[], requests.Response]


class Lost(Exception):
    """The user can't sign in any more, and so can't go on."""


class Person:
    """Somebody with an account, and a journal of what they wrote.

    Args:
        name: to sign in with.
        services: to use.
        meter: where it is noted how long requests take.
    """

    def __init__(self, name: str, services: Services, meter: Meter) -> None:
        self.name = name
        self.journal = Journal()
        self._services = services
        self._meter = meter
        self._password = f"the password of {name}, number 1"
        self._tokens: Any = None
        self._etag: str | None = None

    def sign_in(self) -> bool:
        """Begin a session, with any password that may be the right one; whether there is one."""
        entry = dict(self.journal)["account", self.name]
        for value in (entry.acknowledged, *entry.possible):
            if value is not None and self._signs_in(str(value[0])):
                self.journal.finds(("account", self.name), value)
                return True
        return False

    def _signs_in(self, password: str) -> bool:
        body = Credentials(username=self.name, password=password)
        try:
            self._tokens = self._timed(
                "sign_in", lambda: self._services.authentication.sign_in(body)
            )
        except errors.Unauthorized:
            return False
        except ClientError as error:
            self._failed("sign_in", error)
            return False
        self._password = password
        return True

    @property
    def _bearer(self) -> Bearer:
        return Bearer(self._tokens.access_token if self._tokens else "haat_none")

    @property
    def _user_id(self) -> Any:
        if self._tokens is None and not self.sign_in():
            raise Lost(f"{self.name} can't sign in")
        return self._tokens.user_id

    def _key(self, kind: Any) -> Key:
        return kind, self.name

    def _tagged(self, call: Callable[[], T]) -> T:
        """What a call returns; the entity tag of its answer is kept."""
        response = with_response(call)()
        self._etag = response.etag
        return response.value

    def _timed(self, operation: str, call: Callable[[], T]) -> T:
        started = time.perf_counter()
        try:
            return call()
        finally:
            self._meter.took(operation, time.perf_counter() - started)

    def _failed(self, operation: str, error: ClientError) -> None:
        status = getattr(error, "status", None)
        self._meter.failed(operation, f"{type(error).__name__} {status or ''}".strip())

    def _read(self, operation: str, call: Callable[[], T]) -> T | None:
        try:
            return self._timed(operation, call)
        except ClientError as error:
            self._failed(operation, error)
            return None

    def _hold(self, key: Key, operation: str, found: Callable[[], Value]) -> None:
        try:
            value = self._timed(operation, found)
        except ClientError as error:
            self._failed(operation, error)
            return
        self.journal.finds(key, value)

    def _write(self, key: Key, value: Value, operation: str, call: Callable[[], object]) -> bool:
        self.journal.tries(key, value)
        try:
            self._timed(operation, call)
        except ClientError as error:
            self._failed(operation, error)
            if getattr(error, "status", None) in _UNDONE:
                self.journal.refused(key)
            return False
        self.journal.acknowledges(key, value)
        return True
