"""Credentials, and which of them an operation is given.

A credential is sent only where the operation's security asks for its kind. OAuth 2.0 and OpenID
Connect are borne as bearer tokens (RFC 6750).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias, TypeVar
from urllib.parse import quote, quote_plus

from pactwright.client.deadlines import Deadline
from pactwright.client.errors import (
    ArgumentError,
    ClientError,
    CredentialsError,
    MissingCredentials,
)
from pactwright.client.request import Request
from pactwright.wire import Operation, Requirement, SecurityScheme

T = TypeVar("T")

BEARER_KINDS: Final = frozenset({"bearer", "oauth2", "openid"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that is about to be sent and wants a credential.

    Attributes:
        scheme: what asks for the credential.
        deadline: until when the call must be done.
    """

    request: Request
    scheme: SecurityScheme
    deadline: Deadline


class Credential(ABC):
    """Something that shows who is calling. Subclass it for schemes of other kinds.

    Attributes:
        kinds: which kinds of security scheme it satisfies.
        scheme: the only scheme that it is for, by its name in the document; None is any.
    """

    kinds: ClassVar[frozenset[str]]
    scheme: str | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def serves(self, scheme: SecurityScheme) -> bool:
        """Whether it is meant for a security scheme."""
        return scheme.kind in self.kinds and self.scheme in (None, scheme.name)

    @abstractmethod
    def authorize(self, attempt: Attempt) -> Request:
        """The request with the credential in it. Called for each attempt."""


class RenewableCredential(Credential):
    """A credential that can be had anew when it is refused."""

    @abstractmethod
    def renew(self, request: Request) -> None:
        """Forget what a request was refused with (401); the request is sent once again."""


class Bearer(Credential):
    """A bearer token (RFC 6750).

    Args:
        token: the token, or what gives it; asked before each attempt.
        scheme: the only scheme that it is for, by its name in the document.
    """

    kinds = BEARER_KINDS

    def __init__(self, token: str | Callable[[], str], *, scheme: str | None = None) -> None:
        self._token = token
        self.scheme = scheme
        if isinstance(token, str):
            _check_secret(token, "a bearer token")

    def authorize(self, attempt: Attempt) -> Request:
        """Put the token into the Authorization header.

        Raises:
            CredentialsError: the function that gives it failed.
        """
        token = self._token if isinstance(self._token, str) else obtained(self._token, "token")
        return bearing(attempt.request, token)


class Basic(Credential):
    """A user's name and password (RFC 7617, in UTF-8), or an OAuth client's id and secret.

    Args:
        username: the name; it has no colon, unless form-encoded.
        password: the password.
        scheme: the only scheme that it is for, by its name in the document.
        form_encoded: whether both are form-encoded first, as OAuth clients have to (RFC 6749
            section 2.3.1).
    """

    kinds = frozenset({"basic"})

    def __init__(
        self,
        username: str,
        password: str,
        *,
        scheme: str | None = None,
        form_encoded: bool = False,
    ) -> None:
        self._value = _basic(username, password, form_encoded=form_encoded)
        self.scheme = scheme

    @staticmethod
    def of(
        pair: Callable[[], tuple[str, str]],
        *,
        scheme: str | None = None,
        form_encoded: bool = False,
    ) -> Credential:
        """Name and password from a function, asked before each attempt.

        Where the function fails, the call raises `CredentialsError`.
        """
        return _LateBasic(pair, scheme, form_encoded=form_encoded)

    def authorize(self, attempt: Attempt) -> Request:
        """Put name and password into the Authorization header."""
        return attempt.request.with_headers({"Authorization": self._value})


