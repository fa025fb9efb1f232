"""How profile's states are made so; the rest is up to the stubs of authentication and location."""

from __future__ import annotations

import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from hereabouts.authentication import AuthenticationClient
from hereabouts.location import LocationClient
from pactwright.client import ClientCredentials
from pactwright.contract.pacts import State
from pactwright.contract.verification.provider import Composition, Given, Provider
from pactwright.deploy.deployment import Deployment
from pactwright.local.inprocess import Handler
from services.profile.application import build, service_token
from services.profile.records import Person
from services.profile.table import ProfileTable
from tests.contracts.cast import CURSOR_KEY, PROFILE
from tests.contracts.providers.tokens import a_services_token, session


def compose(composition: Composition) -> Handler:
    """The service as its handler composes it."""
    url = composition.url("authentication")
    authentication = AuthenticationClient(url, credentials=PROFILE.basic)
    own = ClientCredentials(service_token(authentication))
    return build(
        composition.table,
        authentication,
        LocationClient(composition.url("location"), credentials=own),
        cursor_key=CURSOR_KEY.encode,
        clock=time.time,
        new_revision=lambda: secrets.token_hex(8),
        pause=lambda _: None,
    )


def prepare(deployment: Deployment) -> None:
    """Let the deployed service have the secrets that its pacts speak of."""
    function = deployment.outputs["profile"]["FunctionName"]
    configured = deployment.client("lambda").get_function_configuration(FunctionName=function)
    variables = configured["Environment"]["Variables"]
    kept = {
        "CLIENT_SECRET_ARN": {"client_id": PROFILE.client_id, "client_secret": PROFILE.secret},
        "CURSOR_SECRET_ARN": {"key": CURSOR_KEY},
    }
    for name, secret in kept.items():
        deployment.client("secretsmanager").put_secret_value(
            SecretId=variables[name], SecretString=json.dumps(secret)
        )


PROVIDER: Final = Provider(
    "profile",
    compose=compose,
    always={"authentication": [PROFILE.registered], "location": [PROFILE.signed_in]},
    prepare=prepare,
)


PROVIDER.state("a service's token")(a_services_token)


@PROVIDER.state("a user's token")
def a_users_token(given: Given, *, token: str, user_id: str, username: str) -> None:
    """Authentication knows a user's token, and so does location, which it is handed on to."""
    known = {"token": token, "user_id": user_id, "username": username}
    given.assume("authentication", session(**known))
    given.assume("location", State("a user's token", **known))


@PROVIDER.state("a profile")
def a_profile(
    given: Given,
    *,
    user_id: UUID,
    handle: str,
    display_name: str,
    created_at: datetime,
    updated_at: datetime,
    revision: str,
    bio: str | None = None,
    website: str | None = None,
) -> None:
    """Somebody has a profile."""
    person = Person(user_id, handle, display_name, created_at, updated_at, revision, bio, website)
    with ThreadPoolExecutor(1) as executor:
        ProfileTable(given.table, executor).put(None, person)


@PROVIDER.state("a location")
def a_location(
    given: Given,
    *,
    user_id: str,
    latitude: float,
    longitude: float,
    updated_at: str,
    revision: str,
    label: str | None = None,
    accuracy_m: float | None = None,
) -> None:
    """Location knows where a user is."""
    place: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
    place |= {"label": label, "accuracy_m": accuracy_m}
    known = {"user_id": user_id, "updated_at": updated_at, "revision": revision}
    given.assume("location", State("a location", **known, **place))


@PROVIDER.state("location can't be reached")
def location_away(given: Given) -> None:
    """Location answers nothing."""
    given.unreachable("location")
