"""Who may do what: kinds of callers by operations, each cell of the table asserted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pytest
import requests

from hereabouts.authentication.models import RevocationRequest
from hereabouts.authentication.operations import OPERATIONS as AUTHENTICATION
from hereabouts.location.operations import OPERATIONS as LOCATION
from hereabouts.profile.operations import OPERATIONS as PROFILE
from pactwright.client import Bearer
from pactwright.wire import Operation
from services.authentication.sessions import ACCESS_SECONDS
from tests.services.answers import problem
from tests.services.composition import PASSWORD, Hereabouts, SignedIn

OPERATIONS: Final[Mapping[str, tuple[Operation[Any], ...]]] = {
    "location": LOCATION,
    "profile": PROFILE,
    "authentication": AUTHENTICATION,
}
PLACE: Final = {"latitude": 1.5, "longitude": 2.5}
BODIES: Final[Mapping[str, object]] = {
    "change_password": {"current_password": PASSWORD, "new_password": f"another {PASSWORD}"},
    "put_location": PLACE,
    "put_profile": {"handle": "owner", "display_name": "Owner"},
    "patch_profile": {"bio": "New."},
    "put_profile_location": PLACE,
}
"""What each operation is sent, where it takes a body."""

OWN: Final = {
    "put_location": 201,
    "get_location": 200,
    "list_locations": 403,
    "delete_location": 204,
    "put_profile": 201,
    "patch_profile": 200,
    "put_profile_location": 200,
    "delete_profile": 204,
    "get_current_user": 200,
    "change_password": 204,
    "sign_out": 204,
}
"""What the user gets whose location, profile and account it is."""

ORDER: Final = (*OWN, "delete_current_user")
"""Each operation for which a token is needed: what makes before what needs it, the end last."""

UNAUTHENTICATED: Final = dict.fromkeys(ORDER, 401)
PRIVATE: Final = dict.fromkeys(
    ("get_current_user", "change_password", "sign_out", "delete_current_user"), 401
)
"""A service has no account."""

CALLERS: Final[Mapping[str, Mapping[str, int]]] = {
    "none": UNAUTHENTICATED,
    "basic": UNAUTHENTICATED,
    "garbage": UNAUTHENTICATED,
    "very long": UNAUTHENTICATED,
    "mistyped": UNAUTHENTICATED,
    "malformed": dict.fromkeys(ORDER, 400),
    "expired": UNAUTHENTICATED,
    "revoked": UNAUTHENTICATED,
    "signed out": UNAUTHENTICATED,
    "deleted": UNAUTHENTICATED,
    "refresh token": UNAUTHENTICATED,
    "other user": {
        **dict.fromkeys(ORDER, 403),
        "get_current_user": 200,
        "change_password": 204,
        "sign_out": 204,
        "delete_current_user": 401,
    },
    "owner": {**OWN, "delete_current_user": 401},
    "owner, leaving": {**OWN, "sign_out": 0, "delete_current_user": 204},
    "reader": {
        **dict.fromkeys(ORDER, 403),
        **PRIVATE,
        "get_location": 404,
        "list_locations": 200,
        **dict.fromkeys(
            ("put_profile", "patch_profile", "put_profile_location", "delete_profile"), 401
        ),
    },
    "service without scope": {**dict.fromkeys(ORDER, 403), **PRIVATE},
    "service of another audience": UNAUTHENTICATED,
}
"""What each caller gets; 0 is not tried."""


CLIENTS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "reader": (("locations:read",), ("location",)),
    "service without scope": (("something:else",), ()),
    "service of another audience": (("locations:read",), ("elsewhere",)),
}
"""Scopes and audience of services' tokens."""


@dataclass
class Caller:
    """Somebody, or somebody who pretends to be."""

    hereabouts: Hereabouts
    owner: SignedIn

    def authorization(self, kind: str) -> str | None:
        """The header that this kind of caller sends."""
        here, owner = self.hereabouts, self.owner
        if kind in ("expired", "revoked", "signed out", "deleted"):
            self._end(kind)
        if kind == "other user":
            return f"Bearer {here.person('other').access}"
        if kind in CLIENTS:
            scopes, audience = CLIENTS[kind]
            return bearer(here.service_token("somebody", *scopes, audience=audience))
        last = "0" if owner.access[-1] != "0" else "1"
        return {
            "none": None,
            "basic": "Basic b3duZXI6cGFzc3dvcmQ=",
            "garbage": "Bearer garbage",
            "very long": f"Bearer haat_{'x' * 2000}",
            "mistyped": f"Bearer {owner.access[:-1]}{last}",
            "malformed": "Bearer two words",
            "refresh token": f"Bearer {owner.refresh}",
        }.get(kind, f"Bearer {owner.access}")

    def _end(self, kind: str) -> None:
        client = self.hereabouts.authentication.client(self.owner.bearer)
        if kind == "expired":
            self.hereabouts.clock.forward(ACCESS_SECONDS)
        elif kind == "revoked":
            client.revoke_token(RevocationRequest(token=self.owner.access))
        elif kind == "signed out":
            client.sign_out()
        else:
            client.delete_current_user()


