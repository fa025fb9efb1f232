"""The authentication service, composed of what it is passed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from hereabouts import PROBLEM_TYPES
from hereabouts.authentication.operations import OPERATIONS
from pactwright.service import Application, Call
from pactwright.service.basic import BasicAuthenticator
from pactwright.service.bearer import BearerAuthenticator
from pactwright.service.dynamodb import Table
from pactwright.service.idempotency import IdempotencyKeys
from pactwright.service.messages import Follower, Receiver
from pactwright.service.observation import Telemetry
from services.authentication import oauth
from services.authentication.accounts import Accounts
from services.authentication.api import AuthenticationApi
from services.authentication.deletions import Deletions, Publisher
from services.authentication.passwords import Passwords
from services.authentication.principals import client_principal, user_principal
from services.authentication.registration import Registration
from services.authentication.sessions import Sessions
from services.authentication.table import AuthenticationTable
from services.authentication.throttle import Limits, Throttle
from services.authentication.tokens import RandomBytes

REALM = "hereabouts"


def build(
    table: Table,
    topic: Publisher,
    *,
    issuer: Callable[[Call], str],
    clock: Callable[[], float],
    random_bytes: RandomBytes,
    new_id: Callable[[], UUID],
    passwords: Passwords,
    limits: Limits,
    telemetry: Telemetry | None = None,
) -> Receiver:
    """The application behind the API, and who follows the table.

    Args:
        table: the service's own table.
        topic: where other services are told of deleted accounts.
        issuer: the URL at which a call reached the service.
        clock: seconds since the epoch.
        random_bytes: unguessable bytes.
        new_id: a new random UUID.
        passwords: how passwords are hashed.
        limits: how often somebody may try to sign in.
        telemetry: where requests are told.
    """
    kept = AuthenticationTable(table)
    sessions = Sessions(kept, kept, passwords, clock, random_bytes)
    throttle = Throttle(kept, clock, limits)
    keys = IdempotencyKeys(table, clock, lambda: random_bytes(16).hex())
    api = AuthenticationApi(
        Registration(kept, keys, passwords, throttle, clock, new_id),
        Accounts(kept, passwords),
        sessions,
        throttle,
        issuer,
    )
    application = Application(
        api,
        OPERATIONS,
        service="authentication",
        problem_types=PROBLEM_TYPES,
        authenticators={
            "user": BearerAuthenticator(
                lambda token: user_principal(sessions, token), clock=clock, realm=REALM
            ),
            "service": BasicAuthenticator(
                lambda client_id, secret: client_principal(kept, client_id, secret),
                realm=REALM,
                form_encoded=True,
            ),
        },
        present_problem=oauth.present_problem,
        telemetry=telemetry,
    )
    follower = Follower("user_deleted", Deletions(topic))
    return Receiver(application, service="authentication", stream=follower, telemetry=telemetry)
