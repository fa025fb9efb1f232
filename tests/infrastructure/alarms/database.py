"""A DynamoDB that throttles and dawdles when told to: between the functions and a real one."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pactwright.local.loopback import HOST, Handler, Server

_READS: Final = frozenset({"GetItem", "BatchGetItem", "Query", "TransactGetItems"})
_PASSED_ON: Final = ("Content-Type", "X-Amz-Target", "Authorization", "X-Amz-Date")
_THROTTLED: Final = "com.amazonaws.dynamodb.v20120810#ThrottlingException"


@dataclass(frozen=True)
class Refused:
    """A request that was throttled.

    Attributes:
        index: the table's index that it was for; None where it was for the table.
        is_read: whether it reads.
        is_hot: whether one partition was the reason.
    """

    table: str
    index: str | None
    is_read: bool
    is_hot: bool


@dataclass
class Throttling:
    """What is to be throttled.

    Attributes:
        table: part of the name of the tables.
        reads: whether reads are, or else writes.
        index: whether those of an index are, or else of the table.
        times: how many more.
        hot: whether one partition is the reason.
    """

    table: str
    reads: bool
    times: int
    index: bool = False
    hot: bool = False


@dataclass
class Behaviour:
    """How the database behaves; may be changed while it serves.

    Attributes:
        throttling: what it throttles; None is nothing.
        delay: seconds before each answer.
        refused: what it has throttled.
    """

    throttling: Throttling | None = None
    delay: float = 0.0
    refused: list[Refused] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refuses(self, target: str, request: Mapping[str, Any]) -> Refused | None:
        """Whether a request is throttled now."""
        operation = target.partition(".")[2]
        with self.lock:
            wanted = self.throttling
            refused = _refused(operation, request, hot=bool(wanted and wanted.hot))
            if (
                wanted is None
                or wanted.times == 0
                or wanted.table not in refused.table
                or wanted.reads != refused.is_read
                or wanted.index != (refused.index is not None)
            ):
                return None
            wanted.times -= 1
            self.refused.append(refused)
            return refused


def _refused(operation: str, request: Mapping[str, Any], *, hot: bool) -> Refused:
    return Refused(_table(request), request.get("IndexName"), operation in _READS, hot)


def _table(request: Mapping[str, Any]) -> str:
    if "RequestItems" in request:
        return str(next(iter(request["RequestItems"])))
    if "TransactItems" in request:
        return str(next(iter(request["TransactItems"][0].values()))["TableName"])
    return str(request.get("TableName", ""))


class FaultyDatabase(Server):
    """Serves on loopback; passes on to a port there what it does not throttle."""

    def __init__(self, port: int) -> None:
        self.behaviour = Behaviour()
        self.behind = port
        super().__init__(0, _Handler)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"


class _Handler(Handler):
    server: FaultyDatabase

    def serve(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        target = self.headers.get("X-Amz-Target", "")
        behaviour = self.server.behaviour
        time.sleep(behaviour.delay)
        if refused := behaviour.refuses(target, json.loads(content)):
            self._answer(400, json.dumps(_problem(refused)).encode())
        else:
            self._answer(*self._asked(content))

    def _asked(self, content: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(HOST, self.server.behind, timeout=10)
        headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
        connection.request("POST", "/", content, headers)
        answer = connection.getresponse()
        try:
            return answer.status, answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _problem(refused: Refused) -> dict[str, Any]:
    """What DynamoDB says ("ThrottlingException", Amazon DynamoDB API Reference)."""
    what = "Index" if refused.index else "Table"
    how = "Read" if refused.is_read else "Write"
    why = "KeyRangeThroughputExceeded" if refused.is_hot else "AccountLimitExceeded"
    arn = f"arn:aws:dynamodb:us-east-1:000000000000:table/{refused.table}"
    return {
        "__type": _THROTTLED,
        "message": "Throughput exceeds the current capacity",
        "throttlingReasons": [{"reason": f"{what}{how}{why}", "resource": arn}],
    }
