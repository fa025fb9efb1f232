"""Access tokens that a client gets for itself and keeps fresh."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from typing import Final, Self, TypeAlias

from requests.adapters import BaseAdapter

from pactwright.client.credentials import (
    BEARER_KINDS,
    Attempt,
    RenewableCredential,
    bearing,
    obtained,
)
from pactwright.client.deadlines import Clock, Deadline
from pactwright.client.errors import ClientError, CredentialsError, DeadlineExceeded
from pactwright.client.logs import log
from pactwright.client.request import Request
from pactwright.client.token_endpoint import TokenEndpoint

_PAUSE: Final = 5.0

Fetch: TypeAlias = Callable[[], tuple[str, float]]
"""Gets an access token: the token, and the seconds from now for which it is good."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    stale: float
    expired: float


class ClientCredentials(RenewableCredential):
    """A service's own access token (RFC 6749 section 4.4), got when needed and kept fresh.

    Safe for threads: one of them gets a new token. Meanwhile others go on with the old one while it
    is good, and else wait for the new one. Where a new one can't be had, the old one serves as long
    as it is good.

    Args:
        fetch: gets a token and its life in seconds, e.g. by a generated client's method. Whatever
            it raises, the call raises `CredentialsError`, or `DeadlineExceeded` as it is.
        early: seconds before its expiry at which a token is renewed, but no more than a quarter
            of its life.
        scheme: the only scheme that it is for, by its name in the document.
        clock: where the time comes from.
    """

    kinds = BEARER_KINDS

    def __init__(
        self,
        fetch: Fetch,
        *,
        early: float = 60.0,
        scheme: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._fetch = fetch
        self._early = early
        self.scheme = scheme
        self._clock = clock or Clock()
        self._lock = threading.Lock()
        self._token: _Token | None = None
        self._flight: Future[_Token] | None = None

    @classmethod
    def from_token_url(
        cls,
        token_url: str,
        client_id: str,
        client_secret: str,
        *,
        scope: str = "",
        transport: BaseAdapter | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Gets tokens from an OAuth 2.0 token endpoint.

        Args:
            token_url: the endpoint, without a query.
            client_id: who the client is.
            client_secret: its password, sent by HTTP Basic.
            scope: scopes to ask for, separated by spaces; "" leaves it to the server.
            transport: sends the requests, instead of a connection pool of its own.
            clock: where the time comes from.

        Raises:
            ArgumentError: the URL is none.
        """
        endpoint = TokenEndpoint(
            token_url, client_id, client_secret, scope=scope, transport=transport, clock=clock
        )
        return cls(endpoint, clock=clock)

    def authorize(self, attempt: Attempt) -> Request:
        """Put a token that is good into the Authorization header.

        Raises:
            CredentialsError: none could be had.
            DeadlineExceeded: none could be had in time.
        """
        token = None
        while token is None:
            token = self._good_token(attempt)
        return bearing(attempt.request, token.text)

    def renew(self, request: Request) -> None:
        """Forget the token that the request was sent with, unless there is a newer one."""
        with self._lock:
            token = self._token
            if token and request.headers.get("Authorization") == f"Bearer {token.text}":
                self._token = None

    def _good_token(self, attempt: Attempt) -> _Token | None:
        """A token; None where another thread was to get one and gave up for itself alone."""
        mine: Future[_Token] = Future()
        with self._lock:
            now = self._clock.wall()
            token = self._token if self._token and now < self._token.expired else None
            flight = self._flight
            if token and (flight or now < token.stale):
                return token
            self._flight = flight or mine
        return _landed(flight, attempt) if flight else self._fly(mine, token, attempt)

    def _fly(self, flight: Future[_Token], spare: _Token | None, attempt: Attempt) -> _Token:
        try:
            token = self._fetched(attempt.deadline)
        except ClientError as error:
            self._land(flight, spare)
            if spare is None:
                _fail(flight, error)
                raise
            log.warning("an access token could not be renewed, the old one serves: %s", error)
            token = spare
        except BaseException as error:
            self._land(flight, spare)
            _fail(flight, error)
            raise
        else:
            self._land(flight, token)
        flight.set_result(token)
        return token

    def _fetched(self, deadline: Deadline) -> _Token:
        try:
            text, life = (
                self._fetch.within(deadline.limit(None))
                if isinstance(self._fetch, TokenEndpoint)
                else obtained(self._fetch, "access token")
            )
        except (DeadlineExceeded, CredentialsError):
            raise
        except ClientError as error:
            raise CredentialsError(f"no access token: {error}", request=error.request) from error
        now = self._clock.wall()
        return _Token(text, now + life - min(self._early, life / 4), now + life)

    def _land(self, flight: Future[_Token], token: _Token | None) -> None:
        """End a flight; a token that is due for renewal is left alone for a while."""
        if token and token.stale <= self._clock.wall():
            token = replace(token, stale=self._clock.wall() + _PAUSE)
        with self._lock:
            self._token = token
            if self._flight is flight:
                self._flight = None


def _fail(flight: Future[_Token], error: BaseException) -> None:
    """Let those who wait know; a lack of time or an interrupt is this thread's own affair."""
    if isinstance(error, Exception) and not isinstance(error, DeadlineExceeded):
        flight.set_exception(error)
    else:
        flight.cancel()


def _landed(flight: Future[_Token], attempt: Attempt) -> _Token | None:
    try:
        return flight.result(timeout=attempt.deadline.limit(None))
    except CancelledError:
        return None
    except TimeoutError:
        message = f"{attempt.request}: no time is left to wait for an access token"
        raise DeadlineExceeded(message) from None
