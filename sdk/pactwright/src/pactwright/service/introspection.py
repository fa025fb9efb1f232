"""Callers authenticated by introspection of their tokens (RFC 7662)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from pactwright.service.bearer import BearerAuthenticator
from pactwright.service.call import Principal, current


class Introspection(Protocol):
    """The members of an introspection's answer, as a generated model has them."""

    @property
    def active(self) -> bool:
        """Whether the token works."""
        ...

    @property
    def scope(self) -> str | None:
        """What it allows, names with one space between."""
        ...

    @property
    def client_id(self) -> str | None:
        """The client that it was issued to."""
        ...

    @property
    def username(self) -> str | None:
        """The person's name; None for a service's token."""
        ...

    @property
    def sub(self) -> str | None:
        """Whom it speaks for."""
        ...

    @property
    def aud(self) -> Sequence[str] | None:
        """The services it is meant for."""
        ...

    @property
    def exp(self) -> int | None:
        """When it ends, in seconds since the epoch."""
        ...


def principal(answer: Introspection, audience: str) -> Principal | None:
    """Who the token speaks for; None where it does not work here.

    A token with a username is a person's, another a service's.

    Args:
        answer: the authorization server's.
        audience: the service that asks; a token that is meant for others only does not work.
    """
    if not answer.active or answer.sub is None:
        return None
    if answer.aud and audience not in answer.aud:
        return None
    return Principal(
        subject=answer.sub,
        kind="user" if answer.username is not None else "service",
        scopes=frozenset((answer.scope or "").split()),
        client_id=answer.client_id,
        expires_at=answer.exp,
    )


def authenticator(
    ask: Callable[[str, float | None], Introspection | None],
    *,
    audience: str,
    clock: Callable[[], float],
    realm: str | None = None,
) -> BearerAuthenticator:
    """Authenticates bearer tokens by asking an authorization server, for every request.

    Args:
        ask: introspects a token within that many seconds; None is for what can be no token. What
            it raises ends the call.
        audience: the service that asks.
        clock: seconds since the epoch.
        realm: the challenge's realm, if any.
    """

    def introspect(token: str) -> Principal | None:
        call = current.get()
        answer = ask(token, call.remaining() if call else None)
        return principal(answer, audience) if answer is not None else None

    return BearerAuthenticator(introspect, clock=clock, realm=realm)
