"""Service clients: who they are, and how their secrets are rotated."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import Final, Protocol

from services.authentication.records import ServiceClient
from services.authentication.tokens import digest

_VALID_SECRETS: Final = 2


class Clients(Protocol):
    """Where service clients are kept."""

    def get_client(self, client_id: str) -> ServiceClient | None:
        """The client as of now."""
        ...

    def put_client(self, client: ServiceClient) -> None:
        """Add or replace a client."""
        ...


def authenticate(clients: Clients, client_id: str, secret: str) -> ServiceClient | None:
    """The client with this id and secret, or None."""
    client = clients.get_client(client_id)
    given = digest(secret)
    matches = [hmac.compare_digest(given, kept) for kept in client.secrets] if client else []
    return client if any(matches) else None


def register(clients: Clients, wanted: ServiceClient, secret: str) -> ServiceClient:
    """Add a client, or a secret to one that is there; its second last secret stays valid.

    Args:
        clients: where they are kept.
        wanted: id, scopes and audience; its own secrets don't count.
        secret: the secret, in plain text; only its hash is kept.
    """
    kept = clients.get_client(wanted.client_id)
    others = [s for s in kept.secrets if s != digest(secret)] if kept else []
    client = replace(wanted, secrets=(digest(secret), *others)[:_VALID_SECRETS])
    clients.put_client(client)
    return client
