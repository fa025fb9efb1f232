"""Who is calling, and what they may do: each operation's security requirements and its owner.

Whose object it is follows from the path, so that is checked once its parameters are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pactwright.service.call import Call, Principal
from pactwright.service.problem import ProblemError
from pactwright.service.problems import Forbidden, MissingCredentials
from pactwright.wire.operation import Operation, Requirement


class Authenticator(Protocol):
    """Finds out who calls, by one security scheme.

    Scopes are not its matter: they are checked against the principal's afterwards.
    """

    def authenticate(self, call: Call) -> Principal:
        """Tell who calls.

        Raises:
            MissingCredentials: the request has no credentials of this scheme.
            Unauthenticated: it has, but they are not good.
            ProblemError: they can't be read, or can't be checked now.
        """
        ...


@dataclass(frozen=True, slots=True)
class Admission:
    """A caller whom one of the operation's alternatives lets in.

    Attributes:
        principal: who it is.
        scopes: the scopes that this alternative asks for.
    """

    principal: Principal
    scopes: frozenset[str] = frozenset()

    def authorize(self, call: Call, arguments: Mapping[str, Any]) -> None:
        """See that the object is the caller's, where this alternative is for its owner.

        Args:
            call: the call.
            arguments: what the operation is called with.

        Raises:
            Forbidden: it is somebody else's.
        """
        owner, principal = call.operation.owner, self.principal
        if owner is None or owner.scope not in self.scopes:
            return
        if principal.kind != "user" or principal.subject != str(arguments[owner.argument]):
            raise Forbidden("Only the user whose resource it is may do this.")


class Gate:
    """Lets a call through to its operation if one of the operation's alternatives is met."""

    def __init__(self, authenticators: Mapping[str, Authenticator]) -> None:
        self._authenticators = authenticators

    def missing(self, operations: Sequence[Operation[Any]]) -> list[str]:
        """The schemes that operations use and nothing authenticates."""
        used = {
            requirement.scheme.name
            for operation in operations
            for alternative in operation.security
            for requirement in alternative
        }
        return sorted(used - self._authenticators.keys())

    def admit(self, call: Call) -> Admission | None:
        """Who calls, or None where anyone may and nobody has said who they are.

        What the owner of an object may do is asked last: who may do it to any object, may.

        Raises:
            ProblemError: no alternative is met.
        """
        refusals: list[ProblemError] = []
        callers = _Callers(self._authenticators, call)
        for alternative in _least_restricted_first(call.operation):
            try:
                if alternative:
                    return _satisfied(callers, alternative)
            except ProblemError as refusal:
                refusals.append(refusal)
        anonymous = () in call.operation.security or not call.operation.security
        if anonymous and all(isinstance(r, MissingCredentials) for r in refusals):
            return None
        raise _most_telling(refusals)


class _Callers:
    """Who calls, by each scheme, which is asked once: also where it refuses."""

    def __init__(self, authenticators: Mapping[str, Authenticator], call: Call) -> None:
        self._authenticators = authenticators
        self._call = call
        self._known: dict[str, Principal | ProblemError] = {}

    def by(self, scheme: str) -> Principal:
        if scheme not in self._known:
            try:
                self._known[scheme] = self._authenticators[scheme].authenticate(self._call)
            except ProblemError as refusal:
                self._known[scheme] = refusal
        known = self._known[scheme]
        if isinstance(known, ProblemError):
            raise known
        return known


def _satisfied(callers: _Callers, alternative: Sequence[Requirement]) -> Admission:
    for requirement in alternative:
        if not callers.by(requirement.scheme.name).scopes.issuperset(requirement.scopes):
            raise insufficient_scope(requirement)
    scopes = frozenset(scope for r in alternative for scope in r.scopes)
    return Admission(callers.by(alternative[0].scheme.name), scopes)


def _least_restricted_first(operation: Operation[Any]) -> Sequence[Sequence[Requirement]]:
    owner = operation.owner
    if owner is None:
        return operation.security
    return sorted(operation.security, key=lambda a: any(owner.scope in r.scopes for r in a))


def insufficient_scope(requirement: Requirement) -> Forbidden:
    """The refusal of a caller whose scopes don't suffice (RFC 6750 section 3.1)."""
    scopes = " ".join(requirement.scopes)
    challenge = f'Bearer error="insufficient_scope", scope="{scopes}"'
    bearer = requirement.scheme.kind in ("bearer", "oauth2", "openid")
    headers = {"WWW-Authenticate": challenge} if bearer else {}
    return Forbidden(f"It takes credentials with the scope {scopes}.", headers=headers)


def _most_telling(refusals: Sequence[ProblemError]) -> ProblemError:
    """The first that is about credentials which were there; else one that asks for all kinds."""
    for refusal in refusals:
        if not isinstance(refusal, MissingCredentials):
            return refusal
    challenges = dict.fromkeys(
        challenge for r in refusals if (challenge := r.headers.get("WWW-Authenticate"))
    )
    if not challenges:
        return refusals[0]
    return MissingCredentials(refusals[0].detail, challenge=", ".join(challenges))
