"""Location with a check that is broken: what a table of callers has to find."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from hereabouts import PROBLEM_TYPES
from hereabouts.authentication.models import IntrospectionRequest
from hereabouts.location.operations import OPERATIONS
from pactwright.service import Application, Authenticator, Call, Principal
from pactwright.service.bearer import BearerAuthenticator
from pactwright.wire import Operation
from services.location.api import LocationApi
from services.location.introspection import translate
from services.location.table import LocationTable
from tests.services.composition import Hereabouts
from tests.services.doubles import START

_OWNED: Final = ("get_location", "put_location", "delete_location")
_ALL: Final = ("list_locations", *_OWNED)

Introspect = Callable[[str], "Principal | None"]


@dataclass(frozen=True, slots=True)
class Weakness:
    """A check that is broken.

    Attributes:
        callers: whom it lets through.
        broken: to which operations.
        asks: the client that introspects.
        operations: what is served in place of the operations.
        authenticator: what authenticates in place of the authenticator.
    """

    callers: Sequence[str]
    broken: Sequence[str]
    asks: str = "weakened"
    operations: Callable[[Operation[Any]], Operation[Any]] = lambda operation: operation
    authenticator: Callable[[Introspect], Authenticator] = BearerAuthenticator


def _unscoped(operation: Operation[Any]) -> Operation[Any]:
    alternatives = tuple(
        tuple(replace(each, scopes=()) for each in alternative)
        for alternative in operation.security
    )
    return replace(operation, security=alternatives, owner=None)


class _Everybody:
    """Takes whoever shows nothing for the reader of everything."""

    def authenticate(self, _: Call) -> Principal:
        return Principal("anybody", "service", frozenset({"locations:read", "user"}))


WEAKENED: Final[Mapping[str, Weakness]] = {
    "owner is not checked": Weakness(
        ("other user", "service named as the owner"),
        _OWNED,
        operations=lambda operation: replace(operation, owner=None),
    ),
    "scope is not checked": Weakness(("service without scope",), _ALL, operations=_unscoped),
    "tokens that ended are remembered": Weakness(
        ("revoked", "deleted"),
        _ALL,
        authenticator=lambda introspect: BearerAuthenticator(
            introspect, ttl=3600, clock=lambda: START
        ),
    ),
    "expiry is not checked": Weakness(
        ("expired",),
        _ALL,
        authenticator=lambda introspect: BearerAuthenticator(
            introspect, ttl=3600, clock=lambda: START
        ),
    ),
    "audience is not checked": Weakness(
        ("reader of another audience",),
        _ALL,
        asks="elsewhere",  # authentication tells nobody else of such a token
    ),
    "nobody is asked who it is": Weakness(
        ("nobody", "garbage", "malformed"),
        _ALL,
        operations=lambda operation: replace(operation, owner=None),
        authenticator=lambda _: _Everybody(),
    ),
}
"""Each by its name."""


def weaken(hereabouts: Hereabouts, weakness: Weakness) -> None:
    """Have location served with a check broken."""
    asked = hereabouts.authentication.client(hereabouts.service_client(weakness.asks))

    def introspect(token: str) -> Principal | None:
        answer = asked.introspect_token(IntrospectionRequest(token=token))
        if not answer.active or answer.sub is None:
            return None
        scopes = frozenset((answer.scope or "").split())
        return Principal(answer.sub, "service" if answer.username is None else "user", scopes)

    running = hereabouts.location
    running.handler = Application(
        LocationApi(LocationTable(running.table), hereabouts.clock, hereabouts.chance.revision),
        [weakness.operations(each) for each in OPERATIONS],
        service="location",
        problem_types=PROBLEM_TYPES,
        authenticators={"bearer": weakness.authenticator(introspect)},
        translate=translate,
    )
