"""What callers rely on of the OAuth endpoints, which answer errors in the form of RFC 6749."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hereabouts.authentication import AuthenticationClient, models
from hereabouts.authentication.operations import (
    GET_METADATA,
    INTROSPECT_TOKEN,
    ISSUE_TOKEN,
    REVOKE_TOKEN,
)
from pactwright.client.errors import BadRequest, Unauthorized
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import Recorder, only
from pactwright.wire import Operation
from tests.contracts.cast import IMPOSTOR, INES, KAMAU, LOCATION, PROFILE, UNKNOWN_TOKEN
from tests.contracts.consumers.calls import call, named
from tests.contracts.roles import token
from tests.contracts.times import EXPIRES, ISSUED

pytestmark = pytest.mark.pact("sdk", "authentication")

SESSION: Final = INES.session(refresh_token=INES.refresh_token)
ASKED: Final = models.TokenRequest(grant_type="client_credentials", scope="locations:read")


def test_a_services_token(pact: Recorder) -> None:
    """A service gets a token of its own, which is no user's and isn't refreshed."""
    tokens = models.Tokens(
        access_token=PROFILE.access_token, expires_in=900, scope="locations:read"
    )
    pact.expect(
        "a token for a service",
        ISSUE_TOKEN,
        body=ASKED,
        given=[PROFILE.registered],
        credentials=PROFILE.basic,
        answer=tokens,
    )
    client = pact.client(AuthenticationClient, credentials=PROFILE.basic)

    assert client.issue_token(ASKED) == tokens


def test_a_sessions_next_tokens(pact: Recorder) -> None:
    """A user's session goes on with new tokens, the refresh token among them."""
    body = models.TokenRequest(grant_type="refresh_token", refresh_token=INES.refresh_token)
    tokens = models.Tokens(
        access_token=token("access", "the next"),
        expires_in=900,
        refresh_token=token("refresh", "the next"),
        scope="user",
        user_id=INES.user_id,
    )
    pact.expect(
        "the next tokens of a session", ISSUE_TOKEN, body=body, given=[SESSION], answer=tokens
    )
    client = pact.client(AuthenticationClient)

    assert client.issue_token(body) == tokens


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_revoking(pact: Recorder, kind: str) -> None:
    """Who holds a token can end it."""
    held = INES.access_token if kind == "access" else INES.refresh_token
    body = models.RevocationRequest(token=held, token_type_hint=f"{kind}_token")
    pact.expect(f"the revocation of the {kind} token", REVOKE_TOKEN, body=body, given=[SESSION])
    client = pact.client(AuthenticationClient)

    client.revoke_token(body)


def stands_for(**what: Any) -> models.Introspection:
    return models.Introspection(active=True, token_type="Bearer", exp=EXPIRES, iat=ISSUED, **what)


@pytest.mark.parametrize(
    ("whose", "held", "given", "answer"),
    [
        (
            "a user",
            INES.access_token,
            [INES.session()],
            stands_for(
                scope="user",
                client_id="hereabouts",
                username=INES.username,
                sub=str(INES.user_id),
            ),
        ),
        (
            "a service",
            PROFILE.access_token,
            [PROFILE.token],
            stands_for(
                scope="locations:read", client_id="profile", sub="profile", aud=["location"]
            ),
        ),
        ("nobody", UNKNOWN_TOKEN, [], models.Introspection(active=False)),
        (
            "a session of the past",
            KAMAU.access_token,
            [KAMAU.session(exp=ISSUED + 1)],
            models.Introspection(active=False),
        ),
    ],
    ids=["user", "service", "nobody", "expired"],
)
def test_what_a_token_stands_for(
    pact: Recorder, whose: str, held: str, given: list[State], answer: models.Introspection
) -> None:
    """A service learns of a token whose it is and what it allows, or that it doesn't work."""
    body = models.IntrospectionRequest(token=held)
    pact.expect(
        f"what the token of {whose} stands for",
        INTROSPECT_TOKEN,
        body=body,
        given=[LOCATION.registered, *given],
        credentials=LOCATION.basic,
        answer=answer,
    )
    client = pact.client(AuthenticationClient, credentials=LOCATION.basic)

    assert client.introspect_token(body) == answer


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        (ISSUE_TOKEN, ASKED),
        (REVOKE_TOKEN, models.RevocationRequest(token=INES.access_token)),
        (INTROSPECT_TOKEN, models.IntrospectionRequest(token=INES.access_token)),
    ],
    ids=named,
)
def test_a_wrong_secret(pact: Recorder, operation: Operation[Any], body: object) -> None:
    """A service that can't prove who it is gets nothing."""
    pact.expect(
        f"{operation.name} with a wrong secret",
        operation,
        body=body,
        given=[LOCATION.registered, INES.session()],
        credentials=IMPOSTOR,
        status=401,
        answer=only(models.OAuthError, error="invalid_client"),
    )
    client = pact.client(AuthenticationClient, credentials=IMPOSTOR)

    with pytest.raises(Unauthorized) as raised:
        call(client, operation, body=body)
    assert raised.value.body.error == "invalid_client"


