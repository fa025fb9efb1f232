"""Applications of the widgets API, and events for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from pactwright.service import Answer, Application, Call, Forbidden, Principal
from pactwright.service.authentication import Authenticator
from pactwright.service.observation import Failure, Handled, Served
from pactwright.wire import (
    PROBLEM_JSON,
)
from tests.kit.service.widgets import JSON, OPERATIONS, Tokens, Widgets


@dataclass
class Recorder:
    """Telemetry that is kept."""

    records: list[Served] = field(default_factory=list[Served])
    failures: list[Failure] = field(default_factory=list[Failure])
    messages: list[Handled] = field(default_factory=list[Handled])

    def served(self, record: Served) -> None:
        self.records.append(record)

    def failed(self, failure: Failure) -> None:
        self.failures.append(failure)

    def handled(self, record: Handled) -> None:
        self.messages.append(record)


@dataclass
class Context:
    """Lambda's context."""

    aws_request_id: str = "lambda-id"
    milliseconds: int = 3000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@dataclass
class Answered:
    """What came out, easily asked."""

    status: int
    headers: Mapping[str, str]
    body: str
    coded: bool

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document."""
        assert self.headers["content-type"] == PROBLEM_JSON
        document: dict[str, Any] = json.loads(self.body)
        assert document["status"] == self.status
        return document

    @property
    def slug(self) -> str:
        """The kind of problem."""
        return str(self.problem["type"]).removeprefix("https://problems.test/")


class Service:
    """An application of the widgets API, with what it was made of."""

    def __init__(self, **options: Any) -> None:
        self.api = Widgets()
        self.telemetry = Recorder()
        authenticators: dict[str, Authenticator] = {"bearer": Tokens()}
        settings: dict[str, Any] = {
            "service": "widgets",
            "problem_types": "https://problems.test/",
            "authenticators": authenticators,
            "telemetry": self.telemetry,
            **options,
        }
        operations = settings.pop("operations", OPERATIONS)
        self.application = Application(self.api, operations, **settings)

    def __call__(self, event: object, context: object = None) -> Answered:
        result = self.application(event, Context() if context is None else context)
        headers = {name.lower(): value for name, value in result["headers"].items()}
        assert len(headers) == len(result["headers"])
        return Answered(result["statusCode"], headers, result["body"], result["isBase64Encoded"])

    def ask(self, method: str, path: str, *, body: str | None = None, **headers: str) -> Answered:
        """Send a request by its path, as a gateway with a catch-all resource does."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and "Content-Type" not in named:
            named["Content-Type"] = JSON
        bare, _, query = path.partition("?")
        pairs = [pair.partition("=")[::2] for pair in query.split("&")] if query else []
        return self(
            {
                "resource": "/{proxy+}",
                "path": bare,
                "httpMethod": method,
                "headers": named,
                "queryStringParameters": dict(pairs),
                "requestContext": {"requestId": "gateway-id"},
                "body": body,
                "isBase64Encoded": False,
            }
        )


def raising(error: Exception) -> Callable[[Call], Answer[Any]]:
    """A behaviour that fails."""

    def behaviour(_: Call) -> Answer[Any]:
        raise error

    return behaviour


def put(service: Service, body: str = '{"name": "a"}', **headers: str) -> Answered:
    """Write a widget as the writer."""
    return service.ask(
        "PUT", "/widgets/5", body=body, **{"Authorization": "Bearer writer", **headers}
    )


class Nobody:
    """Lets no caller in."""

    def authenticate(self, _: Call) -> Principal:
        raise Forbidden


@pytest.fixture
def service() -> Service:
    """The widgets service."""
    return Service()


@pytest.fixture
def make() -> type[Service]:
    """Makes widgets services with other settings."""
    return Service
