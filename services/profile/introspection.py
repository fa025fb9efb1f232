"""Who a token speaks for, asked of the authentication service for every request."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError

from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication.models import Introspection, IntrospectionRequest
from pactwright.client import ClientError
from pactwright.service import (
    ProblemError,
    TemporarilyUnavailable,
    Unauthenticated,
    introspection,
)
from pactwright.service.bearer import BearerAuthenticator, challenge

_REALM = "hereabouts"
_RETRY_AFTER = 2


def authenticator(
    authentication: AuthenticationClient, clock: Callable[[], float]
) -> BearerAuthenticator:
    """Asks the authentication service, as the client that this service is there."""

    def ask(token: str, seconds: float | None) -> Introspection | None:
        try:
            request = IntrospectionRequest(token=token)
        except ValidationError:  # longer than any token is
            return None
        return authentication.introspect_token(request, deadline=seconds, idempotent=True)

    return introspection.authenticator(ask, audience="profile", clock=clock, realm=_REALM)


def translate(error: Exception) -> ProblemError | None:
    """A token that can't be checked now is no reason to let anyone in, or to blame the caller."""
    if isinstance(error, ClientError):
        return TemporarilyUnavailable(_RETRY_AFTER)
    return None


def gone() -> Unauthenticated:
    """The problem of a token whose user was deleted since it was looked at."""
    return Unauthenticated("The account was deleted.", challenge=challenge(_REALM, "invalid_token"))
