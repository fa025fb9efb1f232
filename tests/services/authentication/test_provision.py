"""What is done after a deployment: the services' clients are made known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from pactwright.service.dynamodb import Table
from pactwright.service.errors import DependencyError
from services.authentication import clients
from services.authentication.provision import provision
from services.authentication.records import ServiceClient, Token
from services.authentication.table import AuthenticationTable
from tests.services.racing import everything


class Secrets:
    """Secrets Manager, as far as it is asked."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 - as boto3 has it
        return {"SecretString": self.kept[SecretId]}

    def rotate(self, client_id: str, secret: str) -> None:
        kept = {"client_id": client_id, "client_secret": secret}
        self.kept[f"arn:{client_id}"] = json.dumps(kept)


class Deployment:
    """Three stacks that are up; the first one has no client."""

    def __init__(self, table: Table) -> None:
        self.secrets = Secrets()
        self._clients: Mapping[str, Any] = {
            "dynamodb": table._client,
            "secretsmanager": self.secrets,
        }
        self.outputs: Mapping[str, Mapping[str, str]] = {
            "authentication": {"TableName": table.name},
            "location": {"ClientSecretArn": "arn:location"},
            "profile": {"ClientSecretArn": "arn:profile"},
        }

    def client(self, service: str, /) -> Any:
        return self._clients[service]


@pytest.fixture
def deployment(table: Table) -> Deployment:
    """Just made, each client with a first secret."""
    deployment = Deployment(table)
    deployment.secrets.rotate("location", "first-of-location")
    deployment.secrets.rotate("profile", "first-of-profile")
    return deployment


def test_clients_are_registered_with_what_they_may(
    deployment: Deployment, kept: AuthenticationTable
) -> None:
    """Profile reads locations; location may introspect, and no more."""
    provision(deployment)

    profile = clients.authenticate(kept, "profile", "first-of-profile")
    location = clients.authenticate(kept, "location", "first-of-location")
    assert profile is not None
    assert location is not None
    assert profile.scopes == frozenset({"locations:read"})
    assert profile.audience == ("location",)
    assert (location.scopes, location.audience) == (frozenset(), ())


def test_rotated_secret_is_valid_beside_the_old_one(
    deployment: Deployment, kept: AuthenticationTable
) -> None:
    """So that nothing fails while functions still hold the old one."""
    provision(deployment)
    deployment.secrets.rotate("profile", "second-of-profile")
    provision(deployment)
    provision(deployment)

    assert clients.authenticate(kept, "profile", "first-of-profile")
    assert clients.authenticate(kept, "profile", "second-of-profile")


def test_no_secret_is_kept_in_plain_text(deployment: Deployment, table: Table) -> None:
    """Only its SHA-256."""
    provision(deployment)

    assert "first-of" not in repr(everything(table))


def test_dropped_secret_is_not_registered_again(
    deployment: Deployment, kept: AuthenticationTable
) -> None:
    """The deployment says so, and what to do."""
    provision(deployment)
    clients.revoke(kept, "profile")

    with pytest.raises(DependencyError, match=r"secret of profile .* was dropped"):
        provision(deployment)

    assert clients.authenticate(kept, "profile", "first-of-profile") is None


@pytest.mark.parametrize(
    ("before", "after", "lives"),
    [
        ((["a"], ["x"]), (["a"], ["x"]), True),
        ((["a"], ["x"]), (["a", "b"], ["x", "y"]), True),
        ((["a"], ["x"]), (["a"], []), True),
        ((["a", "b"], ["x"]), (["a"], ["x"]), False),
        ((["a"], ["x", "y"]), (["a"], ["x"]), False),
        ((["a"], []), (["a"], ["x"]), False),
        ((["a"], ["x"]), ([], []), False),
    ],
    ids=[
        "same",
        "more",
        "anywhere",
        "a scope less",
        "a service less",
        "no longer anywhere",
        "none",
    ],
)
def test_tokens_end_where_their_client_may_less(
    kept: AuthenticationTable,
    before: tuple[list[str], list[str]],
    after: tuple[list[str], list[str]],
    lives: bool,
) -> None:
    """No token allows what its client may no longer."""

    def client(scopes: list[str], audience: list[str]) -> ServiceClient:
        return ServiceClient("it", (), frozenset(scopes), tuple(audience))

    made = clients.register(kept, client(*before), "secret")
    issued = Token("own", "access", "a", 0, 900, "it", generation=made.generation)
    kept.add_token(issued)

    clients.register(kept, client(*after), "secret")

    assert (kept.find_token("own") is not None) is lives
