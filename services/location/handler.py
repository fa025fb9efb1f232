"""The Lambda entry of location, and the only module of it that reads the environment."""

from __future__ import annotations

import os
import secrets
import time

from hereabouts.authentication import AuthenticationClient
from pactwright.client import Basic, Timeout
from pactwright.service.dynamodb import Table, dynamodb_client
from pactwright.service.secrets import JsonSecret, secrets_client
from pactwright.service.telemetry import CloudWatchTelemetry
from services.location.application import build

_TIMEOUT = Timeout(connect=1.0)  # so that there is time to connect anew
_secret = JsonSecret(secrets_client, os.environ["CLIENT_SECRET_ARN"])

handler = build(
    Table(dynamodb_client(), os.environ["TABLE_NAME"]),
    AuthenticationClient(
        os.environ["AUTHENTICATION_URL"],
        credentials=Basic.of(
            lambda: (_secret["client_id"], _secret["client_secret"]), form_encoded=True
        ),
        timeout=_TIMEOUT,
    ),
    clock=time.time,
    new_revision=lambda: secrets.token_hex(8),
    telemetry=CloudWatchTelemetry(
        "location",
        namespace=f"Hereabouts/{os.environ['ENVIRONMENT']}",
        level=os.environ.get("LOG_LEVEL", "INFO"),
    ),
)
