"""Every writing operation of the three services, each by one request and what it is to come to."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import requests

from tests.services.composition import PASSWORD, SECRET, Hereabouts, SignedIn
from tests.services.racing import everything

OTHER: Final = "ferries cross to Cacilhas at noon"
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
PATCH: Final = "application/merge-patch+json"
PLACE: Final = {"latitude": 38.7223, "longitude": -9.1393}


@dataclass(frozen=True, slots=True)
class Request:
    """The same request, however often it is sent.

    Attributes:
        send: sends it.
        come_to: whether what was asked for is so, once; takes the status of the last answer.
    """

    send: Callable[[], requests.Response]
    come_to: Callable[[int], bool]


Prepare = Callable[[Hereabouts, SignedIn], Request]
"""Makes what the request needs, for somebody new, and then the request."""


def sending(
    hereabouts: Hereabouts,
    service: str,
    line: str,
    body: object = None,
    *,
    kind: str = JSON,
    **headers: str,
) -> Callable[[], requests.Response]:
    """Sends a request.

    Args:
        hereabouts: the services.
        service: whose.
        line: method and path, with a space between.
        body: what is sent: as a form where it is of that kind, else as JSON.
        kind: the body's media type.
        headers: with underscores for hyphens.
    """
    method, path = line.split()
    if body is not None:
        headers["Content_Type"] = kind
    text = urlencode(body) if kind == FORM else json.dumps(body)  # type: ignore[arg-type]
    written = None if body is None else text
    return lambda: hereabouts.service(service).send(method, path, written, **headers)


def _bearer(person: SignedIn) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.access}"}


def _signs_in(hereabouts: Hereabouts, username: str, password: str = PASSWORD) -> bool:
    body = {"username": username, "password": password}
    return sending(hereabouts, "authentication", "POST /sessions", body)().status_code == 201


def _is_known(hereabouts: Hereabouts, person: SignedIn) -> bool:
    """Whether the person's first access token works."""
    ask = sending(hereabouts, "authentication", "GET /users/me", **_bearer(person))
    return ask().status_code == 200


def _users(hereabouts: Hereabouts, username: str) -> int:
    items = everything(hereabouts.authentication.table)
    return sum(item["sk"] == "USER" and item["username"] == username for item in items)


def register(hereabouts: Hereabouts, person: SignedIn, key: str | None = None) -> Request:
    """Somebody registers whom the person knows."""
    username = f"{person.username}-new"
    body = {"username": username, "password": PASSWORD}
    headers = {} if key is None else {"Idempotency_Key": key}
    return Request(
        sending(hereabouts, "authentication", "POST /users", body, **headers),
        lambda _: _users(hereabouts, username) == 1 and _signs_in(hereabouts, username),
    )