UNHEARD_OF: Final[dict[str, Any]] = {"grant_type": "password"}
REQUESTS: Final = [
    (
        "a scope that isn't granted",
        ISSUE_TOKEN,
        models.TokenRequest(grant_type="client_credentials", scope="user"),
        "invalid_scope",
    ),
    (
        "a refresh token that nobody has",
        ISSUE_TOKEN,
        models.TokenRequest(grant_type="refresh_token", refresh_token=token("refresh", "nobody")),
        "invalid_grant",
    ),
    (
        "a refresh without a refresh token",
        ISSUE_TOKEN,
        models.TokenRequest(grant_type="refresh_token"),
        "invalid_request",
    ),
    (
        "a grant type that there is not",
        ISSUE_TOKEN,
        models.TokenRequest.model_construct(**UNHEARD_OF),
        "unsupported_grant_type",
    ),
    (
        "a revocation of an empty token",
        REVOKE_TOKEN,
        models.RevocationRequest.model_construct(token=""),
        "invalid_request",
    ),
    (
        "an introspection of an empty token",
        INTROSPECT_TOKEN,
        models.IntrospectionRequest.model_construct(token=""),
        "invalid_request",
    ),
]


@pytest.mark.parametrize(("what", "operation", "body", "error"), REQUESTS)
def test_a_request_that_can_not_be_granted(
    pact: Recorder, what: str, operation: Operation[Any], body: object, error: str
) -> None:
    """Who asks for what can't be had is told the kind of fault."""
    pact.expect(
        what,
        operation,
        body=body,
        given=[PROFILE.registered],
        credentials=PROFILE.basic,
        status=400,
        answer=only(models.OAuthError, error=error),
    )
    client = pact.client(AuthenticationClient, credentials=PROFILE.basic)

    with pytest.raises(BadRequest) as raised:
        call(client, operation, body=body)
    assert raised.value.body.error == error


def test_the_metadata(pact: Recorder) -> None:
    """An OAuth client finds the endpoints, and what they take, by the issuer's URL alone."""
    url = "https://authentication.hereabouts.example"
    metadata = models.Metadata(
        issuer=url,
        token_endpoint=f"{url}/oauth2/token",
        token_endpoint_auth_methods_supported=["client_secret_basic", "none"],
        revocation_endpoint=f"{url}/oauth2/revoke",
        revocation_endpoint_auth_methods_supported=["client_secret_basic", "none"],
        introspection_endpoint=f"{url}/oauth2/introspect",
        introspection_endpoint_auth_methods_supported=["client_secret_basic"],
        grant_types_supported=["client_credentials", "refresh_token"],
        response_types_supported=[],
        scopes_supported=["user", "locations:read"],
    )
    pact.expect("the metadata of the authorization server", GET_METADATA, answer=metadata)
    client = pact.client(AuthenticationClient)

    assert client.get_metadata() == metadata
