"""Callers of each kind, with everything in place that they may be refused or given."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final
from urllib.parse import urlencode

import requests

from hereabouts.authentication.models import PasswordChange, RevocationRequest
from hereabouts.location.models import LocationInput
from hereabouts.profile.models import ProfileInput
from pactwright.client import Basic, Bearer
from services.authentication import items
from services.authentication.sessions import ACCESS_SECONDS
from tests.services.composition import PASSWORD, SECRET, Hereabouts, SignedIn
from tests.services.entitlements import Credentials, Entitled

_USER: Final = frozenset({"user"})
_READER: Final = frozenset({"locations:read"})
_BAD: Final = Credentials("bearer", "bad")

CALLERS: Final[Mapping[str, Credentials]] = {
    "nobody": Credentials(),
    "garbage": _BAD,
    "very long": _BAD,
    "mistyped": _BAD,
    "refresh token": _BAD,
    "expired": _BAD,
    "revoked": _BAD,
    "session revoked": _BAD,
    "signed out": _BAD,
    "password changed": _BAD,
    "deleted": _BAD,
    "service deleted": _BAD,
    "malformed": Credentials("bearer", "malformed"),
    "owner": Credentials("bearer", scopes=_USER, owns=True),
    "other user": Credentials("bearer", scopes=_USER),
    "reader": Credentials("bearer", kind="service", scopes=_READER, audience=("location",)),
    "reader of another audience": Credentials(
        "bearer", kind="service", scopes=_READER, audience=("elsewhere",)
    ),
    "reader of any audience": Credentials("bearer", kind="service", scopes=_READER),
    "service without scope": Credentials(
        "bearer", kind="service", scopes=frozenset({"something:else"})
    ),
    "service named as the owner": Credentials("bearer", kind="service", scopes=_USER),
    "client": Credentials("basic", kind="service", scopes=_READER),
    "client, wrong secret": Credentials("basic", "bad", "service"),
    "client, unknown": Credentials("basic", "bad", "service"),
    "client, malformed": Credentials("basic", "malformed", "service"),
    "owner's password": Credentials("basic", "bad", "user"),
}
"""Each kind, and what it is entitled by."""

_number: Final = count()


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent to a service."""

    service: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Somebody with a profile and a location, somebody else, and who calls.

    Attributes:
        bystander: whose account no caller means, for what needs one.
        authorization: the header that the caller sends; None is none.
    """

    hereabouts: Hereabouts
    owner: SignedIn
    bystander: SignedIn
    authorization: str | None

    @classmethod
    def of(cls, hereabouts: Hereabouts, kind: str, bystander: SignedIn | None = None) -> Scene:
        """A new one, with a caller of that kind; a bystander can be in several."""
        number = next(_number)
        owner = hereabouts.person(f"owner_{number}")
        _settle(hereabouts, owner)
        authorization = _authorization(hereabouts, owner, kind, number)
        bystander = bystander or hereabouts.person(f"bystander_{number}")
        return cls(hereabouts, owner, bystander, authorization)

    def bare(self, operation: Entitled, method: str) -> Request:
        """Another method at the path of an operation, with nothing but the credentials."""
        request = self.prepared(replace(operation, body=None))
        shown = {k: v for k, v in request.headers.items() if k == "Authorization"}
        return replace(request, method=method, headers=shown)

    def prepared(self, operation: Entitled) -> Request:
        """A call of an operation for what is the owner's."""
        headers = {"Authorization": self.authorization} if self.authorization else {}
        path, query = operation.path, dict[str, str]()
        for parameter in operation.parameters:
            name, location = parameter["name"], parameter["in"]
            if location == "path":
                path = path.replace(f"{{{name}}}", self._argument(name))
            elif parameter.get("required") or name == "If-Match":
                (query if location == "query" else headers)[name] = self._argument(name)
        body = self._body(operation, headers)
        where = f"{path}?{urlencode(query)}" if query else path
        return Request(operation.service, operation.method, where, headers, body)

    def send(self, request: Request) -> requests.Response:
        """Send it."""
        running = self.hereabouts.service(request.service)
        return running.send(request.method, request.path, request.body, **request.headers)

    def _argument(self, name: str) -> str:
        return {
            "user_id": str(self.owner.user_id),
            "handle": self.owner.username,
            "If-Match": "*",
        }[name]

    def _body(self, operation: Entitled, headers: dict[str, str]) -> str | None:
        if operation.body is None:
            return None
        media_type, example = operation.body
        headers["Content-Type"] = media_type
        own = self._own(operation)
        body = {name: own[name]() if name in own else value for name, value in example.items()}
        form = media_type == "application/x-www-form-urlencoded"
        return urlencode(body) if form else json.dumps(body)

    def _own(self, operation: Entitled) -> Mapping[str, Callable[[], str]]:
        """What an example can't know: names that are free or taken, and tokens that work."""
        free = f"new_{next(_number)}"
        signed_in = self.bystander.username
        return {
            "username": lambda: free if operation.path == "/users" else signed_in,
            "handle": lambda: self.owner.username,
            "token": lambda: self.hereabouts.sign_in(signed_in).access,
            "refresh_token": lambda: self.hereabouts.sign_in(signed_in).refresh,
        }


