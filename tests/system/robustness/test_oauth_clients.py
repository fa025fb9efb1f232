"""OAuth clients that are not ours, against the running services: Authlib and requests-oauthlib."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient
from oauthlib.oauth2.rfc6749 import errors
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from hereabouts.authentication import AuthenticationClient, Credentials, NewUser
from hereabouts.location import LocationClient, LocationInput
from pactwright.client import Bearer
from pactwright.local.system import System

PASSWORD: Final = "tram 28 climbs to Graça"
PLACE: Final = LocationInput(latitude=38.7, longitude=-9.1)
PUBLIC: Final = "hereabouts"


@pytest.fixture(autouse=True)
def loopback_needs_no_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both libraries refuse http unless these say that it is meant."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "true")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "true")


@pytest.fixture(scope="module")
def metadata(system: System) -> Mapping[str, Any]:
    """What the authorization server says of itself."""
    url = system.urls["authentication"]
    answer = requests.get(f"{url}/.well-known/oauth-authorization-server", timeout=30)
    answer.raise_for_status()
    described: Mapping[str, Any] = answer.json()
    assert described["issuer"] == url
    return described


@pytest.fixture
def signed_in(authentication: AuthenticationClient) -> dict[str, Any]:
    """The tokens of somebody new, as an OAuth library keeps them."""
    name = f"o-{uuid4().hex[:12]}"
    authentication.register_user(NewUser(username=name, password=PASSWORD))
    tokens = authentication.sign_in(Credentials(username=name, password=PASSWORD))
    kept: dict[str, Any] = tokens.model_dump(mode="json", exclude_unset=True)
    return {**kept, "expires_at": int(time.time()) + tokens.expires_in}


@pytest.fixture
def place(system: System, location: LocationClient, signed_in: Mapping[str, Any]) -> str:
    """The address of where somebody is."""
    location.put_location(
        UUID(signed_in["user_id"]), PLACE, credentials=Bearer(signed_in["access_token"])
    )
    return f"{system.urls['location']}/locations/{signed_in['user_id']}"


@pytest.fixture
def service(system: System, metadata: Mapping[str, Any]) -> Iterator[AuthlibSession]:
    """Authlib, as the service profile."""
    own = system.clients["profile"]
    with AuthlibSession(
        own["client_id"],
        own["client_secret"],
        token_endpoint_auth_method="client_secret_basic",
        revocation_endpoint_auth_method="client_secret_basic",
        scope="locations:read",
        token_endpoint=metadata["token_endpoint"],
        grant_type="client_credentials",
    ) as session:
        yield session


@pytest.fixture
def backend(system: System, metadata: Mapping[str, Any]) -> Iterator[OAuth2Session]:
    """requests-oauthlib, as the service profile, with a token."""
    client = BackendApplicationClient(client_id=system.clients["profile"]["client_id"])
    with OAuth2Session(client=client) as session:
        session.fetch_token(metadata["token_endpoint"], auth=basic(system))
        yield session


def basic(system: System) -> HTTPBasicAuth:
    own = system.clients["profile"]
    return HTTPBasicAuth(own["client_id"], own["client_secret"])


def authlib_person(metadata: Mapping[str, Any], token: Mapping[str, Any]) -> AuthlibSession:
    return AuthlibSession(
        PUBLIC,
        token_endpoint_auth_method="none",
        revocation_endpoint_auth_method="none",
        token_endpoint=metadata["token_endpoint"],
        token=dict(token),
    )


def test_authlib_validates_the_metadata(metadata: Mapping[str, Any]) -> None:
    """All of it but one: it wants a response type, though nothing here has one to give."""
    described = AuthorizationServerMetadata(metadata)

    with pytest.raises(ValueError, match="response_types_supported"):
        described.validate()
    AuthorizationServerMetadata({**metadata, "response_types_supported": ["none"]}).validate()


def test_authlib_gets_and_uses_a_service_token(service: AuthlibSession, place: str) -> None:
    """By HTTP Basic; location takes it."""
    token = service.fetch_token()

    assert token["token_type"] == "Bearer"
    assert token["scope"] == "locations:read"
    assert "refresh_token" not in token
    found = service.get(place)
    assert found.status_code == 200
    assert found.json()["latitude"] == PLACE.latitude


def test_authlib_renews_a_service_token_that_has_expired(
    service: AuthlibSession, place: str
) -> None:
    """By itself, as a token's time is over."""
    first = service.fetch_token()
    service.token = {**first, "expires_at": int(time.time()) - 1}

    assert service.get(place).status_code == 200
    assert service.token["access_token"] != first["access_token"]


