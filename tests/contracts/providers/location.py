"""How location's states are made so; who a token speaks for is up to authentication's stub."""

from __future__ import annotations

import json
import secrets
import time
from datetime import datetime
from typing import Final
from uuid import UUID

from hereabouts.authentication import AuthenticationClient
from pactwright.contract.verification.provider import Composition, Given, Provider
from pactwright.deploy.deployment import Deployment
from pactwright.local.inprocess import Handler
from services.location.application import build
from services.location.records import Place
from services.location.table import LocationTable
from tests.contracts.cast import LOCATION
from tests.contracts.providers.tokens import a_services_token, session


def compose(composition: Composition) -> Handler:
    """The service as its handler composes it."""
    url = composition.url("authentication")
    return build(
        composition.table,
        AuthenticationClient(url, credentials=LOCATION.basic),
        clock=time.time,
        new_revision=lambda: secrets.token_hex(8),
    )


def prepare(deployment: Deployment) -> None:
    """Let the deployed service authenticate itself as its pact with authentication says."""
    credentials = {"client_id": LOCATION.client_id, "client_secret": LOCATION.secret}
    deployment.client("secretsmanager").put_secret_value(
        SecretId=deployment.outputs["location"]["ClientSecretArn"],
        SecretString=json.dumps(credentials),
    )


PROVIDER: Final = Provider(
    "location",
    compose=compose,
    always={"authentication": [LOCATION.registered]},
    prepare=prepare,
)


PROVIDER.state("a service's token")(a_services_token)


@PROVIDER.state("a user's token")
def a_users_token(given: Given, *, token: str, user_id: str, username: str) -> None:
    """Authentication knows a user's token."""
    given.assume("authentication", session(token=token, user_id=user_id, username=username))


@PROVIDER.state("a location")
def a_location(
    given: Given,
    *,
    user_id: UUID,
    latitude: float,
    longitude: float,
    updated_at: datetime,
    revision: str,
    label: str | None = None,
    accuracy_m: float | None = None,
) -> None:
    """It is known where a user is."""
    LocationTable(given.table).put(
        Place(user_id, latitude, longitude, updated_at, revision, label, accuracy_m)
    )