def _settle(hereabouts: Hereabouts, person: SignedIn) -> None:
    """Somebody gets a profile and a location."""
    wanted = ProfileInput(handle=person.username, display_name="Somebody")
    hereabouts.profile.client(person.bearer).put_profile(person.user_id, wanted)
    place = LocationInput(latitude=1.5, longitude=2.5)
    hereabouts.location.client(person.bearer).put_location(person.user_id, place)


def _authorization(here: Hereabouts, owner: SignedIn, kind: str, number: int) -> str | None:
    last = "0" if owner.access[-1] != "0" else "1"
    made: Mapping[str, Callable[[], str | None]] = {
        "nobody": lambda: None,
        "garbage": lambda: "Bearer garbage",
        "very long": lambda: f"Bearer haat_{'x' * 2000}",
        "mistyped": lambda: f"Bearer {owner.access[:-1]}{last}",
        "refresh token": lambda: f"Bearer {owner.refresh}",
        "malformed": lambda: "Bearer two words",
        "owner": lambda: f"Bearer {owner.access}",
        "other user": lambda: f"Bearer {here.person(f'other_{number}').access}",
        "client, unknown": lambda: _basic("unknown", SECRET),
        "client, malformed": lambda: "Basic !",
        "owner's password": lambda: _basic(owner.username, PASSWORD),
    }
    if kind in made:
        return made[kind]()
    credentials = CALLERS[kind]
    if credentials.scheme == "basic":
        return _client(here, kind, credentials, number)
    if credentials.kind == "service" or kind == "service deleted":
        return _service(here, owner, kind, credentials, number)
    return _ended(here, owner, kind)


def _client(here: Hereabouts, kind: str, credentials: Credentials, number: int) -> str:
    here.service_client(f"client-{number}", *credentials.scopes)
    return _basic(f"client-{number}", SECRET if kind == "client" else "another secret")


def _service(
    here: Hereabouts, owner: SignedIn, kind: str, credentials: Credentials, number: int
) -> str:
    name = str(owner.user_id) if kind == "service named as the owner" else f"service-{number}"
    scopes = credentials.scopes or _READER
    token = _text(here.service_token(name, *scopes, audience=credentials.audience))
    if kind == "service deleted":
        _seen(here, token)
        here.authentication.table.delete(items.client_key(name))
    return f"Bearer {token}"


def _ended(here: Hereabouts, owner: SignedIn, kind: str) -> str:
    """A token of the owner's that has worked, everywhere, and works no more."""
    _seen(here, owner.access)
    client = here.authentication.client(owner.bearer)
    ways: Mapping[str, Callable[[], Any]] = {
        "expired": lambda: here.clock.forward(ACCESS_SECONDS),
        "revoked": lambda: client.revoke_token(RevocationRequest(token=owner.access)),
        "session revoked": lambda: client.revoke_token(RevocationRequest(token=owner.refresh)),
        "signed out": client.sign_out,
        "password changed": lambda: _change_elsewhere(here, owner),
        "deleted": client.delete_current_user,
    }
    ways[kind]()
    return f"Bearer {owner.access}"


def _change_elsewhere(here: Hereabouts, owner: SignedIn) -> None:
    """The owner changes the password in another session."""
    elsewhere = here.authentication.client(here.sign_in(owner.username).bearer)
    wanted = PasswordChange(current_password=PASSWORD, new_password=f"another {PASSWORD}")
    elsewhere.change_password(wanted)


def _seen(here: Hereabouts, token: str) -> None:
    """Have every service look at a token, so that one that remembers it is caught at that."""
    for name, path in (
        ("authentication", "/users/me"),
        ("location", "/locations/0b8f3c1e-6d4a-4f57-9a53-2f1c7e5d9b60"),
    ):
        here.service(name).send("GET", path, Authorization=f"Bearer {token}")
    here.profile.send(
        "DELETE",
        "/profiles/0b8f3c1e-6d4a-4f57-9a53-2f1c7e5d9b60",
        Authorization=f"Bearer {token}",
    )


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def _text(credential: Bearer | Basic) -> str:
    token = credential._token if isinstance(credential, Bearer) else None
    assert isinstance(token, str)
    return token
