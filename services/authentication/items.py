"""Records as items of the table: their keys and their attributes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pactwright.service.dynamodb import Item
from services.authentication.records import Rotation, ServiceClient, Session, Token, User


def user_key(user_id: UUID) -> dict[str, str]:
    """Of a user."""
    return {"pk": f"USER#{user_id}", "sk": "USER"}


def user_of(key: Mapping[str, Any]) -> UUID | None:
    """Whose the item of a key is; None where it is no user."""
    if key.get("sk") != "USER":
        return None
    return UUID(str(key["pk"]).removeprefix("USER#"))


def username_key(username: str) -> dict[str, str]:
    """Of the claim to a username."""
    return {"pk": f"USERNAME#{username}", "sk": "USERNAME"}


def session_key(session: Session) -> dict[str, str]:
    """Of a session; it lies with its user."""
    return {"pk": f"USER#{session.user_id}", "sk": f"SESSION#{session.session_id}"}


def token_key(digest: str) -> dict[str, str]:
    """Of a token, by its SHA-256."""
    return {"pk": f"TOKEN#{digest}", "sk": "TOKEN"}


def client_key(client_id: str) -> dict[str, str]:
    """Of a service client."""
    return {"pk": f"CLIENT#{client_id}", "sk": "CLIENT"}


CLIENT_LIST: Final = "CLIENTS"
"""The partition with the ids of all clients."""


def listed_client(client_id: str) -> Item:
    """A client's entry in the list of all."""
    return {"pk": CLIENT_LIST, "sk": client_id}


def counter_key(key: str) -> dict[str, str]:
    """Of a count."""
    return {"pk": f"ATTEMPTS#{key}", "sk": "ATTEMPTS"}


def mark_key(key: str) -> dict[str, str]:
    """Of a mark."""
    return {"pk": f"MARK#{key}", "sk": "MARK"}


def user_item(user: User) -> Item:
    """A user as it is kept."""
    return {
        **user_key(user.user_id),
        "user_id": str(user.user_id),
        "username": user.username,
        "password_hash": user.password_hash,
        "created_at": user.created_at.isoformat(),
        "generation": user.generation,
    }


def user(item: Mapping[str, Any]) -> User:
    """A user from what is kept."""
    return User(
        user_id=UUID(item["user_id"]),
        username=item["username"],
        password_hash=item["password_hash"],
        created_at=datetime.fromisoformat(item["created_at"]),
        generation=item["generation"],
    )


def session_item(session: Session) -> Item:
    """A session as it is kept."""
    return {
        **session_key(session),
        "generation": session.generation,
        "expires_at": session.expires_at,
    }


def token_item(token: Token) -> Item:
    """A token as it is kept."""
    item: Item = {
        **token_key(token.digest),
        "kind": token.kind,
        "scope": token.scope,
        "issued_at": token.issued_at,
        "expires_at": token.expires_at,
        "client_id": token.client_id,
        "audience": list(token.audience),
        "generation": token.generation,
    }
    if token.session is not None:
        item["user_id"] = str(token.session.user_id)
        item["session_id"] = token.session.session_id
    if token.username is not None:
        item["username"] = token.username
    return item


def token(item: Mapping[str, Any], session: Session | None = None) -> Token:
    """A token from what is kept, with its session."""
    return Token(
        digest=item["pk"].removeprefix("TOKEN#"),
        kind=item["kind"],
        scope=item["scope"],
        issued_at=item["issued_at"],
        expires_at=item["expires_at"],
        client_id=item["client_id"],
        session=session,
        username=item.get("username"),
        audience=tuple(item["audience"]),
        spent=_rotation(item.get("spent")),
        generation=item.get("generation", 1),
    )


def rotation_item(how: Rotation) -> Item:
    """How a refresh token was used, as it is kept in it."""
    return {"at": how.at, "salt": how.salt}


def _rotation(kept: Any) -> Rotation | None:
    """Before there was more to it, it was kept only that a token was used."""
    if not kept:
        return None
    return Rotation(kept["at"], kept["salt"]) if isinstance(kept, Mapping) else Rotation(at=0)


def client_item(client: ServiceClient) -> Item:
    """A service client as it is kept."""
    return {
        **client_key(client.client_id),
        "client_id": client.client_id,
        "secrets": list(client.secrets),
        "scopes": sorted(client.scopes),
        "audience": list(client.audience),
        "generation": client.generation,
        "dropped": list(client.dropped),
    }


def client(item: Mapping[str, Any]) -> ServiceClient:
    """A service client from what is kept."""
    return ServiceClient(
        client_id=item["client_id"],
        secrets=tuple(item["secrets"]),
        scopes=frozenset(item["scopes"]),
        audience=tuple(item["audience"]),
        generation=item.get("generation", 1),
        dropped=tuple(item.get("dropped", ())),
    )
