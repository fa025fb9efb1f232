"""The Lambda entry of authentication, and the only module of it that reads the environment."""

from __future__ import annotations

import os
import secrets
import time
from uuid import uuid4

from pactwright.service import Call
from pactwright.service.dynamodb import Table, dynamodb_client
from pactwright.service.telemetry import CloudWatchTelemetry
from pactwright.service.topics import Topic, sns_client
from services.authentication.application import build
from services.authentication.passwords import Passwords
from services.authentication.throttle import Limits


def _issuer(call: Call) -> str:
    """The URL that clients were told, or else the one at which the gateway serves the stage."""
    url = os.environ.get("PUBLIC_URL") or call.base_url
    if url is None:
        raise LookupError("PUBLIC_URL is not set, and the event does not tell its address")
    return url


_limits = Limits(
    per_account_and_source=int(os.environ["ATTEMPTS_PER_ACCOUNT_AND_SOURCE"]),
    per_account=int(os.environ["ATTEMPTS_PER_ACCOUNT"]),
    per_account_at_first=int(os.environ["FIRST_ATTEMPTS_PER_ACCOUNT"]),
    per_source=int(os.environ["ATTEMPTS_PER_SOURCE"]),
    registrations=int(os.environ["REGISTRATIONS_PER_SOURCE"]),
)

handler = build(
    Table(dynamodb_client(), os.environ["TABLE_NAME"]),
    Topic(sns_client, os.environ["ACCOUNT_EVENTS_TOPIC_ARN"]),
    issuer=_issuer,
    clock=time.time,
    random_bytes=secrets.token_bytes,
    new_id=uuid4,
    passwords=Passwords(),
    limits=_limits,
    telemetry=CloudWatchTelemetry(
        "authentication",
        namespace=f"Hereabouts/{os.environ['ENVIRONMENT']}",
        level=os.environ.get("LOG_LEVEL", "INFO"),
    ),
)
