"""The base of generated clients."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import random as random_fraction
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_ACCEPT_ENCODING

from pactwright.client.adapter import OriginAdapter
from pactwright.client.addresses import connection, read_base_url
from pactwright.client.answers import read
from pactwright.client.credentials import choose
from pactwright.client.deadlines import Clock, Deadline, Timeout
from pactwright.client.errors import ArgumentError, ClientError
from pactwright.client.exchange import Exchange
from pactwright.client.hooks import Hook
from pactwright.client.idempotency import has_key, random_key, with_key
from pactwright.client.options import (
    DEFAULT,
    CallOptions,
    Credentials,
    Default,
    check_names,
    given,
    several,
)
from pactwright.client.pages import iterate
from pactwright.client.request import Request
from pactwright.client.response import Response, note
from pactwright.client.retries import NO_RETRIES, Retries, RetryBudget, RetryPolicy
from pactwright.client.transport import Transport
from pactwright.wire import EncodeError, Operation, ResponseMessage, encode_request, trace

T = TypeVar("T")

_MEBIBYTE: Final = 2**20
_USER_AGENT: Final = (
    f"pactwright requests/{requests.__version__} Python/{platform.python_version()}"
)


class Client:
    """What the client of a service is made of: safe for threads, one connection pool.

    Generated clients subclass it; their methods take `CallOptions` besides their own arguments.
    Close it, or use it as a context manager. Environment variables for proxies and CA bundles are
    read once, here.

    Args:
        base_url: where the service is; a path in it is kept as a prefix.
        credentials: one or several; each is sent only where an operation asks for its kind.
        timeout: seconds to wait; a number stands for connect, read and total.
        retries: what is tried again; None sends each request once.
        transport: sends the requests, instead of a connection pool of the client's own. It is left
            open when the client is closed.
        hooks: see each attempt, the first of them outermost.
        trust_env: whether proxies and CA bundles are taken from the environment.
        proxies: URLs by scheme, as requests takes them.
        verify: whether to check certificates, or the path of a CA bundle to check them by.
        cert: path of the client's certificate, or the paths of certificate and key.
        user_agent: what the client calls itself.
        response_limit: bytes that an answer's body may have, decompressed.
        clock: where the time comes from.
        random: gives a number from 0 up to 1, for the waits between retries.
        new_key: makes an unguessable key for each call of an operation that takes an
            Idempotency-Key and is given none; see `pactwright.client.idempotency`.

    Raises:
        ArgumentError: the base URL or another setting can't be what it is.
    """

    def __init__(
        self,
        base_url: str,
        *,
        credentials: Credentials = (),
        timeout: Timeout | float | Literal[Default.DEFAULT] | None = DEFAULT,
        retries: RetryPolicy | Literal[Default.DEFAULT] | None = DEFAULT,
        transport: BaseAdapter | None = None,
        hooks: Sequence[Hook] = (),
        trust_env: bool = True,
        proxies: Mapping[str, str] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        user_agent: str = _USER_AGENT,
        response_limit: int = 16 * _MEBIBYTE,
        clock: Clock | None = None,
        random: Callable[[], float] = random_fraction,
        new_key: Callable[[], str] = random_key,
    ) -> None:
        self._base_url = read_base_url(base_url)
        self._credentials = several(credentials)
        self._timeout = given(timeout, Timeout(), Timeout.of)
        self._retries = given(retries, RetryPolicy(), lambda policy: policy or NO_RETRIES)
        self._budget = RetryBudget(self._retries.budget)
        self._hooks = tuple(hooks)
        self._clock = clock or Clock()
        self._random = random
        self._new_key = new_key
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": DEFAULT_ACCEPT_ENCODING}
        adapter = transport or OriginAdapter()
        self._owned = adapter if transport is None else None
        self._transport = Transport(
            adapter=adapter,
            connection=connection(
                self._base_url, trust_env=trust_env, proxies=proxies, verify=verify, cert=cert
            ),
            limit=response_limit,
        )
        self._closed = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the client's connections. Calls after that raise `ClientError`."""
        self._closed = True
        if self._owned is not None:
            self._owned.close()

    def _call(
        self, operation: Operation[T], arguments: Mapping[str, object], options: CallOptions
    ) -> T:
        """Make a call.

        Args:
            operation: what to call.
            arguments: its arguments by their Python names; None is not sent.
            options: what the caller says about this call.

        Raises:
            ClientError: see `pactwright.client.errors`.
            TypeError: there is no such option.
        """
        started = self._clock.monotonic()
        exchange = self._exchange(operation, arguments, options)
        message = exchange.perform()
        value = read(operation, exchange.request, message, self._clock.wall())
        note(lambda: self._response(value, message, exchange.sent, started))
        return value

    def _pages(
        self, operation: Operation[Any], arguments: Mapping[str, object], options: CallOptions
    ) -> Iterator[Any]:
        """The items of a list, page by page; timeout and deadline are those of each page's call."""
        return iterate(operation, arguments, lambda given: self._call(operation, given, options))

    def _exchange(
        self, operation: Operation[Any], arguments: Mapping[str, object], options: CallOptions
    ) -> Exchange:
        if self._closed:
            raise ClientError(f"{self!r} is closed")
        check_names(options)
        timeout = given(options.get("timeout", DEFAULT), self._timeout, Timeout.of)
        policy = given(options.get("retries", DEFAULT), self._retries, lambda p: p or NO_RETRIES)
        credentials = given(options.get("credentials", DEFAULT), self._credentials, several)
        deadline = Deadline.after(self._clock, timeout.total, options.get("deadline"))
        arguments = with_key(operation, arguments, self._new_key)
        keyed = has_key(operation, arguments)
        certificate = self._transport.connection.cert is not None
        return Exchange(
            self._request(operation, arguments, options.get("headers")),
            chosen=choose(operation, credentials, certificate=certificate),
            transport=self._transport,
            hooks=self._hooks,
            timeout=timeout,
            retries=Retries(
                policy=policy,
                budget=self._budget,
                deadline=deadline,
                idempotent=options.get("idempotent", keyed or operation.method in policy.methods),
                keyed=keyed,
                random=self._random,
            ),
        )

    def _request(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        extra: Mapping[str, str] | None,
    ) -> Request:
        try:
            message = encode_request(operation, arguments)
        except EncodeError as error:
            raise ArgumentError(f"{operation.name}: {error}", errors=error.errors) from None
        query = f"?{message.query}" if message.query else ""
        current = trace.current.get()
        request = Request(
            operation=operation.name,
            method=message.method,
            url=f"{self._base_url}{message.path}{query}",
            headers={**self._headers, **(current.headers() if current else {}), **message.headers},
            body=message.body,
        )
        return request.with_headers(extra) if extra else request

    def _response(
        self, value: T, message: ResponseMessage, attempts: int, started: float
    ) -> Response[T]:
        return Response(
            value=value,
            status=message.status,
            headers=CaseInsensitiveDict(message.headers),
            elapsed=self._clock.monotonic() - started,
            attempts=attempts,
        )
