"""requests' adapter, for a client that always talks to the same place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool, HTTPSConnectionPool

from pactwright.wire.connections import HurriedConnection

_POOL_SIZE: Final = 32


class _Https(HurriedConnection, HTTPSConnection):
    """By TLS."""


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = HurriedConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


_POOLS: Final = {"http": _HttpPool, "https": _HttpsPool}


class OriginAdapter(HTTPAdapter):
    """An `HTTPAdapter` for one origin, reached in one way.

    It finds its connection pool once and keeps no cookies; that is a quarter of what the adapter
    costs per request. It keeps up to 32 connections; beyond that they are made and closed again.
    None of them holds a call longer than the call has time.
    """

    def __init__(self) -> None:
        super().__init__(pool_connections=1, pool_maxsize=_POOL_SIZE)
        self._pool: ConnectionPool | None = None

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make what makes pools."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """What makes pools that go through a proxy; SOCKS has connections of its own."""
        manager = super().proxy_manager_for(proxy, **options)
        if isinstance(manager, urllib3.ProxyManager):
            manager.pool_classes_by_scheme = _POOLS
        return manager

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: Any,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> ConnectionPool:
        """The pool of connections to the origin."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        return self._pool

    def request_url(
        self, request: requests.PreparedRequest, proxies: Mapping[str, str] | None
    ) -> str:
        """What stands in the request line: a whole URL is for proxies only."""
        return super().request_url(request, proxies) if proxies else request.path_url

    def build_response(
        self, req: requests.PreparedRequest, resp: urllib3.BaseHTTPResponse
    ) -> requests.Response:
        """The answer, its body yet to be read."""
        response = requests.Response()
        response.status_code = resp.status
        response.reason = resp.reason or ""
        response.headers = CaseInsensitiveDict(resp.headers)
        response.raw = resp
        response.url = req.url or ""
        response.request = req
        response.connection = self
        return response

    def close(self) -> None:
        """Close the connections that are not in use."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()  # clearing the manager leaves that to the garbage collector
        super().close()
