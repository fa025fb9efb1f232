"""Another DynamoDB than the emulator's: dynoxide, Amazon's DynamoDB Local, or AWS's own.

Functions reach it through a relay on loopback, which signs their requests anew. So whoever starts
the system decides with which credentials, and a database that keeps a set of tables for each access
key, as DynamoDB Local does, shows the same tables to all.
"""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session

from pactwright.deploy.reading import Template
from pactwright.local.clients import client
from pactwright.local.emulator import REGION
from pactwright.local.errors import LocalError
from pactwright.local.loopback import HOST, Handler, Server

_AWS: Final = re.compile(r"https://(?:[\w-]+\.)?dynamodb\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/?")
_PASSED_ON: Final = ("Content-Type", "X-Amz-Target")
_RETURNED: Final = ("Content-Type", "x-amzn-RequestId", "x-amz-crc32")
_COPIED: Final = ("KeySchema", "AttributeDefinitions")


@dataclass(frozen=True, slots=True)
class Database:
    """A DynamoDB at some address.

    Attributes:
        url: its address.
        region: that requests are signed for.
        credentials: that they are signed with.
    """

    url: str
    region: str
    credentials: Credentials

    @classmethod
    def at(cls, url: str) -> Database:
        """The DynamoDB at an address: AWS's with the caller's credentials, others with any.

        Raises:
            LocalError: it is no address, or AWS's and there are no credentials.
        """
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise LocalError(f"{url!r} is no address of a DynamoDB: give http://HOST:PORT")
        if (aws := _AWS.fullmatch(url)) is None:
            return cls(url, REGION, Credentials("local", "local"))
        credentials = boto3.Session().get_credentials()
        if credentials is None:
            raise LocalError(f"{url} is AWS's own: sign in first, no AWS credentials were found")
        return cls(url, aws[1], credentials)

    def client(self) -> Any:
        """A boto3 client of it."""
        return client("dynamodb", self.url, self.region, self.credentials)

    def create_like(self, table: str, model: Any) -> None:
        """Make a table like the one that a stack has made in the emulator, unless it is there.

        Args:
            table: its name.
            model: a client of the emulator's DynamoDB.

        Raises:
            LocalError: it can't be made, or is there with other keys.
        """
        wanted = model.describe_table(TableName=table)["Table"]
        tables = self.client()
        try:
            found = _existing(tables, table)
            if found is None:
                tables.create_table(TableName=table, **_definition(wanted))
                tables.get_waiter("table_exists").wait(
                    TableName=table, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
                )
            elif found["KeySchema"] != wanted["KeySchema"]:
                raise LocalError(f"{self.url} has a table {table} with other keys: remove it")
        except (ClientError, BotoCoreError) as error:
            raise LocalError(f"the DynamoDB at {self.url} refuses: {error}") from error


@contextlib.contextmanager
def relay(database: Database) -> Iterator[str]:
    """Serve a database on loopback until the block ends; gives the address."""
    server = _Relay(database)
    with server.serving():
        yield f"http://{HOST}:{server.port}"


def _existing(tables: Any, table: str) -> dict[str, Any] | None:
    try:
        described: dict[str, Any] = tables.describe_table(TableName=table)["Table"]
    except tables.exceptions.ResourceNotFoundException:
        return None
    return described


def _definition(described: Mapping[str, Any]) -> dict[str, Any]:
    definition = {key: described[key] for key in _COPIED} | {"BillingMode": "PAY_PER_REQUEST"}
    indexes = [
        {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
        for index in described.get("GlobalSecondaryIndexes", ())
    ]
    return definition | ({"GlobalSecondaryIndexes": indexes} if indexes else {})


class _Relay(Server):
    def __init__(self, database: Database) -> None:
        self.database = database
        at_once: Any = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # head and body are two sends
        self.session = URLLib3Session(max_pool_connections=64, socket_options=[at_once])
        super().__init__(0, _RelayHandler)


class _RelayHandler(Handler):
    server: _Relay

    def serve(self) -> None:
        """Sign a request, which DynamoDB takes as POST only, anew and pass it on."""
        content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
        database = self.server.database
        request = AWSRequest("POST", database.url, headers=headers, data=content)
        SigV4Auth(database.credentials, "dynamodb", database.region).add_auth(request)
        try:
            answer = self.server.session.send(request.prepare())
            self._answer(answer.status_code, answer.headers, answer.content)
        except BotoCoreError as error:
            self._answer(503, {}, f'{{"__type":"ServiceUnavailable","message":"{error}"}}'.encode())

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name in _RETURNED:
            if name in headers:
                self.send_header(name, headers[name])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def definition(template: Template) -> dict[str, Any] | None:
    """What DynamoDB is asked to make a service's own table, without its name; on demand.

    Args:
        template: the service's; its table is the one whose name the output TableName tells.

    Returns:
        The arguments of CreateTable; None where the template has no such output.
    """
    told = template.get("Outputs", {}).get("TableName", {}).get("Value", {})
    if "Ref" not in told:
        return None
    properties = template["Resources"][told["Ref"]]["Properties"]
    stream = properties.get("StreamSpecification")
    told_by = {"StreamSpecification": {**stream, "StreamEnabled": True}} if stream else {}
    return _definition(properties) | told_by