def test_authlib_introspects(
    service: AuthlibSession, metadata: Mapping[str, Any], signed_in: Mapping[str, Any]
) -> None:
    """Its own token, a person's, and what is none."""
    own = service.fetch_token()["access_token"]
    url = metadata["introspection_endpoint"]

    told = [
        service.introspect_token(url, token=token, token_type_hint="access_token").json()
        for token in (own, signed_in["access_token"], signed_in["refresh_token"], "unknown")
    ]

    assert (told[0]["active"], told[0]["sub"], told[0]["aud"]) == (True, "profile", ["location"])
    assert (told[1]["active"], told[1]["sub"]) == (True, signed_in["user_id"])
    assert told[2:] == [{"active": False}, {"active": False}]


def test_authlib_revokes_a_service_token(
    service: AuthlibSession, metadata: Mapping[str, Any], place: str
) -> None:
    """Location refuses it from then on, in the form of RFC 6750."""
    token = service.fetch_token()

    revoked = service.revoke_token(metadata["revocation_endpoint"], token=token["access_token"])

    assert revoked.status_code == 200
    refused = service.get(place)
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


def test_authlib_refreshes_a_persons_tokens(
    metadata: Mapping[str, Any], signed_in: Mapping[str, Any], place: str
) -> None:
    """As a public client; the new ones work, and using the old one again ends them."""
    with authlib_person(metadata, signed_in) as person:
        refreshed = person.refresh_token()

        assert refreshed["refresh_token"] != signed_in["refresh_token"]
        assert person.get(place).status_code == 200
        with pytest.raises(OAuthError, match="invalid_grant"):
            person.refresh_token(refresh_token=signed_in["refresh_token"])
        assert person.get(place).status_code == 401


def test_authlib_refreshes_by_itself(
    metadata: Mapping[str, Any], signed_in: Mapping[str, Any], place: str
) -> None:
    """Before the request that finds the access token expired."""
    expired = {**signed_in, "expires_at": int(time.time()) - 1}
    with authlib_person(metadata, expired) as person:
        assert person.get(place).status_code == 200
        assert person.token["access_token"] != signed_in["access_token"]


def test_authlib_revokes_a_persons_session(
    metadata: Mapping[str, Any], signed_in: Mapping[str, Any], place: str
) -> None:
    """By its refresh token; the access token goes along."""
    with authlib_person(metadata, signed_in) as person:
        revoked = person.revoke_token(
            metadata["revocation_endpoint"],
            token=signed_in["refresh_token"],
            token_type_hint="refresh_token",
        )

        assert revoked.status_code == 200
        assert person.get(place).status_code == 401
        with pytest.raises(OAuthError, match="invalid_grant"):
            person.refresh_token()


@pytest.mark.parametrize(
    ("secret", "asked", "error"),
    [
        ("wrong", {"grant_type": "client_credentials"}, "invalid_client"),
        (None, {"grant_type": "client_credentials", "scope": "user"}, "invalid_scope"),
        (None, {"grant_type": "password", "username": "a"}, "unsupported_grant_type"),
    ],
)
def test_authlib_raises_what_the_endpoint_refuses(
    system: System,
    metadata: Mapping[str, Any],
    secret: str | None,
    asked: Mapping[str, str],
    error: str,
) -> None:
    """With the error's name and its description (RFC 6749 section 5.2)."""
    own = system.clients["profile"]
    with (
        AuthlibSession(own["client_id"], secret or own["client_secret"]) as session,
        pytest.raises(OAuthError) as refused,
    ):
        session.fetch_token(metadata["token_endpoint"], **asked)

    assert refused.value.error == error
    assert refused.value.description


def test_authlib_with_the_secret_in_the_form_is_refused(
    system: System, metadata: Mapping[str, Any]
) -> None:
    """The metadata says that only HTTP Basic is taken."""
    own = system.clients["profile"]
    assert "client_secret_post" not in metadata["token_endpoint_auth_methods_supported"]
    with (
        AuthlibSession(
            own["client_id"],
            own["client_secret"],
            token_endpoint_auth_method="client_secret_post",
        ) as session,
        pytest.raises(OAuthError, match="invalid_client"),
    ):
        session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")


