"""Faults on the way from one service to another, and of a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, cast

import requests
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from pactwright.service.dynamodb import Table
from pactwright.wire import ResponseMessage
from tests.services.composition import MakeTable
from tests.services.doubles import FailingClient, refusal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Fault = Callable[[requests.PreparedRequest], ResponseMessage]

JSON: Final = {"Content-Type": "application/json"}
HTML: Final = {"Content-Type": "text/html"}


def raising(error: Exception) -> Fault:
    """Nothing comes back."""

    def fault(_: requests.PreparedRequest) -> ResponseMessage:
        raise error

    return fault


def answering(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Fault:
    """Something else comes back."""
    return lambda _: ResponseMessage(status, dict(headers or {}), body)


FAULTS: Final[Mapping[str, Fault]] = {
    "refused": raising(requests.ConnectionError("connection refused")),
    "timeout": raising(requests.ReadTimeout("too late")),
    "cut off": raising(requests.exceptions.ChunkedEncodingError("cut off")),
    "500": answering(500, b'{"message": "Internal server error"}', JSON),
    "502 html": answering(502, b"<html>bad gateway</html>", HTML),
    "503": answering(503, b"", {"Retry-After": "1"}),
    "504": answering(504, b'{"message": "Endpoint request timed out"}', JSON),
    "429": answering(429, b'{"message": "Too Many Requests"}', JSON),
    "400": answering(400, b'{"message": "Bad request"}', JSON),
    "bare 401": answering(401, b'{"message": "Unauthorized"}', JSON),
    "bare 403": answering(403, b'{"message": "Missing Authentication Token"}', JSON),
    "404 html": answering(404, b"<html>not found</html>", HTML),
    "bare 422": answering(422, b"", {}),
    "redirect": answering(302, b"", {"Location": "http://elsewhere.test/"}),
    "200 html": answering(200, b"<html>a captive portal</html>", HTML),
    "200 garbage": answering(200, b"{", JSON),
    "200 empty": answering(200, b"", JSON),
    "200 other schema": answering(200, b'{"active": "yes", "latitude": "north"}', JSON),
}
"""What can go wrong between two services."""

TRANSIENT: Final[Mapping[str, Exception]] = {
    "throttled table": refusal("ProvisionedThroughputExceededException"),
    "throttled account": refusal("ThrottlingException"),
    "limit": refusal("RequestLimitExceeded"),
    "internal": refusal("InternalServerError", 500),
    "conflict": refusal("TransactionConflictException"),
    "unreachable": EndpointConnectionError(endpoint_url="http://dynamodb.test/SECRET"),
    "timeout": ReadTimeoutError(endpoint_url="http://dynamodb.test/SECRET"),
}
"""What DynamoDB refuses with, and time mends."""

LASTING: Final[Mapping[str, Exception]] = {
    "denied": refusal("AccessDeniedException"),
    "no table": refusal("ResourceNotFoundException"),
    "invalid": refusal("ValidationException"),
    "unknown": refusal("SomethingNew"),
}
"""What DynamoDB refuses with, and time does not mend."""


CROSSED: Final = ClientError(
    {
        "Error": {"Code": "TransactionCanceledException", "Message": "[TransactionConflict, None]"},
        "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
    },
    "TransactWriteItems",
)
"""What a transaction gets that crosses another one."""


class FailingTables:
    """Makes tables whose calls can be made to fail.

    Args:
        make_table: makes a service's table.
    """

    def __init__(self, make_table: MakeTable) -> None:
        self._make_table = make_table
        self._clients: dict[str, FailingClient] = {}

    def __call__(self, service: str) -> Table:
        """A service's table."""
        table = self._make_table(service)
        self._clients[service] = FailingClient(table._client)
        return Table(cast("DynamoDBClient", self._clients[service]), table.name)

    def fail(
        self, service: str, error: Exception | None, *operations: str, times: float = math.inf
    ) -> None:
        """Have calls fail.

        Args:
            service: whose table.
            error: what they raise; None ends it.
            operations: which, by the client's methods; all by default.
            times: how many at most.
        """
        self._clients[service].times = times
        self._clients[service].error = error
        self._clients[service].only = frozenset(operations)
