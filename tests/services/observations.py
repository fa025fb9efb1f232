"""Which operation was seen to answer with which status, by a caller from outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import yaml
from requests.adapters import BaseAdapter

from pactwright.service.events import Incoming
from pactwright.service.problem import ProblemError
from pactwright.service.routing import Routes
from pactwright.wire import Operation

SERVICES: Final = ("authentication", "location", "profile")

Observation = tuple[str, str, int]
"""Service, operation, status."""

UNDECLARED: Final = frozenset({400, 404, 405, 406, 413, 415, 422, 429, 500, 503})
"""What `default` stands for; see the response `Unexpected` in contracts/common.yaml."""


class ObservedAdapter(BaseAdapter):
    """Notes what answers pass through it.

    Args:
        inner: sends the requests.
        service: where to.
        operations: the service's.
        seen: where it is noted.
    """

    def __init__(
        self,
        inner: BaseAdapter,
        service: str,
        operations: Sequence[Operation[Any]],
        seen: set[Observation],
    ) -> None:
        super().__init__()
        self._inner = inner
        self._service = service
        self._routes = Routes((o.method, o.path, o.name) for o in operations)
        self._seen = seen

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Send it on."""
        response = self._inner.send(request, *args, **options)
        path = urlsplit(request.url or "").path
        try:
            route, _ = self._routes.find(Incoming(path=path))
            operation = route.method(request.method or "")
        except ProblemError:
            return response
        self._seen.add((self._service, operation, response.status_code))
        return response

    def close(self) -> None:
        """Close what it sends by."""
        self._inner.close()


def declared(service: str, contracts: Path) -> set[Observation]:
    """Each operation of a service's document with each of its statuses, but for `default`."""
    document = yaml.safe_load(Path(contracts, f"{service}.yaml").read_text(encoding="utf-8"))
    return {
        (service, operation["operationId"], int(status))
        for item in document["paths"].values()
        for operation in item.values()
        if "responses" in operation
        for status in operation["responses"]
        if status != "default"
    }


def gaps(service: str, contracts: Path, seen: set[Observation]) -> list[str]:
    """What a service's document declares and nobody saw, and what was seen and is not declared.

    Args:
        service: the service.
        contracts: the folder of the documents.
        seen: what was seen, of all services.
    """
    wanted = declared(service, contracts)
    found = {each for each in seen if each[0] == service}
    stray = {each for each in found - wanted if each[2] not in UNDECLARED}
    return [
        *(
            f"{service}: {name} never answered {status}"
            for _, name, status in sorted(wanted - found)
        ),
        *(
            f"{service}: {name} answered {status}, which is not declared"
            for _, name, status in sorted(stray)
        ),
    ]
