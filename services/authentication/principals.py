"""Who the credentials that a request carries speak for."""

from __future__ import annotations

from pactwright.service import Principal
from services.authentication import clients
from services.authentication.sessions import Sessions


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
