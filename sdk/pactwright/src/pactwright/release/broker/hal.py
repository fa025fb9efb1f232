"""Requests to a Pact Broker, which answers in HAL; what it refuses is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import requests
from requests import PreparedRequest
from requests.auth import AuthBase, HTTPBasicAuth

from pactwright.release.errors import BrokerError

URL: Final = "PACT_BROKER_BASE_URL"
TOKEN: Final = "PACT_BROKER_TOKEN"  # noqa: S105 - the variable's name
USERNAME: Final = "PACT_BROKER_USERNAME"
PASSWORD: Final = "PACT_BROKER_PASSWORD"  # noqa: S105 - the variable's name
"""The environment variables by which every tool of Pact's finds its broker."""

_PATIENCE: Final = (10.0, 60.0)
_LONGEST: Final = 300

Resource = Mapping[str, Any]


@dataclass(frozen=True)
class Bearer(AuthBase):
    """Authenticates by a token (RFC 6750)."""

    token: str = field(repr=False)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the token to a request."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class Anonymous(AuthBase):
    """Does not authenticate."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Leave a request as it is."""
        return request


@dataclass(frozen=True)
class Hal:
    """A broker that is asked.

    Attributes:
        url: its address, without a slash at the end.
        authenticate: adds credentials to each request.
        session: sends them.
    """

    url: str
    authenticate: AuthBase = field(default_factory=Anonymous, repr=False)
    session: requests.Session = field(default_factory=requests.Session)

    @classmethod
    def configured(cls, environment: Mapping[str, str]) -> Hal | None:
        """The broker that environment variables name; None where they name none.

        Raises:
            BrokerError: both a token and a password are given, or a name without the other.
        """
        url = environment.get(URL, "").rstrip("/")
        if not url:
            return None
        token, name = environment.get(TOKEN), environment.get(USERNAME)
        password = environment.get(PASSWORD)
        if token and (name or password):
            raise BrokerError(f"{TOKEN} and {USERNAME} are both set: leave out one of the two")
        if bool(name) != bool(password):
            raise BrokerError(f"{USERNAME} and {PASSWORD} belong together: one of them is not set")
        if token:
            return cls(url, Bearer(token))
        return cls(url, HTTPBasicAuth(name, password) if name and password else Anonymous())

    def get(self, path: str, **query: str) -> Resource:
        """Fetch a resource.

        Args:
            path: below the broker's address, or a whole URL of its own.
            query: parameters of the request.

        Raises:
            BrokerError: it can't be reached, or refuses.
        """
        return self._send("GET", path, params=query)

    def post(self, path: str, body: object) -> Resource:
        """Send JSON to a resource; raises like `get`."""
        return self._send("POST", path, json=body)

    def _send(self, method: str, path: str, **more: Any) -> Resource:
        url = path if path.startswith(("http://", "https://")) else f"{self.url}{path}"
        if not url.startswith(f"{self.url}/"):
            raise BrokerError(f"the broker {self.url} refers to {url}, which is not one of its own")
        try:
            answer = self.session.request(
                method,
                url,
                headers={"Accept": "application/hal+json"},
                auth=self.authenticate,  # else a netrc file would have its say
                timeout=_PATIENCE,
                allow_redirects=False,  # no credentials go to another place
                **more,
            )
        except requests.RequestException as error:
            raise BrokerError(
                f"the broker {self.url} can't be reached: {type(error).__name__}: {error}"
            ) from error
        return _content(answer, f"{method} {url}")


def part(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")


def link(resource: Resource, relation: str, name: str = "") -> str:
    """Where a link of a resource leads.

    Args:
        resource: as the broker gave it.
        relation: the link's, such as `pb:publish-verification-results`.
        name: which of several links.

    Raises:
        BrokerError: it has no such link.
    """
    found = resource.get("_links", {}).get(relation, [])
    links = found if isinstance(found, list) else [found]
    for each in links:
        if not name or each.get("name") == name:
            return str(each["href"])
    names = ", ".join(str(each.get("name")) for each in links) or "none"
    wanted = f" for {name!r}; it has {names}" if name else ""
    raise BrokerError(f"the broker has no {relation}{wanted}")


def _content(answer: requests.Response, what: str) -> Resource:
    if not answer.ok or answer.is_redirect:
        said = f"{what}: {answer.status_code} {answer.reason}{_advice(answer)}"
        raise BrokerError(said, answer.status_code)
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        kind = answer.headers.get("Content-Type", "nothing")
        raise BrokerError(f"{what}: the answer is {kind}, no HAL: is a Pact Broker there?")
    return content


def _advice(answer: requests.Response) -> str:
    if answer.status_code == requests.codes.unauthorized:
        return f": set {TOKEN}, or {USERNAME} and {PASSWORD}"
    if answer.is_redirect:
        return f" to {answer.headers.get('Location')}: set {URL} to where it really is"
    said = "; ".join(_errors(answer))
    return f": {said[:_LONGEST]}" if said else ""


def _errors(answer: requests.Response) -> Iterator[str]:
    """What the broker says is wrong, in any of the forms that it has for that."""
    try:
        content = answer.json()
    except ValueError:
        return
    if isinstance(content, dict):
        yield from _flat(content.get("errors", content.get("error")))


def _flat(said: object, where: str = "") -> Iterator[str]:
    if isinstance(said, dict):
        if isinstance(said.get("message"), str):
            yield said["message"]
            return
        for name, inner in said.items():
            yield from _flat(inner, f"{name} ")
    elif isinstance(said, list):
        for inner in said:
            yield from _flat(inner, where)
    elif said is not None:
        yield f"{where}{said}"