class _LateBasic(Credential):
    """HTTP Basic with what a function gives."""

    kinds = Basic.kinds

    def __init__(
        self, pair: Callable[[], tuple[str, str]], scheme: str | None, *, form_encoded: bool
    ) -> None:
        self._pair = pair
        self._form_encoded = form_encoded
        self.scheme = scheme

    def authorize(self, attempt: Attempt) -> Request:
        username, password = obtained(self._pair, "name and password")
        value = _basic(username, password, form_encoded=self._form_encoded)
        return attempt.request.with_headers({"Authorization": value})


def obtained(give: Callable[[], T], what: str) -> T:
    """What a caller's function gives.

    Args:
        give: the function.
        what: what it should give, for the error's text; the function's own text may be secret.

    Raises:
        CredentialsError: it raised something; that is the cause.
        ClientError: it raised that itself.
    """
    try:
        return give()
    except ClientError:
        raise
    except Exception as error:
        message = f"no {what}: the function that gives it raised {type(error).__name__}"
        raise CredentialsError(message) from error


def _basic(username: str, password: str, *, form_encoded: bool) -> str:
    if form_encoded:
        username, password = quote_plus(username), quote_plus(password)
    if ":" in username:
        raise ArgumentError("a username for HTTP Basic has no colon")
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode("ascii")


class ApiKey(Credential):
    """A key, sent in the header, query or cookie that the document names."""

    kinds = frozenset({"api_key"})

    def __init__(self, key: str, *, scheme: str | None = None) -> None:
        _check_secret(key, "an API key")
        self._key = key
        self.scheme = scheme

    def authorize(self, attempt: Attempt) -> Request:
        """Put the key where the scheme says."""
        request, scheme = attempt.request, attempt.scheme
        name = scheme.parameter or scheme.name
        if scheme.location == "query":
            return request.with_query(f"{quote(name, safe='')}={quote(self._key, safe='')}")
        if scheme.location == "cookie":
            others = [v for k, v in request.headers.items() if k.lower() == "cookie"]
            return request.with_headers({"Cookie": "; ".join([*others, f"{name}={self._key}"])})
        return request.with_headers({name: self._key})


def bearing(request: Request, token: str) -> Request:
    """A request with a bearer token.

    Raises:
        ArgumentError: the token has characters that no header may have.
    """
    _check_secret(token, "a bearer token")
    return request.with_headers({"Authorization": f"Bearer {token}"})


def _check_secret(text: str, what: str) -> None:
    if not text or not all("!" <= character <= "~" for character in text):
        raise ArgumentError(f"{what} is printable ASCII without spaces, and not empty")


Chosen: TypeAlias = Sequence[tuple[Credential, SecurityScheme]]


def choose(
    operation: Operation[Any], credentials: Sequence[Credential], *, certificate: bool = False
) -> Chosen:
    """The credentials to send with an operation: those of the first alternative that can be met.

    Args:
        operation: what is called.
        credentials: what there is to send.
        certificate: whether the client shows a certificate, for mutual TLS.

    Raises:
        MissingCredentials: none of the alternatives can be met, nor is the operation open.
    """
    for alternative in filter(None, operation.security):
        grants = _grants(alternative, credentials, certificate=certificate)
        if grants is not None:
            return grants
    if not operation.security or () in operation.security:
        return ()
    wanted = " or ".join(
        " and ".join(f"{r.scheme.name} ({r.scheme.kind})" for r in alternative)
        for alternative in operation.security
    )
    given = ", ".join(type(credential).__name__ for credential in credentials) or "none"
    raise MissingCredentials(
        f"{operation.name} asks for {wanted}; the credentials given are: {given}"
    )


def _grants(
    alternative: Sequence[Requirement], credentials: Sequence[Credential], *, certificate: bool
) -> Chosen | None:
    grants: list[tuple[Credential, SecurityScheme]] = []
    for requirement in alternative:
        scheme = requirement.scheme
        if scheme.kind == "mutual_tls" and certificate:
            continue
        serving = next((c for c in credentials if c.serves(scheme)), None)
        if serving is None:
            return None
        grants.append((serving, scheme))
    return grants
