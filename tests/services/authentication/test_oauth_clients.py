"""Who asks at the OAuth endpoints, and whose tokens it may have to do with."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from hereabouts.authentication.models import IntrospectionRequest, TokenRequest
from pactwright.client import Basic
from services.authentication.records import FIRST_PARTY
from tests.services.authentication.oauth import CHALLENGE, ENDPOINTS, basic, oauth_error, post
from tests.services.composition import SECRET, Hereabouts

PROFILE = basic("profile", SECRET)


@pytest.fixture
def own(hereabouts: Hereabouts, service: Basic) -> str:
    """A token of the service's own, meant for location."""
    client = hereabouts.authentication.client(service)
    return client.issue_token(TokenRequest(grant_type="client_credentials")).access_token


def form(**parameters: str) -> str:
    return urlencode(parameters)


def is_active(hereabouts: Hereabouts, credentials: Basic, token: str) -> bool:
    client = hereabouts.authentication.client(credentials)
    return client.introspect_token(IntrospectionRequest(token=token)).active


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.usefixtures("service")
def test_two_methods_at_once_are_refused(hereabouts: Hereabouts, path: str) -> None:
    """Also where both are right (RFC 6749 section 2.3)."""
    body = form(grant_type="client_credentials", token="x", client_secret=SECRET)

    response = post(hereabouts, path, body, Authorization=PROFILE)

    assert (response.status_code, oauth_error(response)) == (400, "invalid_request")
    assert SECRET not in response.text


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.usefixtures("service")
def test_client_is_the_one_that_it_says(hereabouts: Hereabouts, path: str) -> None:
    """Its id in the form has to be that of the one that authenticates."""
    body = form(grant_type="client_credentials", token="x")

    right = post(hereabouts, path, f"{body}&client_id=profile", Authorization=PROFILE)
    wrong = post(hereabouts, path, f"{body}&client_id=location", Authorization=PROFILE)

    assert right.status_code == 200
    assert (wrong.status_code, oauth_error(wrong)) == (400, "invalid_request")


@pytest.mark.parametrize("sent", [{"client_secret": SECRET}, {"client_id": "profile"}])
@pytest.mark.parametrize("grant", ["refresh_token", "revocation"])
@pytest.mark.usefixtures("service")
def test_client_with_credentials_shows_them_by_basic(
    hereabouts: Hereabouts, grant: str, sent: dict[str, str]
) -> None:
    """Its name alone, or its secret in the form, are none (RFC 6749 section 5.2)."""
    ines = hereabouts.person("ines")
    path = "/oauth2/revoke" if grant == "revocation" else "/oauth2/token"
    body = form(grant_type=grant, refresh_token=ines.refresh, token=ines.refresh, **sent)

    response = post(hereabouts, path, body)

    assert (response.status_code, oauth_error(response)) == (401, "invalid_client")
    assert response.headers["WWW-Authenticate"] == CHALLENGE


@pytest.mark.parametrize("client_id", [FIRST_PARTY, ""])
def test_session_may_name_its_client(hereabouts: Hereabouts, client_id: str) -> None:
    """As public clients do (RFC 6749 section 3.2.1)."""
    ines = hereabouts.person("ines")
    body = form(grant_type="refresh_token", refresh_token=ines.refresh, client_id=client_id)

    assert post(hereabouts, "/oauth2/token", body).status_code == 200


@pytest.mark.usefixtures("service")
def test_refresh_token_is_bound_to_its_client(hereabouts: Hereabouts) -> None:
    """No service gets anything for a person's, and the session goes on (RFC 6749 section 6)."""
    ines = hereabouts.person("ines")
    body = form(grant_type="refresh_token", refresh_token=ines.refresh)

    refused = post(hereabouts, "/oauth2/token", body, Authorization=PROFILE)

    assert (refused.status_code, oauth_error(refused)) == (400, "invalid_grant")
    assert post(hereabouts, "/oauth2/token", body).status_code == 200


def test_client_without_scopes_gets_no_token(hereabouts: Hereabouts) -> None:
    """It may introspect, and no more (RFC 6749 section 5.2)."""
    hereabouts.service_client("location")
    body = form(grant_type="client_credentials")

    response = post(hereabouts, "/oauth2/token", body, Authorization=basic("location", SECRET))

    assert (response.status_code, oauth_error(response)) == (400, "unauthorized_client")


