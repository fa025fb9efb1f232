"""The forms of OAuth 2.0 on the wire: its errors, and what an introspection tells."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from hereabouts.authentication import models
from pactwright.service import Answer, AnswerError
from pactwright.wire import Operation, Problem
from services.authentication.records import Token

TOKEN_TYPE: Final = "Bearer"  # noqa: S105 - the name of a kind, no secret
NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
"""Of each answer with a token, or about one (RFC 6749 section 5.1)."""

_OPERATIONS: Final = frozenset({"issue_token", "revoke_token", "introspect_token"})


def present_problem(operation: Operation[Any], problem: Problem) -> Answer[Any] | None:
    """Faults of the OAuth endpoints in their own form (RFC 6749 section 5.2)."""
    if operation.name not in _OPERATIONS:
        return None
    if problem.status == 401:
        return client_refused()
    if problem.status not in (400, 415, 422):
        return None
    described = "; ".join(f"{e.pointer or '/'}: {e.detail}" for e in problem.errors or ())
    return _refusal("invalid_request", described or problem.detail or "")


def refuse(error: str, description: str) -> NoReturn:
    """End the operation with an error of RFC 6749 section 5.2."""
    raise AnswerError(_refusal(error, description))


def _refusal(error: str, description: str) -> Answer[models.OAuthError]:
    allowed = "".join(c if " " <= c <= "~" and c not in '"\\' else "'" for c in description)
    body = models.OAuthError.model_validate({"error": error, "error_description": allowed[:1000]})
    return Answer(body, status=400, headers=NO_STORE)


def client_refused() -> Answer[models.OAuthError]:
    """The answer for a client that is unknown or can't prove who it is."""
    body = models.OAuthError(
        error="invalid_client", error_description="The client is unknown or its secret is wrong."
    )
    challenge = {"WWW-Authenticate": 'Basic realm="hereabouts", charset="UTF-8"'}
    return Answer(body, status=401, headers={**NO_STORE, **challenge})


def introspection(token: Token) -> models.Introspection:
    """What a token that works stands for."""
    return models.Introspection(
        active=True,
        scope=token.scope,
        client_id=token.client_id,
        username=token.username,
        token_type=TOKEN_TYPE,
        exp=token.expires_at,
        iat=token.issued_at,
        sub=token.subject,
        aud=list(token.audience) or None,
    )
