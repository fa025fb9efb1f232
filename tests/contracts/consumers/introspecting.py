"""Services that ask authentication whose token they were sent, by their own authenticators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication.models import Introspection, IntrospectionRequest
from hereabouts.authentication.operations import INTROSPECT_TOKEN
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import Recorder
from pactwright.service import Call, Principal
from pactwright.service.bearer import BearerAuthenticator
from pactwright.wire import Operation
from tests.contracts.cast import INES
from tests.contracts.roles import Program
from tests.contracts.times import EXPIRES, ISSUED

Authenticator: TypeAlias = Callable[
    [AuthenticationClient, Callable[[], float]], BearerAuthenticator
]
"""Makes a service's authenticator of a client and a clock."""

A_USERS: Final = Introspection(
    active=True,
    scope="user",
    client_id="hereabouts",
    username=INES.username,
    exp=EXPIRES,
    sub=str(INES.user_id),
)
"""What authentication says of the token of Inês."""
THE_USER: Final = Principal(str(INES.user_id), "user", frozenset({"user"}), "hereabouts", EXPIRES)
"""Whom a service takes her for."""


def asking(
    pact: Recorder,
    service: Program,
    authenticator: Authenticator,
    what: str,
    token: str,
    answer: Introspection,
    *given: State,
) -> BearerAuthenticator:
    """A service's own authenticator, which is about to ask for a token."""
    pact.expect(
        what,
        INTROSPECT_TOKEN,
        body=IntrospectionRequest(token=token),
        given=[service.registered, *given],
        credentials=service.basic,
        answer=answer,
    )
    return authenticator(
        pact.client(AuthenticationClient, credentials=service.basic), lambda: ISSUED
    )


def call(operation: Operation[Any], token: str) -> Call:
    """A call with a token."""
    return Call(operation, "the-request", headers={"authorization": f"Bearer {token}"})
