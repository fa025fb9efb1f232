"""Where a client sends to and through what: base URL, proxy, TLS. Read once, not per call."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy

from pactwright.client.errors import ArgumentError


def read_base_url(text: str) -> str:
    """A base URL, normalised, without a slash at its end; its path is kept as a prefix.

    Raises:
        ArgumentError: it is no URL that requests can be sent to.
    """
    parts = _split(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _bad(text, "it begins with http:// or https:// and a host")
    if parts.username is not None:
        raise ArgumentError("a base URL holds no user name: pass credentials=Basic(…) instead")
    if "?" in text or "#" in text:
        raise _bad(text, "it has neither query nor fragment")
    try:
        prepared = requests.Request("GET", text).prepare()
    except (requests.RequestException, UnicodeError):
        raise _bad(text, "its host can't be read") from None
    return (prepared.url or "").rstrip("/")


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  (raises where it is no number)
    except ValueError:
        raise _bad(text, "its host or port can't be read") from None
    return parts


def _bad(text: str, why: str) -> ArgumentError:
    shown = "what was given" if "@" in text else repr(text.partition("?")[0])
    return ArgumentError(f"{shown} is no base URL: {why}, e.g. https://api.example.com/v1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How a base URL is reached.

    Attributes:
        proxies: by scheme, as requests' adapters take them; None is none.
        verify: whether to check certificates, or the path of the CA bundle to check them by.
        cert: path of the client's certificate, or the paths of certificate and key.
    """

    proxies: Mapping[str, str] | None = None
    verify: bool | str = True
    cert: str | tuple[str, str] | None = None

    def __repr__(self) -> str:  # a proxy's URL may hold a password
        return f"Connection(proxied={self.proxies is not None}, verify={self.verify!r})"


def connection(
    url: str,
    *,
    trust_env: bool,
    proxies: Mapping[str, str] | None,
    verify: bool | str,
    cert: str | tuple[str, str] | None,
    environment: Mapping[str, str] | None = None,
) -> Connection:
    """How a base URL is reached, by what is given and then by the environment, as requests does it.

    HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE count;
    a netrc file does not: credentials go only where an operation asks for them.

    Raises:
        ArgumentError: a file that is named is not there.
    """
    environment = os.environ if environment is None else environment
    settings = dict(proxies or {})
    if trust_env:
        settings = {**get_environ_proxies(url, settings.get("no_proxy")), **settings}
        if verify is True:
            bundle = environment.get("REQUESTS_CA_BUNDLE") or environment.get("CURL_CA_BUNDLE")
            verify = bundle or True
    for path in (verify, *((cert,) if isinstance(cert, str) else cert or ())):
        if isinstance(path, str) and not Path(path).exists():
            raise ArgumentError(f"there is no file {path}: see verify, cert and REQUESTS_CA_BUNDLE")
    proxy = select_proxy(url, settings)
    found = {urlsplit(url).scheme: proxy} if proxy else None
    return Connection(proxies=found, verify=verify, cert=cert)
