"""Failures put in the way of one request: of a table, between services, on the way here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import requests
from botocore.exceptions import ReadTimeoutError
from requests.adapters import BaseAdapter

from pactwright.client.transport import as_response
from pactwright.service.dynamodb import Table
from tests.services.composition import MakeTable
from tests.services.doubles import refusal
from tests.services.faults import CROSSED, FAULTS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Way = Literal["table", "line", "front"]

_LOST: Final = "lost"
"""It is done, and the answer does not come back."""

_BEFORE: Final[Mapping[str, Exception]] = {
    "throttled": refusal("ProvisionedThroughputExceededException"),
    "internal": refusal("InternalServerError", 500),
    "crossed": CROSSED,
}
"""What a table says instead of doing what it is asked."""


@dataclass(frozen=True)
class Disturbance:
    """What fails.

    Attributes:
        way: a table's call, a request from one service to another, or one of the test's own.
        where: whose table, or to which service.
        what: the name of the failure.
        call: which call of the request's fails, from 0.
        times: how many from there on.
    """

    way: Way
    where: str
    what: str
    call: int = 0
    times: int = 1


TABLES: Final = tuple(
    Disturbance("table", service, what, call, times)
    for service in ("authentication", "location", "profile")
    for what in (_LOST, *_BEFORE)
    for call in range(8)
    for times in (1, 12)
)
LINES: Final = tuple(
    Disturbance("line", service, what, call, times)
    for service in ("authentication", "location")
    for what in (_LOST, *FAULTS)
    for call, times in ((0, 1), (0, 12), (1, 1))
)
FRONTS: Final = tuple(
    Disturbance("front", service, what, times=times)
    for service in ("authentication", "location", "profile")
    for what in (_LOST, "refused", "cut off")
    for times in (1, 12)
)


class Disturber:
    """Lets one disturbance at a time happen.

    Attributes:
        happened: whether it did, since it was set.
    """

    def __init__(self) -> None:
        self._set: Disturbance | None = None
        self._calls = 0
        self.happened = False

    def set(self, disturbance: Disturbance | None) -> None:
        """Have it happen from now on; None is peace."""
        self._set, self._calls, self.happened = disturbance, 0, False

    def strikes(self, way: Way, where: str) -> str | None:
        """What fails of the call that is about to be made."""
        wanted = self._set
        if wanted is None or (wanted.way, wanted.where) != (way, where):
            return None
        self._calls += 1
        if not wanted.call < self._calls <= wanted.call + wanted.times:
            return None
        self.happened = True
        return wanted.what


class DisturbedClient:
    """A client of DynamoDB in whose way something may be put.

    Args:
        client: what does the work.
        service: whose table it is.
        disturber: tells what fails.
    """

    def __init__(self, client: Any, service: str, disturber: Disturber) -> None:
        self._client = client
        self._service = service
        self._disturber = disturber

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        work = getattr(self._client, operation)
        if operation == "scan":  # it is a test that looks
            return cast("Callable[..., Any]", work)

        def call(**request: Any) -> Any:
            what = self._disturber.strikes("table", self._service)
            if what == _LOST:
                work(**request)
                raise ReadTimeoutError(endpoint_url="http://dynamodb.test")
            if what == "crossed" and operation != "transact_write_items":
                raise refusal("ThrottlingException")
            if what is not None:
                raise _BEFORE[what]
            return work(**request)

        return call


def disturbed_tables(make_table: MakeTable, disturber: Disturber) -> MakeTable:
    """Makes tables in whose way something may be put."""

    def make(service: str) -> Table:
        table = make_table(service)
        client = DisturbedClient(table._client, service, disturber)
        return Table(
            cast("DynamoDBClient", client), table.name, sleep=lambda _: None, jitter=lambda: 0.0
        )

    return make


class DisturbedAdapter(BaseAdapter):
    """A way to a service in which something may be put.

    Args:
        inner: sends the requests.
        way: what kind of way it is.
        service: where it leads.
        disturber: tells what fails.
    """

    def __init__(self, inner: BaseAdapter, way: Way, service: str, disturber: Disturber) -> None:
        super().__init__()
        self._inner = inner
        self._way: Way = way
        self._service = service
        self._disturber = disturber

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Send it, unless something comes in between."""
        what = self._disturber.strikes(self._way, self._service)
        if what == _LOST:
            self._inner.send(request, *args, **options)
            raise requests.ReadTimeout("the answer is lost")
        if what is not None:
            return as_response(FAULTS[what](request), request)
        return self._inner.send(request, *args, **options)

    def close(self) -> None:
        """Close what it sends by."""
        self._inner.close()
