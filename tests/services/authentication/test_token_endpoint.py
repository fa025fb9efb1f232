"""The token endpoint, and how all OAuth endpoints refuse (RFC 6749)."""

from __future__ import annotations

from base64 import b64encode

import pytest

from hereabouts.authentication.models import (
    OAuthError,
    RevocationRequest,
    TokenRequest,
)
from pactwright.client import Basic, Bearer, with_response
from pactwright.client.errors import BadRequest, Unauthorized
from services.authentication.sessions import ACCESS_SECONDS, SESSION_SECONDS
from tests.services.answers import refused
from tests.services.authentication.oauth import (
    CHALLENGE,
    ENDPOINTS,
    basic,
    oauth_error,
    post,
    refreshing,
)
from tests.services.composition import SECRET, Hereabouts


def test_service_gets_a_token_of_its_own(hereabouts: Hereabouts, service: Basic) -> None:
    """Without a refresh token (RFC 6749 section 4.4.3), and for no cache to keep."""
    client = hereabouts.authentication.client(service)

    answer = with_response(client.issue_token)(TokenRequest(grant_type="client_credentials"))

    tokens = answer.value
    assert (answer.status, tokens.scope) == (200, "locations:read")
    assert (tokens.refresh_token, tokens.user_id) == (None, None)
    assert tokens.expires_in == ACCESS_SECONDS
    assert answer.headers["Cache-Control"] == "no-store"


def test_session_goes_on_with_new_tokens(hereabouts: Hereabouts) -> None:
    """No client authentication is needed."""
    ines = hereabouts.person("ines")
    client = hereabouts.authentication.client()

    answer = with_response(client.issue_token)(refreshing(ines.refresh))

    assert answer.value.user_id == ines.user_id
    assert answer.headers["Cache-Control"] == "no-store"
    again = hereabouts.authentication.client(Bearer(answer.value.access_token))
    assert again.get_current_user().username == "ines"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ("grant_type=password&username=ines&password=x", "unsupported_grant_type"),
        ("grant_type=", "invalid_request"),
        ("", "invalid_request"),
        ("scope=user", "invalid_request"),
        ("grant_type=refresh_token", "invalid_request"),
        ("grant_type=refresh_token&refresh_token=", "invalid_request"),
        ("grant_type=refresh_token&grant_type=refresh_token", "invalid_request"),
        ("grant_type=refresh_token&refresh_token=" + "x" * 501, "invalid_request"),
        ("grant_type=refresh_token&refresh_token=%FF", "invalid_request"),
        ("grant_type", "invalid_request"),
        ("grant_type=refresh_token&refresh_token=unknown", "invalid_grant"),
        ("grant_type=refresh_token&refresh_token=unknown&scope=a++b", "invalid_request"),
    ],
)
def test_faulty_token_request_is_refused(hereabouts: Hereabouts, form: str, error: str) -> None:
    """In the form of RFC 6749 section 5.2, for no cache to keep."""
    response = post(hereabouts, "/oauth2/token", form)

    assert (response.status_code, oauth_error(response)) == (400, error)


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.usefixtures("service")
def test_other_forms_than_a_form_are_refused(hereabouts: Hereabouts, path: str) -> None:
    """JSON is none (RFC 6749 section 4.4.2)."""
    response = hereabouts.authentication.send(
        "POST",
        path,
        '{"grant_type": "client_credentials", "token": "x"}',
        Content_Type="application/json",
        Authorization=basic("profile", SECRET),
    )

    assert (response.status_code, oauth_error(response)) == (400, "invalid_request")


def test_unknown_parameters_are_ignored(hereabouts: Hereabouts) -> None:
    """As RFC 6749 section 3.2 has it; a parameter without a value counts as not sent."""
    ines = hereabouts.person("ines")
    form = f"grant_type=refresh_token&refresh_token={ines.refresh}&resource=x&scope="

    assert post(hereabouts, "/oauth2/token", form).status_code == 200


def test_no_more_is_granted_than_may_be(hereabouts: Hereabouts, service: Basic) -> None:
    """Neither to a service nor to a user's session."""
    ines = hereabouts.person("ines")
    own = TokenRequest(grant_type="client_credentials", scope="locations:read user")
    calls = [
        lambda: hereabouts.authentication.client(service).issue_token(own),
        lambda: hereabouts.authentication.client().issue_token(
            refreshing(ines.refresh, "user locations:read")
        ),
    ]

    for call in calls:
        error = refused(BadRequest, call)
        assert isinstance(error.body, OAuthError)
        assert error.body.error == "invalid_scope"


