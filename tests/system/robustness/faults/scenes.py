"""The three services in this process, with servers that can be made to fail on every way between.

Time is as short as it may be, for silence takes all of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, cast

import requests

from hereabouts.profile.models import LocationInput, ProfileInput
from pactwright.client import Basic, RetryPolicy
from pactwright.local.emulator import REGION
from pactwright.service.dynamodb import Table, dynamodb_client
from pactwright.service.secrets import JsonSecret, secrets_client
from tests.services.composition import SECRET, Hereabouts
from tests.services.databases import Database
from tests.services.faulty import Asked, FaultyServer, answer, to_adapter, to_url
from tests.services.running import Line

SERVICES: Final = ("authentication", "location", "profile")
HAS_LOCATION: Final = {"latitude": 38.7223, "longitude": -9.1393}
AWS: Final[Mapping[str, Any]] = {
    "region_name": REGION,
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
}


class Secrets(Hereabouts):
    """The services, whose secrets are kept by Secrets Manager, and whose retries don't run out.

    Attributes:
        secrets: where the secrets are.
    """

    retries = RetryPolicy(budget=1_000_000)
    asked_for = 0
    secrets: FaultyServer

    def forget_secrets(self) -> None:
        """Begin as a new process does: with no secret read."""
        self.asked_for += 1
        if self.asked_for % 8 == 1:  # before its retries run out
            url = self.secrets.url
            self._client: Any = secrets_client(endpoint_url=url, sleep=lambda _: None, **AWS)
        self._secret = JsonSecret(lambda: self._client, "secret")

    def service_client(self, name: str, *scopes: str, audience: tuple[str, ...] = ()) -> Any:
        """Register a service; its credentials are in its secret."""
        super().service_client(name, *scopes, audience=audience)
        return Basic.of(lambda: (name, str(self._secret["client_secret"])))

    def cursor_key(self) -> bytes:
        """In a secret, too."""
        return str(self._secret["key"]).encode()


def secret_value(_: Asked) -> bytes:
    """The answer of Secrets Manager."""
    value = json.dumps({"client_secret": SECRET, "key": "k" * 48})
    body = json.dumps({"Name": "secret", "SecretString": value}).encode()
    return answer(200, body, {"Content-Type": "application/x-amz-json-1.1"})


def table_client(tables: FaultyServer) -> Any:
    """A client of DynamoDB, as services have it, which does not really wait between attempts."""
    return dynamodb_client(connect=5, read=10, endpoint_url=tables.url, sleep=lambda _: None, **AWS)


class Scene:
    """What a fault is injected into.

    Attributes:
        hereabouts: the services.
        ways: what stands before each service: "to location".
        tables: what stands before DynamoDB, for all services.
        secrets: what stands for Secrets Manager.
    """

    def __init__(
        self, hereabouts: Secrets, ways: Mapping[str, FaultyServer], tables: FaultyServer
    ) -> None:
        self.hereabouts = hereabouts
        self.ways = ways
        self.tables = tables
        self.secrets = hereabouts.secrets
        self.ines = hereabouts.person("ines")
        client = hereabouts.profile.client(self.ines.bearer)
        client.put_profile(self.ines.user_id, ProfileInput(handle="ines", display_name="Inês"))
        client.put_profile_location(self.ines.user_id, LocationInput.model_validate(HAS_LOCATION))
        assert client.get_profile(self.ines.user_id).location_status == "known"

    @classmethod
    @contextmanager
    def set_up(cls, database: Database, prefix: str, services: Path) -> Iterator[Scene]:
        """Make all that is needed, and remove it in the end."""
        with ExitStack() as stack:
            tables = stack.enter_context(FaultyServer(to_url(database.url)).serving())
            secrets = stack.enter_context(FaultyServer(secret_value).serving())

            def make_table(service: str) -> Table:
                name = f"{prefix}-{service}"
                database.create(services / service / "template.yaml", name)
                stack.callback(database.client.delete_table, TableName=name)
                return Table(table_client(tables), name, sleep=lambda _: None)

            hereabouts = Secrets(make_table, set())
            hereabouts.secrets = secrets
            hereabouts.forget_secrets()
            ways = {
                name: stack.enter_context(
                    FaultyServer(
                        to_adapter(hereabouts.service(name).adapter(), f"http://{name}")
                    ).serving()
                )
                for name in SERVICES
            }
            for line, name in (
                (hereabouts.to_authentication, "authentication"),
                (hereabouts.to_location, "location"),
            ):
                line.through = ways[name].way
                stack.callback(line.close)
            yield cls(hereabouts, ways, tables)

    def line(self, service: str) -> Line:
        """The way to a service from outside."""
        line = Line(self.hereabouts.service(service).adapter())
        line.through = self.ways[service].way
        return line

    def ask(
        self,
        service: str,
        method: str,
        path: str,
        body: object = None,
        *,
        seconds: float = 10.0,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Ask a service as somebody who is signed in.

        Args:
            service: which one.
            method: the HTTP method.
            path: its path; {user_id} and {refresh} stand for the person's.
            body: written as JSON; a text is a form.
            seconds: how long Lambda lets it run.
            headers: header fields to add.
        """
        form = isinstance(body, str)
        text = body if form else json.dumps(body)
        request = requests.Request(
            method,
            f"http://{service}{path.format(user_id=self.ines.user_id)}",
            {
                "Authorization": f"Bearer {self.ines.access}",
                "Content-Type": "application/x-www-form-urlencoded" if form else "application/json",
                **(headers or {}),
            },
            data=None
            if body is None
            else cast("str", text).format(refresh=self.ines.refresh)
            if form
            else text,
        )
        return self.hereabouts.service(service).adapter(seconds=seconds).send(request.prepare())

    def begin_anew(self, service: str) -> None:
        """Have a service's table as a new process does: with no retry made."""
        table: Any = self.table(service)
        table._client.close()
        table._client = table_client(self.tables)

    def table(self, service: str) -> Table:
        """A service's table."""
        found: Table = self.hereabouts.service(service).table
        return found