def register_with_key(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The same with a key."""
    return register(hereabouts, person, f'"key-of-{person.user_id}"')


def sign_in(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """Another session."""
    body = {"username": person.username, "password": PASSWORD}
    return Request(
        sending(hereabouts, "authentication", "POST /sessions", body),
        lambda _: _is_known(hereabouts, person),
    )


def refresh(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The session goes on, or has ended: never are there two that go on."""
    body = {"grant_type": "refresh_token", "refresh_token": person.refresh}
    return Request(
        sending(hereabouts, "authentication", "POST /oauth2/token", body, kind=FORM),
        lambda status: (status == 200) is _is_known(hereabouts, person),
    )


def issue(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """A service's own token."""
    hereabouts.service_client(person.username, "locations:read")
    credentials = b64encode(f"{person.username}:{SECRET}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}"}
    body = {"grant_type": "client_credentials"}
    return Request(
        sending(hereabouts, "authentication", "POST /oauth2/token", body, kind=FORM, **headers),
        lambda status: status == 200,
    )


def change_password(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """One password works afterwards: the new one."""
    body = {"current_password": PASSWORD, "new_password": OTHER}
    return Request(
        sending(hereabouts, "authentication", "PUT /users/me/password", body, **_bearer(person)),
        lambda _: (
            _signs_in(hereabouts, person.username, OTHER)
            and not _signs_in(hereabouts, person.username)
            and _is_known(hereabouts, person)
        ),
    )


def leave(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The account is gone."""
    return Request(
        sending(hereabouts, "authentication", "DELETE /users/me", **_bearer(person)),
        lambda _: not _is_known(hereabouts, person) and not _users(hereabouts, person.username),
    )


def sign_out(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The session is over."""
    return Request(
        sending(hereabouts, "authentication", "DELETE /sessions/current", **_bearer(person)),
        lambda _: not _is_known(hereabouts, person),
    )


def revoke(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The session is over."""
    body = {"token": person.refresh}
    return Request(
        sending(hereabouts, "authentication", "POST /oauth2/revoke", body, kind=FORM),
        lambda _: not _is_known(hereabouts, person),
    )


def place(hereabouts: Hereabouts, person: SignedIn) -> dict[str, Any]:
    """What the person reads as their location; nothing where there is none."""
    path = f"/locations/{person.user_id}"
    response = sending(hereabouts, "location", f"GET {path}", **_bearer(person))()
    return {**response.json(), "etag": response.headers["ETag"]} if response.ok else {}


def profile(hereabouts: Hereabouts, person: SignedIn) -> dict[str, Any]:
    """What anybody reads as the person's profile; nothing where there is none."""
    response = sending(hereabouts, "profile", f"GET /profiles/{person.user_id}")()
    return {**response.json(), "etag": response.headers["ETag"]} if response.ok else {}


def _has(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return found.items() >= wanted.items()


def put_location(hereabouts: Hereabouts, person: SignedIn, **headers: str) -> Request:
    """The person is there."""
    line = f"PUT /locations/{person.user_id}"
    return Request(
        sending(hereabouts, "location", line, PLACE, **_bearer(person), **headers),
        lambda _: _has(place(hereabouts, person), PLACE),
    )


def create_location(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The same where nobody knows where the person is."""
    return put_location(hereabouts, person, If_None_Match="*")


def _somewhere(hereabouts: Hereabouts, person: SignedIn) -> str:
    line = f"PUT /locations/{person.user_id}"
    elsewhere = {"latitude": 0, "longitude": 0}
    return sending(hereabouts, "location", line, elsewhere, **_bearer(person))().headers["ETag"]


def replace_location(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The same in place of what was read."""
    return put_location(hereabouts, person, If_Match=_somewhere(hereabouts, person))


def delete_location(hereabouts: Hereabouts, person: SignedIn, **headers: str) -> Request:
    """Nobody knows where the person is."""
    if not headers:
        _somewhere(hereabouts, person)
    line = f"DELETE /locations/{person.user_id}"
    return Request(
        sending(hereabouts, "location", line, **_bearer(person), **headers),
        lambda _: not place(hereabouts, person),
    )


def delete_read_location(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The same, of what was read."""
    return delete_location(hereabouts, person, If_Match=_somewhere(hereabouts, person))


def put_profile(
    hereabouts: Hereabouts, person: SignedIn, handle: str = "", **headers: str
) -> Request:
    """The person has that profile."""
    body = {"handle": handle or f"{person.username}_new", "display_name": "Somebody"}
    line = f"PUT /profiles/{person.user_id}"
    return Request(
        sending(hereabouts, "profile", line, body, **_bearer(person), **headers),
        lambda _: _has(profile(hereabouts, person), body),
    )


def create_profile(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The same where there is none."""
    return put_profile(hereabouts, person, If_None_Match="*")


def _somebody(hereabouts: Hereabouts, person: SignedIn) -> str:
    put_profile(hereabouts, person, person.username).send()
    return str(profile(hereabouts, person)["etag"])


def replace_profile(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The same in place of what was read, under another handle."""
    return put_profile(hereabouts, person, If_Match=_somebody(hereabouts, person))


def patch_profile(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """Another handle."""
    _somebody(hereabouts, person)
    body = {"handle": f"{person.username}_new"}
    line = f"PATCH /profiles/{person.user_id}"
    return Request(
        sending(hereabouts, "profile", line, body, kind=PATCH, **_bearer(person)),
        lambda _: _has(profile(hereabouts, person), {**body, "display_name": "Somebody"}),
    )


def delete_profile(hereabouts: Hereabouts, person: SignedIn, **headers: str) -> Request:
    """The person has none."""
    if not headers:
        _somebody(hereabouts, person)
    line = f"DELETE /profiles/{person.user_id}"
    return Request(
        sending(hereabouts, "profile", line, **_bearer(person), **headers),
        lambda _: not profile(hereabouts, person),
    )


def delete_read_profile(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The same, of what was read."""
    return delete_profile(hereabouts, person, If_Match=_somebody(hereabouts, person))


def put_profile_location(hereabouts: Hereabouts, person: SignedIn) -> Request:
    """The person is there, by way of profile."""
    _somebody(hereabouts, person)
    line = f"PUT /profiles/{person.user_id}/location"
    return Request(
        sending(hereabouts, "profile", line, PLACE, **_bearer(person)),
        lambda _: _has(place(hereabouts, person), PLACE),
    )


WRITES: Final[Mapping[str, tuple[str, Prepare]]] = {
    "register_user, Idempotency-Key": ("authentication", register_with_key),
    "register_user": ("authentication", register),
    "sign_in": ("authentication", sign_in),
    "issue_token, refresh_token": ("authentication", refresh),
    "issue_token, client_credentials": ("authentication", issue),
    "change_password": ("authentication", change_password),
    "delete_current_user": ("authentication", leave),
    "sign_out": ("authentication", sign_out),
    "revoke_token": ("authentication", revoke),
    "put_location": ("location", put_location),
    "put_location, If-Match": ("location", replace_location),
    "put_location, If-None-Match": ("location", create_location),
    "delete_location": ("location", delete_location),
    "delete_location, If-Match": ("location", delete_read_location),
    "put_profile": ("profile", put_profile),
    "put_profile, If-Match": ("profile", replace_profile),
    "put_profile, If-None-Match": ("profile", create_profile),
    "patch_profile": ("profile", patch_profile),
    "delete_profile": ("profile", delete_profile),
    "delete_profile, If-Match": ("profile", delete_read_profile),
    "put_profile_location": ("profile", put_profile_location),
    "put_profile_location, in location": ("location", put_profile_location),
}
"""Each, with the service at whose table something happens."""
