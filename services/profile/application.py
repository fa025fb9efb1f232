"""The profile service, composed of what it is passed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from hereabouts import PROBLEM_TYPES
from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication.messages import USER_DELETED
from hereabouts.authentication.models import TokenRequest
from hereabouts.location import LocationClient
from hereabouts.profile.operations import OPERATIONS
from pactwright.service import Application
from pactwright.service.dynamodb import Table
from pactwright.service.messages import Consumer, Receiver
from pactwright.service.observation import Telemetry
from services.profile.api import ProfileApi, present_problem
from services.profile.cursors import Cursors
from services.profile.deletions import Deletions
from services.profile.introspection import authenticator, translate
from services.profile.table import SHARDS, ProfileTable
from services.profile.whereabouts import Locations

_LOOKUPS = 4
"""Threads that ask for locations, of their own: one that a silent service holds on to delays no
list."""


def build(
    table: Table,
    authentication: AuthenticationClient,
    location: LocationClient,
    *,
    cursor_key: Callable[[], bytes],
    clock: Callable[[], float],
    new_revision: Callable[[], str],
    pause: Callable[[int], None],
    telemetry: Telemetry | None = None,
) -> Receiver:
    """The application behind the API, and who handles messages of deleted users.

    Args:
        table: the service's own table.
        authentication: a client with this service's own credentials.
        location: a client with a token of this service's own, which may read locations.
        cursor_key: the secret that signs cursors.
        clock: seconds since the epoch.
        new_revision: a new random name in letters and digits.
        pause: waits a little after an attempt at a write, longer after each.
        telemetry: where requests are told.
    """
    shards = ThreadPoolExecutor(SHARDS, thread_name_prefix="shards")
    lookups = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="lookups")
    kept = ProfileTable(table, shards)
    api = ProfileApi(
        kept,
        Locations(location),
        lambda: Cursors(cursor_key()),
        lookups,
        clock,
        new_revision,
        pause,
    )
    application = Application(
        api,
        OPERATIONS,
        service="profile",
        problem_types=PROBLEM_TYPES,
        authenticators={"bearer": authenticator(authentication, clock)},
        present_problem=present_problem,
        translate=translate,
        telemetry=telemetry,
    )
    consumer = Consumer(USER_DELETED, Deletions(kept, clock, pause))
    return Receiver(application, service="profile", queue=consumer, telemetry=telemetry)


def service_token(authentication: AuthenticationClient) -> Callable[[], tuple[str, float]]:
    """Gets tokens of this service's own, which may read locations; each with its life."""

    def fetch() -> tuple[str, float]:
        request = TokenRequest(grant_type="client_credentials", scope="locations:read")
        tokens = authentication.issue_token(request, idempotent=True)
        return tokens.access_token, tokens.expires_in

    return fetch