@pytest.mark.parametrize("parameter", ["scope", "refresh_token", "client_id", "grant_type"])
@pytest.mark.parametrize("value", ["", "x"])
@pytest.mark.usefixtures("service")
def test_parameter_is_sent_once(hereabouts: Hereabouts, parameter: str, value: str) -> None:
    """Without a value too (RFC 6749 section 3.2)."""
    first = "client_credentials" if parameter == "grant_type" else "profile"
    body = form(grant_type="client_credentials") if parameter != "grant_type" else "unknown=1"
    twice = f"{body}&{parameter}={first}&{parameter}={value}"

    response = post(hereabouts, "/oauth2/token", twice, Authorization=PROFILE)

    assert (response.status_code, oauth_error(response)) == (400, "invalid_request")


@pytest.mark.usefixtures("service")
def test_parameter_without_value_counts_as_not_sent(hereabouts: Hereabouts) -> None:
    """Whichever it is (RFC 6749 section 3.2)."""
    empty = "&scope=&refresh_token=&client_id=&client_secret="
    body = f"grant_type=client_credentials{empty}"

    response = post(hereabouts, "/oauth2/token", body, Authorization=PROFILE)

    assert response.status_code == 200
    assert response.json()["scope"] == "locations:read"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_no_answer_is_kept_by_a_cache(hereabouts: Hereabouts, path: str, own: str) -> None:
    """Neither tokens nor refusals, nor by one of HTTP/1.0 (RFC 6749 section 5.1)."""
    body = form(grant_type="client_credentials", token=own)
    answers = [
        post(hereabouts, path, body, Authorization=PROFILE),
        post(hereabouts, path, "", Authorization=PROFILE),
        post(hereabouts, path, body, Authorization=basic("profile", "wrong")),
    ]

    assert [answer.status_code for answer in answers] == [200, 400, 401]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        if answer.content:
            assert answer.headers["Pragma"] == "no-cache"


@pytest.mark.parametrize(
    ("asks", "active"), [("profile", True), ("location", True), ("weather", False)]
)
def test_token_is_told_to_whom_it_is_meant_for(
    hereabouts: Hereabouts, own: str, asks: str, active: bool
) -> None:
    """And to the client that has it; of others' it is told nothing (RFC 7662 section 2.2)."""
    hereabouts.service_client(asks, "locations:read", audience=("location",))
    body = form(token=own)

    response = post(hereabouts, "/oauth2/introspect", body, Authorization=basic(asks, SECRET))

    told = json.loads(response.content)
    assert response.status_code == 200
    assert told["active"] is active
    assert active or told == {"active": False}


@pytest.mark.parametrize(
    "token", ["x", "x" * 500, "ö", "\0", "haat_", "hacs_" + "0" * 49, " ", "a b", "%"]
)
@pytest.mark.usefixtures("service")
def test_malformed_token_is_inactive(hereabouts: Hereabouts, token: str) -> None:
    """As one that is unknown."""
    response = post(hereabouts, "/oauth2/introspect", form(token=token), Authorization=PROFILE)

    assert response.status_code == 200
    assert json.loads(response.content) == {"active": False}


def test_service_revokes_its_own_tokens_only(hereabouts: Hereabouts, own: str) -> None:
    """Neither another service's nor a person's (RFC 7009 section 2.1); nothing happens to them."""
    location = hereabouts.service_client("location", "locations:read", audience=("location",))
    ines = hereabouts.person("ines")

    for token in (own, ines.access, ines.refresh):
        response = post(
            hereabouts,
            "/oauth2/revoke",
            form(token=token),
            Authorization=basic("location", SECRET),
        )
        assert (response.status_code, oauth_error(response)) == (400, "invalid_grant")

    assert is_active(hereabouts, location, own)
    assert is_active(hereabouts, location, ines.access)


def test_service_token_is_not_revoked_by_who_holds_it(
    hereabouts: Hereabouts, service: Basic, own: str
) -> None:
    """Location gets profile's tokens, and is not to end them: the service shows who it is."""
    refused = post(hereabouts, "/oauth2/revoke", form(token=own))

    assert (refused.status_code, oauth_error(refused)) == (401, "invalid_client")
    assert is_active(hereabouts, service, own)
    done = post(hereabouts, "/oauth2/revoke", form(token=own), Authorization=PROFILE)
    assert done.status_code == 200
    assert not is_active(hereabouts, service, own)


@pytest.mark.parametrize("hint", ["refresh_token", "access_token", "id_token", ""])
def test_wrong_hint_finds_the_token_all_the_same(
    hereabouts: Hereabouts, service: Basic, hint: str
) -> None:
    """It only says where to look first (RFC 7009 section 2.1)."""
    ines = hereabouts.person("ines")
    body = form(token=ines.refresh, token_type_hint=hint)

    assert post(hereabouts, "/oauth2/revoke", body).status_code == 200
    assert not is_active(hereabouts, service, ines.access)
