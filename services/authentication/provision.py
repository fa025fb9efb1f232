"""After a deployment: make the services' clients known to authentication.

Each stack that calls others owns a secret with its client id and client secret. Whoever runs this
may read those secrets and write the table of authentication, which keeps their hashes only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol

from pactwright.service.dynamodb import Table
from pactwright.service.errors import DependencyError
from services.authentication.clients import SecretDropped, register
from services.authentication.records import ServiceClient
from services.authentication.table import AuthenticationTable

_GRANTS: Final[Mapping[str, tuple[frozenset[str], tuple[str, ...]]]] = {
    "profile": (frozenset({"locations:read"}), ("location",)),
}
"""The scopes and the audience of each client's own tokens. Who is not named gets none: it may
introspect the tokens that others send it, and no more."""


class Deployment(Protocol):
    """What is known of the stacks that are up."""

    @property
    def outputs(self) -> Mapping[str, Mapping[str, str]]:
        """The outputs of each service's stack."""
        ...

    def client(self, service: str, /) -> Any:
        """A boto3 client of an AWS service."""
        ...


def provision(deployment: Deployment) -> list[ServiceClient]:
    """Register each stack's client; a secret that was rotated is added beside the one before.

    Raises:
        DependencyError: a secret was dropped before, and may not come back.
    """
    name = deployment.outputs["authentication"]["TableName"]
    table = AuthenticationTable(Table(deployment.client("dynamodb"), name))
    secrets = deployment.client("secretsmanager")
    registered: list[ServiceClient] = []
    for outputs in deployment.outputs.values():
        arn = outputs.get("ClientSecretArn")
        if arn is not None:
            kept = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
            client = _granted(kept["client_id"])
            registered.append(_registered(table, client, kept["client_secret"]))
    return registered


def _registered(table: AuthenticationTable, client: ServiceClient, secret: str) -> ServiceClient:
    try:
        return register(table, client, secret)
    except SecretDropped:
        raise DependencyError(
            f"the secret of {client.client_id} in Secrets Manager was dropped by an operator: put "
            "another one there (docs/runbook.md, A leaked secret), then provision again"
        ) from None


def _granted(client_id: str) -> ServiceClient:
    scopes, audience = _GRANTS.get(client_id, (frozenset(), ()))
    return ServiceClient(client_id, (), scopes, audience)
