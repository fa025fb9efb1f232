"""Who a token speaks for, asked of the authentication service for every request."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError

from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication.models import IntrospectionRequest
from pactwright.client import ClientError
from pactwright.service import Principal, ProblemError, TemporarilyUnavailable
from pactwright.service.bearer import BearerAuthenticator
from pactwright.service.call import current
from pactwright.service.introspection import principal

_RETRY_AFTER = 2


def authenticator(
    authentication: AuthenticationClient, clock: Callable[[], float]
) -> BearerAuthenticator:
    """Asks the authentication service, as the client that this service is there.

    Args:
        authentication: the client.
        clock: seconds since the epoch.
    """

    def introspect(token: str) -> Principal | None:
        try:
            request = IntrospectionRequest(token=token)
        except ValidationError:  # longer than any token is
            return None
        call = current.get()
        deadline = call.remaining() if call else None
        answer = authentication.introspect_token(request, deadline=deadline, idempotent=True)
        return principal(answer, audience="location")

    return BearerAuthenticator(introspect, clock=clock, realm="hereabouts")


def translate(error: Exception) -> ProblemError | None:
    """A token that can't be checked now is no reason to let anyone in, or to blame the caller."""
    if isinstance(error, ClientError):
        return TemporarilyUnavailable(_RETRY_AFTER)
    return None
