"""Secrets of AWS Secrets Manager: read at first use, kept for minutes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from pactwright.service import aws
from pactwright.service.aws import translated
from pactwright.service.errors import DependencyError, Transient

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


def secrets_client(
    *, connect: float = 1.0, read: float = 2.0, attempts: int = 3, **session: Any
) -> SecretsManagerClient:
    """A client with short timeouts (seconds) and standard retries.

    Args:
        connect: how long to wait for a connection.
        read: how long to wait for an answer.
        attempts: how often a request is sent at most.
        session: what to take instead of the environment, such as endpoint_url or region_name.
    """
    settings = aws.config(connect=connect, read=read, attempts=attempts)
    return cast("SecretsManagerClient", aws.client("secretsmanager", settings, **session))


class JsonSecret:
    """A secret that holds a JSON object. Its representation shows the ARN only.

    Args:
        client: makes the client, at first use.
        arn: the secret's ARN or name.
        ttl: for how many seconds a value is kept before it is read anew. Where it then can't be
            read for a while, the old one goes on.
        clock: a monotonic clock, in seconds.
    """

    def __init__(
        self,
        client: Callable[[], SecretsManagerClient],
        arn: str,
        *,
        ttl: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = client
        self._arn = arn
        self._ttl = ttl
        self._clock = clock
        self._client: SecretsManagerClient | None = None
        self._kept: tuple[Mapping[str, Any], float] | None = None
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"JsonSecret({self._arn!r})"

    def read(self) -> Mapping[str, Any]:
        """The object.

        Raises:
            Throttled, Unavailable: it can't be read now, and was not before.
            AccessDenied, MissingResource, DependencyError: it can't be read, or is no JSON object.
        """
        with self._lock:
            if self._kept is None or self._kept[1] <= self._clock():
                self._kept = (self._renewed(), self._clock() + self._ttl)
            return self._kept[0]

    def __getitem__(self, name: str) -> Any:
        """One member; KeyError where there is none."""
        return self.read()[name]

    def _renewed(self) -> Mapping[str, Any]:
        try:
            return self._fetched()
        except Transient:
            if self._kept is None:
                raise
            return self._kept[0]

    def _fetched(self) -> Mapping[str, Any]:
        if self._client is None:
            self._client = self._make()
        with translated(f"Secrets Manager get_secret_value of {self._arn}"):
            text = self._client.get_secret_value(SecretId=self._arn).get("SecretString", "")
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise DependencyError(f"the secret {self._arn} is no JSON object")
        return value