def test_client_without_scopes_is_refused(system: System, metadata: Mapping[str, Any]) -> None:
    """Location may introspect, and get no token (RFC 6749 section 5.2)."""
    own = system.clients["location"]
    with (
        AuthlibSession(own["client_id"], own["client_secret"]) as session,
        pytest.raises(OAuthError, match="unauthorized_client"),
    ):
        session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")


def test_requests_oauthlib_gets_and_uses_a_token(backend: OAuth2Session, place: str) -> None:
    """Location takes it."""
    assert backend.token["scope"] == ["locations:read"]
    assert backend.get(place).json()["longitude"] == PLACE.longitude


def test_requests_oauthlib_introspects_and_revokes(
    system: System, backend: OAuth2Session, metadata: Mapping[str, Any], place: str
) -> None:
    """With the request that oauthlib prepares for it (RFC 7009); location refuses the token."""
    token = backend.token["access_token"]

    def told() -> Any:
        return backend.request(
            "POST",
            metadata["introspection_endpoint"],
            data={"token": token},
            auth=basic(system),
            withhold_token=True,
        ).json()

    assert told()["client_id"] == "profile"
    url, headers, body = BackendApplicationClient("profile").prepare_token_revocation_request(
        metadata["revocation_endpoint"], token
    )
    revoked = backend.request(
        "POST", url, data=body, headers=headers, auth=basic(system), withhold_token=True
    )

    assert revoked.status_code == 200
    assert told() == {"active": False}
    assert backend.get(place).status_code == 401


def test_requests_oauthlib_refreshes_by_itself(
    metadata: Mapping[str, Any], signed_in: Mapping[str, Any], place: str
) -> None:
    """And tells of the new tokens."""
    told: list[Mapping[str, Any]] = []
    expired = {**signed_in, "expires_at": int(time.time()) - 1, "expires_in": -1}
    with OAuth2Session(
        client=LegacyApplicationClient(client_id=PUBLIC),
        token=expired,
        auto_refresh_url=metadata["token_endpoint"],
        auto_refresh_kwargs={"client_id": PUBLIC},
        token_updater=told.append,
    ) as person:
        assert person.get(place).status_code == 200

    assert len(told) == 1
    assert told[0]["refresh_token"] != signed_in["refresh_token"]


def test_requests_oauthlib_raises_what_the_endpoint_refuses(
    system: System, metadata: Mapping[str, Any], signed_in: Mapping[str, Any]
) -> None:
    """As the exception of each error (RFC 6749 section 5.2)."""
    own, url = system.clients["profile"], metadata["token_endpoint"]
    backend = BackendApplicationClient(client_id=own["client_id"])
    with OAuth2Session(client=backend) as session:
        with pytest.raises(errors.InvalidClientError):
            session.fetch_token(url, auth=HTTPBasicAuth(own["client_id"], "wrong"))
        with pytest.raises(errors.InvalidScopeError):
            session.fetch_token(url, auth=basic(system), body="scope=user")
        with pytest.raises(errors.OAuth2Error) as two_methods:
            session.fetch_token(
                url, auth=basic(system), client_secret="both", include_client_id=True
            )
        assert two_methods.value.error == "invalid_request"
        with pytest.raises(errors.InvalidGrantError):
            session.refresh_token(url, signed_in["refresh_token"], auth=basic(system))


def test_a_person_is_not_a_service(
    system: System, metadata: Mapping[str, Any], signed_in: Mapping[str, Any]
) -> None:
    """Its access token neither introspects nor gets tokens, whatever a client sends along."""
    bearer = {"Authorization": f"Bearer {signed_in['access_token']}"}
    for endpoint in ("introspection_endpoint", "token_endpoint"):
        answer = requests.post(
            metadata[endpoint],
            data={"token": signed_in["access_token"], "grant_type": "client_credentials"},
            headers=bearer,
            timeout=30,
        )
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert system.urls


def test_no_token_is_taken_from_a_query(place: str, signed_in: Mapping[str, Any]) -> None:
    """Alone it is none (RFC 6750 section 2.3); beside a header it is one too many (section 3.1)."""
    query = {"access_token": signed_in["access_token"]}
    bearer = {"Authorization": f"Bearer {signed_in['access_token']}"}

    alone = requests.get(place, params=query, timeout=30)
    both = requests.get(place, params=query, headers=bearer, timeout=30)

    assert alone.status_code == 401
    assert alone.headers["WWW-Authenticate"] == 'Bearer realm="hereabouts"'
    assert both.status_code == 400
    assert 'error="invalid_request"' in both.headers["WWW-Authenticate"]
