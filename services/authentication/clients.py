"""Service clients: who they are, and how their secrets are rotated.

Every change is made to what was read: where somebody else was faster, it is thought over again. So
no secret that was handed out gets lost between two operators.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from services.authentication.records import ServiceClient
from services.authentication.tokens import digest

_VALID_SECRETS: Final = 2
_REMEMBERED: Final = 100
_LONGEST_ID: Final = 100
"""Characters of an id, as in the document; what is longer may not fit into a table's key."""
_TRIES: Final = 10


class ClientChanged(Exception):
    """Somebody else changed the client in the same moment."""


class NoSuchClient(Exception):
    """There is no client with this id, or it was revoked."""


class ClientExists(Exception):
    """There is a client with this id."""


class SecretsInUse(Exception):
    """Two secrets are valid: a third one would end one that may be in use."""


class OnlySecret(Exception):
    """The client has no older secret than the one that is left."""


class SecretDropped(Exception):
    """The secret was valid once; it was dropped and never will be again."""


class Clients(Protocol):
    """Where service clients are kept."""

    def get_client(self, client_id: str) -> ServiceClient | None:
        """The client as of now."""
        ...

    def replace_client(self, old: ServiceClient | None, new: ServiceClient) -> None:
        """Put a client in place of what was read; None where there was none.

        Raises:
            ClientChanged: it was changed meanwhile.
        """
        ...

    def list_clients(self) -> list[ServiceClient]:
        """All clients, in the order of their ids."""
        ...


def authenticate(clients: Clients, client_id: str, secret: str) -> ServiceClient | None:
    """The client with this id and secret, or None."""
    client = clients.get_client(client_id) if len(client_id) <= _LONGEST_ID else None
    given = digest(secret)
    matches = [hmac.compare_digest(given, kept) for kept in client.secrets] if client else []
    return client if any(matches) else None


def register(clients: Clients, wanted: ServiceClient, secret: str) -> ServiceClient:
    """Add a client, or a secret to one that is there; its second last secret stays valid.

    Where it may less than before, the tokens that it has end at once.

    Args:
        clients: where they are kept.
        wanted: id, scopes and audience; its own secrets don't count.
        secret: the secret, in plain text; only its hash is kept.

    Raises:
        SecretDropped: somebody dropped it, or revoked the client that had it.
    """

    def changed(kept: ServiceClient | None) -> ServiceClient:
        base = kept or replace(wanted, secrets=())
        generation = base.generation + (1 if _may_less(wanted, base) else 0)
        return replace(
            _with_secret(base, secret),
            scopes=wanted.scopes,
            audience=wanted.audience,
            generation=generation,
        )

    return _change(clients, wanted.client_id, changed)


def create(clients: Clients, wanted: ServiceClient, secret: str) -> ServiceClient:
    """Add a client that is not there, or was revoked; tokens of one revoked stay ended.

    Raises:
        ClientExists: it is there.
    """

    def changed(kept: ServiceClient | None) -> ServiceClient:
        if kept and kept.secrets:
            raise ClientExists
        added = _with_secret(kept or replace(wanted, secrets=()), secret)
        return replace(added, scopes=wanted.scopes, audience=wanted.audience)

    return _change(clients, wanted.client_id, changed)


def rotate(clients: Clients, client_id: str, secret: str) -> ServiceClient:
    """Add a secret beside the one that is valid.

    Raises:
        NoSuchClient: as it says.
        SecretsInUse: two are valid already; drop the older one first.
    """

    def changed(kept: ServiceClient | None) -> ServiceClient:
        client = _there(kept)
        if len(client.secrets) >= _VALID_SECRETS:
            raise SecretsInUse
        return _with_secret(client, secret)

    return _change(clients, client_id, changed)


def drop_older(clients: Clients, client_id: str, *, end_tokens: bool = False) -> ServiceClient:
    """End the older of two secrets.

    Args:
        clients: where they are kept.
        client_id: whose.
        end_tokens: whether all tokens that the client has end at once, too.

    Raises:
        NoSuchClient, OnlySecret: as they say.
    """

    def changed(kept: ServiceClient | None) -> ServiceClient:
        client = _there(kept)
        if len(client.secrets) < _VALID_SECRETS:
            raise OnlySecret
        generation = client.generation + (1 if end_tokens else 0)
        return replace(_with_secrets(client, client.secrets[:1]), generation=generation)

    return _change(clients, client_id, changed)


def revoke(clients: Clients, client_id: str) -> ServiceClient:
    """End a client: its secrets, and its tokens at once. That there was one stays known.

    Raises:
        NoSuchClient: as it says.
    """

    def changed(kept: ServiceClient | None) -> ServiceClient:
        client = _there(kept)
        return replace(_with_secrets(client, ()), generation=client.generation + 1)

    return _change(clients, client_id, changed)


def _there(kept: ServiceClient | None) -> ServiceClient:
    if kept is None or not kept.secrets:
        raise NoSuchClient
    return kept


def _may_less(wanted: ServiceClient, kept: ServiceClient) -> bool:
    if not kept.scopes <= wanted.scopes:
        return True
    if not wanted.audience:  # for any service
        return False
    return not kept.audience or not {*kept.audience} <= {*wanted.audience}


def _with_secret(client: ServiceClient, secret: str) -> ServiceClient:
    newest = digest(secret)
    if newest in client.dropped:
        raise SecretDropped
    if newest in client.secrets:
        return client
    return _with_secrets(client, (newest, *client.secrets)[:_VALID_SECRETS])


def _with_secrets(client: ServiceClient, secrets: tuple[str, ...]) -> ServiceClient:
    """The client with these secrets only; those that it loses are remembered as dropped."""
    lost = [each for each in client.secrets if each not in secrets]
    return replace(client, secrets=secrets, dropped=(*lost, *client.dropped)[:_REMEMBERED])


def _change(
    clients: Clients, client_id: str, changed: Callable[[ServiceClient | None], ServiceClient]
) -> ServiceClient:
    for _ in range(_TRIES):
        kept = clients.get_client(client_id)
        client = changed(kept)
        try:
            clients.replace_client(kept, client)
        except ClientChanged:
            continue
        return client
    raise ClientChanged
