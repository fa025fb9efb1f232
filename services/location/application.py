"""The location service, composed of what it is passed."""

from __future__ import annotations

from collections.abc import Callable

from hereabouts import PROBLEM_TYPES
from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication.messages import USER_DELETED
from hereabouts.location.operations import OPERATIONS
from pactwright.service import Application
from pactwright.service.dynamodb import Table
from pactwright.service.messages import Consumer, Receiver
from pactwright.service.observation import Telemetry
from services.location.api import LocationApi
from services.location.deletions import Deletions
from services.location.introspection import authenticator, translate
from services.location.table import LocationTable


def build(
    table: Table,
    authentication: AuthenticationClient,
    *,
    clock: Callable[[], float],
    new_revision: Callable[[], str],
    telemetry: Telemetry | None = None,
) -> Receiver:
    """The application behind the API, and who handles messages of deleted users.

    Args:
        table: the service's own table.
        authentication: a client with this service's own credentials.
        clock: seconds since the epoch.
        new_revision: a new random name in letters and digits.
        telemetry: where requests are told.
    """
    kept = LocationTable(table)
    application = Application(
        LocationApi(kept, clock, new_revision),
        OPERATIONS,
        service="location",
        problem_types=PROBLEM_TYPES,
        authenticators={"bearer": authenticator(authentication, clock)},
        translate=translate,
        telemetry=telemetry,
    )
    consumer = Consumer(USER_DELETED, Deletions(kept, clock))
    return Receiver(application, service="location", queue=consumer, telemetry=telemetry)
