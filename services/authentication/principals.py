"""Who the credentials that a request carries speak for."""

from __future__ import annotations

from typing import Protocol

from pactwright.service import AnswerError, Call, Principal
from services.authentication import clients, oauth
from services.authentication.records import FIRST_PARTY, ServiceClient
from services.authentication.sessions import Sessions


class ClientParameters(Protocol):
    """The parameters by which a client tells who it is in a form (RFC 6749 section 2.3.1)."""

    @property
    def client_id(self) -> str | None:
        """Its id."""
        ...

    @property
    def client_secret(self) -> str | None:
        """Its secret, which has no place there."""
        ...


def user_principal(sessions: Sessions, token: str) -> Principal | None:
    """Who a person's token speaks for; None also for a service's, which is no person's."""
    record = sessions.introspect(token)
    if record is None or record.session is None:
        return None
    return Principal(
        record.subject,
        kind="user",
        scopes=frozenset(record.scope.split()),
        client_id=record.client_id,
        expires_at=record.expires_at,
        claims={"session": record.session},
    )


def client_principal(
    service_clients: clients.Clients, client_id: str, secret: str
) -> Principal | None:
    """The service that an id and a secret belong to."""
    client = clients.authenticate(service_clients, client_id, secret)
    if client is None:
        return None
    claims = {"client": client}
    return Principal(client_id, kind="service", scopes=client.scopes, claims=claims)


def asking_client(call: Call, body: ClientParameters) -> ServiceClient | None:
    """The client that asks at an OAuth endpoint; None is the one without credentials.

    Raises:
        AnswerError: it authenticates in no way that is taken, in two at once (RFC 6749 section
            2.3), or is not the one that it names.
    """
    client = call.principal.claims.get("client") if call.principal else None
    if not isinstance(client, ServiceClient):
        client = None
    if client is None:
        if body.client_secret or (body.client_id or FIRST_PARTY) != FIRST_PARTY:
            raise AnswerError(oauth.client_refused())
        return None
    if body.client_secret:
        oauth.refuse("invalid_request", "client_secret: a client authenticates by HTTP Basic only.")
    if (body.client_id or client.client_id) != client.client_id:
        oauth.refuse("invalid_request", "client_id: the client that authenticates is another one.")
    return client


def id_of(client: ServiceClient | None) -> str:
    """The id of the client that asks; people's sessions are one without credentials."""
    return client.client_id if client else FIRST_PARTY
