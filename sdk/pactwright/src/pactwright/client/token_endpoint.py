"""An OAuth 2.0 token endpoint, as one that has a client's id and secret uses it.

Source: RFC 6749 sections 2.3.1 (HTTP Basic, both parts form-encoded before they are joined), 4.4
(client credentials grant), 5.1 and 5.2 (answers).
"""

from __future__ import annotations

from typing import Final, Unpack
from urllib.parse import urlsplit

from requests.adapters import BaseAdapter

from pactwright.client.client import Client
from pactwright.client.credentials import Basic
from pactwright.client.deadlines import Clock
from pactwright.client.errors import ArgumentError, CredentialsError
from pactwright.client.options import CallOptions
from pactwright.wire import (
    Body,
    Content,
    Model,
    Omittable,
    Operation,
    Requirement,
    Response,
    SecurityScheme,
)

_UNSAID_LIFE: Final = 300.0
_SCHEME: Final = SecurityScheme(name="client", kind="basic")


class TokenRequest(Model):
    """What is asked of the endpoint."""

    grant_type: str
    scope: Omittable[str] = None


class Grant(Model):
    """The endpoint's answer, as far as it matters here."""

    access_token: str
    token_type: str
    expires_in: Omittable[float] = None


class Refusal(Model):
    """RFC 6749 section 5.2."""

    error: str
    error_description: Omittable[str] = None


class _TokenClient(Client):
    def __init__(
        self,
        base_url: str,
        path: str,
        *,
        credentials: Basic,
        transport: BaseAdapter | None,
        clock: Clock | None,
    ) -> None:
        super().__init__(base_url, credentials=credentials, transport=transport, clock=clock)
        self._operation = _operation(path)

    def issue_token(self, body: TokenRequest, **options: Unpack[CallOptions]) -> Grant:
        return self._call(self._operation, {"body": body}, options)


class TokenEndpoint:
    """Gets access tokens by the client credentials grant.

    Args:
        token_url: the endpoint, without a query.
        client_id: who the client is.
        client_secret: its password.
        scope: scopes to ask for, separated by spaces; "" leaves it to the server.
        transport: sends the requests, instead of a connection pool of its own.
        clock: where the time comes from.

    Raises:
        ArgumentError: the URL is none.
    """

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str,
        *,
        scope: str = "",
        transport: BaseAdapter | None = None,
        clock: Clock | None = None,
    ) -> None:
        base_url, path = _split(token_url)
        self._url = token_url
        credential = Basic(client_id, client_secret, form_encoded=True)
        self._client = _TokenClient(
            base_url, path, credentials=credential, transport=transport, clock=clock
        )
        self._request = TokenRequest(grant_type="client_credentials", scope=scope or None)

    def __call__(self) -> tuple[str, float]:
        """A token, and the seconds for which it is good."""
        return self.within(None)

    def within(self, deadline: float | None) -> tuple[str, float]:
        """A token and its life, got within so many seconds.

        Raises:
            ClientError: there was none to be had.
        """
        # Asking twice does no harm: a token that is not used expires.
        grant = self._client.issue_token(self._request, deadline=deadline, idempotent=True)
        if grant.token_type.lower() != "bearer":
            raise CredentialsError(f"{self._url} gives {grant.token_type!r} tokens, not bearer")
        return grant.access_token, grant.expires_in or _UNSAID_LIFE


def _split(token_url: str) -> tuple[str, str]:
    parts = urlsplit(token_url)
    if parts.query or parts.fragment or not parts.path.strip("/"):
        raise ArgumentError("a token URL has a path, and neither query nor fragment")
    return f"{parts.scheme}://{parts.netloc}", parts.path


# Made once: what is known of a type is kept for as long as the process runs.
_FORM: Final = Body(
    contents=(Content(media_type="application/x-www-form-urlencoded", type=lambda: TokenRequest),)
)
_REFUSED: Final = Response(contents=(Content(media_type="application/json", type=lambda: Refusal),))
_RESPONSES: Final = {
    "200": Response(contents=(Content(media_type="application/json", type=lambda: Grant),)),
    "400": _REFUSED,
    "401": _REFUSED,
}


def _operation(path: str) -> Operation[Grant]:
    return Operation(
        name="issue_token",
        method="POST",
        path=path,
        body=_FORM,
        responses=_RESPONSES,
        security=((Requirement(scheme=_SCHEME),),),
    )
