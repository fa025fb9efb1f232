"""What the services are passed in tests instead of time, chance and CloudWatch."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from uuid import UUID

from botocore.exceptions import ClientError

from pactwright.service.observation import Failure, Handled, Served
from pactwright.service.telemetry import CloudWatchTelemetry
from services.authentication.passwords import ONLY_FOR_TESTING, Passwords

START: Final = 1_795_167_900.0
"""When the tests' time begins, in seconds since the epoch."""


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


class Chance:
    """Ids, revisions and secrets: the same in each run, none of them twice."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)  # noqa: S311 - reproducible

    def random_bytes(self, count: int) -> bytes:
        """That many."""
        return self._random.randbytes(count)

    def uuid(self) -> UUID:
        """A new one."""
        return UUID(bytes=self.random_bytes(16), version=4)

    def revision(self) -> str:
        """A new one."""
        return self.random_bytes(8).hex()


class CountedPasswords(Passwords):
    """Counts what it is asked; costs next to nothing."""

    def __init__(self) -> None:
        super().__init__(ONLY_FOR_TESTING)
        self.hashed = 0
        self.verified: list[bool] = []

    def hash(self, password: str) -> str:
        """As it is, and counted."""
        self.hashed += 1
        return super().hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """As it is, and noted."""
        self.verified.append(super().verify(stored, password))
        return self.verified[-1]


@dataclass
class Told:
    """Telemetry that is kept, and written as in production."""

    service: str
    stream: io.StringIO = field(default_factory=io.StringIO)
    records: list[Served] = field(default_factory=list[Served])
    failures: list[Failure] = field(default_factory=list[Failure])
    deliveries: list[Handled] = field(default_factory=list[Handled])

    def __post_init__(self) -> None:
        self._cloudwatch = CloudWatchTelemetry(
            self.service, namespace="Hereabouts", level="DEBUG", stream=self.stream
        )

    def served(self, record: Served) -> None:
        """Keep and write it."""
        self.records.append(record)
        self._cloudwatch.served(record)

    def failed(self, failure: Failure) -> None:
        """Keep and write it."""
        self.failures.append(failure)
        self._cloudwatch.failed(failure)

    def handled(self, record: Handled) -> None:
        """Keep and write it."""
        self.deliveries.append(record)
        self._cloudwatch.handled(record)


class FailingClient:
    """A client of DynamoDB whose calls fail while an error is set.

    Args:
        client: what answers while there is none.

    Attributes:
        error: what calls raise.
        only: which operations fail, by the client's methods; all where empty.
        times: how many calls fail at most.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.error: Exception | None = None
        self.only: frozenset[str] = frozenset()
        self.times = math.inf

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            concerned = not self.only or operation in self.only
            if self.error is not None and concerned and self.times > 0:
                self.times -= 1
                raise self.error
            return getattr(self._client, operation)(**request)

        return call


def refusal(
    code: str, status: int = 400, message: str = "the whole request: SECRET"
) -> ClientError:
    """An error as boto3 raises it for an answer of DynamoDB."""
    return ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {
                "HTTPStatusCode": status,
                "RequestId": "",
                "HostId": "",
                "HTTPHeaders": {},
                "RetryAttempts": 0,
            },
        },
        "AnyOperation",
    )
