"""Revoking and introspecting tokens (RFC 7009, RFC 7662), and the metadata (RFC 8414)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hereabouts.authentication.models import (
    IntrospectionRequest,
    RevocationRequest,
    TokenRequest,
)
from pactwright.client import Basic, with_response
from pactwright.client.errors import BadRequest, Unauthorized
from services.authentication.sessions import ACCESS_SECONDS
from tests.services.answers import refused
from tests.services.authentication.oauth import basic, oauth_error, post, refreshing
from tests.services.composition import ISSUER, SECRET, Hereabouts, SignedIn


@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "something_else"])
@pytest.mark.usefixtures("service")
def test_revoked_token_has_ended(hereabouts: Hereabouts, hint: str | None) -> None:
    """Whatever the hint says; a second time, and for an unknown one, the answer is the same."""
    ines = hereabouts.person("ines")
    client = hereabouts.authentication.client()
    for token in (ines.access, ines.access, "unknown", ines.refresh):
        body = RevocationRequest(token=token, token_type_hint=hint)
        assert with_response(client.revoke_token)(body).status == 200

    refused(Unauthorized, hereabouts.authentication.client(ines.bearer).get_current_user)
    refused(BadRequest, lambda: client.issue_token(refreshing(ines.refresh)))


def test_service_may_show_who_it_is_to_revoke(hereabouts: Hereabouts, service: Basic) -> None:
    """Its own token ends."""
    client = hereabouts.authentication.client(service)
    token = client.issue_token(TokenRequest(grant_type="client_credentials")).access_token

    client.revoke_token(RevocationRequest(token=token))

    assert not client.introspect_token(IntrospectionRequest(token=token)).active


@pytest.mark.parametrize("path", ["/oauth2/revoke", "/oauth2/introspect"])
@pytest.mark.parametrize("form", ["", "token=", "token_type_hint=access_token", "token=a&token=b"])
@pytest.mark.usefixtures("service")
def test_request_without_a_token_is_refused(hereabouts: Hereabouts, path: str, form: str) -> None:
    """As any faulty request."""
    response = post(hereabouts, path, form, Authorization=basic("profile", SECRET))

    assert (response.status_code, oauth_error(response)) == (400, "invalid_request")


def introspection(hereabouts: Hereabouts, service: Basic, token: str) -> dict[str, Any]:
    client = hereabouts.authentication.client(service)
    answer = with_response(client.introspect_token)(IntrospectionRequest(token=token))
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.value.model_dump(exclude_unset=True)


def test_user_token_tells_whose_it_is(hereabouts: Hereabouts, service: Basic) -> None:
    """With its name, its scope and its times."""
    ines = hereabouts.person("ines")
    now = int(hereabouts.clock())

    assert introspection(hereabouts, service, ines.access) == {
        "active": True,
        "scope": "user",
        "client_id": "hereabouts",
        "username": "ines",
        "token_type": "Bearer",
        "exp": now + ACCESS_SECONDS,
        "iat": now,
        "sub": str(ines.user_id),
    }


def test_service_token_tells_its_audience(hereabouts: Hereabouts, service: Basic) -> None:
    """And no username."""
    client = hereabouts.authentication.client(service)
    token = client.issue_token(TokenRequest(grant_type="client_credentials")).access_token
    now = int(hereabouts.clock())

    assert introspection(hereabouts, service, token) == {
        "active": True,
        "scope": "locations:read",
        "client_id": "profile",
        "token_type": "Bearer",
        "exp": now + ACCESS_SECONDS,
        "iat": now,
        "sub": "profile",
        "aud": ["location"],
    }


def ended(hereabouts: Hereabouts, ines: SignedIn, how: str) -> str:
    """A token that does not work, and why."""
    user = hereabouts.authentication.client(ines.bearer)
    if how == "expired":
        hereabouts.clock.forward(ACCESS_SECONDS)
    elif how == "revoked":
        user.revoke_token(RevocationRequest(token=ines.access))
    elif how == "signed out":
        user.sign_out()
    elif how == "deleted":
        user.delete_current_user()
    return {"unknown": "unknown", "refresh": ines.refresh}.get(how, ines.access)


@pytest.mark.parametrize(
    "how", ["unknown", "refresh", "expired", "revoked", "signed out", "deleted"]
)
@pytest.mark.usefixtures("service")
def test_inactive_token_tells_nothing_else(hereabouts: Hereabouts, how: str) -> None:
    """Not even that it was once good (RFC 7662 section 2.2)."""
    token = ended(hereabouts, hereabouts.person("ines"), how)

    response = post(
        hereabouts,
        "/oauth2/introspect",
        f"token={token}",
        Authorization=basic("profile", SECRET),
    )

    assert response.status_code == 200
    assert json.loads(response.content) == {"active": False}


def test_metadata_tells_where_everything_is(hereabouts: Hereabouts) -> None:
    """Under the issuer's own address (RFC 8414 section 2), and may be kept."""
    answer = with_response(hereabouts.authentication.client().get_metadata)()

    metadata = answer.value
    assert metadata.issuer == ISSUER
    assert metadata.token_endpoint == f"{ISSUER}/oauth2/token"
    assert metadata.revocation_endpoint == f"{ISSUER}/oauth2/revoke"
    assert metadata.introspection_endpoint == f"{ISSUER}/oauth2/introspect"
    assert metadata.grant_types_supported == ["client_credentials", "refresh_token"]
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
