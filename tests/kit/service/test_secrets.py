"""Secrets are read at first use, and kept for a while."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from pactwright.service import errors
from pactwright.service.secrets import JsonSecret, secrets_client

ARN = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:s"


class Manager:
    """Secrets Manager, with answers given beforehand."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def get_secret_value(self, **request: str) -> dict[str, Any]:
        self.asked.append(request["SecretId"])
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"SecretString": answer}


class Clock:
    """A time that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def secret(manager: Manager, clock: Clock | None = None) -> JsonSecret:
    """A secret that is kept for a minute."""
    return JsonSecret(lambda: manager, ARN, ttl=60, clock=clock or Clock())  # type: ignore[arg-type,return-value]


def test_reads_at_first_use_only() -> None:
    """Nothing is asked before, and within the time to live nothing again."""
    manager = Manager('{"client_id": "location"}', "{}")
    clock = Clock()
    kept = secret(manager, clock)
    assert manager.asked == []

    assert kept["client_id"] == "location"
    clock.now = 59.9
    assert kept.read() == {"client_id": "location"}
    assert manager.asked == [ARN]

    clock.now = 60.0
    assert kept.read() == {}


def test_an_old_value_outlasts_a_failure() -> None:
    """While the secret can't be read anew, the one that was read goes on."""
    timeout = ReadTimeoutError(endpoint_url="u")
    clock = Clock()
    kept = secret(Manager('{"a": 1}', timeout), clock)
    kept.read()
    clock.now = 61.0

    assert kept.read() == {"a": 1}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ReadTimeoutError(endpoint_url="u"), errors.Unavailable),
        (
            ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "x"),
            errors.MissingResource,
        ),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "x"), errors.AccessDenied),
        (ClientError({"Error": {"Code": "InvalidRequestException"}}, "x"), errors.DependencyError),
        ("no json", errors.DependencyError),
        ("[]", errors.DependencyError),
        ("", errors.DependencyError),
    ],
)
def test_faults(answer: str | Exception, expected: type[errors.DependencyError]) -> None:
    """Faults are the kit's own, and name the secret, not what is in it."""
    with pytest.raises(errors.DependencyError) as raised:
        secret(Manager(answer)).read()

    assert type(raised.value) is expected
    assert ARN in str(raised.value)


def test_the_representation_shows_no_value() -> None:
    """A secret may end up in a log line."""
    kept = secret(Manager('{"a": "hidden"}'))
    kept.read()
    assert repr(kept) == f"JsonSecret({ARN!r})"


def test_the_client_is_made_with_short_timeouts() -> None:
    """Secrets must not take a request's whole time."""
    client = secrets_client(
        read=1.5,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    assert client.meta.config.read_timeout == 1.5  # type: ignore[attr-defined]