@pytest.mark.parametrize("end", ["spent", "expired", "revoked", "signed out", "deleted", "access"])
def test_ended_refresh_token_gets_nothing(hereabouts: Hereabouts, end: str) -> None:
    """One answer for all that can be wrong with it."""
    ines = hereabouts.person("ines")
    client, token = hereabouts.authentication.client(), ines.refresh
    if end == "spent":
        client.issue_token(refreshing(token))
    elif end == "expired":
        hereabouts.clock.forward(SESSION_SECONDS)
    elif end == "revoked":
        client.revoke_token(RevocationRequest(token=token))
    elif end == "signed out":
        hereabouts.authentication.client(ines.bearer).sign_out()
    elif end == "deleted":
        hereabouts.authentication.client(ines.bearer).delete_current_user()
    else:
        token = ines.access

    error = refused(BadRequest, lambda: client.issue_token(refreshing(token)))

    assert isinstance(error.body, OAuthError)
    assert error.body.error == "invalid_grant"
    assert token not in str(error.body)


def test_reused_refresh_token_ends_the_session(hereabouts: Hereabouts) -> None:
    """The thief's tokens and the victim's."""
    ines = hereabouts.person("ines")
    client = hereabouts.authentication.client()
    stolen = client.issue_token(refreshing(ines.refresh))

    refused(BadRequest, lambda: client.issue_token(refreshing(ines.refresh)))

    refused(BadRequest, lambda: client.issue_token(refreshing(stolen.refresh_token)))
    for token in (ines.access, stolen.access_token):
        again = hereabouts.authentication.client(Bearer(token))
        refused(Unauthorized, again.get_current_user)


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    "authorization",
    [
        basic("profile", "wrong"),
        basic("unknown", SECRET),
        basic("", ""),
        basic("profile", ""),
        basic("x" * 2042, SECRET),
        "Basic",
        "Basic no-base64!",
        "Basic " + b64encode(b"without a colon").decode(),
        "Basic " + b64encode(b"\xff:\xff").decode(),
    ],
)
@pytest.mark.usefixtures("service")
def test_wrong_client_is_refused_everywhere(
    hereabouts: Hereabouts, path: str, authorization: str
) -> None:
    """Also where none is needed: credentials that are sent have to be right."""
    form = "grant_type=client_credentials&token=x"

    response = post(hereabouts, path, form, Authorization=authorization)

    assert (response.status_code, oauth_error(response)) == (401, "invalid_client")
    assert response.headers["WWW-Authenticate"] == CHALLENGE


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/introspect"])
@pytest.mark.parametrize("authorization", [None, "Bearer x"])
def test_client_is_needed(hereabouts: Hereabouts, path: str, authorization: str | None) -> None:
    """For a token of its own, and to be told about others' (RFC 7662 section 2.1)."""
    headers = {"Authorization": authorization} if authorization else {}

    response = post(hereabouts, path, "grant_type=client_credentials&token=x", **headers)

    assert (response.status_code, oauth_error(response)) == (401, "invalid_client")
    assert response.headers["WWW-Authenticate"] == CHALLENGE


@pytest.mark.usefixtures("service")
def test_client_credentials_in_the_body_do_not_count(hereabouts: Hereabouts) -> None:
    """Only HTTP Basic does."""
    form = f"grant_type=client_credentials&client_id=profile&client_secret={SECRET}"

    response = post(hereabouts, "/oauth2/token", form)

    assert (response.status_code, oauth_error(response)) == (401, "invalid_client")
    assert SECRET not in response.text


def test_client_id_and_secret_are_form_decoded(hereabouts: Hereabouts) -> None:
    """As RFC 6749 section 2.3.1 has clients encode them."""
    hereabouts.service_client("a b", "s")
    authorization = basic("a%20b", SECRET.replace("-", "%2D"))

    response = post(
        hereabouts, "/oauth2/token", "grant_type=client_credentials", Authorization=authorization
    )

    assert response.status_code == 200
