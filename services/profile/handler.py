"""The Lambda entry of profile, and the only module of it that reads the environment."""

from __future__ import annotations

import os
import random
import secrets
import time

from hereabouts.authentication import AuthenticationClient
from hereabouts.location import LocationClient
from pactwright.client import Basic, ClientCredentials, Timeout
from pactwright.service.dynamodb import Table, dynamodb_client
from pactwright.service.secrets import JsonSecret, secrets_client
from pactwright.service.telemetry import CloudWatchTelemetry
from services.profile.application import build, service_token

_TIMEOUT = Timeout(connect=1.0)  # so that there is time to connect anew
_secret = JsonSecret(secrets_client, os.environ["CLIENT_SECRET_ARN"])
_cursor_secret = JsonSecret(secrets_client, os.environ["CURSOR_SECRET_ARN"])
_authentication = AuthenticationClient(
    os.environ["AUTHENTICATION_URL"],
    credentials=Basic.of(
        lambda: (_secret["client_id"], _secret["client_secret"]), form_encoded=True
    ),
    timeout=_TIMEOUT,
)


def _pause(attempt: int) -> None:
    time.sleep(random.random() * min(0.4, 0.02 * 2**attempt))  # noqa: S311 - jitter


handler = build(
    Table(dynamodb_client(), os.environ["TABLE_NAME"]),
    _authentication,
    LocationClient(
        os.environ["LOCATION_URL"],
        credentials=ClientCredentials(service_token(_authentication)),
        timeout=_TIMEOUT,
    ),
    cursor_key=lambda: str(_cursor_secret["key"]).encode(),
    clock=time.time,
    new_revision=lambda: secrets.token_hex(8),
    pause=_pause,
    telemetry=CloudWatchTelemetry(
        "profile",
        namespace=f"Hereabouts/{os.environ['ENVIRONMENT']}",
        level=os.environ.get("LOG_LEVEL", "INFO"),
    ),
)
