"""Who is calling: each operation's security requirements, met by authenticators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

    def admit(self, call: Call) -> Principal | None:
        """Who calls, or None where anyone may and nobody has said who they are.

        Raises:
            ProblemError: no alternative is met.
        """
        refusals: list[ProblemError] = []
        known: dict[str, Principal] = {}
        for alternative in call.operation.security:
            try:
                if alternative:
                    return self._satisfied(call, alternative, known)
            except ProblemError as refusal:
                refusals.append(refusal)
        anonymous = () in call.operation.security or not call.operation.security
        if anonymous and all(isinstance(r, MissingCredentials) for r in refusals):
            return None
        raise _most_telling(refusals)

    def _satisfied(
        self, call: Call, alternative: Sequence[Requirement], known: dict[str, Principal]
    ) -> Principal:
        for requirement in alternative:
            name = requirement.scheme.name
            if name not in known:
                known[name] = self._authenticators[name].authenticate(call)
            if not known[name].scopes.issuperset(requirement.scopes):
                raise insufficient_scope(requirement)
        return known[alternative[0].scheme.name]


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