def bearer(credential: Bearer) -> str:
    assert isinstance(credential._token, str)
    return f"Bearer {credential._token}"


def needing_a_token() -> set[str]:
    """The operations whose every alternative is a bearer token, from the documents."""
    return {
        operation.name
        for operations in OPERATIONS.values()
        for operation in operations
        if operation.security
        and all(r.scheme.kind == "bearer" for a in operation.security for r in a)
        and () not in operation.security
    }


def send(
    hereabouts: Hereabouts, name: str, user_id: UUID, authorization: str | None
) -> requests.Response:
    service, operation = next(
        (service, operation)
        for service, operations in OPERATIONS.items()
        for operation in operations
        if operation.name == name
    )
    path = operation.path.replace("{user_id}", str(user_id))
    query = f"?user_id={user_id}" if name == "list_locations" else ""
    headers = {"Authorization": authorization} if authorization else {}
    body = None
    if operation.body is not None:
        headers["Content_Type"] = operation.body.contents[0].media_type
        body = json.dumps(BODIES[name])
    return hereabouts.service(service).send(operation.method, path + query, body, **headers)


def test_table_has_every_operation_that_needs_a_token() -> None:
    """One that is added to a document has to be added here."""
    assert set(ORDER) == needing_a_token()
    assert all(row.keys() == set(ORDER) for row in CALLERS.values())


@pytest.mark.parametrize("kind", CALLERS)
def test_caller_gets_what_is_due(hereabouts: Hereabouts, kind: str) -> None:
    """In every operation; a refusal is a problem and repeats no token."""
    owner = hereabouts.person("owner")
    authorization = Caller(hereabouts, owner).authorization(kind)

    found = dict.fromkeys(ORDER, 0)
    for name in (each for each in ORDER if CALLERS[kind][each]):
        response = send(hereabouts, name, owner.user_id, authorization)
        found[name] = response.status_code
        if response.status_code >= 400:
            problem(response)
            assert (authorization or "-")[7:] not in response.text or authorization is None
        if response.status_code == 401:
            assert response.headers["WWW-Authenticate"].startswith("Bearer")

    assert found == CALLERS[kind]


@pytest.mark.parametrize(
    ("kind", "challenge"),
    [
        ("none", 'Bearer realm="hereabouts"'),
        ("malformed", 'Bearer realm="hereabouts", error="invalid_request"'),
        ("garbage", 'Bearer realm="hereabouts", error="invalid_token"'),
        ("expired", 'Bearer realm="hereabouts", error="invalid_token"'),
        ("owner", 'Bearer error="insufficient_scope", scope="locations:read"'),
    ],
)
def test_refusal_says_what_is_needed(hereabouts: Hereabouts, kind: str, challenge: str) -> None:
    """By RFC 6750 section 3: nothing of an error where there are no credentials."""
    owner = hereabouts.person("owner")
    authorization = Caller(hereabouts, owner).authorization(kind)

    response = send(hereabouts, "list_locations", owner.user_id, authorization)

    assert response.headers["WWW-Authenticate"] == challenge


@pytest.mark.parametrize("authorization", [None, "Bearer garbage", "Basic x", "Bearer two words"])
def test_open_operation_asks_nobody_who_it_is(
    hereabouts: Hereabouts, authorization: str | None
) -> None:
    """Whatever is sent along."""
    headers = {"Authorization": authorization} if authorization else {}

    assert hereabouts.profile.send("GET", "/profiles", **headers).status_code == 200
    metadata = "/.well-known/oauth-authorization-server"
    assert hereabouts.authentication.send("GET", metadata, **headers).status_code == 200


def test_profile_can_not_write_a_location_as_itself(hereabouts: Hereabouts) -> None:
    """It forwards the token of the user who asks for it."""
    owner = hereabouts.person("owner")
    own = hereabouts.service_token("profile", "locations:read", audience=("location",))

    response = send(hereabouts, "put_location", owner.user_id, bearer(own))

    assert response.status_code == 403
