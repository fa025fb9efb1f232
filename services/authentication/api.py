"""The operations of authentication, each by what it calls and how it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hereabouts.authentication import models
from hereabouts.authentication.service import AuthenticationService
from pactwright.service import (
    Answer,
    AnswerError,
    Call,
    FieldError,
    InvalidRequest,
    ProblemError,
    TooManyRequests,
    Unauthenticated,
)
from services.authentication import oauth
from services.authentication.accounts import (
    Accounts,
    CommonPassword,
    NoSuchUser,
    UsernameTaken,
    WrongPassword,
)
from services.authentication.principals import asking_client, id_of
from services.authentication.records import USER_SCOPE, ServiceClient, Session, User
from services.authentication.registration import Registration
from services.authentication.sessions import (
    InvalidGrant,
    InvalidScope,
    Issued,
    OtherClient,
    Sessions,
    UnauthorizedClient,
    WrongCredentials,
)
from services.authentication.throttle import Throttle, TooManyAttempts

_NOWHERE: Final = "unknown"
_INACTIVE: Final = models.Introspection(active=False)
_BEARER: Final = 'Bearer realm="hereabouts", error="invalid_token"'


class AuthenticationApi(AuthenticationService):
    """Implements the operations.

    Args:
        registration: makes people's accounts.
        accounts: people's accounts.
        sessions: their sessions, and services' tokens.
        throttle: how often somebody may try.
        issuer: the URL at which a call reached this service (RFC 8414 section 2).
    """

    def __init__(
        self,
        registration: Registration,
        accounts: Accounts,
        sessions: Sessions,
        throttle: Throttle,
        issuer: Callable[[Call], str],
    ) -> None:
        self._registration = registration
        self._accounts = accounts
        self._sessions = sessions
        self._throttle = throttle
        self._issuer = issuer

    def register_user(
        self, call: Call, body: models.NewUser, *, idempotency_key: str | None = None
    ) -> Answer[models.User]:
        """Create an account."""
        source = call.source or _NOWHERE
        try:
            user = self._registration.register(
                body.username, body.password, source=source, key=idempotency_key
            )
        except TooManyAttempts as error:
            raise _too_many(error) from None
        except UsernameTaken:
            raise ProblemError(
                409, "username-taken", detail=f"The username {body.username} is taken."
            ) from None
        except CommonPassword:
            raise _common_password("/password") from None
        return Answer(_user(user), headers={"Location": "users/me"})

    def get_current_user(self, call: Call) -> Answer[models.User]:
        """Tell whose token it is."""
        return Answer(_user(self._current(call)), headers={"Cache-Control": "private, no-cache"})

    def change_password(self, call: Call, body: models.PasswordChange) -> Answer[None]:
        """Set a new password; the user's other sessions end."""
        session = self._session(call)
        try:
            self._throttle.admit_password_change(session.session_id)
            self._accounts.change_password(session, body.current_password, body.new_password)
        except TooManyAttempts as error:
            raise _too_many(error) from None
        except WrongPassword:
            raise ProblemError(
                403, "wrong-password", detail="The current password is wrong."
            ) from None
        except CommonPassword:
            raise _common_password("/new_password") from None
        except NoSuchUser:
            raise _token_ended() from None
        self._throttle.changed_password(session.session_id)
        return Answer(None)

    def delete_current_user(self, call: Call) -> Answer[None]:
        """Delete the account; its tokens end."""
        self._accounts.delete(self._session(call).user_id)
        return Answer(None)

    def sign_in(self, call: Call, body: models.Credentials) -> Answer[models.Tokens]:
        """Begin a session."""
        source = call.source or _NOWHERE
        try:
            self._throttle.admit_sign_in(body.username, source)
            issued = self._sessions.sign_in(body.username, body.password)
        except TooManyAttempts as error:
            raise _too_many(error) from None
        except WrongCredentials:
            raise Unauthenticated(
                "Username or password is wrong.",
                slug="invalid-credentials",
                challenge='Bearer realm="hereabouts"',
            ) from None
        self._throttle.signed_in(body.username, source)
        headers = {**oauth.NO_STORE, "Location": "sessions/current"}
        return Answer(_tokens(issued), headers=headers)

    def sign_out(self, call: Call) -> Answer[None]:
        """End the session that the token belongs to."""
        self._sessions.sign_out(self._session(call))
        return Answer(None)

    def issue_token(
        self, call: Call, body: models.TokenRequest, *, idempotency_key: str | None = None
    ) -> Answer[models.Tokens]:
        """Answer the token endpoint (RFC 6749 section 3.2)."""
        client = asking_client(call, body)
        try:
            issued = self._granted(client, body, idempotency_key)
        except UnauthorizedClient:
            oauth.refuse("unauthorized_client", "The client may have no tokens of its own.")
        except InvalidScope:
            oauth.refuse("invalid_scope", "The scope is more than may be granted.")
        except InvalidGrant:
            oauth.refuse(
                "invalid_grant", "The refresh token is unknown, expired, spent or revoked."
            )
        return Answer(_tokens(issued), headers=oauth.NO_STORE)

    def _granted(
        self, client: ServiceClient | None, body: models.TokenRequest, key: str | None
    ) -> Issued:
        if body.grant_type == "client_credentials":
            if client is None:
                raise AnswerError(oauth.client_refused())
            return self._sessions.issue_to(client, body.scope)
        if body.grant_type != "refresh_token":
            oauth.refuse("unsupported_grant_type", "It is client_credentials or refresh_token.")
        if not body.refresh_token:
            oauth.refuse("invalid_request", "refresh_token is missing.")
        return self._sessions.refresh(
            body.refresh_token, body.scope, client_id=id_of(client), key=key
        )

    def revoke_token(self, call: Call, body: models.RevocationRequest) -> Answer[None]:
        """Answer the revocation endpoint (RFC 7009)."""
        client = asking_client(call, body)
        try:
            self._sessions.revoke(body.token, id_of(client))
        except OtherClient:
            if client is None:
                raise AnswerError(oauth.client_refused()) from None
            oauth.refuse("invalid_grant", "The token was issued to another client.")
        return Answer(None)

    def introspect_token(
        self, call: Call, body: models.IntrospectionRequest
    ) -> Answer[models.Introspection]:
        """Answer the introspection endpoint (RFC 7662)."""
        client = asking_client(call, body)
        token = self._sessions.introspect(body.token)
        told = token is not None and client is not None and token.is_told_to(client.client_id)
        answer = oauth.introspection(token) if token and told else _INACTIVE
        return Answer(answer, headers=oauth.NO_STORE)

    def get_metadata(self, call: Call) -> Answer[models.Metadata]:
        """Describe the authorization server (RFC 8414)."""
        issuer = self._issuer(call)
        metadata = models.Metadata(
            issuer=issuer,
            token_endpoint=f"{issuer}/oauth2/token",
            token_endpoint_auth_methods_supported=["client_secret_basic", "none"],
            revocation_endpoint=f"{issuer}/oauth2/revoke",
            revocation_endpoint_auth_methods_supported=["client_secret_basic", "none"],
            introspection_endpoint=f"{issuer}/oauth2/introspect",
            introspection_endpoint_auth_methods_supported=["client_secret_basic"],
            grant_types_supported=["client_credentials", "refresh_token"],
            response_types_supported=[],
            scopes_supported=[USER_SCOPE, "locations:read"],
        )
        return Answer(metadata, headers={"Cache-Control": "public, max-age=3600"})

    def _session(self, call: Call) -> Session:
        session = call.principal.claims.get("session") if call.principal else None
        if not isinstance(session, Session):
            raise _token_ended()
        return session

    def _current(self, call: Call) -> User:
        try:
            return self._accounts.get(self._session(call).user_id)
        except NoSuchUser:
            raise _token_ended() from None


def _common_password(pointer: str) -> InvalidRequest:
    place = FieldError(location="body", pointer=pointer, detail="This password is too common")
    return InvalidRequest(
        "This password is one of the first that others would try. Choose another one.",
        slug="common-password",
        errors=[place],
    )


def _too_many(error: TooManyAttempts) -> TooManyRequests:
    seconds = error.retry_after
    return TooManyRequests(seconds, f"Too many attempts. Try again in {seconds} seconds.")


def _token_ended() -> Unauthenticated:
    return Unauthenticated("The token is no user's, or has ended. Sign in.", challenge=_BEARER)


def _user(user: User) -> models.User:
    return models.User(user_id=user.user_id, username=user.username, created_at=user.created_at)


def _tokens(issued: Issued) -> models.Tokens:
    record = issued.record
    return models.Tokens(
        access_token=issued.access_token,
        expires_in=record.expires_at - record.issued_at,
        refresh_token=issued.refresh_token,
        scope=record.scope,
        user_id=record.session.user_id if record.session else None,
    )
