"""Processes that die at a call of their table, and answers of a table that are lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args

import requests
from botocore.exceptions import ReadTimeoutError
from requests.adapters import BaseAdapter

from pactwright.service.dynamodb import Table
from pactwright.wire import ResponseMessage
from tests.services.composition import MakeTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

How = Literal["dies before", "dies after", "answer lost"]
HOWS: Final[tuple[How, ...]] = get_args(How)
"""What becomes of the process at a call: it dies before it is made or after, or lives on and is
not told that it was made."""


class Killed(BaseException):
    """The process is gone: nothing that it would do for an exception is done."""


class DyingClient:
    """A client of DynamoDB whose process may die.

    Args:
        client: what makes the calls.

    Attributes:
        calls: how many were asked for since the last `arm`.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.arm()

    def arm(self, at: int = 0, how: How = "dies before") -> None:
        """Have it happen at a call; a dead process is started anew.

        Args:
            at: which call, 1 for the next; 0 is never.
            how: what happens.
        """
        self.calls = 0
        self._at = at
        self._how = how
        self._dead = False

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            if self._dead:
                raise Killed
            self.calls += 1
            due = self.calls == self._at
            if due and self._how == "dies before":
                self._die()
            answer = getattr(self._client, operation)(**request)
            if due and self._how == "dies after":
                self._die()
            if due:
                raise ReadTimeoutError(endpoint_url="http://dynamodb.test")
            return answer

        return call

    def _die(self) -> None:
        self._dead = True
        raise Killed


class DyingTables:
    """Makes tables of services whose processes may die.

    Args:
        make_table: makes a service's table.

    Attributes:
        clients: by the service's name.
    """

    def __init__(self, make_table: MakeTable) -> None:
        self._make_table = make_table
        self.clients: dict[str, DyingClient] = {}

    def __call__(self, service: str) -> Table:
        """A service's table."""
        table = self._make_table(service)
        self.clients[service] = DyingClient(table._client)
        return Table(cast("DynamoDBClient", self.clients[service]), table.name)


def survived(
    adapter: BaseAdapter, client: DyingClient
) -> Callable[[requests.PreparedRequest], ResponseMessage]:
    """The way to a service whose process is started anew after it has died.

    The one request is answered as API Gateway does for a function that ended without an answer.
    """

    def send(request: requests.PreparedRequest) -> ResponseMessage:
        try:
            response = adapter.send(request)
        except Killed:
            client.arm()
            return ResponseMessage(502, {}, b'{"message": "Internal server error"}')
        return ResponseMessage(response.status_code, response.headers, response.content)

    return send
